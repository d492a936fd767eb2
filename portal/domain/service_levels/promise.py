"""A promise as pages, mails and paper read it: what is owed, by when, and how that came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.common.words import N_, Worded


class TargetKind(Worded):
    """What can be owed on a clock."""

    QUOTE = "quote", N_("Quote")
    QUOTE_REVISION = "quote_revision", N_("Revised quote")


class PromiseState(Worded):
    """Where a promise stands at a moment. Met late is a breach that stays one."""

    RUNNING = "running", N_("Running")
    WARNING = "warning", N_("Warning")
    BREACHED = "breached", N_("Breached")
    PAUSED = "paused", N_("Paused")
    MET = "met", N_("Met")
    MET_LATE = "met_late", N_("Met late")
    CANCELLED = "cancelled", N_("Cancelled")


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that does not count. `ended_at` is None while it lasts. Unpacks to its parts."""

    started_at: datetime
    ended_at: datetime | None
    reason: str

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter((self.started_at, self.ended_at, self.reason))


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the due moment came about: so much time on this calendar, less these pauses."""

    duration: timedelta
    calendar: str
    policy_version: int
    pauses: Sequence[Pause]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """A target at the moment it was read. All times are UTC.

    `state` is a `PromiseState`; once breached it stays so, whether or not the clock stands. In
    lists `explanation` knows of no past pauses (see `clock.open_targets`).
    """

    id: int
    kind: str
    subject_kind: str
    subject_id: int
    reference: str
    title: str
    account_id: int
    account_name: str
    owner_id: int | None
    opened_at: datetime
    warn_at: datetime
    due_at: datetime
    state: PromiseState
    met_at: datetime | None = None
    paused_at: datetime | None = None
    pause_reason: str = ""
    explanation: Explanation | None = None

    @property
    def kind_label(self) -> str:
        """Message id of what is owed."""
        return TargetKind(self.kind).label

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.state not in (PromiseState.MET, PromiseState.MET_LATE, PromiseState.CANCELLED)
