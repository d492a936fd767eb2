"""What processes and their children cost, from the system's own books."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Group:
    """Processes that are counted together, with all of their children."""

    roots: Sequence[int]

    def cpu_seconds(self) -> float:
        """User and system time so far, that of children which have ended included."""
        total = 0.0
        for process in self._all():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total

    def memory_megabytes(self) -> float:
        """Resident memory of all of them, in MB (1,000,000 bytes)."""
        total = 0
        for process in self._all():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 1e6

    def _all(self) -> set[psutil.Process]:
        found = set[psutil.Process]()
        for root in self.roots:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(root)
                found |= {process, *process.children(recursive=True)}
        return found
