"""Appointments with customers as a calendar programme reads them (iCalendar, RFC 5545)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from portal.domain.common.words import N_
from portal.domain.visits.feed import Feed, FeedVisit
from portal.rendering.i18n import translations

if TYPE_CHECKING:
    from icalendar import Event

_REFRESHED = timedelta(hours=1)
_NAME = N_("Visits of %(name)s")


def feed_of(feed: Feed, *, origin: str) -> bytes:
    """The feed in its owner's language; `origin` (`https://…`) is where the pages are.

    What the customer has not agreed to yet is tentative, what was called off says so.
    """
    from icalendar import Calendar

    say = translations(feed.locale).gettext
    calendar = Calendar()
    calendar.add("prodid", "-//Key account portal//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say(_NAME) % {"name": feed.owner_name})
    calendar.add("refresh-interval", _REFRESHED, parameters={"VALUE": "DURATION"})
    for visit in feed.visits:
        status, way = say(visit.status.label), say(visit.way.label)
        calendar.add_component(_event(visit, status, way, origin))
    return bytes(calendar.to_ical())


def _event(visit: FeedVisit, status: str, way: str, origin: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{visit.reference}@{origin.rpartition('//')[2]}")
    event.add("dtstamp", visit.updated_at)
    event.add("sequence", visit.sequence)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", visit.account_name)
    event.add("description", f"{visit.reference} · {way} · {status}")
    event.add("location", visit.place)
    event.add("url", f"{origin}/staff/visits/{visit.reference}")
    event.add("status", _status(visit))
    return event


def _status(visit: FeedVisit) -> str:
    if visit.is_cancelled:
        return "CANCELLED"
    return "CONFIRMED" if visit.is_agreed else "TENTATIVE"
