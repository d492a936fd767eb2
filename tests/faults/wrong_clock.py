"""A worker on a host whose clock is off: `python -m tests.faults.wrong_clock SECONDS`.

The clock is turned before anything of the portal or its libraries looks at it.
"""

import sys
import time

_real = time.time


def main() -> int:
    off = float(sys.argv[1])
    time.time = lambda: _real() + off
    time.time_ns = lambda: int((_real() + off) * 1_000_000_000)

    from portal.cli import main as portal

    sys.argv = ["portal", "worker"]
    return portal() or 0


if __name__ == "__main__":
    sys.exit(main())
