"""The relay: finds what is due in PostgreSQL and has it done, through Valkey or by itself.

It sweeps when it is woken and every few seconds. While Valkey is away it does the due rows in this
process: slower, but nothing waits for a repair.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from portal.database import DatabaseAway, Login, unit_of_work
from portal.domain.notices.due import Due, due_rows
from portal.wakeups import OUTBOX_CHANNEL
from portal.workers.queues import AWAY, Do, Queues

logger = logging.getLogger("portal.workers")

SWEEP_SECONDS = 3.0
# When there is more than one sweep finds; claims have taken away what was handed over by then.
FULL_SWEEP_SECONDS = 0.2
MOST_ROWS = 200
# Without Valkey, in one round: few enough that what is urgent does not wait behind the rest.
MOST_BY_ITSELF = 20
LEFT_ALONE_SECONDS = 10.0
# A row that still waits is handed over again after this long: the queue may have been flushed.
TAKEN_SECONDS = 10.0
BREATH_SECONDS = 0.05
AT_ONCE_BY_ITSELF = 5


class Relay:
    """One a process; several at once do no harm, because whoever does the work claims the row."""

    def __init__(self, queues: Queues, do: Do, *, job_seconds: float) -> None:
        self._queues = queues
        self._do = do
        self._job_seconds = job_seconds
        self._woken = asyncio.Event()
        self._away_until = 0.0
        self._taken: dict[str, float] = {}

    async def listen(self) -> None:
        """Hear wake-up calls until cancelled."""
        await self._queues.listen(OUTBOX_CHANNEL, self._woken.set)

    async def run(self) -> None:
        """Relay until cancelled, at each call that `listen` heard and every few seconds."""
        while True:
            self._woken.clear()
            pause = SWEEP_SECONDS
            try:
                if await self.sweep():
                    pause = FULL_SWEEP_SECONDS
            except DatabaseAway:
                logger.warning("the relay waits for the database")
            except Exception:
                logger.exception("a sweep of the relay broke off")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            await asyncio.sleep(BREATH_SECONDS)  # many calls at once are one sweep

    async def sweep(self) -> bool:
        """Hand over what is due, or do it here; True when there is likely to be more at once."""
        async with unit_of_work(Login.WORKER):
            found = await due_rows(MOST_ROWS)
        left = await self._not_taken(found)
        await self._do_here(left[:MOST_BY_ITSELF])
        # What was done here may have made work, and nobody hears that call.
        return bool(left) or len(found) >= MOST_ROWS

    async def _not_taken(self, found: Sequence[Due]) -> Sequence[Due]:
        """What Valkey has not taken. One that does not answer is left alone a while."""
        now = asyncio.get_running_loop().time()
        if now < self._away_until:
            return found
        self._taken = {key: at for key, at in self._taken.items() if at > now - TAKEN_SECONDS}
        fresh = [due for due in found if due.key not in self._taken]
        for number, due in enumerate(fresh):
            try:
                await self._queues.hand_over(due)
            except AWAY:
                self._away_until = now + LEFT_ALONE_SECONDS
                self._taken.clear()
                return fresh[number:]
            self._taken[due.key] = now
        return []

    async def _do_here(self, found: Sequence[Due]) -> None:
        """A few at a time, in their order: the urgent queue comes first."""
        room = asyncio.Semaphore(AT_ONCE_BY_ITSELF)

        async def do(due: Due) -> None:
            try:
                async with room, asyncio.timeout(self._job_seconds):
                    await self._do(due)
            except (DatabaseAway, TimeoutError) as error:
                logger.warning("%s broke off: %s", due.key, type(error).__name__)

        async with asyncio.TaskGroup() as tasks:
            for due in found:
                tasks.create_task(do(due))
