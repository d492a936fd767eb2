"""Runs every check of the project, or those named, and says at the end how each went.

    check.py                 all of them, as `make test` does
    check.py lint types      only these

A failed check does not keep the others from running. Needs the environment of `prepare.py dev`.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from browser import chromium

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# Three processes, each with a PostgreSQL and a Valkey of its own: they wait as much as they reckon.
IN_PARALLEL = ["-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet"],
    "lint": ["ruff", "check", "--quiet"],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "tests": ["pytest", *IN_PARALLEL, "--ignore=tests/e2e"],
    "e2e": ["pytest", *IN_PARALLEL, "tests/e2e"],
}


def main(names: list[str]) -> int:
    """Run the checks named, all if none is; returns an exit status."""
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    results = [(name, *_run(name)) for name in names or CHECKS]
    print()
    for name, passed, seconds in results:
        print(f"{'ok    ' if passed else 'FAILED'}  {name:<8} {seconds:6.1f} s")
    failed = sum(not passed for _, passed, _ in results)
    print(f"checks: {len(results) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _run(name: str) -> tuple[bool, float]:
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    if name == "e2e":
        os.environ["PORTAL_TEST_BROWSER"] = str(chromium())
    passed = subprocess.run(CHECKS[name], check=False, cwd=ROOT).returncode == 0
    return passed, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
