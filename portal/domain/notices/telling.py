"""One table: what happened, who is told of it, in which words."""

from collections.abc import Mapping

from portal.domain.common.actor import Side
from portal.domain.notices import parts
from portal.domain.notices.about import About, about_mail, about_request
from portal.domain.notices.complaint_telling import TOLD_OF_COMPLAINTS
from portal.domain.notices.corrective_action_telling import TOLD_OF_CORRECTIVE_ACTIONS
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.meeting_telling import TOLD_OF_MEETINGS
from portal.domain.notices.opinion_telling import TOLD_OF_OPINIONS
from portal.domain.notices.order_telling import TOLD_OF_ORDERS
from portal.domain.notices.survey_telling import TOLD_OF_SURVEYS
from portal.domain.notices.telling_targets import TOLD_OF_TARGETS
from portal.domain.notices.tellings import Telling, Told, by, unless, when
from portal.domain.notices.visit_telling import TOLD_OF_VISITS
from portal.domain.quotes.events import QuoteEvent

# A mail that bounced or was given up; announced by `mails`, payload: mail_id.
MAIL_UNDELIVERED = "mail.undelivered"


def _first(about: About) -> bool:
    return bool(about.payload["revision"] == 1)


def _later(about: About) -> bool:
    return not _first(about)


def _request(*tellings: Telling) -> Told:
    return Told(about_request, tellings)


_E, _K = QuoteEvent, NoticeKind
_TO_SALES = (parts.representative, parts.assistant)  # rule Q1: with a copy to the assistant
_TO_MAKERS = (parts.owner, parts.preparer)
_TO_ASKERS = (parts.requester, parts.participants)
_TO_BUYERS = (parts.requester, parts.main_contact)

TOLD: Mapping[str, Told] = {
    **TOLD_OF_ORDERS,
    **TOLD_OF_COMPLAINTS,
    **TOLD_OF_TARGETS,
    **TOLD_OF_CORRECTIVE_ACTIONS,
    **TOLD_OF_OPINIONS,
    **TOLD_OF_VISITS,
    **TOLD_OF_MEETINGS,
    **TOLD_OF_SURVEYS,
    _E.REQUESTED: _request(
        Telling(_K.URGENT_REQUEST_RECEIVED, _TO_SALES, when("urgent")),  # rule Q2
        Telling(_K.REQUEST_RECEIVED, _TO_SALES, unless("urgent")),
        Telling(_K.REQUEST_NOTED, (parts.requester,), by(Side.STAFF)),  # taken by phone
    ),
    _E.TAKEN: _request(
        Telling(_K.HANDED_TO_YOU, (parts.new_owner,)),
        Telling(_K.TAKEN_FROM_YOU, (parts.former_owner,)),
    ),
    _E.URGENCY: _request(  # the customer sees the clock, and asked for it by phone
        Telling(_K.REQUEST_URGENT_NOW, (parts.owner, *_TO_SALES), when("urgent")),
        Telling(_K.REQUEST_NORMAL_NOW, (parts.owner,), unless("urgent")),
    ),
    _E.QUESTION: _request(Telling(_K.QUESTION, _TO_ASKERS)),
    _E.ANSWERED_QUESTION: _request(Telling(_K.QUESTION_ANSWERED, (parts.owner,))),
    _E.MESSAGE: _request(
        Telling(_K.MESSAGE, (parts.owner,), by(Side.CUSTOMER)),
        Telling(_K.MESSAGE, _TO_ASKERS, by(Side.STAFF)),
    ),
    _E.REVIEW_WANTED: _request(  # rule Q5
        Telling(_K.APPROVAL_WANTED, (parts.approvers,), when("approval")),
        Telling(_K.REVIEW_WANTED, (parts.reviewers,), unless("approval")),
    ),
    _E.REVIEWED: _request(
        Telling(_K.REVIEW_PASSED, (parts.preparer,), when("approved")),
        Telling(_K.REVIEW_RETURNED, (parts.preparer,), unless("approved")),
    ),
    _E.SENT: _request(
        Telling(_K.QUOTE_READY, _TO_BUYERS, _first),
        Telling(_K.REVISION_READY, _TO_BUYERS, _later),
    ),
    _E.ACCEPTED: _request(
        Telling(_K.QUOTE_ACCEPTED, _TO_MAKERS),
        Telling(_K.ORDER_NOTED, (parts.requester,), by(Side.STAFF)),  # confirmed by phone
    ),
    _E.DECLINED: _request(Telling(_K.QUOTE_DECLINED, _TO_MAKERS)),
    _E.REVISION_REQUESTED: _request(Telling(_K.REVISION_WANTED, _TO_MAKERS)),
    _E.DECLINED_BY_US: _request(Telling(_K.DECLINED_BY_US, (parts.requester,))),  # rule Q4
    _E.WITHDRAWN: _request(Telling(_K.REQUEST_WITHDRAWN, _TO_MAKERS)),
    _E.EXPIRING: _request(
        Telling(_K.QUOTE_EXPIRES_SOON, _TO_BUYERS),
        Telling(_K.QUOTE_UNANSWERED, _TO_MAKERS),
    ),
    _E.EXPIRED: _request(
        Telling(_K.QUOTE_EXPIRED, _TO_BUYERS),
        Telling(_K.QUOTE_LAPSED, _TO_MAKERS),
    ),
    MAIL_UNDELIVERED: Told(
        about_mail,
        (Telling(_K.MAIL_UNDELIVERED, (parts.who_keeps_the_address,), by_mail=False),),
    ),
}
