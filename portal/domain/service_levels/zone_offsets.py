"""When a time zone keeps which offset: what `zoneinfo` knows but does not list."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


class Stretch(NamedTuple):
    """A time in UTC during which a zone keeps one offset."""

    start: datetime
    end: datetime
    offset: timedelta


@lru_cache(maxsize=1024)
def stretches_of(timezone: str, year: int) -> tuple[Stretch, ...]:
    """The stretches of constant offset that make up a year of UTC.

    `zoneinfo` does not tell its transitions. They are found by looking at each midnight and then
    halving: no zone has ever changed its clocks twice within three days.
    """
    zone = known_zone(timezone)
    end_of_year = datetime(year + 1, 1, 1, tzinfo=UTC)
    stretches = []
    start = earlier = datetime(year, 1, 1, tzinfo=UTC)
    while earlier < end_of_year:
        later = earlier + ONE_DAY
        if _offset(zone, earlier) != _offset(zone, later):
            change = _change_between(zone, earlier, later)
            stretches.append(Stretch(start, change, _offset(zone, earlier)))
            start = change
        earlier = later
    if start < end_of_year:
        stretches.append(Stretch(start, end_of_year, _offset(zone, start)))
    return tuple(stretches)


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset changes, given a moment on either side of it."""
    while after - before > ONE_SECOND:
        middle = before + (after - before) // ONE_SECOND // 2 * ONE_SECOND
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101 - ZoneInfo always knows its offset
    return offset


def known_zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (KeyError, OSError, ValueError) as unknown:
        raise ValueError(f"unknown time zone {timezone!r}") from unknown
