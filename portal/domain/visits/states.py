"""The words of a visit: where it comes from, its states with one transition table."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class VisitKind(Worded):
    """A visit takes an appointment, a callback is made by phone when it suits (rule V7)."""

    VISIT = "visit", N_("Visit")
    CALLBACK = "callback", N_("Callback")


class VisitRule(Worded):
    """What asks for a visit."""

    QUARTERLY = "quarterly", N_("Quarterly visit")  # V1
    INSTALLATION = "installation", N_("After an installation")  # V2
    PROSPECT = "prospect", N_("Prospect")  # V3
    GROUP = "group", N_("Group account")  # V4
    BY_HAND = "by_hand", N_("Planned by hand")


class VisitStep(Worded):
    """Which one of the visits after an installation, or whose call to a prospect (V2, V3)."""

    FIRST = "first", N_("First visit after an installation")
    SECOND = "second", N_("Second visit after an installation")
    THIRD = "third", N_("Third visit after an installation")
    FOURTH = "fourth", N_("Fourth visit after an installation")
    ANNIVERSARY = "anniversary", N_("Anniversary check")
    REPRESENTATIVE = "representative", N_("Call of the representative")
    HEAD = "head", N_("Call of the head of sales")
    SERVICE_MANAGER = "service_manager", N_("Call of the service manager")
    CALL_DESK = "call_desk", N_("Call of the call desk")
    GENERAL_MANAGER = "general_manager", N_("Call of the general manager")


class VisitStatus(Worded):
    """Where a visit stands; both sides read the same word."""

    PLANNED = "planned", N_("To be arranged")
    PROPOSED = "proposed", N_("Time proposed")
    COUNTERED = "countered", N_("Another time wanted")
    CONFIRMED = "confirmed", N_("Appointment agreed")
    MADE = "made", N_("Made")
    CANCELLED = "cancelled", N_("Cancelled")

    @property
    def tone(self) -> str:
        """The colour that goes with the word: neutral, running, warning, breached or done."""
        return _TONES[self]

    @property
    def is_open(self) -> bool:
        return self not in {VisitStatus.MADE, VisitStatus.CANCELLED}


class VisitWay(Worded):
    """How people meet; meetings use the same words."""

    ON_SITE = "on_site", N_("At the customer's")
    PHONE = "phone", N_("By phone")
    VIDEO = "video", N_("By video")
    AT_OURS = "at_ours", N_("At our place")


class ItemKind(Worded):
    """What a visit is prepared with (rule V5)."""

    PREPARATION = "preparation", N_("Preparation")
    MATERIAL = "material", N_("Material to take along")
    OFFER = "offer", N_("Offer")
    QUESTION = "question", N_("Question to ask")


class Gifts(Worded):
    """Neither gifts nor money are taken (rule V5)."""

    NONE_OFFERED = "none_offered", N_("None were offered")
    DECLINED = "declined", N_("Offered and declined")


_S = VisitStatus
_TONES: Mapping[VisitStatus, str] = {
    _S.PLANNED: "neutral",
    _S.PROPOSED: "running",
    _S.COUNTERED: "warning",
    _S.CONFIRMED: "running",
    _S.MADE: "done",
    _S.CANCELLED: "neutral",
}
TRANSITIONS: Mapping[VisitStatus, frozenset[VisitStatus]] = {
    _S.PLANNED: frozenset({_S.PROPOSED, _S.CONFIRMED, _S.MADE, _S.CANCELLED}),
    _S.PROPOSED: frozenset({_S.PROPOSED, _S.COUNTERED, _S.CONFIRMED, _S.MADE, _S.CANCELLED}),
    _S.COUNTERED: frozenset({_S.PROPOSED, _S.COUNTERED, _S.CONFIRMED, _S.MADE, _S.CANCELLED}),
    _S.CONFIRMED: frozenset({_S.PROPOSED, _S.COUNTERED, _S.CONFIRMED, _S.MADE, _S.CANCELLED}),
    _S.MADE: frozenset(),
    _S.CANCELLED: frozenset(),
}
