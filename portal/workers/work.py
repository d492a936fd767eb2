"""What jobs work with: units of work of the worker, mail transport, files, wake-up calls."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from portal.database import Login, UnitOfWork, unit_of_work
from portal.domain.common.files.scanning import Scanner
from portal.domain.common.files.storage import Storage
from portal.rendering.mails import Letterhead
from portal.wakeups import channels_of
from portal.workers.transport import Transport

Wake = Callable[[list[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Work:
    """The means of one worker process. `wake` publishes to channels and never fails."""

    head: Letterhead
    transport: Transport
    storage: Storage
    scanner: Scanner
    wake: Wake

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """One transaction; after its commit live pages and the relay are told, as the web does."""
        async with unit_of_work(Login.WORKER) as unit:
            yield unit
        if channels := channels_of(unit):
            await self.wake(channels)
