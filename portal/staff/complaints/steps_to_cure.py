"""Lines of the checklist from the proposals to the customer's confirmation and what is learned."""

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.complaints.states import CapaState, ComplaintStatus, Judgement, Responsibility
from portal.staff.complaints.panels import Panel
from portal.staff.complaints.steps import Case, Offer, Step, StepRow, StepState, closes, offered

_S = ComplaintStatus
_MAY = Permission


def proposals(case: Case) -> StepRow | None:
    """Ways to put it right side by side; the supervisor chooses (C8)."""
    record, cure, status = case.record, case.cure, case.status
    if record.judgement == Judgement.UNFOUNDED or record.responsibility == Responsibility.NOT_OURS:
        return None
    if status in {_S.RECEIVED, _S.JUDGED}:
        words = Phrase(N_("After the final finding."))
        return StepRow(Step.PROPOSALS, StepState.AHEAD, words, "C8")
    if status in {_S.INVESTIGATED, _S.PROPOSED}:
        offers = {
            Panel.CHOICE: bool(case.chooses),
            Panel.PROPOSAL: case.may(_MAY.WORK_ON_COMPLAINTS),
        }
        words = (
            Phrase(N_("The supervisor chooses one of them."))
            if cure.on_the_table
            else Phrase(N_("Set at least one proposal beside what it costs."))
        )
        return StepRow(Step.PROPOSALS, StepState.OPEN, words, "C8", offered(offers))
    chosen = cure.chosen
    words = (
        Phrase(
            N_("%(measure)s, chosen by %(name)s"),
            {"measure": chosen.measure, "name": chosen.chosen_by},
        )
        if chosen
        else Phrase(N_("Nothing is proposed any more."))
    )
    return StepRow(Step.PROPOSALS, StepState.MET, words, "C8")


def approval(case: Case) -> StepRow | None:
    """Who has to allow the compensation, by pieces, severity and advance (C7)."""
    chosen = case.cure.chosen
    if chosen is None or not chosen.approvals:
        return None
    waiting = case.cure.open_approvals
    if not waiting:
        return StepRow(Step.APPROVAL, StepState.MET, Phrase(N_("Everybody has allowed it.")), "C7")
    words = Phrase(N_("Asked: %(roles)s"), {"roles": tuple(each.role.label for each in waiting)})
    mine = next((each for each in waiting if each.id in case.decides), None)
    offers = [Offer(Panel.APPROVAL, mine.id), Offer(Panel.REFUSAL, mine.id)] if mine else []
    return StepRow(Step.APPROVAL, StepState.OPEN, words, "C7", offers)


def outcome(case: Case) -> StepRow | None:
    """What was chosen is done, and the customer is told (C8)."""
    record, status, chosen = case.record, case.status, case.cure.chosen
    if record.judgement == Judgement.UNFOUNDED or record.responsibility == Responsibility.NOT_OURS:
        return None
    if status is _S.CHOSEN and chosen is not None and chosen.released_at is not None:
        offers = offered({Panel.OUTCOME: case.works})
        words = Phrase(
            N_("%(measure)s, by %(day)s"), {"measure": chosen.measure, "day": chosen.ready_on}
        )
        return StepRow(Step.OUTCOME, StepState.OPEN, words, "C8", offers)
    if status in {_S.CARRIED_OUT, _S.CONFIRMED} or (status is _S.CLOSED and chosen is not None):
        return StepRow(Step.OUTCOME, StepState.MET, Phrase(N_("The customer has been told.")), "C8")
    return StepRow(
        Step.OUTCOME, StepState.AHEAD, Phrase(N_("Once it is chosen and allowed.")), "C8"
    )


