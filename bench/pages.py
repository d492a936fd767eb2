"""The pages of a portal at one scale: cost, statements, weight, memory, and what bounds them."""

from bench.limits import limits
from bench.load import Load, load
from bench.measured import AtScale, Page
from bench.overload import Overload, overload
from bench.running import Running
from bench.statements import Statement, asked, questions, statements_logged
from bench.views import Kind, View, views
from bench.weight import weight

CONNECTIONS = (1, 8, 32)
# Signing in is dear and throttled on purpose: a few tell as much.
FEW_SIGN_INS = 3
BUYER, CLERK = "fang.min@qjwater.example", "chen.li@hengda.example"
QUEUE, QUEUE_PATH = "staff: queue", "/staff/quotes"
# First views, cold: of a list and of a thread on either side.
WEIGHED = {
    "customer: requests": "/quotes",
    QUEUE: QUEUE_PATH,
    "staff: home": "/staff",
    "customer: home": "/",
}


async def pages(portal: Running, seconds: float) -> AtScale:
    """Everything about pages at this scale; says each figure as it comes."""
    found = AtScale(
        portal.records,
        portal.filled_seconds,
        portal.started_after,
        portal.web.memory_megabytes(),
    )
    shown = await views(portal, BUYER, CLERK)
    for view in shown:
        page = Page(view.name, view.kind, await _loads(portal, view, seconds))
        found.pages.append(page)
        cost = page.typical
        print(f"{view.name:<36} {cost.app_cpu:7.2f} ms + {cost.database_cpu:6.2f} ms", flush=True)
    found.loaded_megabytes = portal.web.memory_megabytes()
    sent = await _statements(portal, shown)
    for page in found.pages:
        page.statements = len(questions(sent[page.name]))
    for view in shown:
        if view.name in WEIGHED:
            found.weights[view.name] = await weight(portal.url, view.cookies, WEIGHED[view.name])
    queue = _queue(shown)
    found.limits = await limits(portal, QUEUE_PATH, queue.cookies, sent[QUEUE], seconds)
    return found


async def flooded(portal: Running, seconds: float) -> Overload:
    """The staff queue under ten times of what it sustains."""
    return await overload(portal, _queue(await views(portal, BUYER, CLERK)), QUEUE_PATH, seconds)


async def _loads(portal: Running, view: View, seconds: float) -> list[Load]:
    is_few = view.kind is Kind.SIGN_IN
    return [
        await load(
            view.visit,
            base_url=portal.url,
            cookies=dict(view.cookies),
            connections=connections,
            seconds=seconds,
            app=portal.web,
            database=portal.database,
            most=FEW_SIGN_INS if is_few else 1_000_000,
        )
        for connections in ((1,) if is_few else CONNECTIONS)
    ]


async def _statements(portal: Running, shown: list[View]) -> dict[str, list[Statement]]:
    async with statements_logged(portal):
        return {view.name: await asked(portal, view) for view in shown}


def _queue(shown: list[View]) -> View:
    return next(view for view in shown if view.name == QUEUE)
