"""The words of a complaint: its kinds, its stages with one transition table, what is done."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class CaseKind(Worded):
    """A complaint, or one of the lighter kinds with an answer target of their own (rule C15)."""

    COMPLAINT = "complaint", N_("Complaint")
    SUGGESTION = "suggestion", N_("Suggestion")
    ENQUIRY = "enquiry", N_("Enquiry")
    FAULT_REPORT = "fault_report", N_("Fault report")

    @property
    def is_complaint(self) -> bool:
        return self is CaseKind.COMPLAINT


class Category(Worded):
    """What is complained about; it decides who handles it (rule C4)."""

    QUANTITY = "quantity", N_("Wrong quantity or item")
    DELIVERY = "delivery", N_("Late or wrong delivery")
    TRANSPORT_DAMAGE = "transport_damage", N_("Damaged in transport")
    WORKMANSHIP = "workmanship", N_("Workmanship or installation")
    IN_USE = "in_use", N_("Trouble in use without a clear fault")
    QUALITY = "quality", N_("Product quality")
    SERVICE = "service", N_("Service")
    OTHER = "other", N_("Something else")


class ComplaintStatus(Worded):
    """Where a complaint stands, in our words; the customer's are `shown_status.ShownStatus`."""

    RECEIVED = "received", N_("Received")
    JUDGED = "judged", N_("Under investigation")
    INVESTIGATED = "investigated", N_("Investigated")
    PROPOSED = "proposed", N_("Measure being decided")
    CHOSEN = "chosen", N_("Measure chosen")
    CARRIED_OUT = "carried_out", N_("Carried out")
    EXPLAINED = "explained", N_("Explained")
    ANSWERED = "answered", N_("Answered")
    CONFIRMED = "confirmed", N_("Customer has confirmed")
    CLOSED = "closed", N_("Closed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")

    @property
    def tone(self) -> str:
        """The colour that goes with the word: neutral, running, warning, breached or done."""
        return _TONES.get(self, "running")

    @property
    def is_open(self) -> bool:
        """Whether anybody still has to do something."""
        return self not in {ComplaintStatus.CLOSED, ComplaintStatus.WITHDRAWN}

    @property
    def waits_for_customer(self) -> bool:
        """Whether the customer has been told an outcome and may confirm it or object (rule C8)."""
        return self in OUTCOME_TOLD


class Severity(Worded):
    """How grave it is; a major quality incident has days, an ordinary case the same day (C2)."""

    ORDINARY = "ordinary", N_("Ordinary")
    MAJOR = "major", N_("Major")


class Judgement(Worded):
    """Whether a complaint holds (rule C3)."""

    FOUNDED = "founded", N_("Founded")
    UNFOUNDED = "unfounded", N_("Unfounded")


class Responsibility(Worded):
    """Whose doing it was (rule C6)."""

    OURS = "ours", N_("Ours")
    NOT_OURS = "not_ours", N_("Not ours")
    UNDETERMINABLE = "undeterminable", N_("Not determinable")


class Cause(Worded):
    """Why it happened, as the statistics count it (rule C12)."""

    PEOPLE = "people", N_("People")
    MACHINE = "machine", N_("Machine")
    MATERIAL = "material", N_("Material")
    METHOD = "method", N_("Method")
    MEASUREMENT = "measurement", N_("Measurement")
    ENVIRONMENT = "environment", N_("Environment")
    TRANSPORT = "transport", N_("In transport")
    SUPPLIER = "supplier", N_("Supplier")
    USE = "use", N_("Use by the customer")
    UNKNOWN = "unknown", N_("Unknown")


class ComplaintChannel(Worded):
    """How it reached us (rule C1)."""

    PORTAL = "portal", N_("Portal")
    PHONE = "phone", N_("Hotline")
    CHAT = "chat", N_("On-line chat")
    BOX = "box", N_("Complaint box")
    FAX = "fax", N_("Fax")
    LETTER = "letter", N_("Letter")
    IN_PERSON = "in_person", N_("In person")
    EMAIL = "email", N_("E-mail")


