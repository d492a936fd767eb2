"""Reading the policy from the database: one small statement per look-up while nothing changes.

A statement that is asked anyway can bring the policy along: `STATE` among its columns, then
`rulebook_of` its row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from portal.database import Login, current_unit, database_now, fetch, fetch_row
from portal.domain.policy.in_force import (
    COMPANY,
    InForce,
    Rulebook,
    Scope,
    ScopeKind,
    Version,
)
from portal.domain.policy.registry import FIGURES, Figure

T = TypeVar("T")

# What tells two states of the policy apart, for this viewer. Versions are only ever added, but not
# in the order of their ids: a count is needed besides the newest. A customer whose account has
# overrides shares what it sees with no other.
STATE = """(SELECT json_build_array(count(*), max(id), max(recorded_at),
        CASE WHEN count(*) FILTER (WHERE scope_kind = 'account') > 0 THEN current_account() END)
    FROM policy_figure) AS policy_state"""
_KEPT = 64
_KNOWN = "rulebook"
_kept: dict[tuple[Any, ...], Rulebook] = {}


async def rulebook() -> Rulebook:
    """The policy as the current unit of work sees it: asked once, however many figures.

    A customer's unit sees the overrides of its own account only.
    """
    known: Rulebook | None = current_unit().known.get(_KNOWN)
    if known is not None:
        return known
    row = await fetch_row(f"SELECT {STATE}")
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return await rulebook_of(row)


async def rulebook_of(row: Mapping[str, Any]) -> Rulebook:
    """`rulebook` for a row with `STATE` among its columns: no statement while nothing changes."""
    count, newest, recorded_at, account_id = json.loads(row["policy_state"])
    is_customer = current_unit().login is Login.CUSTOMER
    own = account_id if is_customer else None
    state = (is_customer, own, count, newest, recorded_at)
    if state not in _kept:
        if len(_kept) >= _KEPT:
            _kept.clear()
        _kept[state] = Rulebook(await _versions())
    current_unit().known[_KNOWN] = _kept[state]
    return _kept[state]


def policy_changed() -> None:
    """A version was written in the current unit of work: what it knew of the policy is old."""
    current_unit().known.pop(_KNOWN, None)


async def figure(
    wanted: Figure[T], *, at: datetime | None = None, scope: Scope = COMPANY
) -> InForce[T]:
    """What holds of `wanted` for `scope` at `at` (aware; business time now if not given).

    A target keeps the version it was opened under.
    """
    book = await rulebook()
    return book.figure(wanted, at=at or await database_now(), scope=scope)


@dataclass(frozen=True, slots=True)
class Listed:
    """A figure as administrators see it. `set_by` maps the ids of people to their names."""

    figure: Figure[Any]
    current: InForce[Any]
    overrides: Sequence[InForce[Any]]
    upcoming: Sequence[Version]


@dataclass(frozen=True, slots=True)
class Listing:
    """All figures in the order of their topics, and the names of those who set them."""

    figures: Sequence[Listed]
    names: dict[int, str]


async def all_figures(*, at: datetime | None = None) -> Listing:
    """Every figure with what holds at `at`, for whom it is overridden, and what is to come."""
    moment = at or await database_now()
    book = await rulebook()
    listed = [
        Listed(
            figure=each,
            current=book.figure(each, at=moment),
            overrides=book.overrides(each, at=moment),
            upcoming=book.upcoming(each, at=moment),
        )
        for each in FIGURES.values()
    ]
    return Listing(listed, await _names(listed))


async def _versions() -> list[Version]:
    rows = await fetch(
        """SELECT key, scope_kind, scope_value, value, version, valid_from, set_by, reason
           FROM policy_figure"""
    )
    return [
        Version(
            key=row["key"],
            scope_kind=ScopeKind(row["scope_kind"]),
            scope_value=row["scope_value"],
            value=None if row["value"] is None else json.loads(row["value"]),
            version=row["version"],
            valid_from=row["valid_from"],
            set_by=row["set_by"],
            reason=row["reason"],
        )
        for row in rows
    ]


async def _names(listed: Sequence[Listed]) -> dict[int, str]:
    people = set[int | None]()
    for each in listed:
        people.add(each.current.set_by)
        people.update(override.set_by for override in each.overrides)
        people.update(version.set_by for version in each.upcoming)
    people.discard(None)
    if not people:
        return {}
    rows = await fetch("SELECT id, name FROM person WHERE id = ANY($1::bigint[])", list(people))
    return {row["id"]: row["name"] for row in rows}
