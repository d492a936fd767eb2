"""`scripts/python.sh` runs a Python that the project supports, or says what is needed."""

import subprocess
import sys
from pathlib import Path

FINDER = Path(__file__).parents[2] / "scripts" / "python.sh"


def find(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", FINDER, "-c", "import sys; print(sys.version_info[:2])"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def interpreter(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_an_unsupported_python_is_passed_over(tmp_path: Path) -> None:
    interpreter(tmp_path / "python3", "exit 1")
    interpreter(tmp_path / "python3.11", f'exec "{sys.executable}" "$@"')
    assert find(tmp_path).stdout == f"{sys.version_info[:2]}\n"


def test_without_a_python_one_sentence_says_what_is_needed(tmp_path: Path) -> None:
    interpreter(tmp_path / "python3", "exit 1")
    done = find(tmp_path)
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13" in done.stderr
    assert done.stdout == ""
