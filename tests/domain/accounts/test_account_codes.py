"""Account codes: city, month of first contact, short name, serial of the year (rule A2)."""

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.database import Login, unit_of_work
from portal.domain.accounts.codes import (
    LAST_SERIAL,
    SerialsUsedUp,
    account_code,
    clean_parts,
    next_code,
)
from portal.domain.common.errors import FieldError
from tests.factories import Factory

CITIES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4)
SHORT_NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=16)
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
SERIALS = st.integers(1, LAST_SERIAL)


def test_a_code_says_where_since_when_who_and_which() -> None:  # rule A2
    assert account_code("HZ", date(2026, 1, 5), "HENGDA", 1) == "HZ-202601-HENGDA-001"
    assert account_code("SH", date(2025, 11, 30), "3M", 42) == "SH-202511-3M-042"


@given(CITIES, DAYS, SHORT_NAMES, SERIALS)
def test_the_parts_can_be_read_back_from_a_code(
    city: str, day: date, short_name: str, serial: int
) -> None:
    parts = account_code(city, day, short_name, serial).split("-")
    month = f"{day.year:04}{day.month:02}"
    assert parts == [city, month, short_name, f"{serial:03}"]
    assert len(parts[1]) == 6
    assert len(parts[3]) == 3


@given(st.tuples(CITIES, DAYS, SHORT_NAMES, SERIALS), st.tuples(CITIES, DAYS, SHORT_NAMES, SERIALS))
def test_two_serials_of_a_year_never_make_one_code(
    one: tuple[str, date, str, int], other: tuple[str, date, str, int]
) -> None:
    if (one[1].year, one[3]) != (other[1].year, other[3]):
        assert account_code(*one) != account_code(*other)


@pytest.mark.parametrize(
    ("city", "short_name", "field"),
    [
        ("", "HENGDA", "city_code"),
        ("H", "HENGDA", "city_code"),
        ("HANGZ", "HENGDA", "city_code"),
        ("杭州", "HENGDA", "city_code"),
        ("HZ", "X", "name_code"),
        ("HZ", "恒达", "name_code"),
        ("HZ", "HENG-DA", "name_code"),
        ("HZ", "A" * 17, "name_code"),
    ],
)
def test_parts_that_cannot_be_read_out_are_refused(city: str, short_name: str, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        clean_parts(city, short_name)
    assert refused.value.field == field


def test_parts_are_written_in_capitals() -> None:
    assert clean_parts(" hz ", "Hengda") == ("HZ", "HENGDA")


def test_an_impossible_serial_is_no_code() -> None:
    for serial in (0, LAST_SERIAL + 1):
        with pytest.raises(ValueError, match="serial"):
            account_code("HZ", date(2026, 1, 1), "HENGDA", serial)


async def test_twenty_files_at_once_get_twenty_serials(make: Factory) -> None:  # rule A2
    async def take() -> str:
        async with unit_of_work(Login.STAFF):
            return await next_code("HZ", date(1953, 4, 2), "RUSH")

    codes = await asyncio.gather(*(take() for _ in range(20)))
    assert sorted(codes) == [f"HZ-195304-RUSH-{serial:03}" for serial in range(1, 21)]


async def test_each_year_begins_anew(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        assert await next_code("HZ", date(1955, 12, 31), "OLD") == "HZ-195512-OLD-001"
        assert await next_code("HZ", date(1956, 1, 1), "OLD") == "HZ-195601-OLD-001"
        assert await next_code("SH", date(1956, 8, 1), "NEW") == "SH-195608-NEW-002"


async def test_a_serial_that_was_rolled_back_was_never_given(make: Factory) -> None:
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(Login.STAFF):
            await next_code("HZ", date(1957, 1, 1), "GONE")
            raise ZeroDivisionError
    async with unit_of_work(Login.STAFF):
        assert (await next_code("HZ", date(1957, 1, 1), "KEPT")).endswith("-001")


async def test_a_year_has_three_digits_of_serials(make: Factory) -> None:
    await make.owner.execute("INSERT INTO account_serial VALUES (1958, $1)", LAST_SERIAL - 1)
    async with unit_of_work(Login.STAFF):
        assert (await next_code("HZ", date(1958, 1, 1), "LAST")).endswith("-999")
        with pytest.raises(SerialsUsedUp):
            await next_code("HZ", date(1958, 1, 1), "MORE")
