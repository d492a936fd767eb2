"""The components that stand in every row of a list, written in Python.

A table of fifty rows asks for them hundreds of times, and a Jinja macro costs ten times what one
of these does. Everything larger is a macro in `templates/components/`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from portal.domain.common.money import Money
from portal.domain.service_levels.promise import PromiseClock
from portal.rendering import dates, numbers
from portal.rendering.escaping import mark, put_out
from portal.rendering.i18n import translations
from portal.rendering.promises import PromiseWords, promise_words
from portal.rendering.reader import Reader, current

_NOTHING = Markup('<span class="muted">–</span>')


def status_tag(status: object, tone: str | None = None) -> Markup:
    """A status as word and colour; `status` has a `label` (and maybe a `tone`) or is the label."""
    label = str(getattr(status, "label", status))
    return _tag(current().reader.locale, label, tone or getattr(status, "tone", "neutral"))


@lru_cache(maxsize=2048)
def _tag(locale: str, label: str, tone: str) -> Markup:
    text = translations(locale).gettext(label) if label else ""
    return mark(f'<span class="tag tone-{put_out(tone)}">{put_out(text)}</span>')


def money(value: Money | None, note: str | None = None) -> Markup:
    """An amount with its currency; a dash where there is none."""
    if value is None:
        return _NOTHING
    return _amount(numbers.format_money(value, current().reader.locale), note)


def unit_price(value: Money | None, note: str | None = None) -> Markup:
    """A price per unit with up to four decimals; a dash where there is none."""
    if value is None:
        return _NOTHING
    return _amount(numbers.format_unit_price(value, current().reader.locale), note)


def _amount(text: str, note: str | None) -> Markup:
    said = f' <span class="muted">{put_out(note)}</span>' if note else ""
    return mark(f'<span class="money">{put_out(text)}</span>{said}')


def when(moment: datetime | None) -> Markup:
    """A moment seen from now ("2 h ago"), the exact one in the title."""
    if moment is None:
        return _NOTHING
    reader = current().reader
    return _time(moment, dates.format_relative(moment, reader), reader)


def at(moment: datetime | None) -> Markup:
    """A day and time on the reader's clock, the exact one in the title."""
    if moment is None:
        return _NOTHING
    reader = current().reader
    return _time(moment, dates.format_datetime(moment, reader), reader)


def on(day: date | None) -> Markup:
    """A calendar day with its year."""
    if day is None:
        return _NOTHING
    reader = current().reader
    local = reader.local(day) if isinstance(day, datetime) else day
    text = put_out(dates.format_date(local, reader.locale))
    return mark(f'<time datetime="{dates.machine_date(day)}">{text}</time>')


def _time(moment: datetime, text: str, reader: Reader) -> Markup:
    machine, exact = dates.machine_and_exact(moment, reader)
    return mark(f'<time datetime="{machine}" title="{put_out(exact)}">{put_out(text)}</time>')


def promise_line(target: PromiseClock | None) -> Markup:
    """A promise on one line: what is left, and a bar while time runs or stands still."""
    if target is None:
        return _NOTHING
    words = promise_words(target, current().reader)
    data = _promise_data(words) if words.counting else ""
    bar = _promise_bar(words) if words.drawn else ""
    return mark(
        f'<span class="promise-line tone-{words.tone} promise-{words.state}"'
        f' title="{put_out(words.label)}: {put_out(words.title)}"{data}>{bar}'
        f'<time datetime="{words.machine}" data-countdown>{put_out(words.headline)}</time></span>'
    )


def promise_bar(words: PromiseWords) -> Markup:
    """What is left of the time, as a bar; the words beside it say the same."""
    return mark(_promise_bar(words))


def promise_data(words: PromiseWords) -> Markup:
    """The attributes (seconds since 1970) from which the browser keeps a countdown true."""
    return mark(_promise_data(words))


def _promise_bar(words: PromiseWords) -> str:
    warns = f'<rect class="promise-mark" x="{words.warn_mark}%"/>' if words.warn_mark else ""
    return (
        '<svg class="promise-bar" aria-hidden="true"><rect class="promise-track"/>'
        f'<rect class="promise-left" width="{words.left}%" data-left/>{warns}</svg>'
    )


def _promise_data(words: PromiseWords) -> str:
    return (
        f' data-promise data-opened="{words.opened}" data-warn="{words.warn}"'
        f' data-due="{words.due}"'
    )


CELLS: Mapping[str, Callable[..., Any]] = {
    cell.__name__: cell
    for cell in (
        status_tag,
        money,
        unit_price,
        when,
        at,
        on,
        promise_line,
        promise_bar,
        promise_data,
    )
}
