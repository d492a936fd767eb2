"""Why a quote cannot be reviewed, sent or answered, in words for people."""

from typing import Any

from portal.domain.common.errors import Conflict, DomainError, NotAllowed
from portal.domain.common.words import N_


class OwnWork(NotAllowed):
    """Who prepared a revision last cannot review it (rule Q5)."""

    message = N_("Somebody else than who prepared it reviews a quote.")


class NeedsApproval(NotAllowed):
    """The discount is beyond the policy: a supervisor approves it."""

    message = N_("The discount is beyond the policy. A sales supervisor approves this quote.")


class NotReviewed(DomainError):
    """No revision is sent before its internal review (rule Q5)."""

    status = 409
    message = N_("This revision has not been approved yet.")


class NothingToAnswer(Conflict):
    """No revision of that number was sent, or it was answered already."""

    message = N_("There is no open quote to answer.")


class QuoteExpired(Conflict):
    """The last valid day of the revision is over (rule Q3)."""

    message = N_("This quote has expired. Ask for another revision to get a valid one.")


class QuoteSuperseded(Conflict):
    """A later revision has taken its place (rule Q5)."""

    message = N_("A newer revision of this quote is there. Answer that one.")


class AlreadyAccepted(Conflict):
    """The request has become an order; `order_reference` says which."""

    message = N_("This quote was accepted already. The order is %(order_reference)s.")

    def __init__(self, order_reference: str, **words: Any) -> None:
        super().__init__(order_reference=order_reference, **words)
        self.order_reference = order_reference
