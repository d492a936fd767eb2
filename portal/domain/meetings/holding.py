"""The meeting took place: who was there, and the report that is owed from then on (rule M1)."""

from collections.abc import Collection, Sequence

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.words import N_
from portal.domain.meetings import clocks, people
from portal.domain.meetings.people import Guest
from portal.domain.meetings.progress import lock_planned, move_meeting, note_of_meeting
from portal.domain.meetings.reports import owed_after_meeting
from portal.domain.meetings.states import MeetingStatus
from portal.domain.meetings.story import MeetingHappening
from portal.domain.meetings.tables import ContactReport, Meeting
from portal.domain.quotes.field_checks import FieldChecks

_NOT_BEGUN = N_("It has not begun yet.")
_NOBODY = N_("Tick who of the customer's side was there.")


async def hold_meeting(
    meeting: Meeting,
    attended: Collection[int],
    met: Sequence[Guest] = (),
    *,
    by: Actor,
    expected_version: int | None = None,
) -> ContactReport:
    """It took place: `attended` are ids of `meeting_person` who were there, of both sides.

    `met` are people of the customer's side who came besides. From its end on a contact report is
    owed (rule M1), which this returns as a draft. Raises `FieldErrors` at `attended` or
    `met-<row>-<field>`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_planned(meeting, by=by, expected_version=expected_version)
    now = await database_now()
    checks = FieldChecks()
    if now < meeting.starts_at:
        checks.refuse("attended", _NOT_BEGUN)
    besides = people.checked_guests(checks, met, "met")
    checks.done()
    await people.add_who_came(meeting, besides)
    were_there = await fetch(
        """UPDATE meeting_person
           SET attended = coalesce(attended, false) OR id = ANY ($2::bigint[])
           WHERE meeting_id = $1 RETURNING is_ours, attended""",
        meeting.id,
        list(attended),
    )
    if not any(row["attended"] and not row["is_ours"] for row in were_there):
        checks.refuse("attended", _NOBODY)
        checks.done()
    await move_meeting(meeting, MeetingStatus.HELD, held_at=min(now, meeting.ends_at))
    await clocks.nothing_to_tell(meeting)
    is_known = meeting.notice_sent_at is not None
    await note_of_meeting(
        meeting,
        MeetingHappening.HELD,
        by=by,
        visible_to=Audience.CUSTOMER if is_known else Audience.INTERNAL,
    )
    return await owed_after_meeting(meeting, by=by)
