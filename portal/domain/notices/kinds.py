"""What people are told: one headline a kind, the facts under it, and why it reaches them."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class NoticeKind(Worded):
    """What a notice says. The label is its headline; page and mail share it."""

    # To staff
    REQUEST_RECEIVED = "request_received", N_("%(account)s asks for a quote")
    URGENT_REQUEST_RECEIVED = "urgent_request_received", N_("Urgent: %(account)s asks for a quote")
    HANDED_TO_YOU = "handed_to_you", N_("%(actor)s has handed this request to you")
    TAKEN_FROM_YOU = "taken_from_you", N_("%(owner)s works on this request now")
    QUESTION_ANSWERED = "question_answered", N_("%(author)s has answered your question")
    REVIEW_WANTED = "review_wanted", N_("%(actor)s asks for a review of revision %(revision)s")
    APPROVAL_WANTED = (
        "approval_wanted",
        N_("%(actor)s asks you to approve revision %(revision)s: beyond the policy"),
    )
    REVIEW_PASSED = "review_passed", N_("%(actor)s has approved revision %(revision)s")
    REVIEW_RETURNED = "review_returned", N_("%(actor)s has sent revision %(revision)s back")
    QUOTE_ACCEPTED = "quote_accepted", N_("%(account)s has accepted the quote: order %(order)s")
    QUOTE_DECLINED = "quote_declined", N_("%(account)s has declined the quote")
    REVISION_WANTED = "revision_wanted", N_("%(account)s asks for another revision")
    REQUEST_WITHDRAWN = "request_withdrawn", N_("%(account)s has withdrawn the request")
    QUOTE_LAPSED = "quote_lapsed", N_("The quote to %(account)s has expired unanswered")
    MAIL_UNDELIVERED = "mail_undelivered", N_("A mail to %(recipient)s could not be delivered")
    # To customers
    QUESTION = "question", N_("We need information from you")
    REQUEST_NOTED = "request_noted", N_("%(actor)s has entered this request for you")
    ORDER_NOTED = "order_noted", N_("%(actor)s has noted that you accept: order %(order)s")
    QUOTE_READY = "quote_ready", N_("Your quote is ready")
    REVISION_READY = "revision_ready", N_("Revision %(revision)s of your quote is ready")
    DECLINED_BY_US = "declined_by_us", N_("We cannot quote this request")
    QUOTE_EXPIRED = "quote_expired", N_("Your quote has expired")
    # To either side
    MESSAGE = "message", N_("%(author)s has written to you")

    @property
    def is_urgent(self) -> bool:
        return self is NoticeKind.URGENT_REQUEST_RECEIVED

    @property
    def leads_to_order(self) -> bool:
        return self in {NoticeKind.QUOTE_ACCEPTED, NoticeKind.ORDER_NOTED}

    @property
    def facts(self) -> tuple["Fact", ...]:
        """What is listed under the headline, in this order, where it is known."""
        return _FACTS.get(self, (Fact.TITLE,))

    @property
    def action(self) -> str:
        """Message id of the link's words."""
        return _ACTIONS.get(self, N_("Open the request"))


class Fact(Worded):
    """A fact of a notice: its name among the words, its label on the page and in the mail."""

    TITLE = "title", N_("Subject")
    ACCOUNT = "account", N_("Customer")
    DUE = "due_at", N_("Due")
    REVISION = "revision", N_("Revision")
    VALID_UNTIL = "valid_until", N_("Valid until")
    SHIP_ON = "ship_on", N_("Promised ship date")
    ORDER = "order", N_("Order")


