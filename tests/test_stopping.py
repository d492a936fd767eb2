"""A worker told to stop stops, whatever comes at the same moment."""

import asyncio
from typing import Any

from portal.stopping import end
from portal.workers.relay import Relay
from tests.factories import unique


class IdleRelay(Relay):
    """Finds nothing and says when it has begun to wait."""

    def __init__(self) -> None:
        async def nothing(due: Any) -> None: ...

        super().__init__(None, nothing, job_seconds=1)  # type: ignore[arg-type]
        self.sweeps = 0
        self.swept = asyncio.Event()

    async def sweep(self) -> bool:
        self.sweeps += 1
        self.swept.set()
        return False


async def test_a_relay_stops_though_it_is_woken_at_that_moment() -> None:
    relay = IdleRelay()
    running = asyncio.create_task(relay.run())
    await relay.swept.wait()
    await asyncio.sleep(0)
    relay._woken.set()
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=2)
    assert done
    assert running.cancelled()
    assert relay.sweeps == 1


async def test_who_loses_a_cancellation_is_told_again() -> None:
    async def deaf_once() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    async def has_a_result() -> str:
        return name

    name = unique("done")
    tasks = [asyncio.create_task(deaf_once()), asyncio.create_task(has_a_result())]
    await asyncio.sleep(0)
    told, result = await asyncio.wait_for(end(tasks), 5)
    assert isinstance(told, asyncio.CancelledError)
    assert result == name
