"""What meetings and contact reports owe, and by when (rules M1, M2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.database import database_now, fetch_value
from portal.domain import policy
from portal.domain.common.activity import Subject
from portal.domain.common.words import N_
from portal.domain.meetings.tables import ITEM_KIND, ActionItem, ContactReport, Meeting
from portal.domain.policy.values import CalendarKind
from portal.domain.policy.visit_figures import CONTACT_REPORT
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import (
    PlacedCalendar,
    calendar_at,
    closing_time,
)
from portal.domain.service_levels.clock import Owed, OwedUntil
from portal.domain.service_levels.promise import Promise, TargetKind
from portal.domain.service_levels.terms import MomentRule

_K = TargetKind
# No branch is closed for longer than this at a stretch.
_LONGEST_HOLIDAY = 60
_CHANGED = N_("the meeting was changed: its notice is sent again")
_NEEDED = N_("it turned out that a report is needed")


def notice_due(
    starts: datetime, planned: datetime, place: PlacedCalendar
) -> tuple[datetime, MomentRule]:
    """Until when people have to be told of a meeting, in UTC, and by which rule (rule M2).

    At closing time of the last working day before it, where the branch is; of a meeting that was
    arranged later than that: before it begins.
    """
    day = place.day_of(starts)
    for _ in range(_LONGEST_HOLIDAY):
        day -= timedelta(days=1)
        closing = place.calendar.closing_of(day)
        if closing is not None:
            break
    else:
        closing = place.closing_time(place.day_of(starts) - timedelta(days=1))
    return (
        (closing, MomentRule.DAY_BEFORE) if closing > planned else (starts, MomentRule.BEFORE_START)
    )


async def start_notice(meeting: Meeting) -> None:
    """The notice is owed from now on, inside the house: nobody outside knows of it yet."""
    account = await account_facts(meeting.account_id)
    due, rule = await _notice_due(meeting, account)
    owed = OwedUntil(None, "", account.branch_id, meeting.title, meeting.organiser_id)
    await clock.open_target_until(_K.MEETING_NOTICE, meeting.subject, owed, due=due, rule=rule)


async def notice_is_owed_anew(meeting: Meeting) -> None:
    """The meeting was changed: what was told of it does not hold any more."""
    account = await account_facts(meeting.account_id)
    due, rule = await _notice_due(meeting, account)
    subject, kind = meeting.subject, _K.MEETING_NOTICE
    moved = await clock.move_target(subject, kind, due=due, rule=rule, reason=_CHANGED)
    if moved is None:
        await start_notice(meeting)
    await clock.reassign(subject, meeting.organiser_id, kind=kind)


async def everybody_was_told(meeting: Meeting) -> None:
    """In writing and by phone (rule M2)."""
    await clock.meet(meeting.subject, kind=_K.MEETING_NOTICE)


async def nothing_to_tell(meeting: Meeting) -> None:
    """The meeting was cancelled, or is over."""
    await clock.cancel(meeting.subject, kind=_K.MEETING_NOTICE)


async def start_report(report: ContactReport) -> Promise:
    """The report is owed since what it is about was over; the customer sees by when (rule M1)."""
    return await clock.open_target(
        _K.CONTACT_REPORT,
        report.subject,
        await _owed_report(report),
        opened_at=min(report.happened_at, await database_now()),
    )


async def report_is_owed_again(report: ContactReport) -> None:
    """It was said not to be needed, wrongly: that buys no time."""
    await clock.owe_again(
        report.subject, _K.CONTACT_REPORT, await _owed_report(report), reason=_NEEDED
    )


async def report_was_sent(report: ContactReport) -> None:
    await clock.meet(report.subject, kind=_K.CONTACT_REPORT)


async def report_is_not_needed(report: ContactReport) -> None:
    await clock.cancel(report.subject, kind=_K.CONTACT_REPORT)


async def another_writes(report: ContactReport) -> None:
    await clock.reassign(report.subject, report.owner_id, kind=_K.CONTACT_REPORT)


async def start_items(report: ContactReport, items: Sequence[ActionItem]) -> None:
    """What we said that we do is owed by closing time of its day; the customer sees it (M1)."""
    account = await account_facts(report.account_id)
    for item in items:
        if item.is_ours and not item.is_done:
            await clock.open_target_until(
                _K.ACTION_ITEM,
                subject_of(report, item),
                OwedUntil(
                    account.id, account.name, account.branch_id, _short(item.text), item.owner_id
                ),
                due=await closing_time(account.branch_id, item.due_on),
                rule=MomentRule.AGREED_DAY,
            )


async def item_was_done(report: ContactReport, item: ActionItem) -> None:
    await clock.meet(subject_of(report, item), kind=_K.ACTION_ITEM)


async def items_are_replaced(report: ContactReport, items: Sequence[ActionItem]) -> None:
    """A newer revision says what is to be done."""
    for item in items:
        await clock.cancel(subject_of(report, item), kind=_K.ACTION_ITEM)


def subject_of(report: ContactReport, item: ActionItem) -> Subject:
    """What the clock of an action hangs on; its reference is that of the report."""
    return Subject(ITEM_KIND, item.id, report.reference, report.account_id)


async def _notice_due(meeting: Meeting, account: AccountFacts) -> tuple[datetime, MomentRule]:
    place = await calendar_at(account.branch_id, CalendarKind.OFFICE_HOURS)
    return notice_due(meeting.starts_at, await database_now(), place)


async def _owed_report(report: ContactReport) -> Owed:
    account = await account_facts(report.account_id)
    in_force = await policy.figure(CONTACT_REPORT, scope=account.scope)
    return Owed(
        account_id=account.id,
        account_name=account.name,
        branch_id=account.branch_id,
        title=await _title_for_both(report),
        owner_id=report.owner_id,
        figures=in_force.value,
        policy_version=in_force.version,
        figure_key=CONTACT_REPORT.key,
    )


async def _title_for_both(report: ContactReport) -> str:
    """What both sides read beside the clock while the report is written.

    The heading of an entry in the log is ours: of a call it is whom we spoke with (rule M6).
    """
    if not report.communication_id:
        return str(report.title)
    return str(
        await fetch_value("SELECT name FROM communication WHERE id = $1", report.communication_id)
    )


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 120 else shown[:119] + "…"