class Reason(Worded):
    """Why a notice reaches its reader."""

    REPRESENTATIVE = "representative", N_("You are the sales representative for this request.")
    ASSISTANT = "assistant", N_("You get a copy as sales assistant.")
    OWNER = "owner", N_("You have this request.")
    FORMER_OWNER = "former_owner", N_("You had this request.")
    PREPARER = "preparer", N_("You prepared the quote.")
    REVIEWER = "reviewer", N_("You can review quotes for this customer.")
    IN_CHARGE = "in_charge", N_("Nobody else is there for this customer at the moment.")
    CONTACT = "contact", N_("You are the contact for this customer.")
    ADMINISTRATOR = "administrator", N_("You look after who has access.")
    DEPUTY = "deputy", N_("You stand in for %(absent)s.")
    REQUESTER = "requester", N_("You asked for this quote.")
    MAIN_CONTACT = "main_contact", N_("You are the main contact of %(account)s.")
    PARTICIPANT = "participant", N_("You have written in this request.")


# Beyond the facts: what headlines and reasons name, and what somebody wrote.
SAID = "said"
_NAMED = frozenset({"account", "actor", "author", "owner", "order", "revision", "recipient"})

_RECEIVED = (Fact.TITLE, Fact.ACCOUNT, Fact.DUE)
_OFFERED = (Fact.TITLE, Fact.VALID_UNTIL, Fact.SHIP_ON)
_TO_STAFF = (Fact.TITLE, Fact.ACCOUNT)
_K = NoticeKind
_FACTS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    _K.REQUEST_RECEIVED: _RECEIVED,
    _K.URGENT_REQUEST_RECEIVED: _RECEIVED,
    _K.HANDED_TO_YOU: _RECEIVED,
    _K.TAKEN_FROM_YOU: _TO_STAFF,
    _K.QUESTION_ANSWERED: _RECEIVED,
    _K.REVIEW_WANTED: _RECEIVED,
    _K.APPROVAL_WANTED: _RECEIVED,
    _K.REVIEW_PASSED: _RECEIVED,
    _K.REVIEW_RETURNED: _RECEIVED,
    _K.QUOTE_ACCEPTED: (Fact.TITLE, Fact.REVISION, Fact.ORDER),
    _K.QUOTE_DECLINED: (Fact.TITLE, Fact.REVISION),
    _K.REVISION_WANTED: _RECEIVED,
    _K.REQUEST_WITHDRAWN: _TO_STAFF,
    _K.QUOTE_LAPSED: (Fact.TITLE, Fact.REVISION, Fact.VALID_UNTIL),
    _K.MAIL_UNDELIVERED: (Fact.ACCOUNT,),
    _K.REQUEST_NOTED: (Fact.TITLE, Fact.DUE),
    _K.ORDER_NOTED: (Fact.TITLE, Fact.REVISION, Fact.ORDER),
    _K.QUOTE_READY: _OFFERED,
    _K.REVISION_READY: _OFFERED,
    _K.QUOTE_EXPIRED: (Fact.TITLE, Fact.VALID_UNTIL),
}
_ACTIONS: Mapping[NoticeKind, str] = {
    _K.REVIEW_WANTED: N_("Review the quote"),
    _K.APPROVAL_WANTED: N_("Review the quote"),
    _K.QUOTE_ACCEPTED: N_("Open the order"),
    _K.ORDER_NOTED: N_("Open the order"),
    _K.MAIL_UNDELIVERED: N_("Open the file"),
    _K.QUESTION: N_("Answer the question"),
    _K.QUOTE_READY: N_("See the quote"),
    _K.REVISION_READY: N_("See the quote"),
}
# Whose words somebody wrote belong under the headline; nothing else may carry any.
QUOTING = frozenset(
    {
        _K.QUESTION,
        _K.QUESTION_ANSWERED,
        _K.MESSAGE,
        _K.REVIEW_RETURNED,
        _K.QUOTE_DECLINED,
        _K.REVISION_WANTED,
        _K.REQUEST_WITHDRAWN,
        _K.DECLINED_BY_US,
    }
)


def words_for(kind: NoticeKind, known: Mapping[str, object]) -> dict[str, object]:
    """Of what is known about an event, what this kind says: nothing internal slips through."""
    names = {fact.value for fact in kind.facts}
    names |= {name for name in _NAMED if f"%({name})s" in kind.label}
    if kind in QUOTING:
        names.add(SAID)
    return {name: known[name] for name in sorted(names) if known.get(name) not in (None, "")}
