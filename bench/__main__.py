"""`make bench`: seeds, loads and reports, at several sizes; nothing of it is kept but the report.

python -m bench [--records 2000 200000 2000000] [--seconds 4] [--into bench/results]
"""

import argparse
import asyncio
from pathlib import Path

from bench import report
from bench.limits import limits
from bench.load import load
from bench.overload import overload
from bench.running import Running, running
from bench.statements import statements
from bench.views import View, views
from bench.weight import weight

CONNECTIONS = (1, 8, 32)
# Signing in is dear and throttled on purpose: a few tell as much.
FEW = {"sign-in": 3}
BUYER, CLERK = "fang.min@qjwater.example", "chen.li@hengda.example"


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, nargs="+", default=[2_000, 200_000, 2_000_000])
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent / "results")
    chosen = parser.parse_args()
    results = []
    for records in chosen.records:
        print(f"== {records:,} records", flush=True)
        with running(records) as portal:
            results.append(asyncio.run(_measured(portal, chosen.seconds)))
        print(report.write(results, chosen.into), flush=True)


async def _measured(portal: Running, seconds: float) -> report.AtScale:
    found = report.AtScale(portal.records, portal.started_after, portal.web.memory_megabytes())
    measured = await views(portal, BUYER, CLERK)
    for view in measured:
        found.loads[view.name] = [
            await load(
                view.visit,
                base_url=portal.url,
                cookies=dict(view.cookies),
                connections=connections,
                seconds=seconds,
                app=portal.web,
                database=portal.database,
                most=FEW.get(view.name, 1_000_000),
            )
            for connections in ((1,) if view.name in FEW else CONNECTIONS)
        ]
        app, database = found.cost(view.name)
        print(f"{view.name:<36} {app:7.2f} ms + {database:6.2f} ms", flush=True)
    found.memory_loaded_megabytes = portal.web.memory_megabytes()
    for view in measured:
        if view.name in FEW:
            continue
        found.statements[view.name] = await statements(portal, view)
    found.limits = await limits(portal, seconds)
    customer, staff = _cookies(measured, "customer: requests"), _cookies(measured, "staff: queue")
    found.weights["a customer's requests"] = await weight(portal, customer, "/quotes")
    found.weights["the queue"] = await weight(portal, staff, "/staff/quotes")
    queue = next(view for view in measured if view.name == "staff: queue")
    found.overload = await overload(portal, queue, "/staff/quotes", seconds)
    return found


def _cookies(measured: list[View], name: str) -> dict[str, str]:
    return dict(next(view.cookies for view in measured if view.name == name))


if __name__ == "__main__":
    main()
