"""The only place that knows arq: one worker a queue, in a process that outlives Valkey.

What lies in Valkey is a wake-up call: a queue that is lost, full or served twice costs time, never
a mail. Jobs are JSON, so that nothing is unpickled here.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from arq.connections import ArqRedis
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.exceptions import RedisError

from portal.domain.common.outbox import Queue
from portal.domain.notices.due import Due, Task
from portal.stopping import end

logger = logging.getLogger("portal.workers")

# Valkey gone, in the words of its client.
AWAY = (RedisError, OSError, TimeoutError)

CALL_SECONDS = 2.0
POLL_SECONDS = 0.1
RECONNECT_SECONDS = 1.0
# How long jobs under way may hold up a stop.
STOP_SECONDS = 8.0
# A bulk run gets as much as the others, but in a queue of its own.
JOBS_AT_ONCE = 20
# Far longer than a job waits while anything works; the sweep hands a lost one over again.
KEEP = timedelta(hours=1)

Do = Callable[[Due], Awaitable[None]]


class Queues:
    """The queues in Valkey at `url`; `do` does a job, for at most `job_seconds`."""

    def __init__(self, url: str, do: Do, *, job_seconds: float) -> None:
        self._do = do
        self._job_seconds = job_seconds
        self._client = ArqRedis.from_url(
            url,
            socket_timeout=CALL_SECONDS,
            socket_connect_timeout=1.0,
            health_check_interval=15,
        )
        self._client.job_serializer = _packed
        self._client.job_deserializer = json.loads

    async def hand_over(self, due: Due) -> None:
        """Have a due row done by any worker, this try of it once. Raises one of `AWAY`.

        The score is no time but the row's number: it orders the queue and is past on every clock,
        however wrong a host's may be.
        """
        # The client's own time limit holds for each of its attempts; this one holds for all.
        async with asyncio.timeout(CALL_SECONDS):
            await self._client.enqueue_job(
                due.task.value,
                due.id,
                due.attempts,
                due.queue.value,
                _job_id=due.key,
                _queue_name=_name(due.queue),
                _defer_until=datetime.fromtimestamp(due.id / 1000, UTC),
                _expires=KEEP,
            )

    async def wake(self, channels: list[str]) -> None:
        """Publish to channels; what cannot be sent is dropped."""
        try:
            async with (
                asyncio.timeout(CALL_SECONDS),
                self._client.pipeline(transaction=False) as pipe,
            ):
                for channel in channels:
                    pipe.publish(channel, "1")
                await pipe.execute()
        except AWAY as error:
            logger.warning("wake-up call not sent: %s", type(error).__name__)

    async def listen(self, channel: str, heard: Callable[[], None]) -> None:
        """Call `heard` at every message of `channel`, and on each new connection, for ever."""
        is_lost = False
        while True:
            try:
                async with self._client.pubsub() as listener:
                    await listener.subscribe(channel)
                    if is_lost:
                        logger.warning("Valkey is back")
                    is_lost = False
                    heard()
                    while True:
                        if await listener.get_message(ignore_subscribe_messages=True, timeout=10):
                            heard()
            except AWAY as error:
                if not is_lost:
                    logger.warning("Valkey is away: %s", type(error).__name__)
                is_lost = True
            await asyncio.sleep(RECONNECT_SECONDS)

    async def serve(self, queue: Queue, stopping: asyncio.Event) -> None:
        """Do the jobs of a queue until `stopping`, across any number of losses of Valkey.

        Jobs under way are let finish; at a stop those that take longer are cut off.
        """
        while not stopping.is_set():
            worker = self._worker(queue)
            running = asyncio.create_task(worker.async_run())
            told = asyncio.create_task(stopping.wait())
            await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
            worker.allow_pick_jobs = False
            if worker.tasks:
                patience = STOP_SECONDS if stopping.is_set() else self._job_seconds
                await asyncio.wait(worker.tasks.values(), timeout=patience)
            await _end(running, told, *worker.tasks.values())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RECONNECT_SECONDS):
                    await stopping.wait()

    async def close(self) -> None:
        with contextlib.suppress(*AWAY):
            await self._client.aclose(close_connection_pool=True)

    def _worker(self, queue: Queue) -> Worker:
        return Worker(
            functions=[func(self._job_of(task), name=task.value) for task in Task],
            queue_name=_name(queue),
            redis_pool=self._client,
            handle_signals=False,
            max_jobs=JOBS_AT_ONCE,
            job_timeout=self._job_seconds,
            poll_delay=POLL_SECONDS,
            keep_result=0,
            job_serializer=_packed,
            job_deserializer=json.loads,
            log_results=False,
        )

    def _job_of(self, task: Task) -> WorkerCoroutine:
        async def job(ctx: dict[Any, Any], *row: Any, **kwargs: Any) -> None:  # noqa: ARG001
            row_id, attempts, queue = row
            await self._do(Due(task, row_id, attempts, Queue(queue)))

        return job


def _name(queue: Queue) -> str:
    return f"portal:queue:{queue.value}"


def _packed(job: dict[str, Any]) -> bytes:
    return json.dumps(job, default=repr).encode()


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for outcome in await end(tasks):
        if isinstance(outcome, Exception) and not isinstance(outcome, AWAY):
            logger.error("a queue broke off", exc_info=outcome)
