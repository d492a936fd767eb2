"""Nobody is disturbed in their rest hours, by the clock on their own wall (rule V7)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.visits.rest_hours import RestHours

HOURS = RestHours(time(9), time(12), time(14), time(20), "Asia/Shanghai")


def at(hour: int, minute: int = 0, zone: str = "Asia/Shanghai") -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "minutes", "suits"),
    [
        (at(8, 59), 0, False),
        (at(9), 0, True),
        (at(11, 59), 0, True),
        (at(12), 0, False),
        (at(13, 59), 0, False),
        (at(14), 0, True),
        (at(19, 59), 0, True),
        (at(20), 0, False),
        (at(0), 0, False),
        # A visit may last over midday, but not into the night.
        (at(10), 300, True),
        (at(19), 60, True),
        (at(19), 61, False),
        (at(19), 600, False),
    ],
)
def test_rest_hours(begins: datetime, minutes: int, suits: bool) -> None:
    ends = begins + timedelta(minutes=minutes) if minutes else None
    assert (HOURS.refusal(begins, ends) is None) is suits


def test_the_customers_clock_counts_not_ours() -> None:
    tokyo = RestHours(time(9), time(12), time(14), time(20), "Asia/Tokyo")
    eleven_here = at(11, 30)
    assert HOURS.refusal(eleven_here) is None
    refusal = tokyo.refusal(eleven_here)
    assert refusal is not None
    assert refusal.params == {"begin": "12:00", "until": "14:00"}


def test_the_night_the_clocks_change_counts_by_the_wall() -> None:
    berlin = RestHours(time(9), time(12), time(14), time(20), "Europe/Berlin")
    before = datetime(2026, 10, 24, 8, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 8, 30, tzinfo=UTC)
    assert berlin.refusal(before) is None
    assert berlin.refusal(after) is None
    assert berlin.refusal(before - timedelta(hours=1, minutes=45)) is not None
    assert berlin.refusal(after - timedelta(minutes=45)) is not None
