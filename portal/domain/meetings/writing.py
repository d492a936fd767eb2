"""Writing a contact report and sending it; correcting what was sent (rule M1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.meetings import clocks, people
from portal.domain.meetings.access import revision_of
from portal.domain.meetings.action_items import (
    ItemFacts,
    checked_items,
    items_of,
    write_items,
)
from portal.domain.meetings.events import ReportEvent
from portal.domain.meetings.people import Party, PersonRow
from portal.domain.meetings.progress import (
    lock_draft,
    move_report,
    note_of_report,
    require,
)
from portal.domain.meetings.states import ReportStatus
from portal.domain.meetings.story import ReportHappening
from portal.domain.meetings.tables import ActionItem, ContactReport
from portal.domain.meetings.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

_H, _E = ReportHappening, ReportEvent
_NO_CONCLUSIONS = N_("Write what was concluded.")
_NO_REASONS = N_("Write how the conclusions were reached.")
_NO_READER = N_("Send it to somebody of the customer's side who has an e-mail address.")
_NO_COLLEAGUE = N_("Send it to somebody of the team, too.")


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as its form has it; errors name the fields as here."""

    title: str = ""
    conclusions: str = ""
    reasons: str = ""
    party: Party = field(default_factory=Party)
    items: Sequence[ItemFacts] = ()


