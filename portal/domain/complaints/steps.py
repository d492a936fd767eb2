"""How far a complaint is, as its customer reads: five steps with their dates (rules C2, C3, C8).

Pure: the page gathers the facts. The lighter kinds have three steps, what is explained has four.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.common.words import N_, Worded
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.orders.steps import StepState

_S = ComplaintStatus


class ComplaintStep(Worded):
    """A step of the bar."""

    RECEIVED = "received", N_("Received")
    LOOKED_INTO = "looked_into", N_("Looked into")
    DECIDED = "decided", N_("Measure decided")
    CARRIED_OUT = "carried_out", N_("Carried out")
    EXPLAINED = "explained", N_("Explained")
    CONFIRMED = "confirmed", N_("Confirmed")
    ANSWERED = "answered", N_("Answered")
    SETTLED = "settled", N_("Resolved")
    CLOSED = "closed", N_("Closed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the steps of one case are made of. Moments are aware.

    They may be of steps that an objection or a reopening took back: `status` decides. `decided_at`
    is when the measure that stands was told, None without one; `ready_on` by when it is carried
    out; `due_at` when the solution, or the answer to a lighter kind, is due while it is owed.
    """

    is_complaint: bool
    status: ComplaintStatus
    received_at: datetime
    looked_into_at: datetime | None = None
    investigate_until: date | None = None
    decided_at: datetime | None = None
    ready_on: date | None = None
    told_at: datetime | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `at` is when it was taken, `planned` what was said of it while it was not."""

    step: ComplaintStep
    state: StepState
    at: datetime | None = None
    planned: date | datetime | None = None

    @property
    def label(self) -> str:
        """Message id of the step's name."""
        return self.step.label


def steps_of(facts: StepFacts) -> tuple[Step, ...]:
    """The steps in their order: those behind, the one it stands at, those ahead."""
    way = _way(facts)
    done = _steps_done(facts, way)
    if facts.status is _S.WITHDRAWN:
        ended = Step(ComplaintStep.WITHDRAWN, StepState.CURRENT, at=facts.withdrawn_at)
        return (*(_done(facts, step) for step in way[:done]), ended)
    return tuple(
        _done(facts, step)
        if number < done
        else Step(
            step,
            StepState.CURRENT if number == done else StepState.NEXT,
            planned=_planned(facts, step),
        )
        for number, step in enumerate(way)
    )


def _way(facts: StepFacts) -> tuple[ComplaintStep, ...]:
    last = ComplaintStep.CONFIRMED if facts.is_complaint else ComplaintStep.SETTLED
    if facts.status is _S.CLOSED and facts.confirmed_at is None:
        last = ComplaintStep.CLOSED
    if not facts.is_complaint:
        return ComplaintStep.RECEIVED, ComplaintStep.ANSWERED, last
    if _is_explained(facts):
        return ComplaintStep.RECEIVED, ComplaintStep.LOOKED_INTO, ComplaintStep.EXPLAINED, last
    return (
        ComplaintStep.RECEIVED,
        ComplaintStep.LOOKED_INTO,
        ComplaintStep.DECIDED,
        ComplaintStep.CARRIED_OUT,
        last,
    )


def _is_explained(facts: StepFacts) -> bool:
    """Whether it ended, or is about to end, with an explanation instead of a measure (C3, C6)."""
    if facts.status is _S.EXPLAINED:
        return True
    return facts.status in {_S.CONFIRMED, _S.CLOSED} and facts.decided_at is None


def _steps_done(facts: StepFacts, way: tuple[ComplaintStep, ...]) -> int:
    match facts.status:
        case _S.RECEIVED | _S.JUDGED | _S.WITHDRAWN:
            return 1
        case _S.INVESTIGATED | _S.PROPOSED:
            return 2
        case _S.CHOSEN:
            return 3 if facts.decided_at else 2
        case _S.CARRIED_OUT | _S.EXPLAINED | _S.ANSWERED:
            return len(way) - 1
        case _:
            return len(way)


def _done(facts: StepFacts, step: ComplaintStep) -> Step:
    reached = {
        ComplaintStep.RECEIVED: facts.received_at,
        ComplaintStep.LOOKED_INTO: facts.looked_into_at,
        ComplaintStep.DECIDED: facts.decided_at,
        ComplaintStep.CARRIED_OUT: facts.told_at,
        ComplaintStep.EXPLAINED: facts.told_at,
        ComplaintStep.ANSWERED: facts.told_at,
        ComplaintStep.CONFIRMED: facts.confirmed_at,
        ComplaintStep.SETTLED: facts.confirmed_at,
        ComplaintStep.CLOSED: facts.closed_at,
    }
    return Step(step, StepState.DONE, at=reached.get(step))


def _planned(facts: StepFacts, step: ComplaintStep) -> date | datetime | None:
    match step:
        case ComplaintStep.LOOKED_INTO:
            return facts.investigate_until
        case ComplaintStep.DECIDED | ComplaintStep.ANSWERED:
            return facts.due_at
        case ComplaintStep.CARRIED_OUT:
            return facts.ready_on
        case _:
            return None
