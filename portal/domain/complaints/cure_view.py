"""What was found out about a complaint and done about it, as staff read it (C4-C8, C11, C13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.batches import BatchBranch
from portal.domain.complaints.states import (
    ApprovalReason,
    Cause,
    ChargedTo,
    ComplaintChannel,
    FindingStage,
    Measure,
    Responsibility,
    SampleResult,
    Satisfaction,
)


@dataclass(frozen=True, slots=True)
class LookUp:
    """What there was of a batch, and what a sample of it said; `branch` is where it leads (C5)."""

    id: int
    item_id: int
    sku: str
    batch: str
    in_stock: Decimal
    looked_by: str
    looked_at: datetime
    sample_size: Decimal | None
    result: SampleResult | None
    note: str
    tested_by: str
    tested_at: datetime | None
    branch: BatchBranch


@dataclass(frozen=True, slots=True)
class CalledBack:
    """Goods that are called back; the customer reads the reason (C5)."""

    sku: str
    batch: str
    quantity: Decimal
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class FoundOut:
    """A finding; the customer reads `for_customer` alone (C5, C6)."""

    stage: FindingStage
    finding: str
    for_customer: str
    responsibility: Responsibility | None
    cause: Cause | None
    found_by: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class DealerWork:
    """What a dealer was given to do until a day, and how it ended (C4)."""

    dealer: str
    phone: str
    what: str
    due_on: date
    given_by: str
    given_at: datetime
    done_at: datetime | None
    failed_at: datetime | None
    result: str
    cost: Money | None

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.failed_at is None


@dataclass(frozen=True, slots=True)
class Asked:
    """An approver whom the rule names, why, and what they said; `decided_for` was away (C7)."""

    id: int
    role: StaffRole
    reason: ApprovalReason
    decided_by: str
    decided_for: str
    decided_at: datetime | None
    approved: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A way to put it right with what it costs; amounts are in the account's currency (C7, C8).

    `chosen_for` was away.
    """

    id: int
    round: int
    measure: Measure
    description: str
    reasoning: str
    ready_on: date | None
    cost: Money
    units: Decimal
    compensation: Money
    charged_to: ChargedTo | None
    charged: Money
    advance_percent: Decimal
    proposed_by_id: int
    proposed_by: str
    proposed_at: datetime
    withdrawn_at: datetime | None
    chosen_by: str
    chosen_for: str
    chosen_at: datetime | None
    chosen_because: str
    released_at: datetime | None
    refused_at: datetime | None
    approvals: Sequence[Asked]

    @property
    def is_on_the_table(self) -> bool:
        """Whether it can be chosen or taken back."""
        return not (self.withdrawn_at or self.chosen_at or self.refused_at)

    @property
    def is_chosen(self) -> bool:
        """Whether it is what is to be done."""
        return self.chosen_at is not None and self.refused_at is None


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer said to an outcome; `recorded_by` of ours, where they phoned (C8)."""

    round: int
    accepted: bool
    reason: str
    name: str
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedAfter:
    """A contact after closing (C11)."""

    reached: str
    channel: ComplaintChannel
    satisfaction: Satisfaction
    note: str
    contacted_by: str
    contacted_at: datetime


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the review of a bad case came to (C13)."""

    conclusion: str
    reviewed_by: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class Cure:
    """All of it, each kind in the order it came."""

    look_ups: Sequence[LookUp]
    call_backs: Sequence[CalledBack]
    findings: Sequence[FoundOut]
    dealer_work: Sequence[DealerWork]
    proposals: Sequence[Proposed]
    answers: Sequence[Said]
    follow_ups: Sequence[AskedAfter]
    review: Reviewed | None

    @property
    def last_look_up(self) -> LookUp | None:
        return self.look_ups[-1] if self.look_ups else None

    @property
    def dealer_at_work(self) -> DealerWork | None:
        return next((each for each in self.dealer_work if each.is_open), None)

    @property
    def chosen(self) -> Proposed | None:
        return next((each for each in self.proposals if each.is_chosen), None)

    @property
    def on_the_table(self) -> Sequence[Proposed]:
        return [each for each in self.proposals if each.is_on_the_table]

    @property
    def open_approvals(self) -> Sequence[Asked]:
        """Who still has to allow what was chosen (C7)."""
        chosen = self.chosen
        return [each for each in chosen.approvals if each.decided_at is None] if chosen else []

    @property
    def final_finding(self) -> FoundOut | None:
        final = [each for each in self.findings if each.stage is FindingStage.FINAL]
        return final[-1] if final else None
