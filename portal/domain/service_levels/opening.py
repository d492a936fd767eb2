"""Starting a clock: what a subject owes, to whom, and by which terms it is reckoned."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.common.activity import Subject
from portal.domain.policy.promise_figures import WARN_SHARE
from portal.domain.policy.values import Clock
from portal.domain.service_levels.branch_calendar import calendar_at
from portal.domain.service_levels.promise import (
    PROMISE_COLUMNS,
    Promise,
    TargetKind,
    promise_of,
)
from portal.domain.service_levels.terms import After, MomentRule, Terms, Until, stored


@dataclass(frozen=True, slots=True)
class OwedUntil:
    """What a target that is due at a moment copies of its subject.

    `account_id` is None for what is owed inside the house, which no customer sees. `branch_id` is
    the serving branch: its zone, holidays and own days make the calendar.
    """

    account_id: int | None
    account_name: str
    branch_id: int
    title: str
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Owed(OwedUntil):
    """What a target copies of its subject, and the figures that it keeps.

    `figure_key` names the policy's figure that `figures` come from, so that a change of the policy
    finds the target; without one they are nobody's to change.
    """

    figures: Clock
    policy_version: int
    figure_key: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the terms of a new target come from: a figure of the policy and its version."""

    figure_key: str
    policy_version: int


async def open_target(
    kind: TargetKind, subject: Subject, owed: Owed, *, opened_at: datetime | None = None
) -> Promise:
    """Start a clock, now unless `opened_at` (aware) says otherwise, and return the promise.

    A subject has at most one open clock of a kind: a second one is an integrity error.
    """
    terms = After(owed.figures)
    origin = Origin(owed.figure_key, owed.policy_version)
    return await insert_target(kind, subject, owed, terms, origin, opened_at=opened_at)


async def open_target_until(
    kind: TargetKind,
    subject: Subject,
    owed: OwedUntil,
    *,
    due: datetime,
    rule: MomentRule,
    opened_at: datetime | None = None,
) -> Promise:
    """Start a clock that is due at a moment (aware), which `rule` explains; as `open_target`.

    It warns once the policy's share of the office hours until then has passed. A moment that is
    past already is a breach from the start.
    """
    terms, origin = await until(due, rule)
    return await insert_target(kind, subject, owed, terms, origin, opened_at=opened_at)


async def until(due: datetime, rule: MomentRule) -> tuple[Until, Origin]:
    """The terms of something due at a moment, by the policy that holds now."""
    share = await policy.figure(WARN_SHARE)
    return Until(rule, due, share.value), Origin(WARN_SHARE.key, share.version)


async def insert_target(
    kind: TargetKind,
    subject: Subject,
    owed: OwedUntil,
    terms: Terms,
    origin: Origin,
    *,
    opened_at: datetime | None = None,
    replaces: int | None = None,
) -> Promise:
    """Write a target. `replaces` is the id of the one that it stands for from now on."""
    now = await database_now()
    opened = opened_at or now
    place = await calendar_at(owed.branch_id, terms.calendar)
    reckoned = terms.reckon(opened, place.calendar)
    provisional = terms.may_be_provisional and place.is_provisional(opened, reckoned.due_at)
    row = await fetch_row(
        f"""INSERT INTO target AS t (account_id, account_name, subject_kind, subject_id, reference,
                title, kind, owner_id, branch_id, figure_key, policy_version, timezone,
                opened_at, warn_at, due_at, provisional, replaces,
                calendar, warn_after, due_after, moment_rule, promised_at, warn_share)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                $18, $19, $20, $21, $22, $23)
            RETURNING {PROMISE_COLUMNS}""",  # noqa: S608 - constants
        owed.account_id,
        owed.account_name,
        subject.kind,
        subject.id,
        subject.reference,
        owed.title,
        kind.value,
        owed.owner_id,
        owed.branch_id,
        origin.figure_key,
        origin.policy_version,
        place.timezone,
        opened,
        reckoned.warn_at,
        reckoned.due_at,
        provisional,
        replaces,
        *stored(terms),
    )
    assert row is not None  # noqa: S101 - RETURNING
    explanation = terms.explain(opened, place.calendar, provisional=provisional)
    return promise_of(row, now, explanation=explanation)
