"""The end of tasks that run for ever."""

import asyncio
from collections.abc import Iterable
from typing import Any

# A library may lose a cancellation that comes together with what it waited for (asyncpg does when a
# connection is handed out at that moment): what goes on after this long is told again.
TOLD_AGAIN_SECONDS = 0.5


async def end(tasks: Iterable[asyncio.Task[Any]]) -> list[Any]:
    """Cancel until all are done; their results or exceptions, in the order of `tasks`."""
    ending = list(tasks)
    left = {task for task in ending if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=TOLD_AGAIN_SECONDS)
    return await asyncio.gather(*ending, return_exceptions=True)
