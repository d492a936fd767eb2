"""What both embedded servers share: one starter per data directory, ports, waiting, ending."""

import fcntl
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.embedded.errors import EmbeddedServerError
from portal.embedded.places import Place
from portal.embedded.ports import free_port, is_free
from portal.embedded.processes import end_leftovers, stop, wait_until

READY_SECONDS = 60.0
RETRY_SECONDS = 0.2
LOG_LINES = 15
LOG_LIMIT = 5_000_000


class EmbeddedServer(ABC):
    """One server with one data directory in a `Place`; may be started and stopped repeatedly.

    A `with` block starts and stops it. All methods belong to the main thread.
    """

    label: str
    name: str
    stop_steps: tuple[tuple[signal.Signals, float], ...]

    def __init__(self, place: Place, *, wished_port: int = 0, fast: bool = False) -> None:
        """`wished_port` 0 takes any free one; `fast` gives up durability, for tests."""
        self.place = place
        self.wished_port = wished_port
        self.fast = fast
        self.port = 0
        self.log = place.root / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def start(self) -> Self:
        """Start and wait until the server answers; `port` then says where.

        Takes another port when the wished one is busy, ends a server that a killed parent left on
        the same data, and recovers the data after a crash. Raises `EmbeddedServerError` when the
        data are in use by another start or the server does not come up.
        """
        if self.is_running():
            return self
        self._take_lock()
        try:
            end_leftovers(self._signature(), *self.stop_steps)
            if size_of(self.log) > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
            self._prepare()
            self._launch()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server in good order; nothing happens when it does not run."""
        if self._process is not None and self._process.poll() is None:
            stop(self._process, *self.stop_steps)
        self._process = None
        self._release_lock()

    def kill9(self) -> None:
        """End the server as a crash would. `start` brings it back."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._release_lock()

    def restart(self) -> Self:
        """Stop and start on the same port. Raises `EmbeddedServerError` if that was taken."""
        self.stop()
        if not is_free(self.port):
            raise EmbeddedServerError(f"Port {self.port} of {self.label} was taken meanwhile.")
        return self.start()

    def is_running(self) -> bool:
        """Whether the process that `start` made is still there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id. Raises `RuntimeError` when it does not run."""
        if self._process is None:
            raise RuntimeError(f"{self.label} has not been started")
        return self._process.pid

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @abstractmethod
    def _signature(self) -> str:
        """How the command line begins, from the program's name to its data directory."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make the data directory ready for a start."""

    @abstractmethod
    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        """Start the process, listening on `port`."""

    @abstractmethod
    def _is_ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        """Whether this very process answers."""

    def _will_pass(self, output: str) -> bool:
        """Whether the reason that a start failed for, going by its output, passes by itself."""
        return False

    def _launch(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            port = free_port(self.port or self.wished_port)
            begin = size_of(self.log)
            self._process = self._spawn(port)
            if self._comes_up(self._process, port):
                self.port = port
                return
            output = self.log.read_bytes()[begin:].decode(errors="replace")
            port_lost = not self.is_running() and not is_free(port)
            if time.monotonic() > deadline or not (port_lost or self._will_pass(output)):
                last = "\n".join(output.splitlines()[-LOG_LINES:])
                raise EmbeddedServerError(f"{self.label} did not start; from {self.log}:\n{last}")
            time.sleep(RETRY_SECONDS)

    def _comes_up(self, process: subprocess.Popen[bytes], port: int) -> bool:
        def settled() -> bool:
            return process.poll() is not None or self._is_ready(process, port)

        return wait_until(settled, READY_SECONDS) and process.poll() is None

    def _take_lock(self) -> None:
        """Only one start may use the data directory; the lock ends with the process that has it."""
        path = self.place.root / f"{self.name}.lock"
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = path.read_text().strip()
            self._release_lock()
            raise EmbeddedServerError(
                f"{self.label} in {self.place.root} is in use by process {owner}: stop that one "
                "first, or set PORTAL_DATA_DIR to another directory."
            ) from None
        os.truncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def size_of(log: Path) -> int:
    """Bytes in `log`, 0 when there is none."""
    return log.stat().st_size if log.exists() else 0
