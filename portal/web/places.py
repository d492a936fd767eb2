"""Bounds for slow work: whoever would wait for too long is told to come back at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from portal.database import Login, Overloaded


@dataclass(slots=True)
class Places:
    """At most `count` at a time, waiting ones included."""

    count: int
    taken: int = 0


# Passwords are hashed one at a time, in 0.1-0.2 s: the last in the row waits some five seconds.
SIGN_INS = Places(32)


@asynccontextmanager
async def a_place(places: Places) -> AsyncIterator[None]:
    """Take one of the places, or raise `Overloaded`."""
    if places.taken >= places.count:
        raise Overloaded(f"all {places.count} places are taken")
    places.taken += 1
    try:
        yield
    finally:
        places.taken -= 1


class Row:
    """`at_once` are served at a time, the next ones in the order in which they came.

    The row is as long as can be served within `patience` seconds, told by the pace at which it
    moved lately; whoever comes then is refused at once, and whoever has waited that long after all.
    Enter it as a context manager; it raises `Overloaded`.
    """

    def __init__(self, at_once: int, *, patience: float) -> None:
        self.at_once = at_once
        self.patience = patience
        self.inside = 0
        # In the order of their coming; a dictionary, because anybody may leave the row.
        self._waiting: dict[asyncio.Future[None], None] = {}
        self._pace = 0.0
        self._moved_at = 0.0

    async def __aenter__(self) -> None:
        if self.inside < self.at_once:
            self.inside += 1
            return
        if self.is_full:
            raise Overloaded(f"{len(self._waiting)} wait, {self._pace:.3f} s each")
        await self._turn()

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    @property
    def is_full(self) -> bool:
        """Whether whoever came now would be refused."""
        return self.inside >= self.at_once and len(self._waiting) >= self._room

    @property
    def _room(self) -> int:
        """How many can wait: one for each place at least, so that the pace is seen to improve."""
        return max(self.at_once, int(self.patience / self._pace) if self._pace else 0)

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        if not self._waiting:
            self._moved_at = time.monotonic()
        self._waiting[turn] = None
        try:
            async with asyncio.timeout(self.patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._leave()  # it was this one's turn just when it gave up
            self._waiting.pop(turn, None)
            if isinstance(error, TimeoutError):
                raise Overloaded(f"waited {self.patience:.1f} s") from error
            raise

    def _leave(self) -> None:
        while self._waiting:
            turn = next(iter(self._waiting))
            del self._waiting[turn]
            if not turn.done():  # else just giving up
                self._note_pace()
                turn.set_result(None)  # the place is theirs now
                return
        self.inside -= 1

    def _note_pace(self) -> None:
        now = time.monotonic()
        took, self._moved_at = now - self._moved_at, now
        self._pace += (took - self._pace) / _REMEMBERED if self._pace else took


# Of how many moves of the row its pace is the average.
_REMEMBERED = 20
# As many connections as a login has work at a time (`open_rows`); a row for each portal, so that
# one that hangs does not keep people out of the other.
PAGES = {Login.CUSTOMER: Row(10, patience=1.0), Login.STAFF: Row(10, patience=1.0)}


def open_rows(connections: int) -> None:
    """Let each portal work on as many requests at a time as it has connections."""
    for row in PAGES.values():
        row.at_once = connections
