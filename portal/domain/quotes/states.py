"""The states of a request and of each revision that answers it, with one transition table each."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class RequestStatus(Worded):
    """Where a request for quotation stands. Both sides read the same word."""

    DRAFT = "draft", N_("Draft")
    OPEN = "open", N_("Received")
    IN_WORK = "in_work", N_("In work")
    WAITING_FOR_CUSTOMER = "waiting_for_customer", N_("Information needed")
    QUOTED = "quoted", N_("Quoted")
    REVISION_REQUESTED = "revision_requested", N_("Revision requested")
    ACCEPTED = "accepted", N_("Accepted")
    DECLINED_BY_US = "declined_by_us", N_("Declined by supplier")
    DECLINED_BY_CUSTOMER = "declined_by_customer", N_("Declined by customer")
    EXPIRED = "expired", N_("Expired")
    WITHDRAWN = "withdrawn", N_("Withdrawn")

    @property
    def tone(self) -> str:
        """The colour that goes with the word: neutral, running, warning, breached or done."""
        return _REQUEST_TONES.get(self, "neutral")


class QuoteStatus(Worded):
    """Where one revision of a quote stands."""

    DRAFT = "draft", N_("Draft")
    IN_REVIEW = "in_review", N_("In review")
    APPROVED = "approved", N_("Approved")
    SENT = "sent", N_("Sent")
    SUPERSEDED = "superseded", N_("Superseded")
    ACCEPTED = "accepted", N_("Accepted")
    DECLINED = "declined", N_("Declined")
    REVISION_REQUESTED = "revision_requested", N_("Revision requested")
    EXPIRED = "expired", N_("Expired")

    @property
    def tone(self) -> str:
        """The colour that goes with the word: neutral, running, warning, breached or done."""
        return _QUOTE_TONES.get(self, "neutral")


class Channel(Worded):
    """How a request reached us (rule Q1)."""

    PORTAL = "portal", N_("Portal")
    PHONE = "phone", N_("Phone")
    EMAIL = "email", N_("E-mail")


class Transport(Worded):
    """How the goods are to travel."""

    SUPPLIER_CHOICE = "supplier_choice", N_("Supplier chooses")
    ROAD = "road", N_("Road freight")
    EXPRESS = "express", N_("Express courier")
    RAIL = "rail", N_("Rail freight")
    AIR = "air", N_("Air freight")
    SEA = "sea", N_("Sea freight")
    PICKUP = "pickup", N_("Collected by customer")


_R = RequestStatus
_Q = QuoteStatus

# What staff may still work on, and what the clock of rule Q2 runs for.
WORKABLE = frozenset({_R.OPEN, _R.IN_WORK, _R.WAITING_FOR_CUSTOMER, _R.REVISION_REQUESTED})
CLOSED = frozenset(
    {_R.ACCEPTED, _R.DECLINED_BY_US, _R.DECLINED_BY_CUSTOMER, _R.WITHDRAWN},
)
# A better offer may follow one that was not answered yet, or that has expired.
MAY_BE_QUOTED = WORKABLE | {_R.QUOTED, _R.EXPIRED}
IN_PREPARATION = frozenset({_Q.DRAFT, _Q.IN_REVIEW, _Q.APPROVED})

_WHILE_WORKED_ON = frozenset(
    {_R.IN_WORK, _R.WAITING_FOR_CUSTOMER, _R.QUOTED, _R.DECLINED_BY_US, _R.WITHDRAWN}
)
REQUEST_TRANSITIONS: Mapping[RequestStatus, frozenset[RequestStatus]] = {
    _R.DRAFT: frozenset({_R.OPEN, _R.WITHDRAWN}),
    _R.OPEN: _WHILE_WORKED_ON,
    _R.IN_WORK: _WHILE_WORKED_ON - {_R.IN_WORK},
    _R.WAITING_FOR_CUSTOMER: _WHILE_WORKED_ON - {_R.WAITING_FOR_CUSTOMER},
    # A better revision may be sent before the customer has answered the last one.
    _R.QUOTED: frozenset(
        {_R.QUOTED, _R.ACCEPTED, _R.DECLINED_BY_CUSTOMER, _R.REVISION_REQUESTED, _R.EXPIRED}
    ),
    _R.REVISION_REQUESTED: _WHILE_WORKED_ON,
    _R.EXPIRED: frozenset({_R.QUOTED, _R.REVISION_REQUESTED}),
    _R.ACCEPTED: frozenset(),
    _R.DECLINED_BY_US: frozenset(),
    _R.DECLINED_BY_CUSTOMER: frozenset(),
    _R.WITHDRAWN: frozenset(),
}

QUOTE_TRANSITIONS: Mapping[QuoteStatus, frozenset[QuoteStatus]] = {
    _Q.DRAFT: frozenset({_Q.IN_REVIEW}),
    _Q.IN_REVIEW: frozenset({_Q.APPROVED, _Q.DRAFT}),
    _Q.APPROVED: frozenset({_Q.SENT, _Q.DRAFT}),
    _Q.SENT: frozenset(
        {_Q.SUPERSEDED, _Q.ACCEPTED, _Q.DECLINED, _Q.REVISION_REQUESTED, _Q.EXPIRED}
    ),
    _Q.REVISION_REQUESTED: frozenset({_Q.SUPERSEDED}),
    _Q.EXPIRED: frozenset({_Q.SUPERSEDED, _Q.REVISION_REQUESTED}),
    _Q.SUPERSEDED: frozenset(),
    _Q.ACCEPTED: frozenset(),
    _Q.DECLINED: frozenset(),
}

_REQUEST_TONES: Mapping[RequestStatus, str] = {
    _R.OPEN: "running",
    _R.IN_WORK: "running",
    _R.WAITING_FOR_CUSTOMER: "warning",
    _R.QUOTED: "running",
    _R.REVISION_REQUESTED: "running",
    _R.ACCEPTED: "done",
}
_QUOTE_TONES: Mapping[QuoteStatus, str] = {
    _Q.IN_REVIEW: "running",
    _Q.APPROVED: "running",
    _Q.SENT: "running",
    _Q.REVISION_REQUESTED: "running",
    _Q.ACCEPTED: "done",
}
