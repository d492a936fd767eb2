"""Bounds for slow work: whoever finds all places taken is told to come back, not left waiting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from portal.database import Overloaded


@dataclass(slots=True)
class Places:
    """At most `count` at a time, waiting ones included."""

    count: int
    taken: int = 0


# Requests of one process that are worked on with a connection or wait for one: with fifty pages a
# second or more, the last in the row waits a few seconds.
PAGES = Places(200)
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
