"""Another system beside this one: the same load tool, the same machine, one run.

    python -m bench.peer --name NAME --about FILE --staff FILE --customer FILE [--records 20000]

FILE of `--about` says in lines of `key=value` where the peer is: `base`, `staff_list`,
`staff_thread`, `customer_list`, `customer_thread` (addresses; one whose name ends in `_json` is
what a page's own script asks, and belongs to its view), `app_pids`, `pg_pid`. The other files hold
a cookie header of somebody who has signed in there. Only pages that it has are compared.
"""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path

from bench import measured, report
from bench.load import Answer, Connection, Visit, load, served
from bench.measured import Beside, Page
from bench.pages import BUYER, CLERK
from bench.processes import Group
from bench.running import Running, running
from bench.views import Kind, View, views
from bench.weight import weight

# Theirs, and what is the same of ours.
SAME = {
    "staff_list": ("staff: queue", "/staff/quotes"),
    "staff_thread": ("staff: request with its thread", ""),
    "customer_list": ("customer: requests", "/quotes"),
    "customer_thread": ("customer: request with its thread", ""),
}
HEAVIEST = "staff_list"
CONNECTIONS = (1, 8)


def main() -> None:
    """Read the command line, measure, and put it into the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--name", required=True, help="what the report calls it")
    parser.add_argument("--about", type=Path, required=True)
    parser.add_argument("--staff", type=Path, required=True, help="a cookie header")
    parser.add_argument("--customer", type=Path, required=True, help="a cookie header")
    parser.add_argument("--tickets", type=int, default=20_000, help="how many records it has")
    parser.add_argument("--records", type=int, default=20_000, help="how many of ours")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run, at most")
    parser.add_argument("--into", type=Path, default=report.FOLDER)
    chosen = parser.parse_args()
    about = _read(chosen.about)
    cookies = {"staff": _cookies(chosen.staff), "customer": _cookies(chosen.customer)}
    with running(chosen.records) as portal:
        beside = asyncio.run(
            _beside(portal, about, cookies, chosen.seconds, (chosen.name, chosen.tickets))
        )
    results = measured.read_or_begin(chosen.into)
    results.peer = beside
    results.note("peer")
    print(report.write(results, chosen.into))


async def _beside(
    portal: Running,
    about: Mapping[str, str],
    cookies: Mapping[str, Mapping[str, str]],
    seconds: float,
    peer: tuple[str, int],
) -> Beside:
    own = {view.name: view for view in await views(portal, BUYER, CLERK)}
    app = Group([int(pid) for pid in about["app_pids"].split()])
    database = Group([int(about["pg_pid"])])
    ours, theirs = list[Page](), list[Page]()
    for name, (same, _) in SAME.items():
        if name not in about:
            continue
        side = name.partition("_")[0]
        foreign = View(name.replace("_", " "), cookies[side], _visit(_paths(about, name)))
        ours.append(await _page(own[same], portal.url, (portal.web, portal.database), seconds))
        theirs.append(await _page(foreign, about["base"], (app, database), seconds))
        print(f"{name:<20} {ours[-1].typical.cpu:8.2f} ms {theirs[-1].typical.cpu:8.2f} ms")
    path, *besides = _paths(about, HEAVIEST)
    name, own_path = SAME[HEAVIEST]
    return Beside(
        name=peer[0],
        records=(portal.records, peer[1]),
        ours=ours,
        theirs=theirs,
        megabytes=(portal.web.memory_megabytes(), app.memory_megabytes()),
        weights=(
            await weight(portal.url, own[name].cookies, own_path),
            await weight(about["base"], cookies["staff"], path, besides),
        ),
    )


async def _page(view: View, url: str, groups: tuple[Group, Group], seconds: float) -> Page:
    loads = [
        await load(
            view.visit,
            base_url=url,
            cookies=dict(view.cookies),
            connections=connections,
            seconds=seconds,
            app=groups[0],
            database=groups[1],
        )
        for connections in CONNECTIONS
    ]
    return Page(view.name, Kind.LIST if "list" in view.name else view.kind, loads)


def _visit(paths: list[str]) -> Visit:
    """One view: the page, and what its script asks for."""

    async def visit(connection: Connection) -> Answer:
        size = 0
        for path in paths:
            answer = served(await connection.get(path), path)
            size += answer.size
        return Answer(answer.status, answer.headers, answer.body, size)

    return visit


def _paths(about: Mapping[str, str], name: str) -> list[str]:
    return [about[key] for key in (name, f"{name}_json") if key in about]


def _read(path: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in lines}


def _cookies(path: Path) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in path.read_text().strip().split("; "))
    return {name: value for name, _, value in pairs}


if __name__ == "__main__":
    main()
