"""What is told once a transaction has been committed: live pages and the relay of the outbox.

Valkey is a wake-up call only. What it misses, the sweep of the worker and a reload find.
"""

import asyncio
import logging

from portal.database import UnitOfWork
from portal.web.valkey import publish

OUTBOX_CHANNEL = "portal:outbox"
LIVE_CHANNEL = "portal:live:"
logger = logging.getLogger("portal.web")
_under_way: set[asyncio.Task[None]] = set()


def tell_after_commit(unit: UnitOfWork) -> None:
    """Wake the relay and the live pages that show what `unit` changed. Never fails, never waits."""
    channels = [LIVE_CHANNEL + topic for topic in sorted(unit.touched)]
    if unit.outbox_written:
        channels.append(OUTBOX_CHANNEL)
    if channels:
        task = asyncio.create_task(publish(channels))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
