"""Processes that set papers, kept warm between them; the caller neither grows nor stands still.

typst keeps what it computed for the last ten papers, up to 40 MB each, and offers no way to drop
it: so a process is ended after some papers, and after a while without one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Timer
from typing import Any

_HERE = Path(__file__).parent
PAPERS = 20
IDLE_SECONDS = 60.0
TIME_LIMIT = 30  # seconds; a quote of a thousand lines takes about one
_ROOM = BoundedSemaphore(os.cpu_count() or 1)
_idle: list["_Process"] = []
_idle_lock = Lock()


class PaperNotSet(Exception):
    """typst refused or did not finish; the message is its own, for the log."""


class _Gone(Exception):
    """The process has ended, as it does after some papers and after a while without any."""


def set_paper(job: Mapping[str, Any]) -> bytes:
    """The PDF of one job. Blocks; as many at once as there are processors. Raises `PaperNotSet`."""
    with _ROOM:
        process = _warm()
        try:
            return process.set(job)
        except _Gone:
            # Somebody ended it while it waited.
            process.end()
            process = _Process()
            try:
                return process.set(job)
            except _Gone as gone:
                raise PaperNotSet("the typesetter ends before it has set anything") from gone
        finally:
            _keep(process)


def idle() -> list["_Process"]:
    """The processes that wait for work."""
    with _idle_lock:
        return list(_idle)


def end_idle() -> None:
    """End the processes that wait for work, where none is to be expected for long."""
    while process := _taken():
        process.end()


def _warm() -> "_Process":
    return _taken() or _Process()


def _taken() -> "_Process | None":
    with _idle_lock:
        return _idle.pop() if _idle else None


def _keep(process: "_Process") -> None:
    if not process.is_good_for_more:
        process.end()
        return
    with _idle_lock:
        _idle.append(process)
    process.rests()


def _end_if_idle(process: "_Process", papers: int) -> None:
    with _idle_lock:
        if process not in _idle or process.papers != papers:
            return
        _idle.remove(process)
    process.end()


class _Process:
    """One typesetter. It ends with its standard input, so also when we are killed."""

    def __init__(self) -> None:
        # -P: the program's own directory has modules named like the standard library's.
        command = [sys.executable, "-P", str(_HERE / "typesetter.py"), str(_HERE / "fonts")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.papers = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_good_for_more(self) -> bool:
        return self.papers < PAPERS and self._process.poll() is None

    def rests(self) -> None:
        """It waits for its next paper, but not for ever."""
        impatience = Timer(IDLE_SECONDS, _end_if_idle, (self, self.papers))
        impatience.daemon = True
        impatience.start()

    def set(self, job: Mapping[str, Any]) -> bytes:
        """One paper. Raises `PaperNotSet` for one that is refused or takes too long."""
        self.papers += 1
        late = Event()
        impatience = Timer(TIME_LIMIT, self._give_up, (late,))
        impatience.daemon = True
        impatience.start()
        try:
            status, said = self._ask(json.dumps(job).encode())
        except _Gone as gone:
            if late.is_set():
                raise PaperNotSet(f"a paper took more than {TIME_LIMIT} s") from gone
            raise
        finally:
            impatience.cancel()
        if status:
            raise PaperNotSet(said.decode(errors="replace"))
        return said

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            # Closing writes what was not read any more.
            with suppress(BrokenPipeError):
                pipe and pipe.close()
        self._process.wait()

    def _give_up(self, late: Event) -> None:
        late.set()
        self._process.kill()

    def _ask(self, job: bytes) -> tuple[int, bytes]:
        jobs, answers = self._process.stdin, self._process.stdout
        if jobs is None or answers is None:
            raise _Gone
        try:
            jobs.write(len(job).to_bytes(4) + job)
            jobs.flush()
        except BrokenPipeError as error:
            raise _Gone from error
        head = answers.read(5)
        size = int.from_bytes(head[1:])
        said = answers.read(size)
        if len(head) < 5 or len(said) < size:
            raise _Gone
        return head[0], said
