"""Public holidays, make-up days and the three calendars of the rulebook."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.policy.figures import QUOTE_NORMAL, QUOTE_URGENT
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.calendars import calendar_for, is_provisional
from portal.domain.service_levels.holidays import working_weekdays, year_of_days

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(month: int, day: int, hour: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


class TestYearOfDays:
    def test_a_published_year_has_its_holidays_and_makeup_days(self) -> None:
        days = year_of_days("CN", 2026)
        assert not days.provisional
        assert {date(2026, 10, day) for day in range(1, 8)} <= days.holidays
        assert date(2026, 10, 8) not in days.holidays
        assert date(2026, 10, 10) in days.makeup_days  # a Saturday
        assert date(2026, 2, 28) in days.makeup_days

    def test_a_year_not_yet_published_is_provisional_with_its_festivals(self) -> None:
        days = year_of_days("CN", 2040)
        assert days.provisional
        assert date(2040, 10, 1) in days.holidays  # National Day
        assert date(2040, 2, 12) in days.holidays  # Spring Festival
        assert days.makeup_days == frozenset()

    def test_other_countries_follow_their_rules(self) -> None:
        days = year_of_days("DE", 2040)
        assert not days.provisional
        assert date(2040, 10, 3) in days.holidays
        assert date(2026, 1, 6) not in year_of_days("DE", 2026).holidays
        assert date(2026, 1, 6) in year_of_days("DE-BY", 2026).holidays

    @pytest.mark.parametrize("country", ["XX", "DE-XX", ""])
    def test_an_unknown_country(self, country: str) -> None:
        with pytest.raises(ValueError, match="no public holidays"):
            year_of_days(country, 2026)

    def test_weekends_differ(self) -> None:
        assert working_weekdays("CN") == {0, 1, 2, 3, 4}
        assert working_weekdays("HK") == {0, 1, 2, 3, 4}
        assert working_weekdays("SA") == {6, 0, 1, 2, 3}


class TestTheThreeCalendars:
    def test_always_knows_no_day_off(self) -> None:  # rule Q2, urgent
        always = calendar_for(CalendarKind.ALWAYS, timezone="Asia/Shanghai")
        start = shanghai(10, 1)
        assert always.add(start, timedelta(hours=8)) == start + timedelta(hours=8)

    def test_working_days_run_round_the_clock(self) -> None:  # rule Q2, normal
        calendar = calendar_for(CalendarKind.WORKING_DAYS, timezone="Asia/Shanghai")
        # Friday noon to Tuesday noon: the weekend does not count.
        assert calendar.add(shanghai(8, 21, 12), timedelta(hours=48)) == shanghai(8, 25, 12)

    def test_working_days_leave_out_the_holidays_and_work_the_makeup_days(self) -> None:
        calendar = calendar_for(CalendarKind.WORKING_DAYS, timezone="Asia/Shanghai")
        # Off from 1 to 7 October; Saturday 10 October is worked.
        assert calendar.add(shanghai(9, 30, 12), timedelta(hours=48)) == shanghai(10, 9, 12)
        assert calendar.add(shanghai(10, 9, 12), timedelta(hours=48)) == shanghai(10, 12, 12)

    def test_office_hours_are_those_of_the_policy(self) -> None:
        office = calendar_for(CalendarKind.OFFICE_HOURS, timezone="Asia/Shanghai")
        assert office.add(shanghai(8, 21, 17), timedelta(hours=2)) == shanghai(8, 24, 10)
        assert office.is_open(shanghai(10, 10, 9))  # make-up Saturday 调休
        early = calendar_for(
            CalendarKind.OFFICE_HOURS,
            timezone="Asia/Shanghai",
            office_hours=(("08:00", "12:00"), ("13:00", "17:00")),
        )
        assert early.is_open(shanghai(8, 21, 8))
        assert not early.is_open(shanghai(8, 21, 12))

    def test_the_companys_own_days_win(self) -> None:
        own = {
            date(2026, 8, 24): (),
            date(2026, 8, 25): (("09:00", "12:00"),),
            date(2026, 10, 1): (("10:00", "11:00"),),
        }
        office = calendar_for(CalendarKind.OFFICE_HOURS, timezone="Asia/Shanghai", company_days=own)
        assert office.elapsed(shanghai(8, 24), shanghai(8, 26)) == timedelta(hours=3)
        assert office.elapsed(shanghai(10, 1), shanghai(10, 2)) == timedelta(hours=1)
        working_days = calendar_for(
            CalendarKind.WORKING_DAYS, timezone="Asia/Shanghai", company_days=own
        )
        assert working_days.elapsed(shanghai(8, 24), shanghai(8, 26)) == timedelta(hours=24)
        assert working_days.elapsed(shanghai(10, 1), shanghai(10, 2)) == timedelta(hours=24)

    def test_a_branch_abroad_keeps_its_own_days(self) -> None:
        munich = calendar_for(CalendarKind.OFFICE_HOURS, timezone="Europe/Berlin", country="DE-BY")
        assert munich.is_open(datetime(2026, 10, 1, 8, tzinfo=UTC))
        assert not munich.is_working_day(date(2026, 1, 6))

    def test_the_same_arguments_give_the_same_calendar(self) -> None:
        own = {date(2026, 8, 24): (), date(2026, 8, 25): ()}
        backwards = dict(reversed(own.items()))
        first = calendar_for(CalendarKind.ALWAYS, timezone="Asia/Shanghai", company_days=own)
        again = calendar_for(CalendarKind.ALWAYS, timezone="Asia/Shanghai", company_days=backwards)
        assert first is again

    def test_the_quote_clocks_of_the_rulebook(self) -> None:  # rule Q2
        opened = shanghai(8, 21, 16)  # a Friday
        normal, urgent = QUOTE_NORMAL.default, QUOTE_URGENT.default
        working_days = calendar_for(normal.calendar, timezone="Asia/Shanghai")
        always = calendar_for(urgent.calendar, timezone="Asia/Shanghai")
        assert working_days.add(opened, normal.warn) == shanghai(8, 24, 16)
        assert working_days.add(opened, normal.due) == shanghai(8, 25, 16)
        assert always.add(opened, urgent.warn) == shanghai(8, 21, 20)
        assert always.add(opened, urgent.due) == shanghai(8, 22, 0)


class TestProvisional:
    @pytest.mark.parametrize(
        ("kind", "country", "year", "expected"),
        [
            (CalendarKind.WORKING_DAYS, "CN", 2026, False),
            (CalendarKind.WORKING_DAYS, "CN", 2040, True),
            (CalendarKind.OFFICE_HOURS, "CN", 2040, True),
            (CalendarKind.OFFICE_HOURS, "DE", 2040, False),
            (CalendarKind.ALWAYS, "CN", 2040, False),
        ],
    )
    def test_rests_on_unpublished_years(
        self, kind: CalendarKind, country: str, year: int, expected: bool
    ) -> None:
        opened = shanghai(8, 21, year=year)
        due = opened + timedelta(days=2)
        assert expected is is_provisional(
            kind, timezone="Asia/Shanghai", country=country, opened=opened, due=due
        )

    @pytest.mark.parametrize(("hour", "expected"), [(15, False), (16, True)])
    def test_the_year_is_that_of_the_place(self, hour: int, expected: bool) -> None:
        published = [y for y in range(2020, 2051) if not year_of_days("CN", y).provisional]
        opened = datetime(max(published), 12, 31, 0, tzinfo=UTC)
        assert expected is is_provisional(
            CalendarKind.WORKING_DAYS,
            timezone="Asia/Shanghai",
            country="CN",
            opened=opened,
            due=opened.replace(hour=hour),  # from 16:00 UTC on it is the next year there
        )
