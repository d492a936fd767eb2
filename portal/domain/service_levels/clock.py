"""The clocks of what is owed: opened, paused while the customer is asked, met, late for good.

Verbs run inside the caller's unit of work and lock the target; they record nothing in the
timeline, because the subject's own verb says what happened.
"""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.common.activity import Subject
from portal.domain.policy.values import Clock
from portal.domain.service_levels.promise import Promise, TargetKind


@dataclass(frozen=True, slots=True)
class Owed:
    """What a target copies of its subject, and the figures it was opened under.

    `branch_id` is the serving branch: its zone, holidays and own days make the calendar.
    """

    account_id: int
    account_name: str
    branch_id: int
    title: str
    owner_id: int | None
    figures: Clock
    policy_version: int


async def open_target(
    kind: TargetKind, subject: Subject, owed: Owed, *, opened_at: datetime | None = None
) -> Promise:
    """Start the clock (from now unless `opened_at` is given) and return the promise."""
    raise NotImplementedError


async def pause(subject: Subject, kind: TargetKind, reason: str) -> None:
    """Stop the open clock because we wait for the customer; `reason` is shown to both sides."""
    raise NotImplementedError


async def resume(subject: Subject, kind: TargetKind) -> None:
    """Let the clock run on; warn and due move by the working time that was spent waiting."""
    raise NotImplementedError


async def meet(subject: Subject, kind: TargetKind) -> None:
    """What was owed has been done. Done after it was due, it stays a breach."""
    raise NotImplementedError


async def cancel(subject: Subject, kind: TargetKind) -> None:
    """Nothing is owed any more."""
    raise NotImplementedError


async def reassign(subject: Subject, owner_id: int | None) -> None:
    """Another colleague owes it from now on."""
    raise NotImplementedError


async def targets_of(subject_kind: str, subject_id: int) -> list[Promise]:
    """Every promise of a record, the open ones first, each with its pauses."""
    raise NotImplementedError


async def open_targets(
    *,
    owner_ids: list[int] | None = None,
    branch_id: int | None = None,
    account_id: int | None = None,
    limit: int = 50,
) -> list[Promise]:
    """What is owed, due first, by these colleagues, this branch, to this account (any of them)."""
    raise NotImplementedError
