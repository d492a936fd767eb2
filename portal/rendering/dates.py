"""Dates, times and durations in the reader's language and zone.

Names of days and months come from CLDR; the layout is ours ("Mon 24 Aug, 16:10") and is set by
plain formatting, because a queue shows a hundred of them.
"""

from datetime import UTC, date, datetime, timedelta
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
    if locale == SOURCE_LOCALE:
        return f"{day.day} {_words(locale).months[day.month]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def format_day(day: date, reader: Reader) -> str:
    """A calendar day with its weekday; the year only when it is not the reader's."""
    words = _words(reader.locale)
    weekday = words.weekdays[day.weekday()]
    other_year = day.year != reader.year
    if reader.locale == SOURCE_LOCALE:
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
    local = reader.local(moment)
    separator = ", " if reader.locale == SOURCE_LOCALE else " "
    day = format_date(local, reader.locale)
    offset = _offset(local.utcoffset() or timedelta())
    return f"{day}{separator}{local.hour:02}:{local.minute:02} ({offset})"


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
    words = _words(locale)
    length = abs(duration)
    days = length.days
    hours, seconds = divmod(length.seconds, _HOUR)
    minutes = seconds // _MINUTE
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
    length = abs(distance)
    if length >= _RECENT:
        return format_day(reader.local(moment), reader)
    words = _words(reader.locale)
    if length < _MINUTE:
        return words.just_now
    if length >= _DAY:
        said = words.days % {"n": int(length // _DAY)}
    elif length >= _HOUR:
        said = words.hours % {"n": int(length // _HOUR)}
    else:
        said = words.minutes % {"n": int(length // _MINUTE)}
    return (words.ago if distance < 0 else words.ahead) % {"duration": said}
