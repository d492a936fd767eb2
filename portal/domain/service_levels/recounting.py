"""What an open target would be due by another policy or calendar: counted, not written.

What was late stays late and what has ended stays as it was: only targets that can still be kept are
counted anew, from their own beginning and with everything that was waited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.policy import FIGURES, Rulebook, Scope
from portal.domain.policy.figures import OFFICE_HOURS
from portal.domain.policy.promise_figures import WARN_SHARE
from portal.domain.policy.values import CalendarKind, Hours
from portal.domain.service_levels.branch_calendar import placed
from portal.domain.service_levels.reckoning import EXPLAINED_COLUMNS, pauses_of
from portal.domain.service_levels.terms import After, Terms, Until, terms_of, that_count

STILL_TO_BE_KEPT = """t.met_at IS NULL AND t.cancelled_at IS NULL AND t.breached_at IS NULL"""
COUNTED_COLUMNS = f"""t.id, t.account_id, t.account_name, t.reference, t.title, t.kind,
    t.subject_kind, t.subject_id, t.branch_id, t.figure_key, t.policy_version, t.opened_at,
    t.warn_at, t.due_at, t.paused_since, a.id AS scoped_to, a.tier, {EXPLAINED_COLUMNS}"""
# What is owed inside the house about an account has that account's figures, too.
COUNTED_FROM = """target t JOIN branch b ON b.id = t.branch_id
    LEFT JOIN account a ON a.id = CASE WHEN t.account_id IS NULL AND t.subject_kind = 'account'
        THEN t.subject_id ELSE t.account_id END"""


@dataclass(frozen=True, slots=True)
class Assumed:
    """By which policy and which own days targets are counted, at which moment.

    `changed` is the key of the figure that has changed: targets opened under it get what it says
    now, all others keep their terms. `days` are hours of days of a branch (None: of the whole
    company) that are not stored, None for a day that is to be as the public calendar says.
    """

    book: Rulebook
    at: datetime
    changed: str = ""
    days: Mapping[tuple[int | None, date], Hours | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recounted:
    """A target as it was and as it would be."""

    row: Mapping[str, Any]
    terms: Terms
    policy_version: int
    warn_at: datetime
    due_at: datetime
    provisional: bool

    @property
    def moves(self) -> bool:
        return bool(self.due_at != self.row["due_at"])

    @property
    def is_changed(self) -> bool:
        kept = self.row["warn_at"], self.row["policy_version"], self.row["provisional"]
        return self.moves or (self.warn_at, self.policy_version, self.provisional) != kept


async def as_it_is(changed: str = "") -> Assumed:
    """The policy and the calendars as they are stored, now."""
    return Assumed(await policy.rulebook(), await database_now(), changed)


async def open_targets_after(
    condition: str, values: Sequence[Any], *, after_id: int, limit: int, lock: bool = False
) -> list[Mapping[str, Any]]:
    """Rows to count, by id; `condition` is SQL about `target t` with its parameters from $3 on."""
    return await fetch(
        f"""SELECT {COUNTED_COLUMNS} FROM {COUNTED_FROM}
            WHERE {STILL_TO_BE_KEPT} AND t.id > $1 AND {condition}
            ORDER BY t.id LIMIT $2 {"FOR NO KEY UPDATE OF t" if lock else ""}""",  # noqa: S608
        after_id,
        limit,
        *values,
    )


def recount(row: Mapping[str, Any], assumed: Assumed) -> Recounted | None:
    """The target of a row with `COUNTED_COLUMNS` by what is assumed; None for one that is late."""
    if row["paused_since"] is None and row["due_at"] < assumed.at:
        return None
    terms, version = _terms(row, assumed)
    hours = assumed.book.figure(OFFICE_HOURS, at=assumed.at).value
    place = placed(row, terms.calendar, hours, assumed.days)
    opened = row["opened_at"]
    pauses = that_count(pauses_of(row), terms, opened, place.calendar)
    reckoned = terms.reckon(opened, place.calendar, pauses)
    return Recounted(
        row=row,
        terms=terms,
        policy_version=version,
        warn_at=reckoned.warn_at,
        due_at=reckoned.due_at,
        provisional=terms.may_be_provisional and place.is_provisional(opened, reckoned.due_at),
    )


def _terms(row: Mapping[str, Any], assumed: Assumed) -> tuple[Terms, int]:
    """The terms that the target keeps, or those of its figure where that has changed."""
    kept = terms_of(row)
    if not assumed.changed or row["figure_key"] != assumed.changed:
        return kept, row["policy_version"]
    figure = FIGURES[assumed.changed]
    scope = Scope(row["scoped_to"], row["tier"])
    holds = assumed.book.figure(figure, at=assumed.at, scope=scope)
    if isinstance(kept, Until):
        return replace(kept, warn_share=holds.value), holds.version
    return After(holds.value), holds.version


def condition_for_figure(key: str) -> tuple[str, list[Any]]:
    """Which targets a change of a figure may concern, for `open_targets_after`."""
    if key == OFFICE_HOURS.key:
        return "t.calendar = $3", [CalendarKind.OFFICE_HOURS.value]
    return "t.figure_key = $3", [key]


def condition_for_calendar(branch_id: int | None) -> tuple[str, list[Any]]:
    """Which targets a change of the days of a branch (None: of all) may concern."""
    return (
        "t.calendar = ANY($3) AND ($4::bigint IS NULL OR t.branch_id = $4)",
        [[CalendarKind.WORKING_DAYS.value, CalendarKind.OFFICE_HOURS.value], branch_id],
    )


def concerns_clocks(key: str) -> bool:
    """Whether open targets depend on this figure at all."""
    figure = FIGURES[key]
    return key in {OFFICE_HOURS.key, WARN_SHARE.key} or figure.type.name == "clock"
