"""The report of a run: Markdown with ratios to the limit, and a drawn picture of growth."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.limits import Limits
from bench.load import Load
from bench.overload import Overload
from bench.weight import Weight

GOALS = """Goals: a list of fifty and a thread at most 3 ms of the application and 1 ms of
PostgreSQL in at most 6 statements; a form post at most 4 ms; at most 1.2 times that at a thousand
times the records; one process at most 120 MB, ready within 1.5 s."""
WIDTH, ROW, LABEL = 900, 22, 260


@dataclass(slots=True)
class AtScale:
    """What was measured with so many records of the business."""

    records: int
    ready_seconds: float
    memory_megabytes: float
    memory_loaded_megabytes: float = 0.0
    loads: dict[str, list[Load]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    limits: Limits | None = None
    overload: Overload | None = None

    def cost(self, name: str) -> tuple[float, float]:
        """Processor milliseconds of the application and of PostgreSQL per view."""
        busiest = min(self.loads[name], key=lambda one: one.app_cpu + one.database_cpu)
        return busiest.app_cpu, busiest.database_cpu


def write(results: Sequence[AtScale], folder: Path) -> Path:
    """Write `report.md` and `growth.svg` into `folder`; returns the report."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "growth.svg").write_text(_growth(results), encoding="utf-8")
    report = folder / "report.md"
    parts = [_head(), *(_scale(each) for each in results), _ratios(results)]
    report.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return report


def _head() -> str:
    return f"""# What a page costs

Measured {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()}, {platform.machine()}.
One web process, row-level security on, connected as the application connects; `make bench` does it
again. Compare the processor time per view: it hardly depends on what else the machine does.

{GOALS}

![Processor time per view by records](growth.svg)
"""


def _scale(each: AtScale) -> str:
    lines = [
        f"## {each.records:,} records",
        "",
        f"Ready after {each.ready_seconds:.2f} s. One web process: {each.memory_megabytes:.0f} MB"
        f" at the start, {each.memory_loaded_megabytes:.0f} MB after the load.",
        "",
        "| view | application ms | PostgreSQL ms | statements | bytes"
        " | p50 / p99 ms at 1 | at 8 | at 32 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, loads in each.loads.items():
        app, database = each.cost(name)
        spread = " | ".join(f"{one.p50:.1f} / {one.p99:.1f}" for one in loads)
        missing = " | " * (3 - len(loads))
        cells = (name, f"{app:.2f}", f"{database:.2f}", each.statements.get(name, ""))
        lines.append(f"| {' | '.join(map(str, cells))} | {loads[0].size:,} | {spread}{missing} |")
    if each.limits:
        found = each.limits
        lines += [
            "",
            f"At best here: a plain-text answer {found.plain:.2f} ms, fifty rows from memory by the"
            f" same template engine {found.template:.2f} ms, the same fifty rows asked of"
            f" PostgreSQL {found.sql_client:.2f} ms + {found.sql_database:.2f} ms.",
        ]
    for name, heavy in each.weights.items():
        lines.append(
            f"\nFirst view of {name}: {heavy.requests} requests, {heavy.all_bytes / 1000:.0f} KB,"
            f" the page alone {heavy.page_bytes / 1000:.1f} KB."
        )
    if each.overload:
        lines += ["", _overload(each.overload)]
    return "\n".join(lines) + "\n"


def _overload(found: Overload) -> str:
    said = "with Retry-After" if found.says_when else "without Retry-After"
    return (
        f"Overload: {found.sustained:.0f} views a second are sustained, {found.offered:.0f} were"
        f" offered; {found.served:.0f} a second were served (p99 {found.served_p99:.0f} ms),"
        f" {found.shed:.0f} shed by 503 {said} (p99 {found.shed_p99:.0f} ms), {found.failed} not"
        f" answered in time. A view took {found.before_ms:.1f} ms before and"
        f" {found.recovered_ms:.1f} ms right after."
    )


def _ratios(results: Sequence[AtScale]) -> str:
    first, last = results[0], results[-1]
    best = first.limits.list_page if first.limits else 0
    lines = [
        "## Ratios",
        "",
        f"| view | to the limit | growth from {first.records:,} to {last.records:,} records |",
        "|---|---|---|",
    ]
    for name in first.loads:
        if name not in last.loads:
            continue
        small, large = sum(first.cost(name)), sum(last.cost(name))
        ratio = f"{first.cost(name)[0] / best:.1f}" if best else ""
        lines.append(f"| {name} | {ratio} | {large / small:.2f} |")
    return "\n".join(lines)


def _growth(results: Sequence[AtScale]) -> str:
    """Bars of each view, one a scale, as SVG that stands by itself."""
    names = list(results[0].loads)
    costs = {(each.records, name): sum(each.cost(name)) for each in results for name in each.loads}
    shown = [name for name in names if name != "sign-in"]
    most = max(
        (costs.get((each.records, name), 0) for each in results for name in shown), default=1
    )
    room, height = WIDTH - LABEL - 80, 30 + len(shown) * (ROW * len(results) + 10)
    colours = ("#9db8cf", "#4a7ea8", "#17476e")
    drawn = [
        f'<text x="{LABEL + number * 180}" y="16" fill="{colours[number % 3]}">'
        f"{each.records:,} records</text>"
        for number, each in enumerate(results)
    ]
    top = 30
    for name in shown:
        drawn.append(f'<text x="{LABEL - 10}" y="{top + 15}" text-anchor="end">{name}</text>')
        for number, each in enumerate(results):
            cost = costs.get((each.records, name), 0)
            width = cost / most * room
            drawn.append(
                f'<rect x="{LABEL}" y="{top}" width="{width:.0f}" height="{ROW - 4}"'
                f' fill="{colours[number % 3]}"/>'
                f'<text x="{LABEL + width + 6:.0f}" y="{top + 14}">{cost:.1f} ms</text>'
            )
            top += ROW
        top += 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        ' font-family="sans-serif" font-size="13"><title>Processor time per view</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(drawn)}</svg>'
    )
