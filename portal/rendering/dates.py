"""Dates, times and durations in the reader's language and zone.

Names of days and months come from CLDR; the layout is ours ("Mon 24 Aug, 16:10") and is set by
plain formatting, because a queue shows a hundred of them.
"""

from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from babel.dates import get_day_names, get_month_names

from portal.domain.common.words import N_
from portal.rendering.i18n import SOURCE_LOCALE, babel_locale, translations
from portal.rendering.reader import Reader

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_RECENT = 7 * _DAY

_DAYS = N_("%(n)s d")
_HOURS = N_("%(n)s h")
_MINUTES = N_("%(n)s min")
_UNDER_A_MINUTE = N_("less than 1 min")
_AGO = N_("%(duration)s ago")
_AHEAD = N_("in %(duration)s")
_JUST_NOW = N_("just now")


class _Names(NamedTuple):
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


@cache
def _names(locale: str) -> _Names:
    days = get_day_names("abbreviated", locale=babel_locale(locale))
    months = get_month_names("abbreviated", locale=babel_locale(locale))
    return _Names(
        tuple(str(days[number]) for number in range(7)),
        ("", *(str(months[number]) for number in range(1, 13))),
    )


def format_date(day: date, locale: str) -> str:
    """A calendar day with its year: "24 Aug 2026", "2026年8月24日"."""
    if locale == SOURCE_LOCALE:
        return f"{day.day} {_names(locale).months[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def format_day(day: date, reader: Reader) -> str:
    """A calendar day with its weekday; the year only when it is not the reader's."""
    names = _names(reader.locale)
    weekday = names.weekdays[day.weekday()]
    other_year = day.year != reader.local(reader.now).year
    if reader.locale == SOURCE_LOCALE:
        year = f" {day.year}" if other_year else ""
        return f"{weekday} {day.day} {names.months[day.month]}{year}"
    year = f"{day.year}年" if other_year else ""
    return f"{year}{day.month}月{day.day}日 {weekday}"


def format_time(moment: datetime, reader: Reader) -> str:
    local = reader.local(moment)
    return f"{local.hour:02}:{local.minute:02}"


def format_datetime(moment: datetime, reader: Reader) -> str:
    """A moment on the reader's clock: "Mon 24 Aug, 16:10", "8月24日 周一 16:10"."""
    local = reader.local(moment)
    separator = ", " if reader.locale == SOURCE_LOCALE else " "
    return f"{format_day(local, reader)}{separator}{local.hour:02}:{local.minute:02}"


def format_exact(moment: datetime, reader: Reader) -> str:
    """A moment with year and zone, for titles, mails and paper: "24 Aug 2026, 16:10 (UTC+8)"."""
    local = reader.local(moment)
    separator = ", " if reader.locale == SOURCE_LOCALE else " "
    clock = f"{local.hour:02}:{local.minute:02} ({_offset(local)})"
    return f"{format_date(local, reader.locale)}{separator}{clock}"


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def format_duration(duration: timedelta, locale: str) -> str:
    """A length of time in at most two units, rounded down: "2 d 3 h", "3 h", "45 min".

    The sign is dropped: the words around it say "due in" or "overdue by".
    """
    words = translations(locale)
    seconds = abs(int(duration.total_seconds()))
    days, seconds = divmod(seconds, _DAY)
    hours, seconds = divmod(seconds, _HOUR)
    minutes = seconds // _MINUTE
    in_days, within_a_day = [(_DAYS, days), (_HOURS, hours)], [(_HOURS, hours), (_MINUTES, minutes)]
    parts = in_days if days else within_a_day
    said = [words.gettext(unit) % {"n": n} for unit, n in parts if n]
    return " ".join(said) or words.gettext(_UNDER_A_MINUTE)


def format_relative(moment: datetime, reader: Reader) -> str:
    """How long ago or ahead within a week, else the day: "2 h ago", "in 3 d", "Mon 24 Aug"."""
    distance = (moment - reader.now).total_seconds()
    if abs(distance) >= _RECENT:
        return format_day(reader.local(moment), reader)
    words = translations(reader.locale)
    if abs(distance) < _MINUTE:
        return words.gettext(_JUST_NOW)
    duration = format_duration(_coarse(abs(distance)), reader.locale)
    return words.gettext(_AGO if distance < 0 else _AHEAD) % {"duration": duration}


def _coarse(seconds: float) -> timedelta:
    """One unit is enough for what happened: 2 h 20 min ago reads as 2 h ago."""
    unit = _DAY if seconds >= _DAY else _HOUR if seconds >= _HOUR else _MINUTE
    return timedelta(seconds=seconds // unit * unit)
