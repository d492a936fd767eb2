"""The words of a corrective action: its stages with one transition table (rule C9)."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class CorrectiveActionStatus(Worded):
    """How far a corrective action is; the customer reads the same word."""

    OPENED = "opened", N_("Opened")
    CONTAINED = "contained", N_("Contained")
    ANALYSED = "analysed", N_("Cause found")
    PLANNED = "planned", N_("Planned")
    CARRIED_OUT = "carried_out", N_("Carried out")
    CHECKED = "checked", N_("Found effective")
    VERIFIED = "verified", N_("Verified")
    CANCELLED = "cancelled", N_("Cancelled")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return {"verified": "done", "cancelled": "neutral"}.get(self, "running")

    @property
    def is_open(self) -> bool:
        return self not in {CorrectiveActionStatus.VERIFIED, CorrectiveActionStatus.CANCELLED}


class StepKind(Worded):
    CONTAINMENT = "containment", N_("Containment")
    CORRECTIVE = "corrective", N_("Corrective action")
    PREVENTIVE = "preventive", N_("Preventive action")


class ActionOrigin(Worded):
    """What a corrective action came from."""

    COMPLAINT = "complaint", N_("Complaint")
    AUDIT = "audit", N_("Audit")
    PROCESS = "process", N_("Process")
    OTHER = "other", N_("Something else")


class RootCause(Worded):
    """Cause categories of the analysis."""

    PEOPLE = "people", N_("People")
    MACHINE = "machine", N_("Machine")
    MATERIAL = "material", N_("Material")
    METHOD = "method", N_("Method")
    MEASUREMENT = "measurement", N_("Measurement")
    ENVIRONMENT = "environment", N_("Environment")


_S = CorrectiveActionStatus

TRANSITIONS: Mapping[CorrectiveActionStatus, frozenset[CorrectiveActionStatus]] = {
    _S.OPENED: frozenset({_S.CONTAINED, _S.ANALYSED, _S.CANCELLED}),
    _S.CONTAINED: frozenset({_S.ANALYSED, _S.CANCELLED}),
    _S.ANALYSED: frozenset({_S.PLANNED, _S.CANCELLED}),
    _S.PLANNED: frozenset({_S.CARRIED_OUT, _S.ANALYSED, _S.CANCELLED}),
    # Not effective: the analysis begins anew.
    _S.CARRIED_OUT: frozenset({_S.CHECKED, _S.ANALYSED, _S.CANCELLED}),
    # The management representative verifies, or sends it back.
    _S.CHECKED: frozenset({_S.VERIFIED, _S.ANALYSED, _S.CANCELLED}),
    _S.VERIFIED: frozenset(),
    _S.CANCELLED: frozenset(),
}