class Wish(Worded):
    """What the customer would like."""

    REPAIR = "repair", N_("Repair")
    REPLACEMENT = "replacement", N_("Replacement")
    REFUND = "refund", N_("Refund or credit")
    REDELIVERY = "redelivery", N_("Deliver what is missing")
    EXPLANATION = "explanation", N_("An explanation")
    OTHER = "other", N_("Something else")


class Measure(Worded):
    """A way to put it right."""

    REPAIR = "repair", N_("Repair")
    REPLACEMENT = "replacement", N_("Replacement")
    CREDIT = "credit", N_("Compensation")
    REDELIVERY = "redelivery", N_("Delivery of what is missing")
    SITE_VISIT = "site_visit", N_("Visit on site")
    CALL_BACK = "call_back", N_("Goods called back")
    OTHER = "other", N_("Something else")


class ChargedTo(Worded):
    """Who bears the cost in the end (rules C4, C7)."""

    FACTORY = "factory", N_("Factory")
    DEALER = "dealer", N_("Dealer")
    CARRIER = "carrier", N_("Carrier")


class SampleResult(Worded):
    """What a sample of the same batch said (rule C5)."""

    SAME_FAULT = "same_fault", N_("Same fault")
    NO_FAULT = "no_fault", N_("No such fault")


class FindingStage(Worded):
    PRELIMINARY = "preliminary", N_("Preliminary finding")
    FINAL = "final", N_("Final finding")


class ApprovalReason(Worded):
    """Why the rule names an approver (rule C7)."""

    UNITS = "units", N_("Number of pieces")
    MAJOR = "major", N_("Major incident")
    ADVANCE = "advance", N_("Advance beyond the policy")


class CapaState(Worded):
    """What stands between a complaint and its closing (rule C9). Missing: nothing."""

    DEMANDED = "demanded", N_("Corrective action demanded")
    OPEN = "open", N_("Corrective action under way")
    VERIFIED = "verified", N_("Corrective action verified")
    WAIVED = "waived", N_("Corrective action waived")


class Satisfaction(Worded):
    SATISFIED = "satisfied", N_("Satisfied")
    NEUTRAL = "neutral", N_("Neutral")
    DISSATISFIED = "dissatisfied", N_("Dissatisfied")


_S = ComplaintStatus

TRANSITIONS: Mapping[ComplaintStatus, frozenset[ComplaintStatus]] = {
    # Founded, unfounded and explained (C3), or a lighter kind that is answered (C15).
    _S.RECEIVED: frozenset({_S.JUDGED, _S.EXPLAINED, _S.ANSWERED, _S.WITHDRAWN}),
    _S.JUDGED: frozenset({_S.INVESTIGATED, _S.WITHDRAWN}),
    # Not our fault: explained (C6).
    _S.INVESTIGATED: frozenset({_S.PROPOSED, _S.EXPLAINED, _S.WITHDRAWN}),
    _S.PROPOSED: frozenset({_S.CHOSEN, _S.INVESTIGATED, _S.WITHDRAWN}),
    # An approver refuses, or a dealer fails: other proposals (C4, C7).
    _S.CHOSEN: frozenset({_S.CARRIED_OUT, _S.PROPOSED, _S.WITHDRAWN}),
    # An objection leads back to proposals, one to an explanation to whoever explained (C8).
    _S.CARRIED_OUT: frozenset({_S.CONFIRMED, _S.CLOSED, _S.PROPOSED, _S.WITHDRAWN}),
    _S.EXPLAINED: frozenset({_S.CONFIRMED, _S.CLOSED, _S.RECEIVED, _S.INVESTIGATED, _S.WITHDRAWN}),
    _S.ANSWERED: frozenset({_S.CLOSED, _S.RECEIVED, _S.WITHDRAWN}),
    # Closed at once, or when the corrective action is verified (C9).
    _S.CONFIRMED: frozenset({_S.CLOSED}),
    # Reopened: judged anew, or investigated further.
    _S.CLOSED: frozenset({_S.RECEIVED, _S.JUDGED}),
    _S.WITHDRAWN: frozenset(),
}

OUTCOME_TOLD = frozenset({_S.CARRIED_OUT, _S.EXPLAINED, _S.ANSWERED})
_TONES = {
    _S.CONFIRMED: "done",
    _S.CLOSED: "done",
    _S.WITHDRAWN: "neutral",
}
