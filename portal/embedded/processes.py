"""Child processes that do not outlive us, and finding those that did."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    last_signal: signal.Signals = signal.SIGTERM,
    account: pwd.struct_passwd | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches only us, and end it with us.

    On Linux the kernel sends `last_signal` to the child when this process ends, however it ends.
    Elsewhere a killed parent leaves the child behind until `end_leftovers` meets it. Output is
    appended to `log`. Raises `RuntimeError` outside the main thread, because Linux ties the child's
    life to the thread that starts it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start child processes from the main thread: they end with their thread")
    with _open_log(log) as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=env,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,
            start_new_session=True,
            preexec_fn=_tie_to(os.getpid(), last_signal),  # noqa: PLW1509 - takes no lock
        )
    if process.stdin is not None and stdin is not None:
        with contextlib.suppress(BrokenPipeError):  # it ended at once; whoever waits for it sees
            process.stdin.write(stdin)
            process.stdin.close()
    return process


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal and wait its seconds until the process has ended; SIGKILL comes last."""
    for number, seconds in (*steps, (signal.SIGKILL, 10.0)):
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def end_leftovers(command: str, *steps: tuple[signal.Signals, float]) -> None:
    """End processes that run `command` (see `running`), left behind by a killed parent.

    The process table is asked, not a pid file: after a restart of the machine a recorded number
    may belong to anybody.
    """
    for number, seconds in (*steps, (signal.SIGKILL, 10.0)):
        found = running(command)
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if not found or wait_until(lambda: not running(command), seconds):
            return


def running(command: str) -> list[int]:
    """Ids of processes whose command line begins with `command`, in whatever directory it lies."""
    wanted = f"/{command} "
    return [pid for pid, line in _command_lines() if wanted in f"/{line} "]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look every 20 ms whether `condition` holds; False when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file, empty if there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def _open_log(log: Path) -> IO[bytes]:
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _tie_to(parent: int, last_signal: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec: system calls only, no lock is free for sure."""
    if _libc is None:
        return None
    prctl = _libc.prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)

    return tie


def _command_lines() -> Iterator[tuple[int, str]]:
    if sys.platform == "linux":
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):  # ended meanwhile
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    yield int(entry.name), b" ".join(words).decode(errors="replace").strip()
    else:
        listing = subprocess.run(
            ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True
        )
        for line in listing.stdout.splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command.strip()
