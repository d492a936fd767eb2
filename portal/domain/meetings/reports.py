"""The contact report 联络报告: owed after a meeting, a visit or an important call (rule M1)."""

from collections.abc import Sequence
from datetime import datetime

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.meetings import clocks, people
from portal.domain.meetings.events import ReportEvent
from portal.domain.meetings.people import PersonRow
from portal.domain.meetings.progress import (
    lock_draft,
    move_report,
    note_of_report,
    require,
)
from portal.domain.meetings.states import ReportStatus
from portal.domain.meetings.story import ReportHappening
from portal.domain.meetings.tables import Communication, ContactReport, Meeting
from portal.domain.meetings.telling import tell
from portal.domain.organisation.staff import staff_member_by_id
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.tables import Visit

_H, _E = ReportHappening, ReportEvent
_SENT_ONCE = N_("A report that was sent is corrected, not withdrawn.")


async def owed_after_meeting(meeting: Meeting, *, by: Actor) -> ContactReport:
    """The report on a meeting that was held, as a draft for its organiser, due from its end on."""
    assert meeting.held_at is not None  # noqa: S101 - held
    return await _open(
        ContactReport(
            account_id=meeting.account_id,
            meeting_id=meeting.id,
            title=meeting.title,
            happened_at=meeting.held_at,
            owner_id=meeting.organiser_id,
        ),
        await _who_attended("meeting", meeting.id),
        by=by,
    )


async def owed_after_visit(visit: Visit, *, by: Actor) -> ContactReport:
    """The report on a visit that was made, as a draft for its owner, due from then on.

    It begins with what the record has for the customer.
    """
    assert visit.made_at is not None  # noqa: S101 - made
    return await _open(
        ContactReport(
            account_id=visit.account_id,
            visit_id=visit.id,
            title=_first_line(visit.told) or visit.reference,
            happened_at=visit.made_at,
            owner_id=visit.owner_id,
            conclusions=visit.for_customer,
        ),
        await _who_attended("visit", visit.id),
        by=by,
    )


async def owed_after_call(call: Communication, *, by: Actor) -> ContactReport:
    """The report on an important call, as a draft for who took it, due from then on."""
    assert by.staff_member_id is not None  # noqa: S101 - one of us
    spoke_with = PersonRow(call.name, "", "", is_ours=False)
    if call.contact_id is not None:
        spoke_with = (await _contact(call.contact_id)) or spoke_with
    return await _open(
        ContactReport(
            account_id=call.account_id,
            communication_id=call.id,
            title=call.title,
            happened_at=call.at,
            owner_id=by.staff_member_id,
        ),
        [spoke_with, *await _colleague(by.staff_member_id)],
        by=by,
    )


async def give_report_to(
    report: ContactReport, owner_id: int | None, *, by: Actor, expected_version: int | None = None
) -> None:
    """Another colleague writes it; its clock runs on.

    Raises `NotFound` where nobody has this id, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_draft(report, by=by, expected_version=expected_version)
    owner = await staff_member_by_id(owner_id or 0)
    if owner.id == report.owner_id:
        return
    await move_report(report, owner_id=owner.id)
    await clocks.another_writes(report)
    await note_of_report(report, _H.GIVEN, by=by, owner=await name_of(owner.id))
    if owner.id != by.staff_member_id:
        await tell(report, _E.OWED, by=by)


async def not_needed(
    report: ContactReport, because: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """A supervisor decides that nothing is to be reported; the reason stays with us.

    Only of a first report: one that was sent is corrected. Raises `FieldErrors` at `because`,
    `WrongState`, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.SUPERVISE_VISITS)
    await lock_draft(report, by=by, expected_version=expected_version)
    checks = FieldChecks()
    because = checks.text("because", because, 1000, needed=True)
    if report.revision > 1:
        checks.refuse("because", _SENT_ONCE)
    checks.done()
    await move_report(report, ReportStatus.NOT_NEEDED, not_needed_because=because)
    await clocks.report_is_not_needed(report)
    await note_of_report(report, _H.NOT_NEEDED, by=by, reason=because)


async def needed_after_all(
    report: ContactReport, *, by: Actor, expected_version: int | None = None
) -> None:
    """It is owed after all, since the moment it was owed from. Raises `WrongState`, `Conflict`."""
    require(by, Permission.SUPERVISE_VISITS)
    await report.lock(expected_version=expected_version)
    await move_report(report, ReportStatus.DRAFT, not_needed_because="")
    await clocks.report_is_owed_again(report)
    await note_of_report(report, _H.NEEDED, by=by)


async def name_of(staff_member_id: int) -> str:
    """The name of a staff member."""
    rows = await _colleague(staff_member_id)
    return rows[0].name if rows else ""


async def _open(report: ContactReport, present: Sequence[PersonRow], *, by: Actor) -> ContactReport:
    now: datetime = await database_now()
    report.reference = await next_reference("CR")
    report.revision = 1
    report.status = ReportStatus.DRAFT.value
    names = (each.name for each in present)
    report.search_terms = search_terms(report.reference, report.title, *names)
    report.created_at = report.updated_at = now
    await report.save()
    await people.set_readers(report, present, present=present)
    await clocks.start_report(report)
    await note_of_report(report, _H.OWED, by=by, owner=await name_of(report.owner_id))
    if report.owner_id != by.staff_member_id:
        await tell(report, _E.OWED, by=by)
    return report


async def _who_attended(kind: str, record_id: int) -> list[PersonRow]:
    """Who was there, with today's names and addresses of contacts and colleagues."""
    guest = "p.email" if kind == "meeting" else "''"
    rows = await fetch(
        f"""SELECT coalesce(k.name, q.name, p.name) AS name,
                coalesce(k.function, nullif(s.job_title, ''), p.function) AS function,
                coalesce(k.email, q.email, {guest}) AS email,
                p.is_ours, p.contact_id, p.staff_member_id
            FROM {kind}_person p LEFT JOIN contact k ON k.id = p.contact_id
            LEFT JOIN staff_member s ON s.id = p.staff_member_id
            LEFT JOIN person q ON q.id = s.person_id
            WHERE p.{kind}_id = $1 AND p.attended ORDER BY p.is_ours, p.id""",  # noqa: S608
        record_id,
    )
    return [PersonRow(**dict(row)) for row in rows]


async def _contact(contact_id: int) -> PersonRow | None:
    rows = await fetch(
        "SELECT id AS contact_id, name, function, email FROM contact WHERE id = $1", contact_id
    )
    return PersonRow(**dict(rows[0]), is_ours=False) if rows else None


async def _colleague(staff_member_id: int) -> list[PersonRow]:
    rows = await fetch(
        """SELECT s.id AS staff_member_id, p.name, s.job_title AS function, p.email
           FROM staff_member s JOIN person p ON p.id = s.person_id WHERE s.id = $1""",
        staff_member_id,
    )
    return [PersonRow(**dict(row), is_ours=True) for row in rows]


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else ""
