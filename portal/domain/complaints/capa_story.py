"""What the timeline of a complaint says of the corrective action that answers it (rule C9)."""

from portal.domain.common.words import N_, Worded


class CapaHappening(Worded):
    """What happens to a complaint by its corrective action; why one is waived is ours."""

    OPENED = "complaints.capa_opened", N_("Corrective action %(action)s opened")
    TAKEN_OFF = (
        "complaints.capa_taken_off",
        N_("No longer answered by corrective action %(action)s"),
    )
    VERIFIED = "complaints.capa_verified", N_("Corrective action %(action)s verified")
    WAIVED = "complaints.capa_waived", N_("Corrective action waived: %(reason)s")
    WAIVED_FOR = (
        "complaints.capa_waived_for",
        N_("Corrective action waived for %(absent)s: %(reason)s"),
    )
