"""Appointments as a calendar programme reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from portal.domain.visits.feed import Feed, FeedVisit
from portal.domain.visits.states import VisitStatus, VisitWay
from portal.rendering.visit_feed import feed_of

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
AGREED = FeedVisit(
    reference="VS-2026-00007",
    account_name="Harbour; Logistics, Ltd",
    status=VisitStatus.CONFIRMED,
    way=VisitWay.ON_SITE,
    starts_at=AT,
    ends_at=AT + timedelta(hours=1),
    place="12 Nanjing Road",
    updated_at=AT - timedelta(days=2),
    sequence=3,
)


def events_of(*visits: FeedVisit, locale: str = "en") -> list[Event]:
    feed = Feed("Chen Li", locale, "Asia/Shanghai", visits)
    return list(Calendar.from_ical(feed_of(feed, origin="https://p.example")).walk("VEVENT"))


def test_an_appointment_says_when_where_and_how_far_it_is() -> None:
    asked = replace(AGREED, reference="VS-2026-00008", status=VisitStatus.PROPOSED)
    off = replace(AGREED, reference="VS-2026-00009", status=VisitStatus.CANCELLED)
    agreed, tentative, cancelled = events_of(AGREED, asked, off, locale="zh_Hans")
    assert agreed.decoded("dtstart") == AT
    assert agreed["summary"] == "Harbour; Logistics, Ltd"
    assert agreed["location"] == "12 Nanjing Road"
    assert agreed["url"] == "https://p.example/staff/visits/VS-2026-00007"
    assert agreed["description"].startswith("VS-2026-00007 · ")
    assert [each["status"] for each in (agreed, tentative, cancelled)] == [
        "CONFIRMED",
        "TENTATIVE",
        "CANCELLED",
    ]


def test_a_moved_visit_keeps_its_name_and_counts_its_changes() -> None:
    (first,) = events_of(AGREED)
    (second,) = events_of(replace(AGREED, starts_at=AT - timedelta(hours=1), sequence=4))
    assert first["uid"] == second["uid"] == "VS-2026-00007@p.example"
    assert second["sequence"] > first["sequence"]
