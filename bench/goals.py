"""What we hold ourselves to, and how far a figure is from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.views import Kind

MET = "met"


@dataclass(frozen=True, slots=True)
class Goal:
    """At most (or at least) `limit` of a `unit`."""

    limit: float
    unit: str
    is_least: bool = False
    digits: int = 1

    @property
    def words(self) -> str:
        way = "≥" if self.is_least else "≤"
        return f"{way} {self.limit:g} {self.unit}".rstrip()

    def verdict(self, figure: float) -> str:
        """`met`, or by how much not, as a multiple."""
        if (figure >= self.limit) if self.is_least else (figure <= self.limit):
            return MET
        times = self.limit / figure if self.is_least and figure else figure / self.limit
        return f"missed, {times:.2f} ×"


APPLICATION = Goal(3, "ms")
DATABASE = Goal(1, "ms")
STATEMENTS = Goal(6, "")
POST = Goal(4, "ms")
FRAGMENT = Goal(15, "KB")
GROWTH = Goal(1.2, "×")
MEMORY = Goal(120, "MB")
READY = Goal(1.5, "s")
SWEEP = Goal(1, "s")
MAILS = Goal(200, "mails/s", is_least=True)
FIRST_VIEW = Goal(100, "KB")
FIRST_REQUESTS = Goal(6, "requests")

# Which goals a view has, beside that of growth. Of a post, application and PostgreSQL together.
OF_KIND: Mapping[Kind, tuple[str, ...]] = {
    Kind.LIST: ("application", "database", "statements"),
    Kind.THREAD: ("application", "database", "statements"),
    Kind.FRAGMENT: ("application", "database", "statements", "size"),
    Kind.POST: ("post",),
    Kind.HOME: (),
    Kind.SIGN_IN: (),
}
GROWING = frozenset({Kind.LIST, Kind.THREAD, Kind.POST, Kind.FRAGMENT, Kind.HOME})
