"""Meetings with a customer: planned, changed, cancelled (rule M2)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.database import database_now
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.meetings import clocks, people
from portal.domain.meetings.events import MeetingEvent
from portal.domain.meetings.people import Party, PersonRow
from portal.domain.meetings.progress import (
    lock_planned,
    move_meeting,
    note_of_meeting,
    require,
)
from portal.domain.meetings.states import MeetingStatus
from portal.domain.meetings.story import MeetingHappening
from portal.domain.meetings.tables import Meeting
from portal.domain.meetings.telling import tell_of_meeting
from portal.domain.organisation.staff import staff_member_by_id
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.states import VisitWay

_H, _E = MeetingHappening, MeetingEvent
_NO_TIME = N_("Say when it begins and when it ends.")
_PAST = N_("This moment is over already.")
_ENDS_FIRST = N_("It ends after it begins.")
_LEAVES_LATE = N_("We leave before it begins.")
_TOO_LONG = N_("A meeting lasts at most %(hours)s hours.")
_NO_WAY = N_("Choose how you meet.")
_NO_ORGANISER = N_("Choose a colleague who works here.")
_LONGEST_HOURS = 72


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as its form has it; errors name the fields as here.

    Times are aware. `leaves_at` is when we leave for it. `agenda` is what it is about, `to_confirm`
    what is to be confirmed there, `how` how it proceeds (rule M2).
    """

    title: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    leaves_at: datetime | None = None
    way: str = ""
    place: str = ""
    agenda: str = ""
    to_confirm: str = ""
    how: str = ""
    organiser_id: int | None = None
    party: Party = field(default_factory=Party)


async def plan_meeting(account: Account, facts: MeetingFacts, *, by: Actor) -> Meeting:
    """Put down a meeting; its notice is owed until closing time of the day before (rule M2).

    What is still missing for the notice may follow. Raises `FieldErrors`, `NotAllowed`.
    """
    require(by, Permission.WRITE_REPORTS)
    now, reference = await database_now(), await next_reference("MT")
    values, named = await _checked(account.id, reference, facts, kept=())
    meeting = Meeting(
        account_id=account.id,
        reference=reference,
        status=MeetingStatus.PLANNED.value,
        created_by=by.person_id,
        created_at=now,
        updated_at=now,
        **values,
    )
    await meeting.save()
    await people.set_people(meeting, named)
    await clocks.start_notice(meeting)
    await note_of_meeting(meeting, _H.PLANNED, by=by, starts_at=meeting.starts_at)
    if meeting.organiser_id != by.staff_member_id:
        await tell_of_meeting(meeting, _E.PLANNED, by=by)
    return meeting


