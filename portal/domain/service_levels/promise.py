"""A promise as pages, mails and paper read it: what is owed, by when, and where that stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.common.words import N_, Worded
from portal.domain.service_levels.targets import Explanation


class TargetKind(Worded):
    """What can be owed on a clock."""

    QUOTE = "quote", N_("Quote")
    QUOTE_REVISION = "quote_revision", N_("Revised quote")
    NEXT_RESPONSE = "next_response", N_("Next response")
    SHIPMENT = "shipment", N_("Shipment")
    URGENT_DELIVERY = "urgent_delivery", N_("Urgent delivery")
    SHORT_LINES = "short_lines", N_("Date for lines short of stock")
    FIRST_RESPONSE = "first_response", N_("First response")
    SOLUTION = "solution", N_("Solution")
    FOLLOW_UP = "follow_up", N_("Follow-up contact")
    DEALER_TASK = "dealer_task", N_("Work of the dealer")
    CORRECTIVE_STEP = "corrective_step", N_("Corrective or preventive step")
    EFFECTIVENESS_CHECK = "effectiveness_check", N_("Effectiveness check")
    FIRST_CONTACT = "first_contact", N_("First contact")
    VISIT = "visit", N_("Visit")
    CALLBACK = "callback", N_("Callback")
    OPINION = "opinion", N_("Follow-up of an opinion")
    MEETING_NOTICE = "meeting_notice", N_("Notice of a meeting")
    CONTACT_REPORT = "contact_report", N_("Contact report")
    ACTION_ITEM = "action_item", N_("Agreed action")


class PromiseState(Worded):
    """Where a promise stands at a moment. What was breached stays breached."""

    RUNNING = "running", N_("Running")
    WARNING = "warning", N_("Warning")
    BREACHED = "breached", N_("Breached")
    PAUSED = "paused", N_("Paused")
    MET = "met", N_("Met")
    MET_LATE = "met_late", N_("Met late")
    CANCELLED = "cancelled", N_("Cancelled")
    REPLACED = "replaced", N_("Replaced")


_ENDED = frozenset(
    {PromiseState.MET, PromiseState.MET_LATE, PromiseState.CANCELLED, PromiseState.REPLACED}
)

# What `promise_of` reads; for queries of other rooms that join `target t` to what it is about.
PROMISE_COLUMNS = """t.id AS target_id, t.kind AS target_kind, t.subject_kind, t.subject_id,
    t.reference AS target_reference, t.title AS target_title, t.account_id AS target_account_id,
    t.account_name AS target_account_name, t.owner_id AS target_owner_id, t.opened_at, t.warn_at,
    t.due_at, t.paused_since, t.breached_at, t.met_at, t.cancelled_at, t.replaced_because"""
# What `open_promise_of` reads: a list has fifty of them, and its rows say the rest themselves.
OPEN_PROMISE_COLUMNS = """t.id AS target_id, t.kind AS target_kind, t.opened_at, t.warn_at,
    t.due_at, t.paused_since, t.breached_at"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseClock:
    """What is owed, from when, by when, and where that stands, at the moment it was read.

    Times are UTC; `paused_at` is when the clock stopped, while it stands.
    """

    id: int
    kind: TargetKind
    opened_at: datetime
    warn_at: datetime
    due_at: datetime
    state: PromiseState
    paused_at: datetime | None = None

    @property
    def kind_label(self) -> str:
        """Message id of what is owed."""
        return self.kind.label

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.state not in _ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(PromiseClock):
    """A target with what it is about and what became of it.

    `pause_reason` says what we wait for while `state` is paused. `explanation` is there on the
    record's own page, not in lists. `breached_at` is the due moment that was missed, whatever came
    of it.
    """

    subject_kind: str
    subject_id: int
    reference: str
    title: str
    account_id: int | None
    account_name: str
    owner_id: int | None
    met_at: datetime | None = None
    pause_reason: str = ""
    explanation: Explanation | None = None
    breached_at: datetime | None = None


def open_promise_of(row: Mapping[str, Any], now: datetime) -> PromiseClock:
    """The promise of a row with `OPEN_PROMISE_COLUMNS`, still owed, as it stands at `now`."""
    return PromiseClock(
        id=row["target_id"],
        kind=TargetKind(row["target_kind"]),
        opened_at=row["opened_at"],
        warn_at=row["warn_at"],
        due_at=row["due_at"],
        state=_open_state(row, now),
        paused_at=row["paused_since"],
    )


def promise_of(
    row: Mapping[str, Any],
    now: datetime,
    *,
    pause_reason: str = "",
    explanation: Explanation | None = None,
) -> Promise:
    """The promise of a row with `PROMISE_COLUMNS`, as it stands at `now`."""
    return Promise(
        id=row["target_id"],
        kind=TargetKind(row["target_kind"]),
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        reference=row["target_reference"],
        title=row["target_title"],
        account_id=row["target_account_id"],
        account_name=row["target_account_name"],
        owner_id=row["target_owner_id"],
        opened_at=row["opened_at"],
        warn_at=row["warn_at"],
        due_at=row["due_at"],
        state=_state(row, now),
        met_at=row["met_at"],
        paused_at=row["paused_since"],
        pause_reason=pause_reason,
        explanation=explanation,
        breached_at=row["breached_at"],
    )


def _state(row: Mapping[str, Any], now: datetime) -> PromiseState:
    if row["cancelled_at"]:
        return PromiseState.REPLACED if row["replaced_because"] else PromiseState.CANCELLED
    if row["met_at"]:
        return PromiseState.MET_LATE if row["breached_at"] else PromiseState.MET
    return _open_state(row, now)


def _open_state(row: Mapping[str, Any], now: datetime) -> PromiseState:
    if row["paused_since"] and not row["breached_at"]:
        return PromiseState.PAUSED
    if row["breached_at"] or now > row["due_at"]:
        return PromiseState.BREACHED
    return PromiseState.WARNING if now >= row["warn_at"] else PromiseState.RUNNING
