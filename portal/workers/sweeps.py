"""What falls due without an event: each in its rhythm, in every worker, harmless if done twice."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from portal.database import DatabaseAway
from portal.domain.common import form_keys
from portal.domain.common.files import sweeping
from portal.domain.identity import sessions
from portal.domain.quotes import expiry, presence
from portal.domain.service_levels import sweep as service_levels
from portal.workers.work import Work

logger = logging.getLogger("portal.workers")

MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Sweep:
    """`run` returns how many things it dealt with."""

    name: str
    every_seconds: float
    run: Callable[[Work], Awaitable[int]]


def _in_rounds(sweep: Callable[[], Awaitable[int]]) -> Callable[[Work], Awaitable[int]]:
    """A sweep that deals with a limited number at once: a transaction each, until none is left."""

    async def run(work: Work) -> int:
        total = 0
        for _ in range(MOST_ROUNDS):
            async with work.unit():
                count = await sweep()
            total += count
            if not count:
                break
        return total

    return run


def _once(sweep: Callable[[], Awaitable[int]]) -> Callable[[Work], Awaitable[int]]:
    async def run(work: Work) -> int:
        async with work.unit():
            return await sweep()

    return run


SWEEPS = (
    Sweep("due dates", 10, _in_rounds(service_levels.stamp_due)),
    Sweep("expired quotes", 30, _in_rounds(expiry.expire_due)),
    Sweep("presence", 600, _once(presence.forget_gone)),
    Sweep("ended sessions", 600, _once(sessions.remove_ended)),
    Sweep("form keys", 3600, _once(form_keys.forget_old)),
    Sweep("staged files", 600, lambda work: sweeping.sweep_expired(work.storage)),
    Sweep("quarantine", 300, lambda work: sweeping.scan_quarantined(work.storage, work.scanner)),
    Sweep("orphaned bytes", 21_600, lambda work: sweeping.remove_orphans(work.storage)),
)


async def sweep_for_ever(work: Work, sweep: Sweep) -> None:
    """Run a sweep in its rhythm until cancelled; what it cannot do now it does next time."""
    while True:
        try:
            count = await sweep.run(work)
            if count:
                logger.info("%s: %s", sweep.name, count)
        except DatabaseAway:
            logger.warning("%s: the database is away", sweep.name)
        except Exception:
            logger.exception("%s: broke off", sweep.name)
        await asyncio.sleep(sweep.every_seconds)
