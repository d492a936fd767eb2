"""What is told once a transaction has been committed: live pages and the relay of the outbox.

Valkey is a wake-up call only. What it misses, the sweep of the worker and a reload find.
"""

import asyncio
import logging

from portal.database import UnitOfWork
from portal.wakeups import channels_of
from portal.web.valkey import publish

logger = logging.getLogger("portal.web")
_under_way: set[asyncio.Task[None]] = set()


def tell_after_commit(unit: UnitOfWork) -> None:
    """Wake the relay and the live pages that show what `unit` changed. Never fails, never waits."""
    if channels := channels_of(unit):
        task = asyncio.create_task(publish(channels))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
