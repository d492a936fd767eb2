"""The worker process: relay, one arq worker a queue, sweeps, heartbeat, until it is told to stop.

It starts without Valkey and without a database, and outlives losing either.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import uvloop

from portal.database import DatabaseAway, Login, close_pools, open_pools, unit_of_work
from portal.domain.common.files.scanning import scanner_from_url
from portal.domain.common.files.storage import storage_from_url
from portal.domain.common.outbox import Queue
from portal.domain.notices import restored
from portal.logs import configure_logging
from portal.metrics import serve_metrics
from portal.rendering.environment import environment
from portal.rendering.mails import letterhead
from portal.settings import Settings
from portal.stopping import end
from portal.workers import jobs
from portal.workers.heartbeat import beat_for_ever, is_any_alive
from portal.workers.queues import Queues
from portal.workers.relay import Relay
from portal.workers.sweeps import SWEEPS, sweep_for_ever
from portal.workers.transport import transport_from
from portal.workers.work import Work

logger = logging.getLogger("portal.workers")

# How often a start without a database looks for it.
DATABASE_SECONDS = 1.0


def run() -> None:
    """Work until SIGTERM or SIGINT; jobs under way get a few seconds to end."""
    uvloop.run(work_until_told(Settings.from_env()))


def check() -> int:
    """Exit status: 0 if a worker of this installation is alive, 1 if not or not to be told."""
    return uvloop.run(_check(Settings.from_env()))


async def work_until_told(settings: Settings, stopping: asyncio.Event | None = None) -> None:
    """The process' work, ended by `stopping` or a signal. Raises `SettingsError`."""
    configure_logging(settings.log_level, as_json=settings.log_as_json)
    serve_metrics(settings)
    environment()  # compile-time mistakes show at the start, not at the first mail
    stopping = stopping or _stopped_by_signals()
    async with _running_work(settings) as (work, queues):
        if await _knows_the_database(work, stopping):
            await _work(work, queues, stopping)


async def _work(work: Work, queues: Queues, stopping: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as tasks:
        relay = Relay(queues, partial(jobs.do, work), job_seconds=jobs.JOB_SECONDS)
        for queue in Queue:
            tasks.create_task(queues.serve(queue, stopping))
        background = [
            tasks.create_task(relay.listen()),
            tasks.create_task(relay.run()),
            tasks.create_task(beat_for_ever()),
            *(tasks.create_task(sweep_for_ever(work, sweep)) for sweep in SWEEPS),
        ]
        logger.info("the worker is up")
        await stopping.wait()
        logger.info("the worker stops")
        await end(background)


@asynccontextmanager
async def _running_work(settings: Settings) -> AsyncIterator[tuple[Work, Queues]]:
    transport = transport_from(settings)
    storage_url = settings.files_url or (settings.data_dir / "files").absolute().as_uri()
    queues = Queues(
        settings.redis_url, lambda due: jobs.do(work, due), job_seconds=jobs.JOB_SECONDS
    )
    work = Work(
        letterhead(settings),
        transport,
        storage_from_url(storage_url),
        scanner_from_url(settings.clamav_url),
        queues.wake,
    )
    await open_pools({Login.WORKER: settings.worker_url}, size=settings.pool_size)
    try:
        yield work, queues
    finally:
        await transport.close()
        await queues.close()
        await close_pools()


async def _knows_the_database(work: Work, stopping: asyncio.Event) -> bool:
    """Whether the work can begin: a database that was restored is known before anything is mailed.

    Waits for a database that is away; False when the process is told to stop meanwhile.
    """
    while not stopping.is_set():
        try:
            async with work.unit():
                held = await restored.hold_what_waited()
        except DatabaseAway:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DATABASE_SECONDS):
                    await stopping.wait()
        else:
            if held:
                logger.warning("this database was restored: %s mails are held", held)
            return True
    return False


def _stopped_by_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def _check(settings: Settings) -> int:
    await open_pools({Login.WORKER: settings.worker_url}, size=1)
    try:
        async with unit_of_work(Login.WORKER):
            return 0 if await is_any_alive() else 1
    except DatabaseAway:
        return 1
    finally:
        await close_pools()
