"""Whose complaints a list shows (rules A6, C14): each owner or account is asked for its first rows.

Several ways may lead to one complaint, so what they find is merged without doubles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.quotes.queue_scope import QueueScope, all_visible, my_own

# Oneself and everybody below.
_LINE = """WITH RECURSIVE line (id) AS (
        SELECT ${place}::bigint
        UNION
        SELECT s.id FROM line JOIN staff_member s ON s.supervisor_id = line.id)
    SELECT id FROM line"""


@dataclass(frozen=True, slots=True)
class ComplaintScope:
    """The ways to the complaints that a list shows; each names a column of `complaint`."""

    ways: Sequence[QueueScope]

    @property
    def values(self) -> list[Any]:
        return [value for way in self.ways for value in way.values]

    def condition(self) -> str:
        """SQL that is true for the rows of `complaint c`."""
        return f"({' OR '.join(way.condition('c') for way in self.ways)})"

    def some_rows(self, rows: str) -> str:
        """SQL for some rows of each way; `rows` selects from `complaint c`, with `{scope}` among
        its conditions and a limit."""
        return _merged([way.first_rows(rows, "c") for way in self.ways])

    def first_rows(self, walk: Callable[[str], str]) -> str:
        """SQL for the first rows of each way.

        `walk` gives the ordered and limited rows of what has one value in a column, which it is
        told; it calls that value `scope.key`. Without a column: of everything.
        """
        return _merged([_first_of(way, walk) for way in self.ways])


def everything() -> ComplaintScope:
    """No narrowing, for what was narrowed otherwise."""
    return ComplaintScope([QueueScope("account_id", "", [])])


def visible(actor: Actor, *, place: int) -> ComplaintScope:
    """All that `actor` may see; parameters begin at `place`."""
    if actor.may(Permission.READ_ALL_COMPLAINTS):
        return everything()
    accounts = all_visible(actor, place=place)
    if not accounts.keys or not actor.is_staff:
        return ComplaintScope([accounts])
    return ComplaintScope([accounts, *_at_hand(actor, place + len(accounts.values))])


def mine(actor: Actor, *, place: int) -> ComplaintScope:
    """What `actor`, and whom they stand in for today, owns or is asked to take on (rule C14)."""
    own = my_own(actor, place=place)
    offered = my_own(actor, place=place + len(own.values))
    return ComplaintScope([own, replace(offered, column="offered_to_id")])


def my_line(actor: Actor, *, place: int) -> ComplaintScope:
    """What `actor` and everybody below own."""
    keys = _LINE.format(place=place)
    return ComplaintScope([QueueScope("owner_id", keys, [actor.staff_member_id])])


def _at_hand(actor: Actor, place: int) -> list[QueueScope]:
    """What somebody has whatever the account: owned, offered, taken (rules C1, C14)."""
    ways = []
    for column in ("owner_id", "offered_to_id"):
        ways.append(replace(my_own(actor, place=place), column=column))
        place += 1
    ways.append(QueueScope("taken_by", f"SELECT ${place}::bigint", [actor.staff_member_id]))
    return ways


def _first_of(way: QueueScope, walk: Callable[[str], str]) -> str:
    if not way.keys:
        return walk("")
    return f"""SELECT one.* FROM ({way.keys}) AS scope (key)
        CROSS JOIN LATERAL ({walk(way.column)}) AS one"""  # noqa: S608 - constants


def _merged(ways: Sequence[str]) -> str:
    if len(ways) == 1:
        return ways[0]
    return " UNION ".join(f"(SELECT * FROM ({way}) AS way)" for way in ways)  # noqa: S608
