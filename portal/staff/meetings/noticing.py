"""Telling people of a meeting: in writing, by phone, anew after a change (rule M2)."""

from portal.domain.common.words import N_
from portal.domain.meetings import noticing, planning
from portal.domain.meetings.tables import Meeting
from portal.domain.quotes.account_facts import account_facts
from portal.staff.meetings.entry import Planned, facts_sent
from portal.staff.meetings.fields import FIELDS, Text
from portal.staff.meetings.meeting_forms import FORMS, WRITES
from portal.staff.meetings.meeting_page import Panel
from portal.web.forms import Whole
from portal.web.record_forms import Sent, Versioned


class Phoned(Versioned):
    whom: Text = ""


class Changed(Planned):
    version: Whole
    reason: Text = ""


class Cancelled(Versioned):
    reason: Text = ""


@FORMS.form(Panel.NOTICE, Versioned, N_("Sent. Now the phone."), asks=WRITES)
async def send_notice(meeting: Meeting, given: Versioned, sent: Sent) -> str | None:
    """Send it in writing, with an invitation, to everybody who takes part."""
    await noticing.send_notice(meeting, by=sent.by, expected_version=given.version)
    return N_("Sent to everybody.") if meeting.told_by_phone_at else None


@FORMS.form(Panel.PHONE, Phoned, N_("Noted."), asks=WRITES)
async def told_by_phone(meeting: Meeting, given: Phoned, sent: Sent) -> None:
    """Say who was told by phone, too."""
    await noticing.told_by_phone(meeting, given.whom, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.MATERIAL, Versioned, N_("Noted."), asks=WRITES)
async def material_checked(meeting: Meeting, given: Versioned, sent: Sent) -> None:
    """Material and agenda were looked at once more."""
    await noticing.material_checked(meeting, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.ATTENDANCE, Versioned, N_("Noted."), asks=WRITES)
async def attendance_confirmed(meeting: Meeting, given: Versioned, sent: Sent) -> None:
    """Everybody was asked once more whether they come."""
    await noticing.attendance_confirmed(meeting, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.CHANGE, Changed, N_("Changed."), asks=WRITES, fields=FIELDS)
async def change_meeting(meeting: Meeting, given: Changed, sent: Sent) -> str | None:
    """Another time, place, agenda or people; who was told hears of it by the new notice."""
    account = await account_facts(meeting.account_id)
    facts = facts_sent(sent.form, given, account.timezone)
    await planning.change_meeting(
        meeting, facts, given.reason, by=sent.by, expected_version=given.version
    )
    if meeting.notice_sent_at is None or meeting.is_noticed:
        return None
    return N_("Changed. Send the notice again: the old one holds no longer.")


@FORMS.form(Panel.CANCELLATION, Cancelled, N_("Cancelled. Who knew of it is told."), asks=WRITES)
async def cancel_meeting(meeting: Meeting, given: Cancelled, sent: Sent) -> None:
    """Call it off, with the reason."""
    await planning.cancel_meeting(meeting, given.reason, by=sent.by, expected_version=given.version)
