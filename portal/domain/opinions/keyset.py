"""Pages of long lists: conditions with their parameters, cut by a moment and an id."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.domain.quotes.request_rows import key_of, place_of_key

MOST_ROWS = 200


@dataclass(slots=True)
class Wanted:
    """The conditions of a list with their parameters, in the order in which they were added."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition with `{0}`, `{1}` where its values go."""
        first = len(self.values) + 1
        self.values += values
        places = [f"${first + number}" for number in range(len(values))]
        self.conditions.append(condition.format(*places))

    @property
    def sql(self) -> str:
        return " AND ".join(self.conditions) or "TRUE"


@dataclass(frozen=True, slots=True)
class Cut:
    """What a page takes of a list: `size` rows after a place, or before it, in one direction."""

    start: tuple[datetime, int] | None
    backwards: bool
    ascending: bool
    size: int

    @property
    def way(self) -> str:
        return "ASC" if self.ascending else "DESC"

    def narrow(self, wanted: Wanted, moment: str, row_id: str, *, place: str = "{0}") -> str:
        """Begin at the place; returns ORDER BY and LIMIT of the page and one row more.

        `place` turns the moment of the place, `{0}`, into the type of `moment`.
        """
        if self.start is not None:
            beyond = ">" if self.ascending else "<"
            wanted.add(f"({moment}, {row_id}) {beyond} ({place}, {{1}})", *self.start)
        return f"ORDER BY {moment} {self.way}, {row_id} {self.way} LIMIT {self.size + 1}"

    def page(
        self, rows: Sequence[Any], *, moment: str = "moment", row_id: str = "id"
    ) -> tuple[list[Any], str | None, str | None]:
        """The rows of the page in their order, and the keys of its neighbours."""
        more, found = len(rows) > self.size, list(rows[: self.size])
        if self.backwards:
            found.reverse()
        keys = [key_of(row[moment], row[row_id]) for row in found]
        after = keys[-1] if keys and (more or self.backwards) else None
        before = keys[0] if keys and (more if self.backwards else self.start) else None
        return found, after, before


def cut_of(after: str, before: str, size: int, *, ascending: bool) -> Cut:
    """The cut that an address asks for; keys of old links show the first page."""
    start = place_of_key(before or after)
    backwards = bool(before) and start is not None
    return Cut(
        start,
        backwards=backwards,
        ascending=ascending is not backwards,
        size=max(1, min(size, MOST_ROWS)),
    )
