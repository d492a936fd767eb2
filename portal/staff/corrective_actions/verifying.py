"""What the management representative, or who stands in, decides (D8); and ending one early."""

from portal.domain.common.words import N_
from portal.domain.corrective_actions import verifying
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.staff.corrective_actions.desk import CONCERNED, FORMS, WORKS, Reason, Text
from portal.staff.corrective_actions.panels import Panel
from portal.web.record_forms import Sent, Versioned


class Verified(Versioned):
    note: Text = ""


@FORMS.form(
    Panel.VERIFICATION,
    Verified,
    N_("Verified. Complaints that waited for it close as soon as they are confirmed."),
    asks=CONCERNED,
    anchor="#d8",
)
async def verify(action: CorrectiveAction, given: Verified, sent: Sent) -> None:
    """The result is verified by the management representative or their deputy (rule C9)."""
    await verifying.verify(action, given.note, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.RETURN,
    Reason,
    N_("Sent back. The leader is told why."),
    asks=CONCERNED,
    anchor="#d8",
)
async def send_back(action: CorrectiveAction, given: Reason, sent: Sent) -> None:
    """The result does not convince: the analysis begins anew."""
    await verifying.send_back(action, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.CANCELLATION,
    Reason,
    N_("Cancelled. Its complaints ask for a corrective action as before."),
    asks=WORKS,
)
async def cancel(action: CorrectiveAction, given: Reason, sent: Sent) -> None:
    """It was opened in error."""
    await verifying.cancel(action, given.reason, by=sent.by, expected_version=given.version)
