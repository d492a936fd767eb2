"""The report of a run, made from its results alone: `report.md` and `growth.svg`."""

from pathlib import Path

from bench import goals, measured, picture, tables
from bench.goals import MET, OF_KIND, Goal
from bench.mails import Mails
from bench.measured import AtScale, Beside, Results
from bench.outbox import Outbox
from bench.overload import Overload
from bench.sweep import Sweep
from bench.tables import table

FOLDER = Path(__file__).parent / "results"


def write(results: Results, folder: Path, earlier: Results | None = None) -> Path:
    """Keep `results` in `folder` and write the report beside them; returns the report."""
    measured.write(results, folder)
    if results.scales:
        (folder / "growth.svg").write_text(picture.growth(results.scales), encoding="utf-8")
    report = folder / "report.md"
    head, summary, *rest = _parts(results, earlier)
    parts = [part.strip() for part in (head, summary, _remarks(folder), *rest) if part.strip()]
    report.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return report


def _parts(results: Results, earlier: Results | None) -> list[str]:
    scales = results.scales
    parts = [_head(results), _summary(results)]
    if scales:
        parts += [_growth(scales), "## Beside the limit", tables.ratios(scales[-1])]
        parts += ["## First views", tables.weights(scales[-1])]
    if results.overload:
        parts.append(_overload(results.overload))
    if results.sweep:
        parts.append(_sweep(results.sweep))
    if results.outbox:
        parts.append(_outbox(results.outbox))
    if results.mails:
        parts.append(_mails(results.mails))
    if results.peer:
        parts.append(_peer(results.peer))
    parts += [_scale(each) for each in scales]
    if earlier and earlier.scales and scales:
        was, now = earlier.scales[-1], scales[-1]
        parts.append(
            f"## Compared with an earlier run\n\n{was.records:,} and {now.records:,} records.\n\n"
            + tables.compared(was, now)
        )
    return parts


def _remarks(folder: Path) -> str:
    """What people say to the figures, kept beside them by hand."""
    remarks = folder / "remarks.md"
    return remarks.read_text(encoding="utf-8") if remarks.exists() else ""


def _head(results: Results) -> str:
    machine = results.machine
    days = dict[str, list[str]]()
    for part, day in sorted(results.days.items()):
        days.setdefault(day, []).append(part)
    when = "; ".join(f"{', '.join(parts)} on {day}" for day, parts in sorted(days.items()))
    return (
        "# What a page costs\n\n`make bench` makes this report; [how to read it](../README.md)."
        f" Measured on {machine.processors} processors ({machine.architecture}) with Python"
        f" {machine.python} and PostgreSQL {machine.postgres}: {when}.\n\nOne web process as in"
        " production, row-level security on, connected by the application's own logins. Costs are"
        " milliseconds of processor time per view: they hardly depend on what else the machine"
        " does, elapsed times do."
    )


