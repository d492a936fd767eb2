"""The notice of a meeting: in writing and by phone, complete or not at all (rule M2)."""

from collections.abc import Sequence

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError, WrongState
from portal.domain.common.words import N_
from portal.domain.meetings import clocks, people
from portal.domain.meetings.events import MeetingEvent
from portal.domain.meetings.people import PersonRow
from portal.domain.meetings.progress import lock_planned, move_meeting, note_of_meeting
from portal.domain.meetings.story import MeetingHappening
from portal.domain.meetings.tables import Meeting
from portal.domain.meetings.telling import tell_of_meeting
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.states import VisitWay

_H = MeetingHappening
_WHO = N_("who of the customer's side, with an e-mail address")
_OURS = N_("who of ours")
_WHERE = N_("where, or how to join")
_WHAT = N_("what it is about")
_TO_CONFIRM = N_("what is to be confirmed")
_HOW = N_("how it proceeds")
_ALREADY = N_("sent already")
_OVER = N_("begun")


class NoticeIncomplete(DomainError):
    """The notice does not say everything that it has to (rule M2)."""

    message = N_("The notice is not complete: %(missing)s.")

    def __init__(self, missing: Sequence[str]) -> None:
        # One message id: the first of what is missing; the page lists all of them.
        super().__init__(missing=missing[0])
        self.missing = tuple(missing)


def missing_of(meeting: Meeting, named: Sequence[PersonRow]) -> list[str]:
    """Message ids of what the notice lacks: who, where, what, what to confirm, how (rule M2).

    When it is, a meeting always says. By phone needs no place.
    """
    said = {
        _WHO: any(each.email and not each.is_ours for each in named),
        _OURS: any(each.is_ours for each in named),
        _WHERE: bool(meeting.place) or meeting.by_way_of is VisitWay.PHONE,
        _WHAT: bool(meeting.agenda),
        _TO_CONFIRM: bool(meeting.to_confirm),
        _HOW: bool(meeting.how),
    }
    return [what for what, is_said in said.items() if not is_said]


def without_address(named: Sequence[PersonRow]) -> list[str]:
    """Names of those whom the written notice does not reach: they are told by phone alone."""
    return [each.name for each in named if not each.email]


async def send_notice(meeting: Meeting, *, by: Actor, expected_version: int | None = None) -> None:
    """Send the notice in writing, with an invitation for calendars, to everybody who takes part.

    Contacts who do not use the portal get it, too. Raises `NoticeIncomplete`, `WrongState` where it
    was sent as it stands or the meeting has begun, `Conflict`, `NotAllowed`.
    """
    await lock_planned(meeting, by=by, expected_version=expected_version)
    now = await database_now()
    if meeting.is_noticed:
        raise WrongState(state=_ALREADY)
    if meeting.starts_at <= now:
        raise WrongState(state=_OVER)
    named = await people.people_of_meeting(meeting.id)
    if missing := missing_of(meeting, named):
        raise NoticeIncomplete(missing)
    await move_meeting(meeting, notice_sent_at=now, noticed_sequence=meeting.sequence)
    await _met_when_both(meeting)
    await note_of_meeting(
        meeting,
        _H.NOTICE,
        by=by,
        visible_to=Audience.CUSTOMER,
        people=", ".join(each.name for each in named if each.email),
    )
    await tell_of_meeting(meeting, MeetingEvent.NOTICE, by=by, sequence=meeting.sequence)


async def told_by_phone(
    meeting: Meeting, whom: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Somebody of the customer's side was told by phone, too (rule M2).

    Raises `FieldErrors` at `whom`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_planned(meeting, by=by, expected_version=expected_version)
    checks = FieldChecks()
    whom = checks.text("whom", whom, 200, needed=True)
    checks.done()
    await move_meeting(
        meeting,
        told_by_phone_at=await database_now(),
        told_by_phone_by=by.person_id,
        told_whom=whom,
    )
    await _met_when_both(meeting)
    await note_of_meeting(meeting, _H.PHONED, by=by, whom=whom)


async def material_checked(
    meeting: Meeting, *, by: Actor, expected_version: int | None = None
) -> None:
    """Material and agenda were looked at once more before it begins (rule M2)."""
    await lock_planned(meeting, by=by, expected_version=expected_version)
    await move_meeting(meeting, material_checked_at=await database_now())
    await note_of_meeting(meeting, _H.MATERIAL, by=by)


async def attendance_confirmed(
    meeting: Meeting, *, by: Actor, expected_version: int | None = None
) -> None:
    """Everybody was asked once more whether they come, before we leave (rule M2)."""
    await lock_planned(meeting, by=by, expected_version=expected_version)
    await move_meeting(meeting, attendance_confirmed_at=await database_now())
    await note_of_meeting(meeting, _H.ATTENDANCE, by=by)


async def _met_when_both(meeting: Meeting) -> None:
    if meeting.is_noticed and meeting.told_by_phone_at is not None:
        await clocks.everybody_was_told(meeting)
