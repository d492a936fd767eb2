"""Complaints and lighter cases: what happened, who is told, in which words (rules C2-C9, C14, C15).

The owner hears of everything that others do; customers of each step, of what they are asked, and of
nothing of why we do it. Proposals, approvals, dealers and what a sample said stay in the house.
"""

from collections.abc import Mapping

from portal.domain.common.actor import Side
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.notices import complaint_parts as parts
from portal.domain.notices.about import About
from portal.domain.notices.about_complaints import about_complaint
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.parts import main_contact, sales
from portal.domain.notices.tellings import Telling, Told, When, by, unless, when


def _complaint(*tellings: Telling) -> Told:
    return Told(about_complaint, tellings)


def _both(*conditions: When) -> When:
    return lambda about: all(condition(about) for condition in conditions)


def _says_something(about: About) -> bool:
    """Whether the finding has a part that was written for the customer (rule C5)."""
    return bool(about.words["said"])


_E, _K = ComplaintEvent, NoticeKind
_TO_OWNER = (parts.owner,)
_TO_COMPLAINANT = (parts.complainant,)
_TO_WRITERS = (parts.complainant, parts.participants)
_proper, _lighter = when("is_complaint"), unless("is_complaint")
_not_at_once = unless("on_confirmation")

TOLD_OF_COMPLAINTS: Mapping[str, Told] = {
    _E.FILED: _complaint(
        Telling(_K.COMPLAINT_RECEIVED, _TO_OWNER, _proper),
        Telling(_K.CASE_RECEIVED, _TO_OWNER, _lighter),
        Telling(_K.COMPLAINT_RECEIVED, (sales,), _proper, by_mail=False),
        Telling(_K.YOUR_COMPLAINT_RECEIVED, _TO_COMPLAINANT, _proper),  # rule C2: the dates
        Telling(_K.YOUR_CASE_RECEIVED, _TO_COMPLAINANT, _lighter),  # rule C15
    ),
    _E.TAKEN: _complaint(  # rules C1, C14
        Telling(_K.COMPLAINT_RECEIVED, (sales,), _proper, by_mail=False),
        Telling(_K.YOUR_COMPLAINT_RECEIVED, _TO_COMPLAINANT, _proper),
        Telling(_K.YOUR_CASE_RECEIVED, _TO_COMPLAINANT, _lighter),
    ),
    _E.OFFERED: _complaint(Telling(_K.COMPLAINT_OFFERED, (parts.offered_to,))),  # rule C14
    _E.ACCEPTED_OFFER: _complaint(Telling(_K.COMPLAINT_TAKEN_OVER, (parts.former_owner,))),
    _E.DECLINED_OFFER: _complaint(Telling(_K.COMPLAINT_NOT_TAKEN, _TO_OWNER)),
    _E.MESSAGE: _complaint(
        Telling(_K.COMPLAINT_MESSAGE, _TO_OWNER, by(Side.CUSTOMER)),
        Telling(_K.COMPLAINT_MESSAGE, _TO_WRITERS, by(Side.STAFF)),
    ),
    _E.QUESTION: _complaint(Telling(_K.COMPLAINT_QUESTION, _TO_WRITERS)),
    _E.QUESTION_ANSWERED: _complaint(Telling(_K.COMPLAINT_ANSWERED, _TO_OWNER)),
    _E.JUDGED: _complaint(Telling(_K.COMPLAINT_FOUNDED, _TO_COMPLAINANT)),  # rule C3
    _E.SEVERITY: _complaint(  # rule C2: the date to expect moves with it
        Telling(_K.SEVERITY_CHANGED, (parts.owner, parts.complainant)),
    ),
    _E.EXPLAINED: _complaint(Telling(_K.COMPLAINT_EXPLAINED, _TO_WRITERS)),  # rules C3, C6
    _E.ANSWERED: _complaint(Telling(_K.CASE_ANSWERED, _TO_WRITERS)),  # rule C15
    _E.TURNED: _complaint(
        Telling(_K.COMPLAINT_RECEIVED, (*_TO_OWNER, sales), by_mail=False),
        Telling(_K.YOUR_COMPLAINT_RECEIVED, _TO_COMPLAINANT),
    ),
    _E.FINDING: _complaint(Telling(_K.FINDING_TOLD, _TO_COMPLAINANT, _says_something)),  # rule C5
    _E.CALL_BACK: _complaint(  # rule C5
        Telling(_K.GOODS_CALLED_BACK, (*_TO_COMPLAINANT, main_contact)),
        Telling(_K.GOODS_TO_COME_BACK, (*_TO_OWNER, sales)),
    ),
    _E.CHOSEN: _complaint(  # rule C8
        Telling(_K.MEASURE_CHOSEN, (parts.owner, parts.proposer), by_mail=False)
    ),
    _E.APPROVAL_WANTED: _complaint(Telling(_K.COMPENSATION_TO_APPROVE, (parts.approvers,))),  # C7
    _E.APPROVED: _complaint(Telling(_K.COMPENSATION_APPROVED, _TO_OWNER, by_mail=False)),
    _E.REFUSED: _complaint(Telling(_K.COMPENSATION_REFUSED, (parts.owner, parts.proposer))),
    _E.RELEASED: _complaint(
        Telling(_K.MEASURE_DECIDED, _TO_COMPLAINANT),
        Telling(_K.MEASURE_MAY_BEGIN, _TO_OWNER),
    ),
    _E.CARRIED_OUT: _complaint(Telling(_K.MEASURE_CARRIED_OUT, _TO_WRITERS)),  # rule C8
    _E.CONFIRMED: _complaint(  # rule C8
        Telling(_K.OUTCOME_CONFIRMED, _TO_OWNER),
        Telling(_K.OUTCOME_NOTED, _TO_COMPLAINANT, by(Side.STAFF)),  # confirmed by phone
    ),
    _E.OBJECTED: _complaint(
        Telling(_K.OUTCOME_OBJECTED, (parts.owner, parts.service_supervisors)),
        Telling(_K.OUTCOME_NOTED, _TO_COMPLAINANT, by(Side.STAFF)),
    ),
    _E.REMINDER: _complaint(
        Telling(_K.OUTCOME_REMINDER, _TO_WRITERS),
        Telling(_K.OUTCOME_UNANSWERED, _TO_OWNER, by_mail=False),
    ),
    _E.CLOSED: _complaint(  # who has just confirmed knows it
        Telling(_K.COMPLAINT_CLOSED, _TO_COMPLAINANT, _both(_proper, _not_at_once)),
        Telling(_K.CASE_CLOSED, _TO_COMPLAINANT, _both(_lighter, _not_at_once)),
    ),
    _E.REOPENED: _complaint(
        Telling(_K.COMPLAINT_REOPENED, (parts.owner, parts.service_supervisors)),
        Telling(_K.COMPLAINT_MESSAGE, _TO_WRITERS, by(Side.STAFF)),  # and why
    ),
    _E.WITHDRAWN: _complaint(
        Telling(_K.COMPLAINT_WITHDRAWN, _TO_OWNER),
        # What we note in the customer's name they read, and can contradict.
        Telling(_K.COMPLAINT_CLOSED, _TO_COMPLAINANT, _both(_proper, by(Side.STAFF))),
        Telling(_K.CASE_CLOSED, _TO_COMPLAINANT, _both(_lighter, by(Side.STAFF))),
    ),
    _E.ESCALATED: _complaint(  # rule C10
        Telling(_K.COMPLAINT_ESCALATED, (parts.senior_management, parts.owner))
    ),
    _E.DEALER_GIVEN: _complaint(  # rule C4: supervised
        Telling(_K.DEALER_GIVEN, (parts.owner, parts.service_supervisors), by_mail=False),
    ),
    _E.DEALER_FAILED: _complaint(  # rule C4: the company does it at the dealer's cost
        Telling(_K.DEALER_FAILED, (parts.owner, parts.service_supervisors)),
    ),
    _E.CAPA_DEMANDED: _complaint(  # rule C9
        Telling(_K.CAPA_DEMANDED, (parts.management_representatives, parts.quality, parts.owner)),
    ),
}
