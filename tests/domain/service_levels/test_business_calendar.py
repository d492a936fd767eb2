"""What a business calendar promises, by example."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from portal.domain.service_levels.business_calendar import BusinessCalendar

OFFICE = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in range(5)}
ALWAYS = {day: [("00:00", "24:00")] for day in range(7)}
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def shanghai(day: int, hour: int, minute: int = 0, *, month: int = 8) -> datetime:
    """A moment of 2026 in Shanghai. 17 August 2026 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def office() -> BusinessCalendar:
    return BusinessCalendar("Asia/Shanghai", OFFICE)


class TestAdding:
    def test_counts_only_open_time(self, office: BusinessCalendar) -> None:
        assert office.add(shanghai(17, 11), hours(2)) == shanghai(17, 14)
        assert office.add(shanghai(17, 17), hours(2)) == shanghai(18, 10)

    def test_answers_in_utc(self, office: BusinessCalendar) -> None:
        moment = office.add(shanghai(17, 9), hours(1))
        assert moment.tzinfo is UTC
        assert moment.isoformat() == "2026-08-17T02:00:00+00:00"

    def test_skips_the_weekend(self, office: BusinessCalendar) -> None:
        assert office.add(shanghai(21, 17), hours(2)) == shanghai(24, 10)

    def test_from_a_closed_moment_starts_at_the_next_opening(
        self, office: BusinessCalendar
    ) -> None:
        assert office.add(shanghai(22, 3), hours(1)) == shanghai(24, 10)
        assert office.add(shanghai(17, 12, 30), hours(1)) == shanghai(17, 14)

    def test_what_ends_exactly_at_closing_time_ends_there(self, office: BusinessCalendar) -> None:
        assert office.add(shanghai(17, 10), hours(2)) == shanghai(17, 12)
        assert office.add(shanghai(17, 17), hours(1)) == shanghai(17, 18)
        assert office.add(shanghai(21, 9), hours(8)) == shanghai(21, 18)

    def test_zero_while_open_is_that_moment(self, office: BusinessCalendar) -> None:
        assert office.add(shanghai(17, 9), timedelta(0)) == shanghai(17, 9)
        assert office.add(shanghai(17, 10, 7), timedelta(0)) == shanghai(17, 10, 7)

    def test_zero_while_closed_is_the_next_opening(self, office: BusinessCalendar) -> None:
        assert office.add(shanghai(17, 12), timedelta(0)) == shanghai(17, 13)
        assert office.add(shanghai(21, 18), timedelta(0)) == shanghai(24, 9)
        assert office.add(shanghai(22, 5), timedelta(0)) == shanghai(24, 9)

    def test_keeps_seconds_and_microseconds(self, office: BusinessCalendar) -> None:
        start = shanghai(17, 17, 59).replace(second=59, microsecond=999_999)
        assert office.add(start, timedelta(microseconds=2)) == shanghai(18, 9) + timedelta(
            microseconds=1
        )

    def test_years_of_work_are_added_at_once(self, office: BusinessCalendar) -> None:
        due = office.add(shanghai(17, 9), hours(8 * 5 * 52 * 20))
        # Twenty years of full weeks end on the Friday before the one they began on.
        assert due == shanghai(17, 9) + timedelta(weeks=52 * 20) - timedelta(days=2, hours=15)


