"""One table: what happened, who is told of it, in which words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.common.actor import Side
from portal.domain.notices import parts
from portal.domain.notices.about import About, about_mail, about_request
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.parts import Part
from portal.domain.quotes.events import QuoteEvent

# A mail that bounced or was given up; announced by `mails`, payload: mail_id.
MAIL_UNDELIVERED = "mail.undelivered"

Payload = Mapping[str, Any]
When = Callable[[About], bool]


@dataclass(frozen=True, slots=True)
class Telling:
    """Everybody of `parts` is told `kind`, where the event fulfils `when`."""

    kind: NoticeKind
    parts: tuple[Part, ...]
    when: When = lambda _: True
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """How an event is read and what is told of it."""

    about: Callable[[str, Payload], Awaitable[About]]
    tellings: tuple[Telling, ...]


def _is(name: str) -> When:
    return lambda about: bool(about.payload.get(name))


def _is_not(name: str) -> When:
    return lambda about: not about.payload.get(name)


def _by(side: Side) -> When:
    return lambda about: about.actor_side == side


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
    _E.REQUESTED: _request(
        Telling(_K.URGENT_REQUEST_RECEIVED, _TO_SALES, _is("urgent")),  # rule Q2
        Telling(_K.REQUEST_RECEIVED, _TO_SALES, _is_not("urgent")),
        Telling(_K.REQUEST_NOTED, (parts.requester,), _by(Side.STAFF)),  # taken by phone
    ),
    _E.TAKEN: _request(
        Telling(_K.HANDED_TO_YOU, (parts.new_owner,)),
        Telling(_K.TAKEN_FROM_YOU, (parts.former_owner,)),
    ),
    _E.QUESTION: _request(Telling(_K.QUESTION, _TO_ASKERS)),
    _E.ANSWERED_QUESTION: _request(Telling(_K.QUESTION_ANSWERED, (parts.owner,))),
    _E.MESSAGE: _request(
        Telling(_K.MESSAGE, (parts.owner,), _by(Side.CUSTOMER)),
        Telling(_K.MESSAGE, _TO_ASKERS, _by(Side.STAFF)),
    ),
    _E.REVIEW_WANTED: _request(  # rule Q5
        Telling(_K.APPROVAL_WANTED, (parts.approvers,), _is("approval")),
        Telling(_K.REVIEW_WANTED, (parts.reviewers,), _is_not("approval")),
    ),
    _E.REVIEWED: _request(
        Telling(_K.REVIEW_PASSED, (parts.preparer,), _is("approved")),
        Telling(_K.REVIEW_RETURNED, (parts.preparer,), _is_not("approved")),
    ),
    _E.SENT: _request(
        Telling(_K.QUOTE_READY, _TO_BUYERS, _first),
        Telling(_K.REVISION_READY, _TO_BUYERS, _later),
    ),
    _E.ACCEPTED: _request(
        Telling(_K.QUOTE_ACCEPTED, _TO_MAKERS),
        Telling(_K.ORDER_NOTED, (parts.requester,), _by(Side.STAFF)),  # confirmed by phone
    ),
    _E.DECLINED: _request(Telling(_K.QUOTE_DECLINED, _TO_MAKERS)),
    _E.REVISION_REQUESTED: _request(Telling(_K.REVISION_WANTED, _TO_MAKERS)),
    _E.DECLINED_BY_US: _request(Telling(_K.DECLINED_BY_US, (parts.requester,))),  # rule Q4
    _E.WITHDRAWN: _request(Telling(_K.REQUEST_WITHDRAWN, _TO_MAKERS)),
    _E.EXPIRED: _request(
        Telling(_K.QUOTE_EXPIRED, _TO_BUYERS),
        Telling(_K.QUOTE_LAPSED, _TO_MAKERS),
    ),
    MAIL_UNDELIVERED: Told(
        about_mail,
        (Telling(_K.MAIL_UNDELIVERED, (parts.who_keeps_the_address,), by_mail=False),),
    ),
}
