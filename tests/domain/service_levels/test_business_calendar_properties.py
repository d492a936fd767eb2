"""The calendar against a slow model that looks at the wall clock minute by minute."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.domain.service_levels.business_calendar import BusinessCalendar

# The first question about a year indexes it, which one example may be too slow for.
patient = settings(deadline=None)

MINUTE = timedelta(minutes=1)
Hours = Sequence[tuple[str, str]]

# Days around which clocks change in at least one of the zones, with some quiet ones.
ZONES_AND_DAYS = {
    "Asia/Shanghai": [date(2026, 2, 14), date(2026, 10, 1), date(1991, 4, 14), date(1991, 9, 15)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1), date(2027, 1, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4), date(2026, 12, 31)],
    "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 25)],  # changes at midnight
    "Pacific/Apia": [date(2011, 12, 30)],  # a day that never was
}


class SlowModel:
    """Open time by looking at the clock on the wall every minute."""

    def __init__(
        self,
        timezone: str,
        weekly: Mapping[int, Hours],
        holidays: Sequence[date],
        exceptions: Mapping[date, Hours],
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self.weekly, self.holidays, self.exceptions = weekly, holidays, exceptions

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone)
        if wall.date() in self.exceptions:
            hours = self.exceptions[wall.date()]
        elif wall.date() in self.holidays:
            hours = ()
        else:
            hours = self.weekly.get(wall.weekday(), ())
        return any(start <= f"{wall:%H:%M}" < end for start, end in hours)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        minutes = (end - start) // MINUTE
        return MINUTE * sum(self.is_open(start + minute * MINUTE) for minute in range(minutes))

    def add(self, start: datetime, duration: timedelta, *, give_up: datetime) -> datetime | None:
        at = start
        if not duration:
            while not self.is_open(at) and at < give_up:
                at += MINUTE
        while duration and at < give_up:
            duration -= MINUTE * self.is_open(at)
            at += MINUTE
        return at if at < give_up else None


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> Hours:
    """No, one or two spans; on the half hour often enough to meet the change of clocks."""
    step = draw(st.sampled_from([1, 15, 30, 60]))
    cuts = draw(st.lists(st.integers(0, 1440 // step), max_size=4, unique=True).map(sorted))
    times = [f"{cut * step // 60:02}:{cut * step % 60:02}" for cut in cuts]
    return list(zip(times[::2], times[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, SlowModel, datetime]:
    """A calendar, its slow model, and a whole minute near an interesting day."""
    zone = draw(st.sampled_from(list(ZONES_AND_DAYS)))
    around = draw(st.sampled_from(ZONES_AND_DAYS[zone]))
    nearby = st.integers(-3, 6).map(lambda days: around + timedelta(days=days))
    weekly = draw(st.dictionaries(st.integers(0, 6), hours_of_a_day(), max_size=7))
    holidays = draw(st.lists(nearby, max_size=3))
    exceptions = draw(st.dictionaries(nearby, hours_of_a_day(), max_size=3))
    try:
        calendar = BusinessCalendar(zone, weekly, holidays, exceptions)
    except ValueError:
        assume(False)
    midnight = datetime(around.year, around.month, around.day, tzinfo=UTC)
    start = midnight + draw(st.integers(-2 * 1440, 2 * 1440)) * MINUTE
    return calendar, SlowModel(zone, weekly, holidays, exceptions), start


@patient
@given(calendars(), st.integers(0, 4 * 1440))
def test_elapsed_is_what_a_watcher_of_the_clock_counts(
    drawn: tuple[BusinessCalendar, SlowModel, datetime], minutes: int
) -> None:
    calendar, model, start = drawn
    end = start + minutes * MINUTE
    assert calendar.elapsed(start, end) == model.elapsed(start, end)


@patient
@given(calendars(), st.integers(0, 1440))
def test_adding_ends_where_a_watcher_of_the_clock_ends(
    drawn: tuple[BusinessCalendar, SlowModel, datetime], minutes: int
) -> None:
    calendar, model, start = drawn
    horizon = start + timedelta(days=8)
    expected = model.add(start, minutes * MINUTE, give_up=horizon)
    try:
        end = calendar.add(start, minutes * MINUTE)
    except ValueError:
        assert expected is None
    else:
        assert end == expected if expected else end >= horizon


@patient
@given(calendars())
def test_open_is_what_the_clock_on_the_wall_says(
    drawn: tuple[BusinessCalendar, SlowModel, datetime],
) -> None:
    calendar, model, start = drawn
    for quarter in range(0, 2 * 1440, 15):
        at = start + quarter * MINUTE
        assert calendar.is_open(at) == model.is_open(at)


durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=20))
offsets = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3))


@st.composite
def lasting_calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime]:
    """Calendars that open every week, and a moment down to the microsecond."""
    zone = draw(st.sampled_from(list(ZONES_AND_DAYS)))
    around = draw(st.sampled_from(ZONES_AND_DAYS[zone]))
    days = st.dictionaries(st.integers(0, 6), hours_of_a_day(), max_size=7)
    weekly = draw(days.filter(lambda week: any(week.values())))
    holidays = draw(st.lists(st.integers(-9, 9).map(lambda n: around + timedelta(n)), max_size=5))
    start = datetime(around.year, around.month, around.day, tzinfo=UTC) + draw(offsets)
    return BusinessCalendar(zone, weekly, holidays), start - timedelta(days=1)


@patient
@given(lasting_calendars(), durations)
def test_what_is_added_has_elapsed(
    drawn: tuple[BusinessCalendar, datetime], duration: timedelta
) -> None:
    calendar, start = drawn
    assert calendar.elapsed(start, calendar.add(start, duration)) == duration


@patient
@given(lasting_calendars(), durations, durations)
def test_two_additions_are_one(
    drawn: tuple[BusinessCalendar, datetime], first: timedelta, second: timedelta
) -> None:
    calendar, start = drawn
    assume(second)  # nothing added at closing time leads to the next opening
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@patient
@given(lasting_calendars(), durations, durations, offsets)
def test_later_and_longer_never_end_earlier(
    drawn: tuple[BusinessCalendar, datetime], short: timedelta, more: timedelta, later: timedelta
) -> None:
    calendar, start = drawn
    assert calendar.add(start, short) <= calendar.add(start, short + more)
    assert calendar.add(start, short) <= calendar.add(start + later, short)


@patient
@given(lasting_calendars(), durations, durations)
def test_elapsed_times_add_up(
    drawn: tuple[BusinessCalendar, datetime], first: timedelta, second: timedelta
) -> None:
    calendar, start = drawn
    middle, end = start + first, start + first + second
    parts = calendar.elapsed(start, middle) + calendar.elapsed(middle, end)
    assert parts == calendar.elapsed(start, end)
    assert calendar.elapsed(start, end) <= end - start


@patient
@given(lasting_calendars(), durations)
def test_an_addition_ends_in_open_time_or_at_its_close(
    drawn: tuple[BusinessCalendar, datetime], duration: timedelta
) -> None:
    calendar, start = drawn
    assume(duration)
    end = calendar.add(start, duration)
    assert calendar.is_open(end - timedelta(microseconds=1))
    opening = calendar.opening_after(start)
    assert calendar.is_open(opening)
    assert calendar.elapsed(start, opening) == timedelta(0)
