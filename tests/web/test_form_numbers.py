"""Numbers that people type: read in three ways of writing, refused before they reach a column."""

from decimal import Decimal
from typing import Any

import pytest

from portal.web.forms import Form, FormModel, Number, RecordId, Whole


class Fields(FormModel):
    number: Number = Decimal(0)
    whole: Whole = 0
    record: RecordId | None = None


def read(**typed: str) -> tuple[Fields | None, Form]:
    form = Form.showing(**typed)
    given = form.read(Fields)
    form.say_in("en")
    return given, form


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,234.5", "1234.5"),
        ("１２．５", "12.5"),
        (" 12 ", "12"),
        ("-3", "-3"),
        ("9" * 15, "9" * 15),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: str) -> None:
    given, _ = read(number=typed)
    assert given
    assert given.number == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["9" * 5000, "1e999999", "-1e17", "1e-999999", "0." + "0" * 60 + "1"]
)
def test_numbers_that_no_column_holds_are_too_long(typed: str) -> None:
    given, form = read(number=typed)
    assert given is None
    assert form.error("number") == "This number is too long."


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "12 pieces", "1,2,3"])
def test_what_is_no_number_is_said_to_be_none(typed: str) -> None:
    given, form = read(number=typed)
    assert given is None
    assert form.error("number") == "Enter a number, for example 12.5."


def wrong(field: str, typed: str) -> Any:
    given, form = read(**{field: typed})
    assert given is None
    return form.error(field)


@pytest.mark.parametrize("typed", [str(2**31), str(-(2**31)), "9" * 5000])
def test_counts_and_versions_fit_an_integer(typed: str) -> None:
    assert wrong("whole", typed) == "This number is too long."


def test_ids_are_above_nought_and_fit_their_column() -> None:
    given, _ = read(record=str(2**40))
    assert given
    assert given.record == 2**40
    assert wrong("record", "0") == "Enter more than 0."
    assert wrong("record", "9" * 30) == "This number is too long."
