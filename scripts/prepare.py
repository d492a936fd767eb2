"""Makes `.venv` and installs what the lock files say; does nothing when that has been done.

    prepare.py runtime   what the portal needs to run
    prepare.py dev       that, the tools of the tests, and the checkout itself

Only the standard library is used: this runs before anything is installed.
"""

import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
SUPPORTED = "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"


def main(kind: str) -> int:
    """Bring `.venv` up to date; returns an exit status."""
    # The tools include everything that running needs, so their stamp will do for both.
    if any(_is_current(done) for done in {kind, "dev"}):
        _compile(ROOT / "portal")
        return 0
    started = time.monotonic()
    if not _works():
        _say(f"Making .venv with Python {sys.version.split()[0]}")
        venv.create(VENV, with_pip=True, clear=True)
    lock = LOCKS[kind]
    _say(f"Installing {lock.read_text().count('==')} packages of {lock.name}")
    status = _pip("install", "--require-hashes", "-r", str(lock))
    if status == 0 and kind == "dev":
        status = _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    if status == 0:
        _compile(VENV / "lib", ROOT / "portal")
        _stamp(kind).write_text(_inputs(kind))
        _say(f"Installed in {time.monotonic() - started:.0f} s")
    return status


def _works() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", SUPPORTED], check=False).returncode == 0


def _pip(*words: str) -> int:
    quiet = ["-qq", "--no-input", "--disable-pip-version-check"]
    return subprocess.run([PYTHON, "-m", "pip", *words, *quiet], check=False, cwd=ROOT).returncode


def _compile(*folders: Path) -> None:
    """Byte code beforehand: a start takes half the time, also where Python may not write any."""
    subprocess.run(
        [PYTHON, "-m", "compileall", "-q", "-j", "0", *folders],
        check=False,  # what cannot be compiled, or written, is compiled when it is imported
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def _is_current(kind: str) -> bool:
    return _stamp(kind).exists() and _works() and _stamp(kind).read_text() == _inputs(kind)


def _inputs(kind: str) -> str:
    """A hash of the files that decide what is installed."""
    files = (LOCKS[kind], ROOT / "pyproject.toml")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
