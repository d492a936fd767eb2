"""Finds a Chromium for the end-to-end tests, and installs one where none is found.

In this order: an installed headless shell, Chromium or Chrome, Playwright's own, Debian's package
when root.
"""

import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import sync_playwright

# The headless shell is the same engine without the browser around it: a page costs it a third.
NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Without a CJK font Chinese pages are tested as rows of boxes.
DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")


def chromium() -> Path:
    """The program to test with. Raises `SystemExit` with a sentence when none can be had."""
    found = _installed() or _of_playwright() or _of_debian()
    if found is None:
        raise SystemExit(
            "The end-to-end tests need Chromium or Chrome: install one so that it is on PATH."
        )
    return found


def _installed() -> Path | None:
    found = [shutil.which(name) for name in NAMES]
    return next(filter(_runs, (Path(path) for path in (*found, *APPLICATIONS) if path)), None)


def _of_playwright() -> Path | None:
    if own := _playwright_program():
        return own
    print("No Chromium or Chrome found: asking Playwright for its own", flush=True)
    _try(["playwright", "install", "chromium"], seconds=300)
    return _playwright_program()


def _playwright_program() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if _runs(path) else None


def _of_debian() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Debian's headless Chromium", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *DEBIAN_PACKAGES]
    _try(["apt-get", "update", "-q"], seconds=300, env=environment)
    _try(install, seconds=900, env=environment)
    return _installed()


def _runs(path: Path) -> bool:
    """A name may be there without a browser behind it, as Ubuntu's packages that point to snap."""
    return path.exists() and _try([str(path), "--version"], seconds=60, quiet=True)


def _try(
    command: list[str], *, seconds: float, env: dict[str, str] | None = None, quiet: bool = False
) -> bool:
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            command, check=False, timeout=seconds, env=env, stdout=output, stderr=output
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    print(chromium())