async def change_meeting(
    meeting: Meeting,
    facts: MeetingFacts,
    reason: str = "",
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Change what was planned. Once people were told of it the reason is asked for.

    What was told before does not hold any more: the notice is owed anew, in writing and by phone,
    and the customer reads the reason in it (rules M2, V5). Raises `FieldErrors`, `WrongState`,
    `Conflict`, `NotAllowed`.
    """
    await lock_planned(meeting, by=by, expected_version=expected_version)
    before = await people.people_of_meeting(meeting.id)
    values, named = await _checked(meeting.account_id, meeting.reference, facts, kept=before)
    was_told = bool(meeting.notice_sent_at or meeting.told_by_phone_at)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=was_told)
    checks.done()
    started = meeting.starts_at
    changed = {name for name, value in values.items() if getattr(meeting, name) != value}
    if set(named) != set(before):
        changed.add("people")
        await people.set_people(meeting, named)
    if not changed:
        return
    if was_told:
        values |= _not_told(meeting, reason)
    await move_meeting(meeting, **values)
    await clocks.notice_is_owed_anew(meeting)
    if meeting.starts_at != started and reason:
        await note_of_meeting(
            meeting,
            _H.MOVED,
            by=by,
            visible_to=_readers(meeting),
            reason=reason,
            starts_at=meeting.starts_at,
        )
    elif reason:
        await note_of_meeting(
            meeting, _H.CHANGED, by=by, visible_to=_readers(meeting), reason=reason
        )


async def cancel_meeting(
    meeting: Meeting, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Call it off. Who was told of it is told so, with the reason.

    Raises `FieldErrors` at `reason`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_planned(meeting, by=by, expected_version=expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    was_noticed = meeting.notice_sent_at is not None
    await move_meeting(
        meeting,
        MeetingStatus.CANCELLED,
        cancelled_because=reason,
        # In calendars a cancellation stands above what it cancels.
        sequence=meeting.sequence + (1 if was_noticed else 0),
    )
    await clocks.nothing_to_tell(meeting)
    await note_of_meeting(meeting, _H.CANCELLED, by=by, visible_to=_readers(meeting), reason=reason)
    await tell_of_meeting(meeting, _E.CANCELLED, by=by, was_noticed=was_noticed)


def _readers(meeting: Meeting) -> Audience:
    """The customer reads what happens to a meeting from its notice on."""
    return Audience.INTERNAL if meeting.notice_sent_at is None else Audience.CUSTOMER


def _not_told(meeting: Meeting, reason: str) -> dict[str, Any]:
    """What was told and checked before the change holds no longer."""
    return {
        "changed_because": reason,
        "sequence": meeting.sequence + (1 if meeting.notice_sent_at is not None else 0),
        "told_by_phone_at": None,
        "told_by_phone_by": None,
        "told_whom": "",
        "material_checked_at": None,
        "attendance_confirmed_at": None,
    }


async def _checked(
    account_id: int, reference: str, facts: MeetingFacts, *, kept: Collection[PersonRow]
) -> tuple[dict[str, Any], list[PersonRow]]:
    checks = FieldChecks()
    values: dict[str, Any] = {
        "title": checks.text("title", facts.title, 200, needed=True),
        "place": checks.text("place", facts.place, 500),
        "agenda": checks.text("agenda", facts.agenda, 4000),
        "to_confirm": checks.text("to_confirm", facts.to_confirm, 4000),
        "how": checks.text("how", facts.how, 4000),
    }
    if facts.way not in set(VisitWay):
        checks.refuse("way", _NO_WAY)
    await _check_times(checks, facts)
    await _check_organiser(checks, facts.organiser_id)
    named = await people.checked(checks, account_id, facts.party, kept=kept)
    checks.done()
    found_by = (values["title"], values["place"], values["agenda"])
    values |= {
        "search_terms": search_terms(reference, *found_by, *(each.name for each in named)),
        "way": facts.way,
        "starts_at": facts.starts_at,
        "ends_at": facts.ends_at,
        "leaves_at": facts.leaves_at,
        "organiser_id": facts.organiser_id,
    }
    return values, named


async def _check_times(checks: FieldChecks, facts: MeetingFacts) -> None:
    starts, ends = facts.starts_at, facts.ends_at
    if starts is None or ends is None:
        checks.refuse("starts_at" if starts is None else "ends_at", _NO_TIME)
        return
    if starts <= await database_now():
        checks.refuse("starts_at", _PAST)
    if ends <= starts:
        checks.refuse("ends_at", _ENDS_FIRST)
    elif ends - starts > timedelta(hours=_LONGEST_HOURS):
        checks.refuse("ends_at", _TOO_LONG, hours=_LONGEST_HOURS)
    if facts.leaves_at is not None and facts.leaves_at > starts:
        checks.refuse("leaves_at", _LEAVES_LATE)


async def _check_organiser(checks: FieldChecks, organiser_id: int | None) -> None:
    try:
        if organiser_id is None:
            raise NotFound
        await staff_member_by_id(organiser_id)
    except NotFound:
        checks.refuse("organiser_id", _NO_ORGANISER)