def confirmation(case: Case) -> StepRow:
    """The customer's confirmation is what closes it (C8)."""
    record, rule = case.record, "C8"
    if record.confirmed_name:
        words = Phrase(N_("Confirmed by %(name)s."), {"name": record.confirmed_name})
        return StepRow(Step.CONFIRMATION, StepState.MET, words, rule)
    if case.status is _S.CLOSED:
        words = Phrase(
            N_("Closed without an answer: %(reason)s"), {"reason": record.closing_reason}
        )
        return StepRow(Step.CONFIRMATION, StepState.MET, words, rule)
    if not case.status.waits_for_customer:
        words = Phrase(N_("Once they have been told the outcome."))
        return StepRow(Step.CONFIRMATION, StepState.AHEAD, words, rule)
    offers = {
        Panel.CONFIRMATION: case.works,
        Panel.OBJECTION: case.works,
        Panel.CLOSING: closes(case),
    }
    words = (
        Phrase(N_("Waits for the customer; reminded %(count)s times."), {"count": record.reminders})
        if record.reminders
        else Phrase(N_("Waits for the customer. By phone, record what they say."))
    )
    return StepRow(Step.CONFIRMATION, StepState.OPEN, words, rule, offered(offers))


def corrective_action(case: Case) -> StepRow | None:
    """What is demanded is verified before it closes, unless it is waived (C9)."""
    capa = case.record.capa
    if capa is None:
        return None
    if capa in {CapaState.DEMANDED, CapaState.OPEN}:
        offers = offered({Panel.WAIVER: case.may_waive})
        words = Phrase(
            N_("Demanded: it does not close before the corrective action is verified.")
            if capa is CapaState.DEMANDED
            else N_("Under way: it does not close before it is verified.")
        )
        return StepRow(Step.CORRECTIVE_ACTION, StepState.OPEN, words, "C9", offers)
    words = (
        Phrase(N_("Waived: %(reason)s"), {"reason": case.record.capa_waived_because})
        if capa is CapaState.WAIVED
        else Phrase(N_("Verified."))
    )
    return StepRow(Step.CORRECTIVE_ACTION, StepState.MET, words, "C9")


def summing_up(case: Case) -> StepRow | None:
    """The case is summed up and assessed (C8)."""
    if case.status not in {_S.CARRIED_OUT, _S.EXPLAINED, _S.CONFIRMED, _S.CLOSED}:
        return None
    offers = offered({Panel.SUMMING_UP: case.may(_MAY.WORK_ON_COMPLAINTS)})
    if case.record.summary:
        words = Phrase(N_("Summed up and assessed."))
        return StepRow(Step.SUMMING_UP, StepState.MET, words, "C8", offers)
    words = Phrase(N_("What happened, what was done, and whether it works."))
    return StepRow(Step.SUMMING_UP, StepState.OPEN, words, "C8", offers)


def follow_up(case: Case) -> StepRow | None:
    """After closing somebody asks how it went (C11)."""
    if case.status is not _S.CLOSED:
        return None
    offers = offered({Panel.FOLLOW_UP: case.works})
    if case.cure.follow_ups:
        last = case.cure.follow_ups[-1]
        words = Phrase(
            N_("%(name)s: %(satisfaction)s"),
            {"name": last.reached, "satisfaction": last.satisfaction},
        )
        return StepRow(Step.FOLLOW_UP, StepState.MET, words, "C11", offers)
    words = Phrase(N_("Ask how satisfied they are."))
    return StepRow(Step.FOLLOW_UP, StepState.OPEN, words, "C11", offers)


def review(case: Case) -> StepRow | None:
    """Late, ineffective and unsatisfactory cases, and major incidents, are reviewed (C7, C13)."""
    if case.cure.review is not None:
        words = Phrase(N_("Reviewed by %(name)s."), {"name": case.cure.review.reviewed_by})
        return StepRow(Step.REVIEW, StepState.MET, words, "C13")
    if not case.in_review:
        return None
    offers = offered({Panel.REVIEW: case.may(_MAY.SUPERVISE_COMPLAINTS)})
    words = Phrase(N_("It is on the review list: conclude what is learned."))
    return StepRow(Step.REVIEW, StepState.OPEN, words, "C13", offers)
