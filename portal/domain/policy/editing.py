"""Changing a figure of the policy: a further version, from a moment on, for whom, by whom, why."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch, fetch_value
from portal.domain.common import activity
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy.in_force import ScopeKind
from portal.domain.policy.lookup import policy_changed, rulebook
from portal.domain.policy.registry import Figure

SUBJECT_KIND = "policy_figure"
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to hold of a figure: for whom, from when, and why.

    `value` is of the figure's type; without one the override of a tier or account ends.
    `scope_value` is a tier or the id of an account, None for the company.
    """

    value: Any
    scope_kind: ScopeKind
    scope_value: str | None
    valid_from: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version in the history of a figure, the newest recorded first."""

    value: Any
    scope_kind: ScopeKind
    scope_value: str | None
    version: int
    valid_from: datetime
    recorded_at: datetime
    set_by: str
    reason: str


async def check_wish(figure: Figure[Any], wish: Wish, *, by: Actor) -> None:
    """Raise what `set_figure` would: `NotAllowed`, or `FieldError` at the field that is wrong."""
    if not by.may(Permission.EDIT_POLICY):
        raise NotAllowed
    if not wish.reason.strip():
        raise FieldError("reason", N_("Say why, so that others understand."))
    if len(wish.reason) > LONGEST_REASON:
        raise FieldError(
            "reason", N_("Keep this under %(max_length)s characters."), max_length=LONGEST_REASON
        )
    if wish.valid_from < await database_now():
        raise FieldError("valid_from", N_("A figure cannot change for the past: choose a day."))
    if wish.value is None and wish.scope_kind is ScopeKind.COMPANY:
        raise FieldError("value", N_("For everybody there has to be a value."))
    if wish.value is not None:
        _check_value(figure, wish.value)
    if wish.scope_kind is ScopeKind.ACCOUNT and not await _is_account(wish.scope_value):
        raise FieldError("account", N_("Choose a customer from the list."))
    if wish.value is None and not await _is_overridden(figure, wish):
        raise FieldError("value", N_("There is no figure of its own that could end."))


async def set_figure(figure: Figure[Any], wish: Wish, *, by: Actor) -> int:
    """Write a further version of `figure` and return its number within the scope.

    Raises `NotAllowed`, and `FieldError` at `value`, `reason`, `valid_from` or `account`.
    """
    await check_wish(figure, wish, by=by)
    await execute("SELECT pg_advisory_xact_lock(hashtextextended('policy ' || $1, 0))", figure.key)
    version = await fetch_value(
        """SELECT coalesce(max(version), 0) + 1 FROM policy_figure
           WHERE key = $1 AND scope_kind = $2 AND scope_value IS NOT DISTINCT FROM $3""",
        figure.key,
        wish.scope_kind.value,
        wish.scope_value,
    )
    stored = None if wish.value is None else figure.to_json(wish.value)
    row_id = await fetch_value(
        """INSERT INTO policy_figure
               (key, scope_kind, scope_value, value, version, valid_from, set_by, reason)
           VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8) RETURNING id""",
        figure.key,
        wish.scope_kind.value,
        wish.scope_value,
        None if stored is None else json.dumps(stored, ensure_ascii=False),
        version,
        wish.valid_from,
        by.person_id,
        wish.reason.strip(),
    )
    policy_changed()
    await activity.record(
        Subject(SUBJECT_KIND, row_id, figure.key, None),
        "policy.figure_set",
        by=by,
        visible_to=Audience.INTERNAL,
        after={
            "scope": wish.scope_kind.value,
            "of": wish.scope_value,
            "value": stored,
            "valid_from": wish.valid_from,
            "reason": wish.reason.strip(),
        },
    )
    return int(version)


async def history_of(figure: Figure[Any]) -> list[PastVersion]:
    """Every version of a figure in any scope, the newest recorded first."""
    rows = await fetch(
        """SELECT f.*, p.name FROM policy_figure f LEFT JOIN person p ON p.id = f.set_by
           WHERE f.key = $1 ORDER BY f.id DESC""",
        figure.key,
    )
    return [
        PastVersion(
            value=None if row["value"] is None else figure.from_json(json.loads(row["value"])),
            scope_kind=ScopeKind(row["scope_kind"]),
            scope_value=row["scope_value"],
            version=row["version"],
            valid_from=row["valid_from"],
            recorded_at=row["recorded_at"],
            set_by=row["name"] or "",
            reason=row["reason"],
        )
        for row in rows
    ]


def _check_value(figure: Figure[Any], value: Any) -> None:
    try:
        figure.to_json(value)
    except ValueError as error:
        if figure.least is not None:
            least = figure.type.to_json(figure.least)
            raise FieldError("value", N_("This is at least %(least)s."), least=least) from error
        raise FieldError("value", N_("This figure cannot have that value.")) from error


async def _is_account(scope_value: str | None) -> bool:
    return bool(
        await fetch_value(
            "SELECT EXISTS (SELECT FROM account WHERE id = $1 AND archived_at IS NULL)",
            int(scope_value or 0),
        )
    )


async def _is_overridden(figure: Figure[Any], wish: Wish) -> bool:
    overrides = (await rulebook()).overrides(figure, at=wish.valid_from)
    return (wish.scope_kind, wish.scope_value) in {
        (each.scope_kind, each.scope_value) for each in overrides
    }
