"""An invitation that calendars understand (iCalendar, RFC 5545 and 5546)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

PRODUCT = "-//Key account portal//Meetings//EN"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting for one reader. Times are aware; a higher `sequence` replaces a lower one.

    `uid` is the same for good. Without an `attendee_email` it is only to be looked at.
    """

    uid: str
    sequence: int
    is_cancelled: bool
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    description: str
    organiser_name: str
    organiser_email: str
    stamped_at: datetime
    attendee_name: str = ""
    attendee_email: str = ""
    url: str = ""

    @property
    def method(self) -> str:
        """What the reader's calendar is asked to do."""
        if not self.attendee_email:
            return "PUBLISH"
        return "CANCEL" if self.is_cancelled else "REQUEST"


def to_calendar(invitation: Invitation) -> str:
    """The text of the invitation, with the line ends that the format asks for."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method)
    calendar.add_component(_event(invitation))
    text: str = calendar.to_ical().decode()
    return text


def _event(invitation: Invitation) -> "Event":
    from icalendar import Event, vCalAddress

    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamped_at.astimezone(UTC))
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    event.add("summary", invitation.title)
    event.add("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED")
    for name in ("place", "description", "url"):
        if text := getattr(invitation, name):
            event.add({"place": "location"}.get(name, name), text)
    organiser = vCalAddress(f"mailto:{invitation.organiser_email}")
    organiser.params["CN"] = invitation.organiser_name
    event["organizer"] = organiser
    if invitation.attendee_email:
        event.add("attendee", _attendee(invitation), encode=False)
    return event


def _attendee(invitation: Invitation) -> "vCalAddress":
    from icalendar import vCalAddress

    attendee = vCalAddress(f"mailto:{invitation.attendee_email}")
    attendee.params["CN"] = invitation.attendee_name
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE" if invitation.is_cancelled else "TRUE"
    return attendee
