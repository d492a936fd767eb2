"""Markdown of the figures about pages: against the goals, over the scales, beside the limit."""

from collections.abc import Iterable, Sequence

from bench import goals
from bench.goals import MET, OF_KIND, Goal
from bench.load import Load
from bench.measured import AtScale, Page
from bench.views import Kind


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown; the first column is text, the others figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def missed(page: Page) -> list[str]:
    """Which goals of its kind a page misses, and by how much; growth apart."""
    cost = page.typical
    figures: dict[str, tuple[Goal, float]] = {
        "application": (goals.APPLICATION, cost.app_cpu),
        "database": (goals.DATABASE, cost.database_cpu),
        "statements": (goals.STATEMENTS, page.statements),
        "post": (goals.POST, cost.cpu),
        "size": (goals.FRAGMENT, page.size / 1000),
    }
    names = {"database": "PostgreSQL", "post": "together"}
    verdicts = [(name, goal.verdict(figure)) for name, (goal, figure) in figures.items()]
    return [
        f"{names.get(name, name)} {verdict.removeprefix('missed, ')}"
        for name, verdict in verdicts
        if name in OF_KIND[page.kind] and verdict != MET
    ]


def verdict(page: Page) -> str:
    """`met`, what is missed, or a dash where no goal is set."""
    if not OF_KIND[page.kind]:
        return "–"
    return "; ".join(missed(page)) or MET


def at_scale(each: AtScale) -> str:
    """All views at one scale."""
    head = ["view", "application ms", "PostgreSQL ms", "statements", "KB"]
    head += [f"p50 / p99 ms at {load.connections}" for load in each.pages[0].loads]
    rows = []
    for page in each.pages:
        cost = page.typical
        spread = [_spread(load) for load in page.loads]
        spread += [""] * (len(head) - 5 - len(spread))
        figures = (f"{cost.app_cpu:.2f}", f"{cost.database_cpu:.2f}", page.statements)
        rows.append([page.name, *figures, f"{page.size / 1000:.1f}", *spread, verdict(page)])
    return table([*head, "goals"], rows)


def _spread(load: Load) -> str:
    shed = f" ({load.shed} shed)" if load.shed else ""
    return f"{load.p50:.1f} / {load.p99:.1f}{shed}"


def growth(scales: Sequence[AtScale]) -> str:
    """Cost together at each scale, and its factor from the smallest."""
    first, last = scales[0], scales[-1]
    head = ["view", *(f"{each.records:,}" for each in scales)]
    head += [f"factor to {each.records:,}" for each in scales[1:]]
    head += ["KB"]
    rows = []
    for page in first.pages:
        here = [found for each in scales if (found := each.page(page.name))]
        if page.kind not in goals.GROWING or len(here) != len(scales):
            continue
        costs = [each.typical for each in here]
        factors = [cost.cpu / costs[0].cpu for cost in costs[1:]]
        rows.append(
            [
                page.name,
                *(f"{cost.app_cpu:.1f} + {cost.database_cpu:.1f}" for cost in costs),
                *(f"{factor:.2f}" for factor in factors),
                " → ".join(f"{each.size / 1000:.0f}" for each in here),
                *([goals.GROWTH.verdict(factors[-1])] if factors else []),
            ]
        )
    closing = [f"{goals.GROWTH.words} to {last.records:,}"] if len(scales) > 1 else []
    return table([*head, *closing], rows)


def ratios(each: AtScale) -> str:
    """What the application costs as a multiple of what it costs at best."""
    found = each.limits
    if found is None:
        return ""
    rows = [
        [
            page.name,
            f"{page.typical.app_cpu:.2f}",
            f"{page.typical.app_cpu / found.plain:.0f}",
            f"{page.typical.app_cpu / found.list_page:.1f}",
        ]
        for page in each.pages
        if page.kind in (Kind.LIST, Kind.THREAD, Kind.POST, Kind.FRAGMENT, Kind.HOME)
    ]
    head = ["view", "application ms", "× plain answer", "× a list at best"]
    return (
        f"A plain-text answer of the same framework and server costs {found.plain:.2f} ms"
        f" ({found.plain_a_second:,.0f} a second at 8 connections), a bare table of fifty rows by"
        f" the template engine {found.table:.2f} ms; the staff queue's own SQL asked by the driver"
        f" alone {found.sql_client:.2f} ms, of which PostgreSQL sees"
        f" {found.sql_database:.2f} ms, and its own template with everything in memory"
        f" {found.own_template:.2f} ms. A list at best is the first, the second and the third"
        f" together: {found.list_page:.2f} ms.\n\n{table(head, rows)}"
    )


def weights(each: AtScale) -> str:
    """First views with an empty cache."""
    rows = []
    for name, heavy in each.weights.items():
        kilobytes = heavy.all_bytes / 1000
        both = {goals.FIRST_VIEW.verdict(kilobytes), goals.FIRST_REQUESTS.verdict(heavy.requests)}
        said = "; ".join(sorted(both - {MET})) or MET
        rows.append(
            [name, heavy.requests, f"{kilobytes:.0f}", f"{heavy.page_bytes / 1000:.1f}", said]
        )
    wanted = f"{goals.FIRST_VIEW.words}, {goals.FIRST_REQUESTS.words}"
    return table(["first view", "requests", "KB", "the page alone, KB", wanted], rows)


def compared(earlier: AtScale, now: AtScale) -> str:
    """An earlier run beside this one at (nearly) the same size."""
    rows = []
    for page in now.pages:
        was = earlier.page(page.name)
        if was is not None:
            costs = was.typical.cpu, page.typical.cpu
            rows.append(
                [page.name, *(f"{cost:.2f}" for cost in costs), f"{costs[1] / costs[0]:.2f}"]
            )
    return table(["view", "earlier ms", "now ms", "factor"], rows)
