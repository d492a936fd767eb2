"""Which worker processes are alive, in PostgreSQL and by its clock."""

import asyncio
import logging
import os
import secrets
import socket

from portal.database import DatabaseAway, Login, execute, fetch_value, unit_of_work

logger = logging.getLogger("portal.workers")

BEAT_SECONDS = 10.0
ALIVE_WITHIN = "interval '45 seconds'"


async def beat_for_ever() -> None:
    """Say every few seconds that this process is here; take its name back at the end."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    try:
        while True:
            try:
                async with unit_of_work(Login.WORKER):
                    await _beat(name)
            except DatabaseAway:
                logger.warning("the heartbeat waits for the database")
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        await _leave(name)


async def is_any_alive() -> bool:
    """Whether a worker has been seen lately. In the caller's unit of work."""
    return bool(
        await fetch_value(
            f"SELECT EXISTS (SELECT FROM worker_process WHERE seen_at > now() - {ALIVE_WITHIN})"  # noqa: S608
        )
    )


async def _beat(name: str) -> None:
    await execute(
        """INSERT INTO worker_process (name) VALUES ($1)
           ON CONFLICT (name) DO UPDATE SET seen_at = now()""",
        name,
    )
    await execute("DELETE FROM worker_process WHERE seen_at < now() - interval '1 day'")


async def _leave(name: str) -> None:
    try:
        async with unit_of_work(Login.WORKER):
            await execute("DELETE FROM worker_process WHERE name = $1", name)
    except DatabaseAway:
        logger.warning("the heartbeat could not take its name back")