class TestHoursOfADay:
    def test_around_the_clock_has_no_seams(self) -> None:
        always = BusinessCalendar("Europe/Berlin", ALWAYS)
        start = datetime(2026, 1, 1, 12, 34, 56, 789, tzinfo=UTC)
        for duration in (timedelta(0), hours(11.5), timedelta(days=400), timedelta(microseconds=1)):
            assert always.add(start, duration) == start + duration
            assert always.elapsed(start, start + duration) == duration
        assert always.is_open(start)

    def test_24_00_is_the_end_of_the_day(self) -> None:
        late = BusinessCalendar("Asia/Shanghai", {0: [("22:00", "24:00")]})
        assert late.is_open(shanghai(17, 23, 59))
        assert not late.is_open(shanghai(18, 0))
        assert late.add(shanghai(17, 20), hours(2)) == shanghai(18, 0)

    def test_hours_may_touch_and_come_in_any_order(self) -> None:
        calendar = BusinessCalendar("Asia/Shanghai", {0: [("12:00", "18:00"), ("09:00", "12:00")]})
        assert calendar.is_open(shanghai(17, 12))
        assert calendar.add(shanghai(17, 11), hours(2)) == shanghai(17, 13)
        assert calendar.add(shanghai(17, 12), timedelta(0)) == shanghai(17, 12)

    def test_holidays_are_closed(self) -> None:
        calendar = BusinessCalendar("Asia/Shanghai", OFFICE, holidays=[date(2026, 8, 18)])
        assert calendar.add(shanghai(17, 17), hours(2)) == shanghai(19, 10)
        assert not calendar.is_working_day(date(2026, 8, 18))

    def test_exceptions_win_over_weekday_and_holiday(self) -> None:
        calendar = BusinessCalendar(
            "Asia/Shanghai",
            OFFICE,
            holidays=[date(2026, 8, 18)],
            exceptions={
                date(2026, 8, 17): [("09:00", "10:00")],  # a short day
                date(2026, 8, 18): [("14:00", "15:00")],  # a holiday on duty
                date(2026, 8, 19): [],  # closed for once
                date(2026, 8, 22): [("09:00", "18:00")],  # a make-up Saturday 调休
            },
        )
        assert calendar.elapsed(shanghai(17, 0), shanghai(18, 0)) == hours(1)
        assert calendar.elapsed(shanghai(18, 0), shanghai(19, 0)) == hours(1)
        assert calendar.elapsed(shanghai(19, 0), shanghai(20, 0)) == hours(0)
        assert calendar.elapsed(shanghai(22, 0), shanghai(23, 0)) == hours(9)
        assert calendar.is_working_day(date(2026, 8, 22))

    def test_holidays_are_cut_by_the_calendars_zone(self) -> None:
        calendar = BusinessCalendar("Asia/Shanghai", ALWAYS, holidays=[date(2026, 10, 1)])
        assert calendar.is_open(datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
        assert not calendar.is_open(datetime(2026, 9, 30, 16, 0, tzinfo=UTC))
        assert not calendar.is_open(datetime(2026, 10, 1, 15, 59, tzinfo=UTC))
        assert calendar.is_open(datetime(2026, 10, 1, 16, 0, tzinfo=UTC))

    def test_a_moment_may_come_in_any_zone(self, office: BusinessCalendar) -> None:
        nine_in_shanghai = datetime(2026, 8, 17, 3, 0, tzinfo=timezone(hours(2)))
        assert office.is_open(nine_in_shanghai)
        assert office.add(nine_in_shanghai, hours(1)) == shanghai(17, 10)


class TestElapsed:
    def test_counts_only_open_time(self, office: BusinessCalendar) -> None:
        assert office.elapsed(shanghai(17, 8), shanghai(17, 20)) == hours(8)
        assert office.elapsed(shanghai(21, 17), shanghai(24, 10)) == hours(2)
        assert office.elapsed(shanghai(22, 0), shanghai(24, 0)) == hours(0)

    def test_nothing_passes_in_no_time(self, office: BusinessCalendar) -> None:
        assert office.elapsed(shanghai(17, 10), shanghai(17, 10)) == hours(0)

    def test_goes_on_over_the_turn_of_years(self, office: BusinessCalendar) -> None:
        start, end = shanghai(17, 9), shanghai(17, 9) + timedelta(weeks=300)
        assert office.elapsed(start, end) == hours(300 * 40)


class TestWhenClocksChange:
    def test_a_skipped_hour_is_not_worked(self) -> None:
        night = BusinessCalendar("Europe/Berlin", {6: [("00:00", "06:00")]})
        sunday = datetime(2026, 3, 29, tzinfo=BERLIN)  # 02:00 becomes 03:00
        assert night.elapsed(sunday, sunday + timedelta(days=1)) == hours(5)
        assert night.add(sunday, hours(3)) == datetime(2026, 3, 29, 4, tzinfo=BERLIN)

    def test_a_repeated_hour_is_worked_twice(self) -> None:
        night = BusinessCalendar("Europe/Berlin", {6: [("00:00", "06:00")]})
        sunday = datetime(2026, 10, 25, tzinfo=BERLIN)  # 03:00 becomes 02:00
        assert night.elapsed(sunday, sunday + timedelta(days=1)) == hours(7)
        second_two_o_clock = datetime(2026, 10, 25, 2, fold=1, tzinfo=BERLIN)
        # Compared in UTC: Python calls a repeated moment unequal to the same one in another zone.
        assert night.add(sunday, hours(3)) == second_two_o_clock.astimezone(UTC)

    def test_hours_that_end_within_the_repeated_hour_open_twice(self) -> None:
        night = BusinessCalendar("Europe/Berlin", {6: [("01:00", "02:30")]})
        first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
        assert not night.is_open(first)
        assert night.is_open(first.replace(minute=0, fold=1))
        assert not night.is_open(first.replace(fold=1))
        assert night.elapsed(first - hours(6), first + hours(6)) == hours(2)

    def test_hours_within_the_skipped_hour_do_not_open(self) -> None:
        night = BusinessCalendar("Europe/Berlin", {6: [("02:00", "03:00")]})
        before = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
        assert night.add(before, timedelta(0)) == datetime(2026, 4, 5, 2, tzinfo=BERLIN)

    def test_half_an_hour_on_lord_howe(self) -> None:
        calendar = BusinessCalendar("Australia/Lord_Howe", ALWAYS, [date(2026, 10, 4)])
        lord_howe = ZoneInfo("Australia/Lord_Howe")
        day = datetime(2026, 10, 4, tzinfo=lord_howe)  # 02:00 becomes 02:30
        next_day = datetime(2026, 10, 5, tzinfo=lord_howe)
        assert next_day.astimezone(UTC) - day.astimezone(UTC) == hours(23.5)
        assert calendar.add(day, timedelta(0)) == next_day
        assert calendar.add(day - hours(1), hours(1)) == day

    def test_midnight_itself_may_be_skipped(self) -> None:
        beirut = ZoneInfo("Asia/Beirut")
        calendar = BusinessCalendar("Asia/Beirut", {6: [("00:00", "24:00")]})
        # 29 March 2026 is a Sunday that begins at 01:00.
        opening = calendar.add(datetime(2026, 3, 28, 20, tzinfo=beirut), timedelta(0))
        assert opening == datetime(2026, 3, 29, 1, tzinfo=beirut)
        assert calendar.elapsed(opening, opening + timedelta(days=2)) == hours(23)

    def test_a_skipped_day_has_no_hours(self) -> None:
        apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011
        calendar = BusinessCalendar("Pacific/Apia", ALWAYS, holidays=[date(2011, 12, 30)])
        start = datetime(2011, 12, 29, 12, tzinfo=apia)
        assert calendar.elapsed(start, datetime(2011, 12, 31, 12, tzinfo=apia)) == hours(24)

    def test_a_start_in_the_repeated_hour_is_told_apart(self) -> None:
        always = BusinessCalendar("Europe/Berlin", ALWAYS)
        first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
        assert always.elapsed(first, first.replace(fold=1)) == hours(1)


class TestRefusals:
    @pytest.mark.parametrize(
        "spans",
        [
            [("09:00", "12:00"), ("11:59", "13:00")],
            [("09:00", "18:00"), ("10:00", "11:00")],
            [("09:00", "18:00"), ("09:00", "18:00")],
            [("18:00", "09:00")],
            [("09:00", "09:00")],
            [("24:00", "24:00")],
            [("9:00", "18:00")],
            [("09:00", "24:01")],
            [("09:00", "25:00")],
            [("09:60", "10:00")],
            [("09:00:30", "10:00")],
            [("", "10:00")],
        ],
    )
    def test_hours_that_make_no_sense(self, spans: list[tuple[str, str]]) -> None:
        with pytest.raises(ValueError, match=r"hours|time of day"):
            BusinessCalendar("Asia/Shanghai", {0: spans})
        with pytest.raises(ValueError, match=r"hours|time of day"):
            BusinessCalendar("Asia/Shanghai", OFFICE, exceptions={date(2026, 8, 17): spans})

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Asia"])
    def test_an_unknown_zone(self, zone: str) -> None:
        with pytest.raises(ValueError, match="zone"):
            BusinessCalendar(zone, OFFICE)

    @pytest.mark.parametrize("day", [-1, 7])
    def test_an_eighth_weekday(self, day: int) -> None:
        with pytest.raises(ValueError, match="weekday"):
            BusinessCalendar("Asia/Shanghai", {day: [("09:00", "18:00")]})

    def test_a_moment_where_a_day_belongs(self) -> None:
        with pytest.raises(ValueError, match="not a day"):
            BusinessCalendar("Asia/Shanghai", OFFICE, holidays=[shanghai(17, 0)])

    @pytest.mark.parametrize("weekly", [{}, {0: []}, {day: [] for day in range(7)}])
    def test_a_calendar_that_never_opens(self, weekly: dict[int, list[tuple[str, str]]]) -> None:
        with pytest.raises(ValueError, match="never opens"):
            BusinessCalendar("Asia/Shanghai", weekly)
        with pytest.raises(ValueError, match="never opens"):
            BusinessCalendar("Asia/Shanghai", weekly, exceptions={date(2026, 8, 17): []})

    def test_a_calendar_open_only_in_a_skipped_hour(self) -> None:
        with pytest.raises(ValueError, match="never opens"):
            BusinessCalendar(
                "Europe/Berlin", {}, exceptions={date(2026, 3, 29): [("02:00", "03:00")]}
            )

    def test_a_negative_duration(self, office: BusinessCalendar) -> None:
        with pytest.raises(ValueError, match="negative"):
            office.add(shanghai(17, 9), -timedelta(microseconds=1))

    def test_an_end_before_the_start(self, office: BusinessCalendar) -> None:
        with pytest.raises(ValueError, match="before"):
            office.elapsed(shanghai(17, 10), shanghai(17, 9))

    def test_naive_moments(self, office: BusinessCalendar) -> None:
        naive, aware = datetime(2026, 8, 17, 9), shanghai(17, 9)  # noqa: DTZ001 - what is refused
        with pytest.raises(ValueError, match="zone"):
            office.add(naive, hours(1))
        with pytest.raises(ValueError, match="zone"):
            office.elapsed(naive, aware)
        with pytest.raises(ValueError, match="zone"):
            office.elapsed(aware, naive)
        with pytest.raises(ValueError, match="zone"):
            office.is_open(naive)
        with pytest.raises(ValueError, match="zone"):
            office.opening_after(naive)


class TestACalendarOfSingleDays:
    """Without weekly hours there are only the exceptions, and they come to an end."""

    @pytest.fixture
    def fair(self) -> BusinessCalendar:
        days = (date(2026, 8, 17), date(2027, 1, 1))
        return BusinessCalendar(
            "Asia/Shanghai", {}, exceptions={day: [("00:00", "02:00")] for day in days}
        )

    def test_works_through_its_days(self, fair: BusinessCalendar) -> None:
        assert fair.add(shanghai(1, 0), hours(3)) == datetime(2027, 1, 1, 1, tzinfo=SHANGHAI)
        assert fair.add(shanghai(1, 0), hours(4)) == datetime(2027, 1, 1, 2, tzinfo=SHANGHAI)

    def test_runs_out(self, fair: BusinessCalendar) -> None:
        with pytest.raises(ValueError, match="too little open time"):
            fair.add(shanghai(1, 0), hours(4) + timedelta(microseconds=1))
        with pytest.raises(ValueError, match="too little open time"):
            fair.add(datetime(2027, 1, 1, 2, tzinfo=SHANGHAI), timedelta(0))
        with pytest.raises(ValueError, match="too little open time"):
            fair.opening_after(datetime(2031, 1, 1, tzinfo=SHANGHAI))

    def test_time_still_passes_afterwards(self, fair: BusinessCalendar) -> None:
        after = datetime(2031, 1, 1, tzinfo=SHANGHAI)
        assert fair.elapsed(shanghai(1, 0), after) == hours(4)
        assert not fair.is_open(after)