def _summary(results: Results) -> str:
    rows: list[tuple[str, str, str, str]] = []

    def add(what: str, goal: Goal, figure: float, digits: int = 1) -> None:
        rows.append((what, goal.words, f"{figure:.{digits}f} {goal.unit}", goal.verdict(figure)))

    for each in results.scales:
        judged = [page for page in each.pages if OF_KIND[page.kind]]
        good = sum(not tables.missed(page) for page in judged)
        said = MET if good == len(judged) else f"missed by {len(judged) - good}"
        rows.append(
            (f"Views at {each.records:,} records", "each its own", f"{good} of {len(judged)}", said)
        )
    if len(results.scales) > 1:
        first, last = results.scales[0], results.scales[-1]
        worst = max(
            (last.page(page.name).typical.cpu / page.typical.cpu, page.name)  # type: ignore[union-attr]
            for page in first.pages
            if page.kind in goals.GROWING and last.page(page.name)
        )
        add(
            f"Growth over {last.records / first.records:,.0f} times ({worst[1]})",
            goals.GROWTH,
            worst[0],
            2,
        )
    if results.scales:
        most = max(each.loaded_megabytes for each in results.scales)
        add("Memory of one web process, loaded", goals.MEMORY, most, 0)
        ready = sorted(each.ready_seconds for each in results.scales)
        add("Start until ready, median", goals.READY, ready[len(ready) // 2], 2)
        heaviest = max(each.all_bytes for each in results.scales[-1].weights.values())
        add("Heaviest first view", goals.FIRST_VIEW, heaviest / 1000, 0)
    if results.sweep:
        worst_step = max(
            step.seconds for step in results.sweep.steps if step.count >= results.sweep.due
        )
        add(
            f"Sweep of {results.sweep.targets:,} targets, {results.sweep.due:,} due",
            goals.SWEEP,
            worst_step,
            2,
        )
    if results.mails:
        add("Survey mails, steady", goals.MAILS, results.mails.a_second, 0)
    return "## Against the goals\n\n" + table(["what", "goal", "measured", "verdict"], rows)


def _growth(scales: list[AtScale]) -> str:
    return (
        "## Growth\n\n![Processor time per view by records; the table says the same](growth.svg)"
        "\n\nMilliseconds of the application and of PostgreSQL per view, and both together as a"
        f" multiple of those at {scales[0].records:,} records.\n\n{tables.growth(scales)}"
    )


def _scale(each: AtScale) -> str:
    return (
        f"## At {each.records:,} records\n\nFilled within {each.filled_seconds:.0f} s. Ready"
        f" {each.ready_seconds:.2f} s after the start. One web process:"
        f" {each.idle_megabytes:.0f} MB idle, {each.loaded_megabytes:.0f} MB after the load."
        f" Goals: lists, threads and fragments application {goals.APPLICATION.words}, PostgreSQL"
        f" {goals.DATABASE.words}, statements {goals.STATEMENTS.words}; a post together"
        f" {goals.POST.words}; a fragment {goals.FRAGMENT.words}.\n\n{tables.at_scale(each)}"
    )


def _overload(found: Overload) -> str:
    normal = (
        "never took as long as before again within the time watched"
        if found.normal_after is None
        else f"took as long as before ({found.before_ms:.1f} ms) {found.normal_after:.1f} s later"
    )
    rows = [
        ("sustained with 8 connections", f"{found.sustained:.0f}", ""),
        ("offered, each on a new connection", f"{found.offered:.0f}", ""),
        ("served", f"{found.served:.0f}", f"{found.served_p50:.0f} / {found.served_p99:.0f}"),
        (
            f"shed with 503 {'and' if found.says_when else 'without'} Retry-After",
            f"{found.shed:.0f}",
            f"/ {found.shed_p99:.0f}",
        ),
    ]
    return (
        f"## Overload\n\nThe staff queue at {found.records:,} records under ten times of what it"
        f" sustains, for {found.seconds:.0f} s.\n\n"
        + table(["views", "a second", "p50 / p99 ms"], rows)
        + f"\n\n{found.failed} of all were not answered. A view {normal}; the process had"
        f" {found.memory_megabytes:.0f} MB then."
    )


def _sweep(found: Sweep) -> str:
    rows = [
        (
            step.what,
            step.count,
            f"{step.seconds:.3f}",
            goals.SWEEP.verdict(step.seconds) if step.count in (0, found.due) else "–",
        )
        for step in found.steps
    ]
    return f"## Due-date sweep over {found.targets:,} open targets\n\n" + table(
        ["sweep", "targets stamped", "s", goals.SWEEP.words], rows
    )


def _outbox(found: Outbox) -> str:
    return (
        f"## Outbox\n\n{found.events:,} messages of customers, worked off by one worker:"
        f" {found.events_a_second:.0f} events a second told ({found.notices:,} notices),"
        f" {found.mails_a_second:.0f} mails a second sent beside it ({found.mails:,} mails,"
        f" {found.failed} failures). {found.worker_cpu:.1f} ms of the worker and"
        f" {found.database_cpu:.1f} ms of PostgreSQL an event, its mails included."
    )


def _mails(found: Mails) -> str:
    return (
        f"## Survey mails\n\nA campaign to {found.people:,} people is planned within"
        f" {found.planned_seconds:.1f} s. One worker: the first mail {found.first_after:.1f} s"
        f" after its start, the last {found.last_after:.1f} s, {found.a_second:.0f} mails a second"
        f" over the steady middle ({goals.MAILS.words}: {goals.MAILS.verdict(found.a_second)}),"
        f" {found.missing} missing, {found.twice} twice. {found.worker_cpu:.2f} ms of the worker"
        f" and {found.database_cpu:.2f} ms of PostgreSQL a mail."
    )


def _peer(found: Beside) -> str:
    rows = []
    for ours, theirs in zip(found.ours, found.theirs, strict=True):
        own, foreign = ours.typical, theirs.typical
        rows.append(
            (
                theirs.name,
                f"{own.app_cpu:.1f} + {own.database_cpu:.1f}",
                f"{foreign.app_cpu:.1f} + {foreign.database_cpu:.1f}",
                f"{foreign.cpu / own.cpu:.1f}",
                f"{ours.size / 1000:.0f}",
                f"{theirs.size / 1000:.0f}",
            )
        )
    here, there = found.weights
    head = ["page", "ours ms", "theirs ms", "theirs ÷ ours", "ours KB", "theirs KB"]
    return (
        f"## Beside {found.name}\n\nIn turns in one run, one process each, {found.records[0]:,}"
        f" records of ours and {found.records[1]:,} tickets. Milliseconds of the application and of"
        f" PostgreSQL per view.\n\n{table(head, rows)}\n\nFirst view of the staff's list:"
        f" {here.requests} requests and {here.all_bytes / 1000:.0f} KB, there {there.requests} and"
        f" {there.all_bytes / 1000:.0f} KB. Memory {found.megabytes[0]:.0f} MB, there"
        f" {found.megabytes[1]:.0f} MB."
    )
