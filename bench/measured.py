"""What was measured, as it is kept in `results.json`: the report is made from it alone."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.limits import Limits
from bench.load import Load
from bench.mails import Mails
from bench.outbox import Outbox
from bench.overload import Overload
from bench.sweep import Sweep
from bench.views import Kind
from bench.weight import Weight

FILE = "results.json"


@dataclass(frozen=True, slots=True)
class Machine:
    """In general words: enough to compare, nothing that tells whose it is."""

    processors: int
    architecture: str
    python: str
    postgres: str = ""


@dataclass(slots=True)
class Page:
    """One view at one scale: a load for each number of connections, and its SQL statements."""

    name: str
    kind: Kind
    loads: list[Load]
    statements: int = 0

    @property
    def typical(self) -> Load:
        """The load of median cost: what one view costs hardly depends on how many ask."""
        return sorted(self.loads, key=lambda load: load.cpu)[(len(self.loads) - 1) // 2]

    @property
    def size(self) -> int:
        """Bytes over the wire of one view."""
        return self.loads[0].size


@dataclass(slots=True)
class AtScale:
    """What was measured with so many records of the business. Seconds and MB (1,000,000 bytes)."""

    records: int
    filled_seconds: float
    ready_seconds: float
    idle_megabytes: float
    loaded_megabytes: float = 0.0
    pages: list[Page] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
    limits: Limits | None = None

    def page(self, name: str) -> Page | None:
        return next((each for each in self.pages if each.name == name), None)


@dataclass(slots=True)
class Beside:
    """Another system and this one, loaded in turns by the same tool: page by page in their order.

    Of two figures the first is ours. Weights are of the first view of the staff's list.
    """

    name: str
    records: tuple[int, int]
    ours: list[Page]
    theirs: list[Page]
    megabytes: tuple[float, float]
    weights: tuple[Weight, Weight]


@dataclass(slots=True)
class Results:
    """All parts that were measured, each with its day."""

    machine: Machine
    days: dict[str, str] = field(default_factory=dict)
    scales: list[AtScale] = field(default_factory=list)
    overload: Overload | None = None
    sweep: Sweep | None = None
    outbox: Outbox | None = None
    mails: Mails | None = None
    peer: Beside | None = None

    def note(self, part: str) -> None:
        """`part` was measured today."""
        self.days[part] = f"{datetime.now(UTC):%Y-%m-%d}"


def this_machine(postgres: str = "") -> Machine:
    return Machine(
        os.cpu_count() or 1,
        platform.machine(),
        platform.python_version(),
        postgres.split(" ", maxsplit=1)[0],
    )


def read(path: Path) -> Results:
    """The results kept at `path`. Raises `FileNotFoundError`, `msgspec.ValidationError`."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def read_or_begin(folder: Path) -> Results:
    """What `folder` keeps already: parts that are not measured again stay in the report."""
    try:
        return read(folder / FILE)
    except (FileNotFoundError, msgspec.ValidationError):
        return Results(this_machine())


def write(results: Results, folder: Path) -> None:
    """Keep `results` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = msgspec.json.format(msgspec.json.encode(results), indent=1)
    (folder / FILE).write_bytes(kept + b"\n")
