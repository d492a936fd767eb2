"""What the server does with ten times of what it can serve: it sheds, and recovers by itself."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from bench.load import Connection, load, page
from bench.running import Running
from bench.views import View

TIMES = 10
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Overload:
    """Rates a second; milliseconds. `recovered_ms` is the median of a page right afterwards."""

    sustained: float
    offered: float
    served: float
    shed: float
    failed: int
    served_p99: float
    shed_p99: float
    says_when: bool
    before_ms: float
    recovered_ms: float


async def overload(portal: Running, view: View, path: str, seconds: float) -> Overload:
    """Offer `view`'s page at ten times the rate that eight connections sustain."""
    common = {
        "base_url": portal.url,
        "cookies": dict(view.cookies),
        "app": portal.web,
        "database": portal.database,
    }
    quiet = await load(page(path), connections=1, seconds=seconds, **common)  # type: ignore[arg-type]
    sustained = await load(page(path), connections=8, seconds=seconds, **common)  # type: ignore[arg-type]
    rate = sustained.views_a_second * TIMES
    answers = list[tuple[int, float]]()
    says_when = list[bool]()

    async def ask() -> None:
        connection = Connection(portal.url, dict(view.cookies))
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await connection.get(path)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            answers.append((0, PATIENCE_SECONDS * 1000))
            return
        finally:
            connection.close()
        answers.append((answer.status, (time.perf_counter() - began) * 1000))
        if answer.status == 503:
            says_when.append("retry-after" in answer.headers)

    began = time.perf_counter()
    asking = set[asyncio.Task[None]]()
    offered = 0
    while (elapsed := time.perf_counter() - began) < seconds:
        while offered < elapsed * rate:
            task = asyncio.create_task(ask())
            asking.add(task)
            task.add_done_callback(asking.discard)
            offered += 1
        await asyncio.sleep(0.005)
    if asking:
        await asyncio.wait(asking)
    elapsed = time.perf_counter() - began
    after = await load(page(path), connections=1, seconds=seconds, **common)  # type: ignore[arg-type]
    counts = Counter(status for status, _ in answers)
    return Overload(
        sustained=sustained.views_a_second,
        offered=offered / seconds,
        served=counts[200] / elapsed,
        shed=counts[503] / elapsed,
        failed=len(answers) - counts[200] - counts[503],
        served_p99=_p99(answers, 200),
        shed_p99=_p99(answers, 503),
        says_when=all(says_when),
        before_ms=quiet.p50,
        recovered_ms=after.p50,
    )


def _p99(answers: list[tuple[int, float]], wanted: int) -> float:
    took = sorted(milliseconds for status, milliseconds in answers if status == wanted)
    return took[min(len(took) - 1, int(len(took) * 0.99))] if took else 0.0
