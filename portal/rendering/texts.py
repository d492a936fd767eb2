"""The texts of templates: what `_("…")` and `{% trans %}` become for the reader of the render.

Texts are format strings, also without variables: a percent sign is written `%%`. They are ours and
may carry markup; what is filled in is escaped. Templates that escape ask for `said…`, which need
no context (see `compiled`); what the environment knows as `gettext` works everywhere.
"""

from functools import cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from portal.rendering.escaping import mark, put_out
from portal.rendering.i18n import translations
from portal.rendering.reader import current


def said(message: str, /) -> Markup:
    """A text without variables, as most are: they are asked for again and again."""
    return _plain(current().reader.locale, message)


@cache
def _plain(locale: str, message: str) -> Markup:
    return mark(translations(locale).gettext(message) % {})


def said_with(message: str, /, **variables: Any) -> Markup:
    """A text with its variables filled in."""
    return _filled(translations(current().reader.locale).gettext(message), variables)


def said_of(singular: str, plural: str, number: int, /, **variables: Any) -> Markup:
    """The form for `number`, which the text may name `num`, with its variables filled in."""
    text = translations(current().reader.locale).ngettext(singular, plural, number)
    return _filled(text, {"num": number, **variables})


def _filled(text: str, variables: dict[str, Any]) -> Markup:
    return mark(text % {name: put_out(value) for name, value in variables.items()})


def _in(context: Context, text: str, variables: dict[str, Any]) -> str:
    return _filled(text, variables) if context.eval_ctx.autoescape else text % variables


@pass_context
def gettext(context: Context, message: str, /, **variables: Any) -> str:
    return _in(context, translations(current().reader.locale).gettext(message), variables)


@pass_context
def ngettext(context: Context, singular: str, plural: str, number: int, /, **variables: Any) -> str:
    text = translations(current().reader.locale).ngettext(singular, plural, number)
    return _in(context, text, {"num": number, **variables})


@pass_context
def pgettext(context: Context, meaning: str, message: str, /, **variables: Any) -> str:
    text = translations(current().reader.locale).pgettext(meaning, message)
    return _in(context, text, variables)


@pass_context
def npgettext(
    context: Context, meaning: str, singular: str, plural: str, number: int, /, **variables: Any
) -> str:
    text = translations(current().reader.locale).npgettext(meaning, singular, plural, number)
    return _in(context, text, {"num": number, **variables})
