"""What readers said by phone, and what was done of what a report says (rules M1, M2)."""

from portal.domain.common.words import N_
from portal.domain.meetings import answering
from portal.domain.meetings.access import item_of
from portal.domain.meetings.action_items import item_done
from portal.domain.meetings.tables import ContactReport
from portal.staff.meetings.fields import Text
from portal.staff.meetings.report_forms import CONCERNED, FORMS, WRITES
from portal.staff.meetings.report_page import Panel
from portal.web.forms import RecordId
from portal.web.record_forms import Sent, Versioned


class Acknowledged(Versioned):
    name: Text = ""


class Commented(Acknowledged):
    text: Text = ""


class Done(Versioned):
    about: RecordId
    result: Text = ""


@FORMS.form(Panel.ACKNOWLEDGE, Acknowledged, N_("Noted."), asks=WRITES, anchor="#answers")
async def acknowledge(report: ContactReport, given: Acknowledged, sent: Sent) -> None:
    """Somebody of the customer's side has said that it is as we wrote it."""
    await answering.acknowledge(report, by=sent.by, name=given.name, expected_version=given.version)


@FORMS.form(Panel.COMMENT, Commented, N_("Noted."), asks=WRITES, anchor="#answers")
async def comment(report: ContactReport, given: Commented, sent: Sent) -> None:
    """Somebody of the customer's side has said what is missing or different."""
    await answering.comment(
        report, given.text, by=sent.by, name=given.name, expected_version=given.version
    )


@FORMS.form(Panel.ITEM_DONE, Done, N_("Reported as done."), asks=CONCERNED, anchor="#actions")
async def report_done(report: ContactReport, given: Done, sent: Sent) -> None:
    """Its owner, or who writes reports, says that an action is done."""
    item = await item_of(report, given.about)
    await item_done(report, item, given.result, by=sent.by)
