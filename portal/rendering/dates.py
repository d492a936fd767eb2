"""Dates, times and durations in the reader's language and zone.

Names of days and months come from CLDR; the layout is ours ("Mon 24 Aug, 16:10") and is set by
plain formatting, because a queue shows a hundred of them.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names

from portal.domain.common.words import N_
from portal.rendering.i18n import SOURCE_LOCALE, babel_locale, translations
from portal.rendering.reader import Reader

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_RECENT = 7 * _DAY
# Some hundred kilobytes at most.
_REMEMBERED = 2048


class _Words(NamedTuple):
    """What a locale says, looked up once. Sentences keep their `%(name)s`."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: str
    hours: str
    minutes: str
    under_a_minute: str
    ago: str
    ahead: str
    just_now: str


@cache
def _words(locale: str) -> _Words:
    weekdays = get_day_names("abbreviated", locale=babel_locale(locale))
    months = get_month_names("abbreviated", locale=babel_locale(locale))
    say = translations(locale).gettext
    return _Words(
        weekdays=tuple(str(weekdays[number]) for number in range(7)),
        months=("", *(str(months[number]) for number in range(1, 13))),
        days=say(N_("%(n)s d")),
        hours=say(N_("%(n)s h")),
        minutes=say(N_("%(n)s min")),
        under_a_minute=say(N_("less than 1 min")),
        ago=say(N_("%(duration)s ago")),
        ahead=say(N_("in %(duration)s")),
        just_now=say(N_("just now")),
    )


def format_date(day: date, locale: str) -> str:
    """A calendar day with its year: "24 Aug 2026", "2026年8月24日"."""
    return _with_year(day.toordinal(), locale)


@lru_cache(maxsize=_REMEMBERED)
def _with_year(ordinal: int, locale: str) -> str:
    day = date.fromordinal(ordinal)
    if locale == SOURCE_LOCALE:
        return f"{day.day} {_words(locale).months[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def format_day(day: date, reader: Reader) -> str:
    """A calendar day with its weekday; the year only when it is not the reader's."""
    return _with_weekday(day.toordinal(), reader.locale, day.year != reader.year)


@lru_cache(maxsize=_REMEMBERED)
def _with_weekday(ordinal: int, locale: str, other_year: bool) -> str:
    day, words = date.fromordinal(ordinal), _words(locale)
    weekday = words.weekdays[day.weekday()]
    if locale == SOURCE_LOCALE:
        year = f" {day.year}" if other_year else ""
        return f"{weekday} {day.day} {words.months[day.month]}{year}"
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
    return _exact(reader.local(moment), reader.locale)


def _exact(local: datetime, locale: str) -> str:
    separator = ", " if locale == SOURCE_LOCALE else " "
    day = format_date(local, locale)
    offset = _offset(local.utcoffset() or timedelta())
    return f"{day}{separator}{local.hour:02}:{local.minute:02} ({offset})"


def machine_and_exact(moment: datetime, reader: Reader) -> tuple[str, str]:
    """`machine_date` and `format_exact` of a moment: the two ways in which `<time>` says it.

    They are remembered: a list says its moments again and again, to everybody who opens it.
    """
    return _both(moment, reader.zone, reader.locale)


@lru_cache(maxsize=_REMEMBERED)
def _both(moment: datetime, zone: ZoneInfo, locale: str) -> tuple[str, str]:
    if moment.tzinfo is None:
        raise ValueError("a moment to be shown must be aware")
    return machine_date(moment), _exact(moment.astimezone(zone), locale)


@cache
def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // _MINUTE
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def machine_date(value: date) -> str:
    """The value of `<time datetime>` and of date fields: days as they are, moments in UTC."""
    if not isinstance(value, datetime):
        return value.isoformat()
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moment.isoformat()[:16] + "Z"


def format_duration(duration: timedelta, locale: str) -> str:
    """A length of time in at most two units, rounded down: "2 d 3 h", "3 h", "45 min".

    The sign is dropped: the words around it say "due in" or "overdue by".
    """
    length = abs(duration)
    minutes = length.seconds // _MINUTE
    return _length(locale, length.days, minutes - minutes % 60 if length.days else minutes)


@lru_cache(maxsize=_REMEMBERED)
def _length(locale: str, days: int, of_day: int) -> str:
    words = _words(locale)
    hours, minutes = divmod(of_day, 60)
    if days:
        said = words.days % {"n": days}
        return f"{said} {words.hours % {'n': hours}}" if hours else said
    if hours:
        said = words.hours % {"n": hours}
        return f"{said} {words.minutes % {'n': minutes}}" if minutes else said
    return words.minutes % {"n": minutes} if minutes else words.under_a_minute


def format_relative(moment: datetime, reader: Reader) -> str:
    """How long ago or ahead within a week, else the day: "2 h ago", "in 3 d", "Mon 17 Aug".

    One unit is enough here: what happened 2 h 20 min ago reads as 2 h ago.
    """
    distance = (moment - reader.now).total_seconds()
    length = int(abs(distance))
    if length >= _RECENT:
        return format_day(reader.local(moment), reader)
    for unit in (_DAY, _HOUR, _MINUTE):
        if length >= unit:
            return _from_now(reader.locale, unit, length // unit, distance < 0)
    return _words(reader.locale).just_now


@lru_cache(maxsize=_REMEMBERED)
def _from_now(locale: str, unit: int, count: int, is_past: bool) -> str:
    words = _words(locale)
    unit_words = {_DAY: words.days, _HOUR: words.hours, _MINUTE: words.minutes}[unit]
    return (words.ago if is_past else words.ahead) % {"duration": unit_words % {"n": count}}
