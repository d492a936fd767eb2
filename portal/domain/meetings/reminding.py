"""Before a meeting: material is checked again, attendance confirmed; the organiser hears (M2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.common.actor import SYSTEM
from portal.domain.meetings.events import MeetingEvent
from portal.domain.meetings.tables import Meeting
from portal.domain.meetings.telling import tell_of_meeting
from portal.domain.policy.visit_figures import CHECK_BEFORE, CONFIRM_BEFORE

_E = MeetingEvent
# What is reminded of, where that is not done yet; which day's reminder it is, its key says.
_DUE: Mapping[MeetingEvent, str] = {
    _E.CHECK_MATERIAL: "m.material_checked_at IS NULL",
    _E.CONFIRM_ATTENDANCE: "m.attendance_confirmed_at IS NULL",
}
# Further ahead nothing is due, whatever the policy says.
_LONGEST = timedelta(days=14)


async def remind_of_meetings() -> int:
    """Remind organisers of meetings that begin soon, once of each point; returns how many.

    Half an hour before it begins material and agenda are checked again, an hour before we leave
    for it attendance is confirmed: the policy's figures. For the worker's sweep; harmless twice.
    """
    now = await database_now()
    book = await policy.rulebook()
    count = 0
    for event, undone in _DUE.items():
        rows = await fetch(
            f"""SELECT m.*, a.tier FROM meeting m JOIN account a ON a.id = m.account_id
                WHERE m.status = 'planned' AND m.starts_at > $1 AND m.starts_at < $2 AND {undone}
                  AND NOT EXISTS (SELECT FROM outbox o WHERE o.dedupe_key =
                      $3 || ':' || m.id || ':' || extract(epoch FROM m.starts_at)::bigint)
                ORDER BY m.starts_at, m.id LIMIT 200""",  # noqa: S608 - constants
            now,
            now + _LONGEST,
            event.value,
        )
        for row in rows:
            if _due_at(row, event, book, now) <= now:
                await _remind(row, event)
                count += 1
    return count


def _due_at(
    row: Mapping[str, Any], event: MeetingEvent, book: policy.Rulebook, now: datetime
) -> datetime:
    scope = policy.Scope(account_id=row["account_id"], tier=row["tier"])
    if event is _E.CHECK_MATERIAL:
        before: timedelta = book.figure(CHECK_BEFORE, at=now, scope=scope).value
        return row["starts_at"] - before  # type: ignore[no-any-return]
    ahead: timedelta = book.figure(CONFIRM_BEFORE, at=now, scope=scope).value
    return (row["leaves_at"] or row["starts_at"]) - ahead  # type: ignore[no-any-return]


async def _remind(row: Mapping[str, Any], event: MeetingEvent) -> None:
    meeting = Meeting(**{name: value for name, value in row.items() if name != "tier"})
    moment = int(meeting.starts_at.timestamp())
    await tell_of_meeting(meeting, event, by=SYSTEM, once=f"{event.value}:{meeting.id}:{moment}")
