"""Days off and make-up days out of iCalendar files as they are published."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.errors import FieldError
from portal.domain.service_levels.day_import import ImportedDay, days_in

SINCE, UNTIL = date(2026, 1, 1), date(2028, 12, 31)


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def read(data: bytes) -> list[ImportedDay]:
    return days_in(data, since=SINCE, until=UNTIL)


def test_an_event_of_several_days_is_all_of_them() -> None:
    days = read(
        calendar("DTSTART;VALUE=DATE:20271001\r\nDTEND;VALUE=DATE:20271004\r\nSUMMARY:国庆节 休")
    )
    assert [day.day.day for day in days] == [1, 2, 3]
    assert {(day.is_worked, day.title) for day in days} == {(False, "国庆节 休")}


@pytest.mark.parametrize(
    ("title", "worked"),
    [
        ("国庆节 补班", True),
        ("中秋節 補班", True),
        ("春节 调休 上班", True),
        ("Make-up working day", True),
        ("Workday instead of Friday", True),
        ("Inventory", False),
        ("", False),
    ],
)
def test_make_up_days_are_told_by_their_title(title: str, worked: bool) -> None:
    (day,) = read(calendar(f"DTSTART;VALUE=DATE:20270926\r\nSUMMARY:{title}"))
    assert day.is_worked is worked


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ("DTSTART:20270105T090000Z\r\nDTEND:20270105T170000Z", ["2027-01-05"]),
        ("DTSTART:20270105T000000\r\nDTEND:20270107T000000", ["2027-01-05", "2027-01-06"]),
        ("DTSTART;VALUE=DATE:20270105\r\nDURATION:P2D", ["2027-01-05", "2027-01-06"]),
        ("DTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270105", ["2027-01-05"]),
        (
            "DTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY",
            ["2026-05-01", "2027-05-01", "2028-05-01"],
        ),
        ("DTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=WEEKLY", ["2026-05-01"]),
        (
            "DTSTART;VALUE=DATE:20251230\r\nDTEND;VALUE=DATE:20260103",
            ["2026-01-01", "2026-01-02"],
        ),
        ("DTSTART;VALUE=DATE:20200101", []),
    ],
)
def test_days_are_read_as_they_are_meant(event: str, days: list[str]) -> None:
    assert [day.day.isoformat() for day in read(calendar(event))] == days


def test_a_day_that_stands_twice_is_taken_once() -> None:
    twice = calendar(
        "DTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year",
        "DTSTART;VALUE=DATE:20270101\r\nSUMMARY:元旦",
    )
    assert [day.title for day in read(twice)] == ["New Year"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        calendar("SUMMARY:No day at all"),
        calendar("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20281231"),
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_calendar_of_days_is_refused_at_the_file(data: bytes) -> None:
    with pytest.raises(FieldError) as refused:
        read(data)
    assert refused.value.field == "file"


@given(st.binary(max_size=300))
def test_nothing_that_is_sent_breaks_it(data: bytes) -> None:
    for sent in (data, calendar(data.decode("latin-1"))):
        with contextlib.suppress(FieldError):
            read(sent)
