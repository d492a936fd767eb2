"""The figures of the rulebook, their defaults, and what they refuse."""

import importlib
import pkgutil
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.domain import policy
from portal.domain.common.money import Money
from portal.domain.policy import FIGURES, Figure, figures
from portal.domain.policy.registry import add
from portal.domain.policy.values import (
    CLOCK,
    DURATION,
    HOURS,
    MONEY,
    PERCENT,
    TEXT,
    TIME_OF_DAY,
    WHOLE_NUMBER,
    YES_OR_NO,
    CalendarKind,
    Clock,
    ValueType,
    several_of,
)

RULEBOOK = Path(__file__).parents[3] / "docs" / "rulebook.md"


def hours(number: int) -> timedelta:
    return timedelta(hours=number)


class TestDefaults:
    def test_a_normal_request_is_quoted_within_two_working_days(self) -> None:  # rule Q2
        clock = figures.QUOTE_NORMAL.default
        assert clock == Clock(hours(24), hours(48), CalendarKind.WORKING_DAYS)

    def test_an_urgent_request_is_quoted_within_eight_hours(self) -> None:  # rule Q2
        clock = figures.QUOTE_URGENT.default
        assert clock == Clock(hours(4), hours(8), CalendarKind.ALWAYS)

    def test_a_new_account_is_contacted_within_a_week(self) -> None:  # rule A7
        assert figures.FIRST_CONTACT.default.due == timedelta(weeks=1)

    def test_what_is_in_stock_ships_today_until_half_past_three(self) -> None:  # rules O2, O9
        assert figures.ORDER_CUT_OFF.default == time(15, 30)

    def test_office_hours_are_nine_to_six(self) -> None:
        assert figures.OFFICE_HOURS.default == (("09:00", "18:00"),)

    @pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
    def test_every_default_survives_being_stored(self, figure: Figure[Any]) -> None:
        assert figure.from_json(figure.to_json(figure.default)) == figure.default

    @pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
    def test_every_rule_cited_is_in_the_rulebook(self, figure: Figure[Any]) -> None:
        rulebook = RULEBOOK.read_text(encoding="utf-8")
        assert [rule for rule in figure.rules if f"| {rule} |" not in rulebook] == []

    def test_every_figure_is_known_by_its_key(self) -> None:
        modules = [
            importlib.import_module(module.name)
            for module in pkgutil.iter_modules(policy.__path__, "portal.domain.policy.")
            if module.name.endswith("figures")
        ]
        named = {
            each for module in modules for each in vars(module).values() if isinstance(each, Figure)
        }
        assert named == set(FIGURES.values())
        assert all(key == figure.key for key, figure in FIGURES.items())

    def test_a_key_is_given_once(self) -> None:
        with pytest.raises(ValueError, match="two figures"):
            add(figures.QUOTE_NORMAL)


class TestClock:
    @pytest.mark.parametrize(
        ("warn", "due"),
        [(hours(9), hours(8)), (hours(-1), hours(8)), (hours(0), hours(0))],
    )
    def test_warns_before_it_is_due(self, warn: timedelta, due: timedelta) -> None:
        with pytest.raises(ValueError, match="warns before"):
            Clock(warn, due, CalendarKind.ALWAYS)

    def test_may_warn_at_once_or_only_when_due(self) -> None:
        assert Clock(hours(0), hours(8), CalendarKind.ALWAYS)
        assert Clock(hours(8), hours(8), CalendarKind.ALWAYS)


CLOCK_JSON = {"warn": 86_400, "due": 172_800, "calendar": "working-days"}


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (CLOCK, Clock(hours(24), hours(48), CalendarKind.WORKING_DAYS), CLOCK_JSON),
        (DURATION, timedelta(minutes=30), 1800),
        (PERCENT, Decimal("12.5"), "12.5"),
        (WHOLE_NUMBER, 30, 30),
        (MONEY, Money(Decimal("0.10"), "CNY"), {"amount": "0.10", "currency": "CNY"}),
        (TIME_OF_DAY, time(15, 30), "15:30"),
        (HOURS, (("09:00", "12:00"), ("13:00", "24:00")), [["09:00", "12:00"], ["13:00", "24:00"]]),
        (TEXT, "Payment in full", "Payment in full"),
        (
            several_of(CalendarKind),
            (CalendarKind.OFFICE_HOURS, CalendarKind.ALWAYS),
            ["office-hours", "always"],
        ),
        (YES_OR_NO, False, False),
    ],
)
def test_values_are_stored_as_plain_json(kind: ValueType[Any], value: Any, stored: Any) -> None:
    assert kind.to_json(value) == stored
    assert kind.from_json(stored) == value


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (CLOCK, {**CLOCK_JSON, "calendar": "sometimes"}),
        (CLOCK, {**CLOCK_JSON, "warn": "24 h"}),
        (CLOCK, {"warn": 1, "due": 2}),
        (CLOCK, 48),
        (DURATION, 0),
        (DURATION, -1),
        (DURATION, 1.5),
        (DURATION, True),
        (PERCENT, "100.01"),
        (PERCENT, "-1"),
        (PERCENT, "NaN"),
        (PERCENT, "ten"),
        (PERCENT, 10),
        (WHOLE_NUMBER, "10"),
        (WHOLE_NUMBER, None),
        (MONEY, {"amount": "1", "currency": "RMB¥"}),
        (MONEY, {"amount": "Infinity", "currency": "CNY"}),
        (MONEY, {"amount": 1.1, "currency": "CNY"}),
        (MONEY, "CNY 1"),
        (TIME_OF_DAY, "24:00"),
        (TIME_OF_DAY, "3:30"),
        (TIME_OF_DAY, 1530),
        (HOURS, []),
        (HOURS, [["09:00", "09:00"]]),
        (HOURS, [["18:00", "09:00"]]),
        (HOURS, [["09:00", "12:00"], ["11:00", "18:00"]]),
        (HOURS, [["24:00", "25:00"]]),
        (HOURS, [["09:00"]]),
        (HOURS, "09:00"),
        (TEXT, " "),
        (TEXT, 1),
        (TEXT, ["30 days"]),
        (several_of(CalendarKind), []),
        (several_of(CalendarKind), ["always", "always"]),
        (several_of(CalendarKind), ["sometimes"]),
        (several_of(CalendarKind), "always"),
        (YES_OR_NO, 1),
        (YES_OR_NO, "no"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(kind: ValueType[Any], stored: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        kind.from_json(stored)


class TestBounds:
    def test_passwords_never_become_shorter_than_twelve(self) -> None:
        assert figures.PASSWORD_LENGTH.to_json(14) == 14
        with pytest.raises(ValueError, match="at least 12"):
            figures.PASSWORD_LENGTH.to_json(11)

    def test_what_is_stored_is_checked_too(self) -> None:
        with pytest.raises(ValueError, match="at least 1"):
            figures.UPLOAD_COUNT.from_json(0)

    def test_durations_are_kept_to_the_second(self) -> None:
        with pytest.raises(ValueError, match="second"):
            figures.RESET_LIFETIME.to_json(timedelta(milliseconds=1))
