"""Days, moments and lengths of time as their readers read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_datetime as babel_datetime
from hypothesis import given
from hypothesis import strategies as st

from portal.rendering import dates
from portal.rendering.i18n import LOCALES, babel_locale
from tests.rendering.samples import NOW, reader

AFTERNOON = datetime(2026, 8, 24, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "day", "moment", "exact"),
    [
        ("en", "Mon 24 Aug", "Mon 24 Aug, 16:10", "24 Aug 2026, 16:10 (UTC+8)"),
        ("zh_Hans", "8月24日 周一", "8月24日 周一 16:10", "2026年8月24日 16:10 (UTC+8)"),
        ("zh_Hant", "8月24日 週一", "8月24日 週一 16:10", "2026年8月24日 16:10 (UTC+8)"),
    ],
)
def test_a_moment_in_three_languages(locale: str, day: str, moment: str, exact: str) -> None:
    assert dates.format_day(date(2026, 8, 24), reader(locale)) == day
    assert dates.format_datetime(AFTERNOON, reader(locale)) == moment
    assert dates.format_exact(AFTERNOON, reader(locale)) == exact
    assert dates.format_time(AFTERNOON, reader(locale)) == "16:10"


def test_the_year_is_said_when_it_is_another() -> None:
    assert dates.format_day(date(2027, 1, 4), reader()) == "Mon 4 Jan 2027"
    assert dates.format_day(date(2025, 12, 31), reader("zh_Hans")) == "2025年12月31日 周三"


@pytest.mark.parametrize(
    ("zone", "exact"),
    [
        ("UTC", "24 Aug 2026, 08:10 (UTC)"),
        ("America/New_York", "24 Aug 2026, 04:10 (UTC−4)"),
        ("Asia/Kolkata", "24 Aug 2026, 13:40 (UTC+5:30)"),
        ("Pacific/Auckland", "24 Aug 2026, 20:10 (UTC+12)"),
    ],
)
def test_moments_are_shown_in_the_zone_of_the_reader(zone: str, exact: str) -> None:
    assert dates.format_exact(AFTERNOON, reader(timezone=zone)) == exact


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        dates.format_datetime(AFTERNOON.replace(tzinfo=None), reader())


@given(
    moment=st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    locale=st.sampled_from(LOCALES),
)
def test_names_of_days_and_months_are_those_of_cldr(moment: datetime, locale: str) -> None:
    shown = dates.format_datetime(moment, reader(locale))
    local = reader(locale).local(moment)
    pattern = "EEE d MMM" if locale == "en" else "M月d日 EEE"
    for part in babel_datetime(local, pattern, locale=babel_locale(locale)).split():
        assert part in shown


@pytest.mark.parametrize(
    ("length", "english", "chinese", "taiwanese"),
    [
        (timedelta(seconds=59), "less than 1 min", "不到 1 分钟", "不到 1 分鐘"),
        (timedelta(minutes=45, seconds=59), "45 min", "45 分钟", "45 分鐘"),
        (timedelta(hours=3), "3 h", "3 小时", "3 小時"),
        (timedelta(hours=3, minutes=12), "3 h 12 min", "3 小时 12 分钟", "3 小時 12 分鐘"),
        (timedelta(days=2), "2 d", "2 天", "2 天"),
        (timedelta(days=2, hours=3, minutes=59), "2 d 3 h", "2 天 3 小时", "2 天 3 小時"),
        (timedelta(hours=-2), "2 h", "2 小时", "2 小時"),
    ],
)
def test_lengths_take_two_units_at_most(
    length: timedelta, english: str, chinese: str, taiwanese: str
) -> None:
    said = [dates.format_duration(length, locale) for locale in LOCALES]
    assert said == [english, chinese, taiwanese]


@pytest.mark.parametrize(
    ("distance", "english", "chinese"),
    [
        (timedelta(seconds=-20), "just now", "刚刚"),
        (timedelta(minutes=-5), "5 min ago", "5 分钟前"),
        (timedelta(hours=-2, minutes=-20), "2 h ago", "2 小时前"),
        (timedelta(days=-6), "6 d ago", "6 天前"),
        (timedelta(days=-7), "Mon 17 Aug", "8月17日 周一"),
        (timedelta(hours=5), "in 5 h", "5 小时后"),
        (timedelta(days=40), "Sat 3 Oct", "10月3日 周六"),
    ],
)
def test_what_is_near_is_said_from_now_and_what_is_far_by_its_day(
    distance: timedelta, english: str, chinese: str
) -> None:
    assert dates.format_relative(NOW + distance, reader()) == english
    assert dates.format_relative(NOW + distance, reader("zh_Hans")) == chinese


def test_machines_read_moments_in_utc_and_days_as_they_are() -> None:
    shanghai = reader().local(AFTERNOON)
    assert dates.machine_date(shanghai) == "2026-08-24T08:10Z"
    assert dates.machine_date(date(2026, 8, 24)) == "2026-08-24"


@given(
    moment=st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    locale=st.sampled_from(LOCALES),
    zone=st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Asia/Kolkata"]),
)
def test_the_exact_moment_is_babels_in_every_zone(moment: datetime, locale: str, zone: str) -> None:
    someone = reader(locale, timezone=zone)
    pattern = "d MMM y, HH:mm" if locale == "en" else "y年M月d日 HH:mm"
    said = babel_datetime(moment, pattern, tzinfo=someone.zone, locale=babel_locale(locale))
    machine, exact = dates.machine_and_exact(moment, someone)
    assert exact == dates.format_exact(moment, someone)
    assert exact.partition(" (UTC")[0] == said
    assert machine == babel_datetime(moment, "yyyy-MM-dd'T'HH:mm'Z'", tzinfo=UTC, locale="en")


@given(
    seconds=st.integers(-40 * 86400, 40 * 86400),
    first=st.sampled_from(LOCALES),
    then=st.sampled_from(LOCALES),
)
def test_what_is_remembered_for_one_reader_is_not_said_to_another(
    seconds: int, first: str, then: str
) -> None:
    length = timedelta(seconds=seconds)
    for locale in (first, then):
        assert_said_anew(length, locale)


def assert_said_anew(length: timedelta, locale: str) -> None:
    someone = reader(locale)
    said = dates.format_duration(length, locale), dates.format_relative(NOW + length, someone)
    for remembered in (dates._length, dates._from_now):
        remembered.cache_clear()
    anew = dates.format_duration(length, locale), dates.format_relative(NOW + length, someone)
    assert said == anew
