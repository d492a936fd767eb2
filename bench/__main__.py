"""`make bench`: fills, loads and reports; nothing of it is kept but the results.

    python -m bench [pages] [overload] [sweep] [outbox] [mails] [--records 2000 200000 2000000]

Without a part all of them are measured. What is measured replaces that part in the results; other
parts stay. `--render` makes the report anew from the results, `--compare` puts an earlier
`results.json` beside them.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from bench import measured, report
from bench.mails import mails
from bench.measured import Results, this_machine
from bench.outbox import outbox
from bench.pages import flooded, pages
from bench.running import Running, running
from bench.sweep import sweep

PARTS = ("pages", "overload", "sweep", "outbox", "mails")


def main() -> None:
    """Read the command line and measure."""
    chosen = _chosen()
    earlier = measured.read(chosen.compare) if chosen.compare else None
    results = measured.read_or_begin(chosen.into)
    began = time.perf_counter()
    if not chosen.render:
        parts = chosen.parts or PARTS
        for part in parts:
            if part in _APART:
                print(f"== {part}", flush=True)
                _APART[part](results, chosen)
                _kept(results, part, chosen, earlier)
        if {"pages", "overload"} & set(parts):
            _at_scales(results, chosen, parts, earlier)
        print(f"measured within {time.perf_counter() - began:.0f} s")
    print(report.write(results, chosen.into, earlier))


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part")
    parser.add_argument("--records", type=int, nargs="+", default=[2_000, 200_000, 2_000_000])
    parser.add_argument("--seconds", type=float, default=4.0, help="of each run, at most")
    parser.add_argument("--targets", type=int, default=1_000_000, help="of the sweep")
    parser.add_argument("--events", type=int, default=1_000, help="of the outbox")
    parser.add_argument("--people", type=int, default=5_000, help="of the survey")
    parser.add_argument("--into", type=Path, default=report.FOLDER)
    parser.add_argument("--render", action="store_true", help="measure nothing")
    parser.add_argument("--compare", type=Path, help="results.json of an earlier run")
    return parser.parse_args()


def _sweep(results: Results, chosen: argparse.Namespace) -> None:
    results.sweep = sweep(chosen.targets)


def _outbox(results: Results, chosen: argparse.Namespace) -> None:
    results.outbox = outbox(chosen.events)


def _mails(results: Results, chosen: argparse.Namespace) -> None:
    results.mails = mails(chosen.people)


# Parts that bring databases of their own.
_APART = {"sweep": _sweep, "outbox": _outbox, "mails": _mails}


def _at_scales(
    results: Results, chosen: argparse.Namespace, parts: Sequence[str], earlier: Results | None
) -> None:
    """Pages at every scale, the overload at the largest."""
    sizes = sorted(chosen.records)
    if "pages" in parts:
        results.scales = []
    else:
        sizes = sizes[-1:]
    for records in sizes:
        print(f"== {records:,} records", flush=True)
        with running(records) as portal:
            results.machine = this_machine(str(asyncio.run(_version(portal))))
            if "pages" in parts:
                results.scales.append(asyncio.run(pages(portal, chosen.seconds)))
                _kept(results, "pages", chosen, earlier)
            if "overload" in parts and records == sizes[-1]:
                print("== overload", flush=True)
                results.overload = asyncio.run(flooded(portal, chosen.seconds))
                _kept(results, "overload", chosen, earlier)


async def _version(portal: Running) -> object:
    return await portal.value("SHOW server_version")


def _kept(results: Results, part: str, chosen: argparse.Namespace, earlier: Results | None) -> None:
    """What is measured is kept at once: a later part may break off."""
    results.note(part)
    report.write(results, chosen.into, earlier)


if __name__ == "__main__":
    main()
