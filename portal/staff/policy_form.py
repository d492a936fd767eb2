"""The typed form of a figure: each kind of value is typed its own way and read back exactly."""

from collections.abc import Callable, Mapping, Sequence
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import StringConstraints

from portal.domain.common.errors import FieldError
from portal.domain.common.money import Money
from portal.domain.common.words import N_, Worded
from portal.domain.organisation.own_days import parse_hours
from portal.domain.policy.registry import Figure
from portal.domain.policy.values import CalendarKind, Clock
from portal.web.forms import Form, FormModel, Number

_Text = Annotated[str, StringConstraints(max_length=2000)]


class TimeUnit(Worded):
    """What a length of time is typed in."""

    MINUTES = "minutes", N_("minutes")
    HOURS = "hours", N_("hours")
    DAYS = "days", N_("days")


_SECONDS = {TimeUnit.MINUTES: 60, TimeUnit.HOURS: 3600, TimeUnit.DAYS: 86400}


class Scoped(FormModel):
    """For whom, from when and why."""

    scope: _Text = "company"
    tier: _Text = ""
    account: _Text = ""
    reason: _Text = ""


class _ClockFields(FormModel):
    value: Number
    value_unit: TimeUnit
    warn: Number
    warn_unit: TimeUnit
    calendar: CalendarKind


class _LengthFields(FormModel):
    value: Number
    value_unit: TimeUnit


class _NumberField(FormModel):
    value: Number


class _TextField(FormModel):
    value: _Text


class _ListField(FormModel):
    value: list[_Text]


def shown_value(figure: Figure[Any], value: Any) -> dict[str, Any]:
    """The fields of a form that show `value` of `figure`."""
    shower = _SHOWERS.get(figure.type.name)
    return shower(value) if shower else {"value": value}


def typed_value(figure: Figure[Any], form: Form) -> Any:
    """What the form says `figure` should be; None after noting errors at the fields."""
    reader = _READERS.get(figure.type.name, _as_text)
    try:
        return reader(figure, form)
    except FieldError as error:
        form.refuse_by(replace_field(error))
    except (ValueError, ArithmeticError):
        form.refuse("value", N_("This figure cannot have that value."))
    return None


def replace_field(error: FieldError) -> FieldError:
    """What a rule says about its own field, said at the field of the value."""
    return FieldError("value", error.field_message, **error.words)


def _clock(_: Figure[Any], form: Form) -> Any:
    given = form.read(_ClockFields)
    if given is None:
        return None
    warn, due = _length(given.warn, given.warn_unit), _length(given.value, given.value_unit)
    if due <= timedelta(0):
        raise FieldError("value", N_("This takes some time: more than nothing."))
    if not timedelta(0) <= warn <= due:
        form.refuse("warn", N_("The warning cannot come after the time is up."))
        return None
    return Clock(warn, due, given.calendar)


def _duration(_: Figure[Any], form: Form) -> Any:
    given = form.read(_LengthFields)
    if given is None:
        return None
    length = _length(given.value, given.value_unit)
    if length <= timedelta(0):
        raise FieldError("value", N_("This takes some time: more than nothing."))
    return length


def _whole(_: Figure[Any], form: Form) -> Any:
    given = form.read(_NumberField)
    if given is None:
        return None
    if given.value != given.value.to_integral_value():
        raise FieldError("value", N_("Write a whole number."))
    return int(given.value)


def _number(_: Figure[Any], form: Form) -> Any:
    given = form.read(_NumberField)
    return None if given is None else given.value


def _money(figure: Figure[Any], form: Form) -> Any:
    given = form.read(_NumberField)
    return None if given is None else Money(given.value, figure.default.currency)


def _time_of_day(_: Figure[Any], form: Form) -> Any:
    given = form.read(_TextField)
    return None if given is None else time.fromisoformat(given.value[:5])


def _hours(_: Figure[Any], form: Form) -> Any:
    given = form.read(_TextField)
    return None if given is None else parse_hours(given.value)


def _choices(figure: Figure[Any], form: Form) -> Any:
    given = form.read(_ListField)
    return None if given is None else figure.type.from_json(given.value)


def _yes_or_no(_: Figure[Any], form: Form) -> Any:
    given = form.read(_TextField)
    return None if given is None else {"yes": True, "no": False}[given.value]


def _as_text(_: Figure[Any], form: Form) -> Any:
    given = form.read(_TextField)
    return None if given is None else given.value


def _shown_clock(value: Clock) -> dict[str, Any]:
    due, due_unit = _in_units(value.due)
    warn, warn_unit = _in_units(value.warn)
    return {
        "value": due,
        "value_unit": due_unit,
        "warn": warn,
        "warn_unit": warn_unit,
        "calendar": value.calendar.value,
    }


def _shown_length(value: timedelta) -> dict[str, Any]:
    length, unit = _in_units(value)
    return {"value": length, "value_unit": unit}


_SHOWERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "clock": _shown_clock,
    "duration": _shown_length,
    "money": lambda value: {"value": value.amount},
    "time-of-day": lambda value: {"value": f"{value:%H:%M}"},
    "hours": lambda value: {"value": ", ".join(f"{start}-{end}" for start, end in value)},
    "choices": lambda value: {"value": [each.value for each in value]},
    "yes-or-no": lambda value: {"value": "yes" if value else "no"},
}

_READERS: Mapping[str, Callable[[Figure[Any], Form], Any]] = {
    "clock": _clock,
    "duration": _duration,
    "whole-number": _whole,
    "percent": _number,
    "money": _money,
    "time-of-day": _time_of_day,
    "hours": _hours,
    "choices": _choices,
    "yes-or-no": _yes_or_no,
}


def units() -> Sequence[TimeUnit]:
    """The units in which a length of time can be typed."""
    return tuple(TimeUnit)


def _in_units(length: timedelta) -> tuple[Decimal, str]:
    """A length in hours where that is whole, as promises are spoken of: 48 h, not 2 d (Q2)."""
    seconds = int(length.total_seconds())
    if seconds and seconds % 86400 == 0 and seconds > 2 * 86400:
        unit = TimeUnit.DAYS
    else:
        unit = TimeUnit.HOURS if seconds % 3600 == 0 else TimeUnit.MINUTES
    return Decimal(seconds) / _SECONDS[unit], unit.value


def _length(amount: Decimal, unit: TimeUnit) -> timedelta:
    try:
        return timedelta(seconds=int(amount * _SECONDS[unit]))
    except (OverflowError, InvalidOperation) as error:
        raise FieldError("value", N_("This figure cannot have that value.")) from error
