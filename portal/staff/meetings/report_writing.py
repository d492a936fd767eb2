"""Writing a contact report, sending it, correcting what was sent (rule M1)."""

from pydantic import BaseModel

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings import reports, writing
from portal.domain.meetings.action_items import ItemFacts, items_of
from portal.domain.meetings.tables import ContactReport
from portal.domain.meetings.writing import ReportFacts
from portal.staff.meetings.fields import People, Text, lines_of, party_sent
from portal.staff.meetings.report_forms import FORMS, WRITES
from portal.staff.meetings.report_page import ITEMS, Panel
from portal.web.forms import Day, Form, FormModel, RecordId, Whole
from portal.web.record_forms import Sent, Versioned

# The button that sends; any other keeps the draft.
SEND = "_send"


class ItemLine(BaseModel):
    text: Text = ""
    owner: RecordId | None = None
    owner_name: Text = ""
    due_on: Day | None = None


class Items(FormModel):
    items: list[ItemLine] = []


class Draft(People):
    version: Whole
    title: Text = ""
    conclusions: Text = ""
    reasons: Text = ""


class Reason(Versioned):
    reason: Text = ""


class Because(Versioned):
    because: Text = ""


class Owner(Versioned):
    owner: RecordId


@FORMS.form(Panel.DRAFT, Draft, N_("Draft saved."), asks=WRITES)
async def write(report: ContactReport, given: Draft, sent: Sent) -> str | None:
    """Keep the draft, or send it to its readers of both sides."""
    facts = await _facts(sent.form, given, report)
    verb = writing.send_report if sent.form.pressed(SEND) else writing.save_draft
    await verb(report, facts, by=sent.by, expected_version=given.version)
    return N_("Sent to its readers of both sides.") if sent.form.pressed(SEND) else None


@FORMS.form(
    Panel.CORRECTION, Reason, N_("Correct it, then send it: until then the old one holds."),
    asks=WRITES,
)  # fmt: skip
async def correct(report: ContactReport, given: Reason, sent: Sent) -> None:
    """Begin a new revision of what was sent."""
    await writing.correct(report, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.DROP, Versioned, N_("Dropped. What was sent holds."), asks=WRITES)
async def drop_correction(report: ContactReport, given: Versioned, sent: Sent) -> None:
    """The correction is not needed after all."""
    await writing.drop_correction(report, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.OWNER, Owner, N_("Given. They are told."), asks=WRITES)
async def give(report: ContactReport, given: Owner, sent: Sent) -> None:
    """Another colleague writes it."""
    await reports.give_report_to(report, given.owner, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.NOT_NEEDED, Because, N_("Noted."), asks=Permission.SUPERVISE_VISITS)
async def not_needed(report: ContactReport, given: Because, sent: Sent) -> None:
    """A supervisor decides that nothing is to be reported."""
    await reports.not_needed(report, given.because, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.NEEDED, Versioned, N_("It is owed again."), asks=Permission.SUPERVISE_VISITS)
async def needed(report: ContactReport, given: Versioned, sent: Sent) -> None:
    """It is owed after all."""
    await reports.needed_after_all(report, by=sent.by, expected_version=given.version)


async def _facts(form: Form, given: Draft, report: ContactReport) -> ReportFacts:
    lines = lines_of(form, ITEMS, Items)
    continued = {str(item.text).strip(): item.continues_id for item in await items_of(report)}
    return ReportFacts(
        title=given.title,
        conclusions=given.conclusions,
        reasons=given.reasons,
        party=party_sent(form, given),
        items=[
            ItemFacts(
                line.text,
                line.owner,
                line.owner_name,
                line.due_on,
                continued.get(line.text.strip()),
            )
            for line in lines
        ],
    )
