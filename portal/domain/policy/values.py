"""What a figure of the rulebook can be: its Python type, how it is stored, and what is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Generic, TypeVar

from portal.domain.common.money import Money
from portal.domain.common.words import N_, Worded

T = TypeVar("T")
W = TypeVar("W", bound=Worded)
Hours = tuple[tuple[str, str], ...]

_CLOCK_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_CURRENCY = re.compile(r"[A-Z]{3}")


class CalendarKind(Worded):
    """The calendars of the rulebook, on which a promised time is counted."""

    ALWAYS = "always", N_("Round the clock")
    WORKING_DAYS = "working-days", N_("Round the clock on working days")
    OFFICE_HOURS = "office-hours", N_("Office hours")


@dataclass(frozen=True, slots=True)
class Clock:
    """A promised time: amber once `warn` has passed on `calendar`, breached once `due` has.

    Raises `ValueError` unless `warn` lies between nothing and `due`.
    """

    warn: timedelta
    due: timedelta
    calendar: CalendarKind

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.warn <= self.due or not self.due:
            raise ValueError("a clock warns before it is due, and is due after some time")


@dataclass(frozen=True, slots=True, eq=False)
class ValueType(Generic[T]):
    """How values of one type are stored as JSON. `from_json` raises `ValueError` for anything else.

    `name` is for code and pages that choose how to show a value, `label` is for people. A value of
    a type with `choices` consists of some of them.
    """

    name: str
    label: str
    to_json: Callable[[T], Any]
    from_json: Callable[[Any], T]
    choices: tuple[Worded, ...] = ()


def _whole(value: Any) -> int:
    if type(value) is not int:  # a bool is an int, but not a number of anything
        raise ValueError(f"{value!r} is no whole number")
    return value


def _duration(value: Any) -> timedelta:
    duration = timedelta(seconds=_whole(value))
    if duration <= timedelta(0):
        raise ValueError("a duration lasts some time")
    return duration


def _seconds(duration: timedelta) -> int:
    if duration % timedelta(seconds=1):
        raise ValueError("durations are kept to the second")
    return duration // timedelta(seconds=1)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither yes nor no")
    return value


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(_text(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no number") from error
    if not number.is_finite() or number < 0:
        raise ValueError(f"{value!r} is no amount")
    return number


def _percent(value: Any) -> Decimal:
    percent = _decimal(value)
    if percent > 100:
        raise ValueError("a share is at most 100 %")
    return percent


def _time_of_day(value: Any) -> time:
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise ValueError(f"{value!r} is no time of day: write HH:MM")
    return time.fromisoformat(value)


def _money(value: Any) -> Money:
    match value:
        case {"amount": amount, "currency": str(currency)} if _CURRENCY.fullmatch(currency):
            return Money(_decimal(amount), currency)
    raise ValueError(f"{value!r} is no amount of money")


def _clock(value: Any) -> Clock:
    match value:
        case {"warn": warn, "due": due, "calendar": str(calendar)}:
            warn_after, due_after = timedelta(seconds=_whole(warn)), timedelta(seconds=_whole(due))
            return Clock(warn_after, due_after, CalendarKind(calendar))
    raise ValueError(f"{value!r} is no clock")


def _hours(value: Any) -> Hours:
    if not isinstance(value, list) or not value:
        raise ValueError("hours are a list of from and to")
    spans = []
    for span in value:
        match span:
            case [str(start), str(end)]:
                spans.append((f"{_time_of_day(start):%H:%M}", _end_of_hours(end)))
            case _:
                raise ValueError(f"{span!r} is no from and to")
    times = [moment for span in spans for moment in span]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError("hours come in order and do not overlap")
    return tuple(spans)


def _end_of_hours(value: str) -> str:
    return value if value == "24:00" else f"{_time_of_day(value):%H:%M}"


CLOCK: ValueType[Clock] = ValueType(
    "clock",
    N_("Promised time"),
    lambda clock: {
        "warn": _seconds(clock.warn),
        "due": _seconds(clock.due),
        "calendar": clock.calendar.value,
    },
    _clock,
)
DURATION: ValueType[timedelta] = ValueType("duration", N_("Duration"), _seconds, _duration)
PERCENT: ValueType[Decimal] = ValueType("percent", N_("Per cent"), str, _percent)
WHOLE_NUMBER: ValueType[int] = ValueType("whole-number", N_("Whole number"), int, _whole)
MONEY: ValueType[Money] = ValueType(
    "money",
    N_("Amount of money"),
    lambda money: {"amount": str(money.amount), "currency": money.currency},
    _money,
)
TIME_OF_DAY: ValueType[time] = ValueType(
    "time-of-day", N_("Time of day"), lambda moment: f"{moment:%H:%M}", _time_of_day
)
HOURS: ValueType[Hours] = ValueType(
    "hours", N_("Hours"), lambda spans: [list(span) for span in spans], _hours
)
TEXT: ValueType[str] = ValueType("text", N_("Text"), str, _text)
YES_OR_NO: ValueType[bool] = ValueType("yes-or-no", N_("Yes or no"), bool, _truth)


def several_of(states: type[W]) -> ValueType[tuple[W, ...]]:
    """The type of figures that say which of some states are allowed: at least one, each once."""

    def from_json(value: Any) -> tuple[W, ...]:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is no list")
        chosen = tuple(states(each) for each in value)
        if not chosen or len(set(chosen)) < len(chosen):
            raise ValueError("at least one, and each only once")
        return chosen

    return ValueType(
        "choices",
        N_("Selection"),
        lambda chosen: [state.value for state in chosen],
        from_json,
        choices=tuple(states),
    )
