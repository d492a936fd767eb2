"""The checklist of a complaint: what its lines are, and what they are made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase, Worded
from portal.domain.complaints.cure_view import Cure, Proposed
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.complaints.tables import Complaint
from portal.staff.complaints.panels import Panel


class Step(Worded):
    """A step of the checklist."""

    ANSWER = "answer", N_("Answer")
    JUDGEMENT = "judgement", N_("Judging")
    INVESTIGATION = "investigation", N_("Investigation")
    EXPLANATION = "explanation", N_("Explanation")
    PROPOSALS = "proposals", N_("Proposals")
    APPROVAL = "approval", N_("Approval of the compensation")
    OUTCOME = "outcome", N_("Carrying out")
    CONFIRMATION = "confirmation", N_("Confirmation by the customer")
    CORRECTIVE_ACTION = "corrective_action", N_("Corrective action")
    SUMMING_UP = "summing_up", N_("Summing-up")
    FOLLOW_UP = "follow_up", N_("Follow-up")
    REVIEW = "review", N_("Review")


class StepState(Worded):
    """Where a step stands."""

    MET = "met", N_("Done")
    OPEN = "open", N_("To do")
    AHEAD = "ahead", N_("Later")

    @property
    def tone(self) -> str:
        return {"met": "done", "open": "warning", "ahead": "neutral"}[self.value]


@dataclass(frozen=True, slots=True)
class Offer:
    """A form that can be opened; `about` is the part of the complaint that it is about."""

    panel: Panel
    about: int | None = None


@dataclass(frozen=True, slots=True)
class StepRow:
    """A line of the checklist. `rule` is the rule of the house that asks for it."""

    step: Step
    state: StepState
    words: Phrase
    rule: str
    offers: Sequence[Offer] = ()

    @property
    def is_open(self) -> bool:
        return self.state is StepState.OPEN


@dataclass(frozen=True, slots=True)
class Case:
    """What the checklist is made of. `decides` are the approvals that the viewer may decide (C7).

    `chooses` are the proposals that they may choose, in their own name or as a deputy (C8).
    `may_close`: every reminder was sent (C8). `may_waive`: the viewer verifies corrective actions,
    or stands in for who does (C9). `in_review`: it is on the review list (C13). `is_offered`: the
    viewer is asked to take it on (C14).
    """

    record: Complaint
    cure: Cure
    actor: Actor
    decides: Collection[int] = field(default_factory=frozenset)
    chooses: Sequence[Proposed] = ()
    may_close: bool = False
    may_waive: bool = False
    is_offered: bool = False
    in_review: bool = False

    @property
    def status(self) -> ComplaintStatus:
        return self.record.state

    @property
    def works(self) -> bool:
        """Whether the viewer works on it: by role, or because it is theirs (C14)."""
        owns = self.record.owner_id == self.actor.staff_member_id
        return owns or self.actor.may(Permission.WORK_ON_COMPLAINTS)

    def may(self, permission: Permission) -> bool:
        return self.actor.may(permission)


def offered(offers: Mapping[Panel, bool]) -> list[Offer]:
    return [Offer(panel) for panel, is_offered in offers.items() if is_offered]


def closes(case: Case) -> bool:
    return case.may_close and case.may(Permission.SUPERVISE_COMPLAINTS)
