"""What the server does with ten times of what it can serve: it sheds, and recovers by itself."""

import asyncio
import contextlib
import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.load import Connection, Load, load, page
from bench.running import Running
from bench.views import View

TIMES = 10
PATIENCE_SECONDS = 20.0
# What this one process keeps open at most; it offers less rather than more.
MOST_OPEN = 4_000
# Back to normal is this many views in a row that take hardly longer than before.
IN_A_ROW = 5
HARDLY = 1.5
PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Overload:
    """Rates a second; milliseconds. `normal_after` is in seconds from the end of the flood."""

    records: int
    seconds: float
    sustained: float
    offered: float
    served: float
    shed: float
    failed: int
    served_p50: float
    served_p99: float
    shed_p99: float
    says_when: bool
    before_ms: float
    normal_after: float | None
    memory_megabytes: float


@dataclass(slots=True)
class _Answers:
    took: dict[int, list[float]] = field(default_factory=dict)
    says_when: bool = True
    last: float = 0.0

    def add(self, status: int, milliseconds: float) -> None:
        self.last = time.perf_counter()
        self.took.setdefault(status, []).append(milliseconds)

    def percentile(self, status: int, share: float) -> float:
        took = sorted(self.took.get(status, ()))
        return took[min(len(took) - 1, int(len(took) * share))] if took else 0.0

    @property
    def counts(self) -> Counter[int]:
        return Counter({status: len(took) for status, took in self.took.items()})


async def overload(portal: Running, view: View, path: str, seconds: float) -> Overload:
    """Offer `view`'s page at ten times the rate that eight connections sustain, for `seconds`."""
    quiet = await _loaded(portal, view, path, seconds, 1)
    sustained = await _loaded(portal, view, path, seconds, 8)
    answers = _Answers()
    flood = _Flood(portal, view, path, answers)
    began = time.perf_counter()
    with _many_files():
        offered = await flood.offer(sustained.views_a_second * TIMES, seconds)
        normal_after = await _normal_again(portal, view, path, quiet.p50)
        if flood.asking:
            await asyncio.wait(flood.asking)
    elapsed = answers.last - began
    counts = answers.counts
    return Overload(
        records=portal.records,
        seconds=seconds,
        sustained=sustained.views_a_second,
        offered=offered,
        served=counts[200] / elapsed,
        shed=counts[503] / elapsed,
        failed=counts.total() - counts[200] - counts[503],
        served_p50=answers.percentile(200, 0.5),
        served_p99=answers.percentile(200, 0.99),
        shed_p99=answers.percentile(503, 0.99),
        says_when=answers.says_when,
        before_ms=quiet.p50,
        normal_after=normal_after,
        memory_megabytes=portal.web.memory_megabytes(),
    )


async def _loaded(portal: Running, view: View, path: str, seconds: float, connections: int) -> Load:
    return await load(
        page(path),
        base_url=portal.url,
        cookies=dict(view.cookies),
        connections=connections,
        seconds=seconds,
        app=portal.web,
        database=portal.database,
    )


@dataclass(slots=True)
class _Flood:
    """Views offered at a rate, whatever comes of those before; each is a connection of its own."""

    portal: Running
    view: View
    path: str
    answers: _Answers
    asking: set[asyncio.Task[None]] = field(default_factory=set)

    async def offer(self, rate: float, seconds: float) -> float:
        """Offer so many a second for so long; how many a second it really were."""
        began = time.perf_counter()
        offered = 0
        while (elapsed := time.perf_counter() - began) < seconds:
            while offered < elapsed * rate and len(self.asking) < MOST_OPEN:
                task = asyncio.create_task(self._ask())
                self.asking.add(task)
                task.add_done_callback(self.asking.discard)
                offered += 1
            await asyncio.sleep(0.002)
        return offered / elapsed

    async def _ask(self) -> None:
        connection = Connection(self.portal.url, dict(self.view.cookies))
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await connection.get(self.path)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            self.answers.add(0, PATIENCE_SECONDS * 1000)
            return
        finally:
            connection.close()
        self.answers.add(answer.status, (time.perf_counter() - began) * 1000)
        if answer.status == 503:
            self.answers.says_when &= "retry-after" in answer.headers


async def _normal_again(portal: Running, view: View, path: str, before_ms: float) -> float | None:
    """Seconds from now until views take as long as before, None where they never did."""
    began = since = time.perf_counter()
    in_a_row = 0
    while time.perf_counter() - began < PATIENCE_SECONDS:
        connection = Connection(portal.url, dict(view.cookies))
        asked = time.perf_counter()
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            answer = await connection.get(path)
            took = (time.perf_counter() - asked) * 1000
            if answer.status == 200 and took <= before_ms * HARDLY + 5:
                in_a_row += 1
            else:
                in_a_row, since = 0, time.perf_counter()
        connection.close()
        if in_a_row == IN_A_ROW:
            return since - began
        await asyncio.sleep(PAUSE_SECONDS)
    return None


@contextlib.contextmanager
def _many_files() -> Iterator[None]:
    """As many open connections as the flood needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN + 500
    if soft < wanted:
        top = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (top, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
