"""The calendar of visits: a month, a week, and the feed for a calendar programme (rules V5, V7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import get_day_names, get_month_names
from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy.visit_figures import (
    NOON_REST_FROM,
    NOON_REST_UNTIL,
    REST_FROM,
    REST_UNTIL,
)
from portal.domain.visits.calendar_view import people_with_visits, visits_between
from portal.domain.visits.feed import end_feed, feed_since, feed_token, visits_of_feed
from portal.domain.visits.listing import VisitOwner
from portal.domain.visits.states import VisitStatus
from portal.domain.visits.tables import SUBJECT_KIND
from portal.domain.visits.visit_rows import VisitRow
from portal.rendering.dates import format_date, format_day
from portal.rendering.i18n import SOURCE_LOCALE, babel_locale
from portal.rendering.links import with_query
from portal.rendering.reader import Reader
from portal.rendering.visit_feed import feed_of
from portal.staff.queue_page import in_words, whole
from portal.staff.visits.calendar_grid import (
    FIRST_HOUR,
    LAST_HOUR,
    CalendarView,
    Period,
    Rest,
    days_of,
    period_of,
)
from portal.staff.visits.page import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit, TheSettings
from portal.web.forms import Form
from portal.web.guards import PUBLIC, requires
from portal.web.live import live_lists_url
from portal.web.proxies import subscriber
from portal.web.throttle import Limit, count_attempt
from portal.web.viewer import Viewer

CALENDAR = f"{PATH}/calendar"
_READS = [requires(Permission.READ_VISITS)]
_SUFFIX = ".ics"
# An address cannot be guessed; this bounds what one place can make us do. An office asks at once.
FEEDS_PER_CLIENT = Limit("feed-client", 600, 600)
_LARGEST_YEAR = 9000
_WHOSE = {
    VisitOwner.ME: N_("Mine"),
    VisitOwner.TEAM: N_("My team's"),
    VisitOwner.ALL: N_("Everybody's"),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit in the calendar, by the reader's clock."""

    row: VisitRow
    day: date
    hour: int | None
    starts_at: datetime | None

    @property
    def status(self) -> VisitStatus:
        return self.row.status


@get(CALENDAR, guards=_READS)
async def show(request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """A month or a week, as `?view=`, `on=` and `whose=` say."""
    return await _page(dict(request.query_params), viewer, answer)


@post(f"{CALENDAR}/feed", guards=_READS)
async def make_feed(viewer: AViewer, answer: AnAnswer, settings: TheSettings) -> Response[str]:
    """A new secret address of one's calendar; shown this once, the one before it ends."""
    token = await feed_token(by=viewer.actor)
    address = f"{settings.base_url}{CALENDAR}/{token}{_SUFFIX}"
    return await _page({}, viewer, answer, feed_address=address)


@post(f"{CALENDAR}/feed/end", guards=_READS)
async def stop_feed(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Let the address of one's calendar end."""
    await end_feed(by=viewer.actor)
    return answer.see_other(CALENDAR, toast=N_("Switched off. The address leads nowhere now."))


@get(f"{CALENDAR}/{{feed_name:str}}", opt=PUBLIC)
async def deliver_feed(
    feed_name: FromPath[str], visit: AVisit, settings: TheSettings
) -> Response[bytes]:
    """The calendar behind a secret address, for programmes that cannot sign in."""
    await count_attempt(FEEDS_PER_CLIENT, subscriber(visit.client_address))
    if not feed_name.endswith(_SUFFIX):
        raise NotFound
    feed = await visits_of_feed(feed_name.removesuffix(_SUFFIX))
    return Response(
        feed_of(feed, origin=settings.base_url),
        media_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="visits.ics"',
            "Cache-Control": "private, no-store",
        },
    )


async def _page(
    query: dict[str, str], viewer: Viewer, answer: Answer, *, feed_address: str = ""
) -> Response[str]:
    reader = viewer.reader
    today = reader.local(viewer.now).date()
    view = CalendarView.WEEK if query.get("view") == CalendarView.WEEK else CalendarView.MONTH
    on = _day(query.get("on", ""), today)
    whose = query.get("whose") or VisitOwner.ME
    period = period_of(view, on)
    rows = await visits_between(
        period.first,
        period.last,
        by=viewer.actor,
        timezone=reader.timezone,
        whose=whole(whose) or whose,
    )
    kept = {"whose": whose} if query.get("whose") else {}
    feed = await feed_since(by=viewer.actor)
    return answer.page(
        "staff/visits/calendar.html",
        title="%(period)s",
        words={"period": _title(period, on, reader)},
        section="visits",
        view=view.value,
        on=on,
        days=days_of(period, on, [_slot(row, reader) for row in rows], today=today),
        is_empty=not rows,
        weekdays=_weekdays(reader.locale),
        hours=range(FIRST_HOUR, LAST_HOUR + 1),
        rest=await _rest(),
        here=with_query(CALENDAR, view=view.value, on=on.isoformat(), **kept),
        previous_url=with_query(CALENDAR, view=view.value, on=period.previous.isoformat(), **kept),
        next_url=with_query(CALENDAR, view=view.value, on=period.next.isoformat(), **kept),
        today_url=with_query(CALENDAR, view=view.value, **kept),
        month_url=with_query(CALENDAR, view="month", on=on.isoformat(), **kept),
        week_url=with_query(CALENDAR, view="week", on=on.isoformat(), **kept),
        list_url=_list_url(whose),
        filters=Form.showing(whose=whose),
        whose_options=await _whose_options(viewer, answer),
        live=live_lists_url(viewer, CALENDAR, SUBJECT_KIND),
        feed=feed,
        feed_address=feed_address,
    )


def _slot(row: VisitRow, reader: Reader) -> Slot:
    """What was made without an appointment stands where it took place."""
    begins = row.starts_at or row.made_at
    if begins is None:
        return Slot(row, row.due_on, None, None)
    local = reader.local(begins)
    return Slot(row, local.date(), local.hour, begins)


def _day(text: str, today: date) -> date:
    """The day of an address; today where it is none that a calendar shows."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if today.year - 100 < day.year < _LARGEST_YEAR else today


def _title(period: Period, on: date, reader: Reader) -> str:
    if period.view is CalendarView.WEEK:
        return f"{format_day(period.first, reader)} – {format_date(period.last, reader.locale)}"
    if reader.locale == SOURCE_LOCALE:
        names = get_month_names("wide", "stand-alone", locale=babel_locale(reader.locale))
        return f"{names[on.month]} {on.year}"
    return f"{on.year}年{on.month}月"


def _weekdays(locale: str) -> Sequence[str]:
    names = get_day_names("abbreviated", locale=babel_locale(locale))
    return [str(names[number]) for number in range(7)]


async def _rest() -> Rest:
    """The hours of rest that hold where nothing else was agreed with an account (rule V7)."""
    book, now = await policy.rulebook(), await database_now()
    figures = (REST_UNTIL, NOON_REST_FROM, NOON_REST_UNTIL, REST_FROM)
    return Rest(*(book.figure(each, at=now).value for each in figures))


async def _whose_options(viewer: Viewer, answer: Answer) -> list[tuple[str, str]]:
    people = await people_with_visits(by=viewer.actor)
    mine = viewer.actor.staff_member_id
    return [
        *in_words(_WHOSE, answer),
        *((str(staff_id), name) for staff_id, name in people if staff_id != mine),
    ]


def _list_url(whose: str) -> str:
    return with_query(PATH, owner=whose) if whose in set(VisitOwner) else PATH


ROUTES = [show, make_feed, stop_feed, deliver_feed]
