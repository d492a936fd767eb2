"""Jinja filters and tests: words of dates, numbers, phrases and promises for the current reader.

Every filter that depends on the reader takes the context although it reads the current rendering
instead: Jinja would otherwise work out a filter on a constant once, at compile time, for everyone.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jinja2 import pass_context, pass_eval_context
from jinja2.filters import do_xmlattr
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

from portal.domain.common.money import Money
from portal.rendering import dates, numbers, phrases, promises
from portal.rendering.escaping import mark, put_out
from portal.rendering.i18n import translations
from portal.rendering.reader import Reader, current

_LINE_END = "\n"


def _for_reader(say: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def filtered(_: Context, value: Any, *args: Any) -> Any:
        return "" if value is None else say(value, current().reader, *args)

    return filtered


def _for_locale(say: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def filtered(_: Context, value: Any, *args: Any) -> Any:
        return "" if value is None else say(value, current().reader.locale, *args)

    return filtered


@pass_context
def translate(_: Context, label: object) -> str:
    """A label marked by `N_` in the reader's language."""
    text = str(label)
    return translations(current().reader.locale).gettext(text) if text else ""


@pass_eval_context
def xmlattr(context: EvalContext, attributes: Mapping[str, Any]) -> str:
    """Attributes of an element, as Jinja says them; most components are given none."""
    return do_xmlattr(context, attributes) if attributes else ""


def nl2p(text: str | None) -> Markup:
    """A person's text as paragraphs: blank lines part them, line ends stay, markup is text."""
    lines = put_out(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    blocks = (block.strip("\n") for block in lines.split("\n\n") if block.strip())
    return mark("\n".join([f"<p>{block.replace(_LINE_END, '<br>')}</p>" for block in blocks]))


def _date(value: date, reader: Reader) -> str:
    day = reader.local(value) if isinstance(value, datetime) else value
    return dates.format_date(day, reader.locale)


def _day(value: date, reader: Reader) -> str:
    return dates.format_day(reader.local(value) if isinstance(value, datetime) else value, reader)


def _money(value: Money, locale: str) -> str:
    return numbers.format_money(value, locale)


def _quantity(value: Decimal | int | None) -> str:
    return "" if value is None else numbers.format_decimal(value)


def _decimal(value: Decimal | int | None, places: int | None = None) -> str:
    return "" if value is None else numbers.format_decimal(value, places)


def _duration(value: timedelta, locale: str) -> str:
    return dates.format_duration(value, locale)


@pass_context
def _is_past(_: Context, moment: datetime) -> bool:
    return moment <= current().reader.now


FILTERS: Mapping[str, Callable[..., Any]] = {
    "money": _for_locale(_money),
    "unit_price": _for_locale(numbers.format_unit_price),
    "quantity": _quantity,
    "decimal": _decimal,
    "percent": numbers.format_percent,
    "filesize": numbers.format_filesize,
    "date": _for_reader(_date),
    "day": _for_reader(_day),
    "time": _for_reader(dates.format_time),
    "datetime": _for_reader(dates.format_datetime),
    "exact": _for_reader(dates.format_exact),
    "relative": _for_reader(dates.format_relative),
    "duration": _for_locale(_duration),
    "promised": _for_locale(promises.format_promised),
    "machine_date": dates.machine_date,
    "promise_words": _for_reader(promises.promise_words),
    "promise_detail": _for_reader(promises.promise_detail),
    "explanation": _for_reader(promises.explanation_lines),
    "phrase": _for_reader(phrases.phrase_words),
    "translate": translate,
    "nl2p": nl2p,
    "xmlattr": xmlattr,
}
TESTS: Mapping[str, Callable[..., bool]] = {"past": _is_past}
