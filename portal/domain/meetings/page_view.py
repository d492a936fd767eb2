"""A meeting as its page shows it to us (rule M2)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import meeting_by_reference
from portal.domain.meetings.noticing import missing_of, without_address
from portal.domain.meetings.people import PersonRow
from portal.domain.meetings.states import MeetingStatus
from portal.domain.meetings.tables import MEETING_KIND, Meeting
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody of a meeting, with how to reach them; `attended` is None until it was held.

    `is_main` says that the customer's file has them as its main contact.
    """

    id: int
    name: str
    function: str
    email: str
    phone: str
    is_ours: bool
    is_main: bool
    attended: bool | None
    contact_id: int | None
    staff_member_id: int | None


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything the page of a meeting says."""

    record: Meeting
    actor: Actor
    account_name: str
    account_code: str
    timezone: str
    organiser: str
    people: Sequence[Attendee]
    promises: Sequence[Promise]
    report: str
    told_by: str
    has_begun: bool

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> MeetingStatus:
        return self.record.state

    @property
    def promise(self) -> Promise | None:
        """The notice, until it was given or as it was kept."""
        return self.promises[0] if self.promises else None

    @property
    def named(self) -> list[PersonRow]:
        """Who is to take part, as forms and checks know them."""
        return [
            PersonRow(**{name: getattr(each, name) for name in PersonRow.__slots__})
            for each in self.people
        ]

    @property
    def phones(self) -> list[tuple[str, str]]:
        """Names and phone numbers of the customer's contacts, the main one first."""
        theirs = [each for each in self.people if each.contact_id is not None and each.phone]
        return [(each.name, each.phone) for each in sorted(theirs, key=lambda of: not of.is_main)]

    @property
    def missing(self) -> list[str]:
        """Message ids of what the notice still lacks (rule M2)."""
        return missing_of(self.record, self.named)

    @property
    def without_address(self) -> list[str]:
        return without_address([each for each in self.named if not each.is_ours])

    @property
    def theirs(self) -> list[Attendee]:
        return [each for each in self.people if not each.is_ours]

    @property
    def ours(self) -> list[Attendee]:
        return [each for each in self.people if each.is_ours]

    @property
    def can_write(self) -> bool:
        return self.actor.may(Permission.WRITE_REPORTS)

    @property
    def is_planned(self) -> bool:
        return self.status is MeetingStatus.PLANNED

    @property
    def was_told(self) -> bool:
        """Whether a change needs its reason: somebody was told of it."""
        return bool(self.record.notice_sent_at or self.record.told_by_phone_at)


async def meeting_page(reference: str, *, by: Actor) -> MeetingPage:
    """The page of a meeting. Raises `NotFound` for unknown ones and for who may not see it."""
    meeting = await meeting_by_reference(reference, by=by)
    row = await fetch_row(
        """SELECT a.name AS account_name, a.code AS account_code, a.timezone, p.name AS organiser,
               coalesce(t.name, '') AS told_by, coalesce((SELECT r.reference FROM contact_report r
                   WHERE r.meeting_id = m.id ORDER BY r.revision LIMIT 1), '') AS report,
               (SELECT coalesce(json_agg(x ORDER BY x.is_ours, x.id), '[]') FROM (
                   SELECT mp.id, mp.name, mp.function, mp.email, mp.is_ours, mp.attended,
                       mp.contact_id, mp.staff_member_id, coalesce(k.phone, q.phone, '') AS phone,
                       coalesce(k.is_main, false) AS is_main
                   FROM meeting_person mp LEFT JOIN contact k ON k.id = mp.contact_id
                   LEFT JOIN staff_member w ON w.id = mp.staff_member_id
                   LEFT JOIN person q ON q.id = w.person_id
                   WHERE mp.meeting_id = m.id) AS x) AS people
           FROM meeting m JOIN account a ON a.id = m.account_id
           JOIN staff_member s ON s.id = m.organiser_id JOIN person p ON p.id = s.person_id
           LEFT JOIN person t ON t.id = m.told_by_phone_by WHERE m.id = $1""",
        meeting.id,
    )
    assert row is not None  # noqa: S101 - just read
    return MeetingPage(
        record=meeting,
        actor=by,
        people=[Attendee(**each) for each in json.loads(row["people"])],
        promises=await clock.targets_of(MEETING_KIND, meeting.id),
        has_begun=meeting.starts_at <= await database_now(),
        **{name: value for name, value in row.items() if name != "people"},
    )
