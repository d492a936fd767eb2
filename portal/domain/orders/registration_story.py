"""What happens to a registered project, in words for its timeline (staff only)."""

from portal.domain.common.words import N_, Worded


class RegistrationHappening(Worded):
    """The value is the verb of the activity row."""

    REGISTERED = "registrations.registered", N_("Project registered: %(project)s")
    SIGNED = "registrations.signed", N_("Registration signed by the duty manager")
    REFUSED = "registrations.refused", N_("Registration refused: %(reason)s")
    ALERTED = (
        "registrations.alerted",
        N_("An order of another account looks like this project: %(quantity)s of %(sku)s"),
    )
    SETTLED = "registrations.alert_settled", N_("Alert settled: %(note)s")
