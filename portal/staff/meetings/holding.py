"""The meeting took place: who was there; from then on its report is owed (rule M1)."""

from pydantic import BaseModel

from portal.domain.common.words import N_
from portal.domain.meetings import holding
from portal.domain.meetings.people import Guest
from portal.domain.meetings.tables import Meeting
from portal.staff.meetings.fields import Text, lines_of
from portal.staff.meetings.meeting_forms import FORMS, WRITES
from portal.staff.meetings.meeting_page import Panel
from portal.web.forms import FormModel, RecordId
from portal.web.record_forms import Sent, Versioned


class MetLine(BaseModel):
    name: Text = ""
    function: Text = ""
    email: Text = ""


class Met(FormModel):
    met: list[MetLine] = []


class Held(Versioned):
    attended: list[RecordId] = []


@FORMS.form(
    Panel.HELD, Held, N_("Noted. Its report is owed: the draft is linked here."), asks=WRITES
)
async def hold(meeting: Meeting, given: Held, sent: Sent) -> None:
    """Say who was there, of both sides."""
    met = lines_of(sent.form, "met", Met)
    await holding.hold_meeting(
        meeting,
        given.attended,
        [Guest(each.name, each.function, each.email) for each in met],
        by=sent.by,
        expected_version=given.version,
    )
