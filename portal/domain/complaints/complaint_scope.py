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
    """The ways to the records that a list shows; each names a column of the list's table.

    The ways share `values`, and what asks for the same keys asks for them once (`asked_once`).
    """

    ways: Sequence[QueueScope]
    values: Sequence[Any] = ()

    def condition(self, of: str = "c") -> str:
        """SQL that is true for the rows of the table `of`."""
        return f"({' OR '.join(way.condition(of) for way in self.ways)})"

    def some_rows(self, rows: str, of: str = "c") -> str:
        """SQL for some rows of each way; `rows` selects from the table `of`, with `{scope}` among
        its conditions and a limit."""
        return _merged([way.first_rows(rows, of) for way in self.ways])

    def first_rows(self, walk: Callable[[str], str]) -> str:
        """SQL for the first rows of each way.

        `walk` gives the ordered and limited rows of what has one value in a column, which it is
        told; it calls that value `scope.key`. Without a column: of everything.
        """
        return _merged([_first_of(way, walk) for way in self.ways])


def asked_once(*scopes: ComplaintScope) -> tuple[str, Sequence[ComplaintScope]]:
    """The same scopes, reading their keys from a WITH clause (empty where there are no keys).

    Whose line and whose deputy somebody is takes longer to plan and to find out than a page takes.
    """
    names: dict[str, str] = {}
    for way in (way for scope in scopes for way in scope.ways if way.keys):
        names.setdefault(way.keys, f"keys_{len(names) + 1}")
    clauses = [f"{name} (key) AS MATERIALIZED ({keys})" for keys, name in names.items()]
    named = [
        replace(
            scope,
            ways=[
                replace(way, keys=f"SELECT key FROM {names[way.keys]}") if way.keys else way  # noqa: S608
                for way in scope.ways
            ],
        )
        for scope in scopes
    ]
    return f"WITH {', '.join(clauses)} " if clauses else "", named


def everything() -> ComplaintScope:
    """No narrowing, for what was narrowed otherwise."""
    return ComplaintScope([QueueScope("account_id", "", [])])


def visible(actor: Actor, *, place: int) -> ComplaintScope:
    """All that `actor` may see; the parameter, if it has one, is at `place`."""
    if actor.may(Permission.READ_ALL_COMPLAINTS):
        return everything()
    accounts = all_visible(actor, place=place)
    if not accounts.keys or not actor.is_staff:
        return ComplaintScope([accounts], accounts.values)
    # What somebody has whatever the account: owned, offered, taken (rules C1, C14).
    taken = QueueScope("taken_by", f"SELECT ${place}::bigint", [])
    return ComplaintScope([accounts, *mine(actor, place=place).ways, taken], accounts.values)


def mine(actor: Actor, *, place: int) -> ComplaintScope:
    """What `actor`, and whom they stand in for today, owns or is asked to take on (rule C14)."""
    own = my_own(actor, place=place)
    return ComplaintScope([own, replace(own, column="offered_to_id")], own.values)


def my_line(actor: Actor, *, place: int) -> ComplaintScope:
    """What `actor` and everybody below own."""
    keys = _LINE.format(place=place)
    return ComplaintScope([QueueScope("owner_id", keys, [])], [actor.staff_member_id])


def _first_of(way: QueueScope, walk: Callable[[str], str]) -> str:
    if not way.keys:
        return walk("")
    return f"""SELECT one.* FROM ({way.keys}) AS scope (key)
        CROSS JOIN LATERAL ({walk(way.column)}) AS one"""  # noqa: S608 - constants


def _merged(ways: Sequence[str]) -> str:
    if len(ways) == 1:
        return ways[0]
    return " UNION ".join(f"(SELECT * FROM ({way}) AS way)" for way in ways)  # noqa: S608