async def save_draft(
    report: ContactReport, facts: ReportFacts, *, by: Actor, expected_version: int | None = None
) -> None:
    """Keep what is written; nobody else reads it. What a report needs may still be missing.

    Raises `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_draft(report, by=by, expected_version=expected_version)
    await _write(report, facts, FieldChecks())
    await note_of_report(report, _H.WRITTEN, by=by)


async def send_report(
    report: ContactReport, facts: ReportFacts, *, by: Actor, expected_version: int | None = None
) -> None:
    """Send it to its readers of both sides; from then on it stays as it is (rule M1).

    It says what was concluded and how that came about, and goes to somebody of either side. Each
    action of ours is owed until its day. Of a correction, what was sent before is replaced. Raises
    `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_draft(report, by=by, expected_version=expected_version)
    checks = FieldChecks()
    if not facts.conclusions.strip():
        checks.refuse("conclusions", _NO_CONCLUSIONS)
    if not facts.reasons.strip():
        checks.refuse("reasons", _NO_REASONS)
    readers, items = await _write(report, facts, checks, to_be_sent=True)
    before = await _replaced(report)
    await _carry_over(items, await items_of(before) if before else ())
    await move_report(report, ReportStatus.SENT, sent_at=await database_now(), sent_by=by.person_id)
    if before is not None:
        await clocks.items_are_replaced(before, await items_of(before))
    await clocks.report_was_sent(report)
    await clocks.start_items(report, items)
    await note_of_report(
        report,
        _H.SENT,
        by=by,
        visible_to=Audience.CUSTOMER,
        people=", ".join(each.name for each in readers),
    )
    await tell(report, _E.SENT, by=by, revision=report.revision)
    for item in items:
        if item.is_ours and not item.continues_id and item.owner_id != by.staff_member_id:
            await tell(report, _E.ITEM_GIVEN, by=by, item_id=item.id)


async def correct(
    report: ContactReport, reason: str, *, by: Actor, expected_version: int | None = None
) -> ContactReport:
    """Begin a new revision of what was sent, with everything that it says.

    Its readers learn the `reason` when it is sent; until then the old one holds. Raises
    `FieldErrors` at `reason`, `WrongState` where none was sent or a correction is begun already,
    `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WRITE_REPORTS)
    await report.lock(expected_version=expected_version)
    newest = await revision_of(report.reference, None, by=by)
    if report.state is not ReportStatus.SENT or newest.id != report.id:
        raise WrongState(state=newest.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    now = await database_now()
    revision = ContactReport(
        account_id=report.account_id,
        reference=report.reference,
        revision=report.revision + 1,
        status=ReportStatus.DRAFT.value,
        meeting_id=report.meeting_id,
        visit_id=report.visit_id,
        communication_id=report.communication_id,
        title=report.title,
        happened_at=report.happened_at,
        owner_id=report.owner_id,
        conclusions=report.conclusions,
        reasons=report.reasons,
        corrected_because=reason,
        search_terms=report.search_terms,
        created_at=now,
        updated_at=now,
    )
    await revision.save()
    readers = await people.readers_of(report.id)
    await people.set_readers(revision, readers, present=await _present(report))
    await write_items(revision, [_again(item, revision) for item in await items_of(report)])
    await note_of_report(revision, _H.CORRECTING, by=by, reason=reason)
    return revision


async def drop_correction(
    report: ContactReport, *, by: Actor, expected_version: int | None = None
) -> None:
    """The correction is not needed: what was sent goes on to hold.

    Raises `WrongState` for what is none, `Conflict`, `NotAllowed`.
    """
    await lock_draft(report, by=by, expected_version=expected_version)
    if report.revision == 1:
        raise WrongState(state=report.state.label)
    sent = await revision_of(report.reference, report.revision - 1, by=by)
    await execute("DELETE FROM contact_report WHERE id = $1", report.id)
    await note_of_report(sent, _H.CORRECTION_DROPPED, by=by)


async def _write(
    report: ContactReport, facts: ReportFacts, checks: FieldChecks, *, to_be_sent: bool = False
) -> tuple[list[PersonRow], list[ActionItem]]:
    title = checks.text("title", facts.title, 200, needed=True)
    conclusions = checks.text("conclusions", facts.conclusions, 8000)
    reasons = checks.text("reasons", facts.reasons, 8000)
    before = await people.readers_of(report.id)
    present = await _present(report)
    readers = await people.checked(checks, report.account_id, facts.party, kept=before)
    if to_be_sent and not any(each.email and not each.is_ours for each in readers):
        checks.refuse("contacts", _NO_READER)
    if to_be_sent and not any(each.is_ours for each in readers):
        checks.refuse("colleagues", _NO_COLLEAGUE)
    items = await checked_items(checks, report, facts.items)
    checks.done()
    found_by = (title, conclusions, *(each.name for each in readers))
    await move_report(
        report,
        title=title,
        conclusions=conclusions,
        reasons=reasons,
        search_terms=search_terms(report.reference, *found_by),
    )
    await people.set_readers(report, readers, present=present)
    await write_items(report, items)
    return readers, items


async def _present(report: ContactReport) -> list[PersonRow]:
    """Those of its readers who were there."""
    there = await people.who_was_present(report.id)
    return [each for each in await people.readers_of(report.id) if people.key_of(each) in there]


async def _replaced(report: ContactReport) -> ContactReport | None:
    """The revision that was sent before, replaced from now on."""
    if report.revision == 1:
        return None
    before = await ContactReport.objects().get(
        (ContactReport.reference == report.reference)
        & (ContactReport.revision == report.revision - 1)
    )
    if before is None:
        return None
    await before.lock()
    await move_report(before, ReportStatus.REPLACED)
    return before


async def _carry_over(items: Sequence[ActionItem], before: Sequence[ActionItem]) -> None:
    """What was done while the correction was written is done in it, too."""
    done = {each.id: each for each in before if each.is_done}
    for item in items:
        if (old := done.get(item.continues_id)) is not None:
            await item.change(done_at=old.done_at, done_by=old.done_by, result=old.result)


def _again(item: ActionItem, revision: ContactReport) -> ActionItem:
    return ActionItem(
        account_id=item.account_id,
        report_id=revision.id,
        continues_id=item.id,
        position=item.position,
        text=item.text,
        is_ours=item.is_ours,
        owner_id=item.owner_id,
        owner_name=item.owner_name,
        due_on=item.due_on,
    )
