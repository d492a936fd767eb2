"""Lines of the checklist until it is known what was the matter: judged, looked into, explained."""

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.complaints.batches import LOOKED_INTO, BatchBranch
from portal.domain.complaints.routing import route_of_case
from portal.domain.complaints.states import Category, ComplaintStatus, Judgement, Responsibility
from portal.staff.complaints.panels import Panel
from portal.staff.complaints.steps import Case, Offer, Step, StepRow, StepState, closes, offered

_S = ComplaintStatus
_MAY = Permission


def answer(case: Case) -> StepRow:
    """A suggestion, an enquiry, a fault report is answered, and that is it (C15)."""
    works, status = case.may(_MAY.WORK_ON_COMPLAINTS), case.status
    if status is _S.RECEIVED:
        offers = {Panel.ANSWER: case.works, Panel.INTO_COMPLAINT: works}
        words = route_of_case(case.record.case, "").words
        return StepRow(Step.ANSWER, StepState.OPEN, words, "C15", offered(offers))
    if status is not _S.ANSWERED:
        return StepRow(Step.ANSWER, StepState.MET, Phrase(N_("Nothing is left to do.")), "C15")
    offers = {Panel.SETTLED: works, Panel.NOT_SETTLED: works, Panel.CLOSING: closes(case)}
    words = Phrase(N_("Answered. The customer says whether it is settled."))
    return StepRow(Step.ANSWER, StepState.MET, words, "C15", offered(offers))


def judgement(case: Case) -> StepRow:
    record = case.record
    rule = "C3"
    if not record.judgement:
        may = case.may(_MAY.WORK_ON_COMPLAINTS) and case.status is _S.RECEIVED
        offers = offered({Panel.FOUNDED: may, Panel.UNFOUNDED: may})
        words = Phrase(N_("Founded or unfounded? Then it goes on by what it is about."))
        return StepRow(Step.JUDGEMENT, _open(case), words, rule, offers)
    judged = Judgement(record.judgement)
    words = Phrase(
        N_("%(judgement)s: %(reason)s"),
        {"judgement": judged, "reason": record.judgement_reason},
    )
    if case.status is _S.RECEIVED:  # explained, and the customer objected
        may = case.may(_MAY.WORK_ON_COMPLAINTS)
        offers = offered({Panel.FOUNDED: may, Panel.UNFOUNDED: may})
        words = Phrase(N_("The customer does not agree. Judge it again."))
        return StepRow(Step.JUDGEMENT, StepState.OPEN, words, rule, offers)
    return StepRow(Step.JUDGEMENT, StepState.MET, words, rule)


def investigation(case: Case) -> StepRow | None:
    """What is found out, by what it is about (C4, C5, C6)."""
    record, cure = case.record, case.cure
    if record.judgement == Judgement.UNFOUNDED:
        return None
    is_quality = record.category == Category.QUALITY
    rule = "C5" if is_quality else "C4"
    if not record.judgement:
        words = route_of_case(record.case, record.category).words
        return StepRow(Step.INVESTIGATION, StepState.AHEAD, words, rule, _looking(case))
    final = cure.final_finding
    looking, finding_out = _looking(case), _finding_out(case)
    offers = [*looking, *finding_out] if is_quality else [*finding_out, *looking]
    if case.status is _S.JUDGED:
        return StepRow(Step.INVESTIGATION, StepState.OPEN, _what_is_open(case), rule, offers)
    words = (
        Phrase(
            N_("%(responsibility)s: %(finding)s"),
            {"responsibility": final.responsibility, "finding": final.finding},
        )
        if final and final.responsibility
        else Phrase(N_("Nothing more is to be found out."))
    )
    return StepRow(Step.INVESTIGATION, StepState.MET, words, "C6", offers)


def _what_is_open(case: Case) -> Phrase:
    record, cure = case.record, case.cure
    if (work := cure.dealer_at_work) is not None:
        return Phrase(
            N_("%(dealer)s works on it until %(day)s."), {"dealer": work.dealer, "day": work.due_on}
        )
    if record.category == Category.QUALITY and (look_up := cure.last_look_up) is not None:
        return Phrase(look_up.branch.label)
    return route_of_case(record.case, record.category).words


def _looking(case: Case) -> list[Offer]:
    """The same batch in stock, its sample, the goods called back (C5)."""
    look_up = case.cure.last_look_up
    may = case.may(_MAY.INVESTIGATE_COMPLAINTS) and case.status in LOOKED_INTO
    if not may or not case.record.case.is_complaint:
        return []
    offers = [Offer(Panel.BATCH)]
    if look_up is not None and look_up.branch is BatchBranch.TEST:
        offers.insert(0, Offer(Panel.SAMPLE, look_up.id))
    if look_up is not None and look_up.branch is BatchBranch.CALL_BACK:
        offers.insert(0, Offer(Panel.CALL_BACK))
    return offers


def _finding_out(case: Case) -> list[Offer]:
    """Dealers who may do it, and what was found (C4, C5)."""
    record, status = case.record, case.status
    works = case.may(_MAY.WORK_ON_COMPLAINTS)
    at_work = case.cure.dealer_at_work is not None
    not_done = status in {_S.JUDGED, _S.INVESTIGATED, _S.PROPOSED, _S.CHOSEN}
    route = route_of_case(record.case, record.category)
    offers = {
        Panel.DEALER: works and route.dealer and not_done and not at_work,
        Panel.DEALER_DONE: works and at_work,
        Panel.DEALER_FAILED: works and at_work,
        Panel.FINDING: case.may(_MAY.INVESTIGATE_COMPLAINTS)
        and status in {_S.JUDGED, _S.INVESTIGATED},
    }
    return offered(offers)


def explanation(case: Case) -> StepRow | None:
    """What is not our doing is explained (C6)."""
    if case.record.responsibility != Responsibility.NOT_OURS:
        return None
    if case.status is _S.INVESTIGATED:
        words = Phrase(N_("It was not our doing: explain it to the customer with tact."))
        offers = offered({Panel.EXPLANATION: case.works})
        return StepRow(Step.EXPLANATION, StepState.OPEN, words, "C6", offers)
    return StepRow(Step.EXPLANATION, StepState.MET, Phrase(N_("Explained to the customer.")), "C6")


def _open(case: Case) -> StepState:
    return StepState.OPEN if case.status.is_open else StepState.AHEAD
