"""The Jinja environment of the process, and `render`.

One environment serves all languages: texts are looked up for the reader of the render under way,
which a context variable carries, so macros are compiled and loaded once and need no page context.
"""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from portal.rendering import texts
from portal.rendering.assets import assets
from portal.rendering.browser_words import browser_words
from portal.rendering.compiled import FastEnvironment
from portal.rendering.components import Components
from portal.rendering.escaping import put_out
from portal.rendering.filters import FILTERS, TESTS
from portal.rendering.i18n import LANGUAGE_NAMES, lang_attribute
from portal.rendering.reader import Reader, Rendering, current, enter, leave
from portal.rendering.tables import columns
from portal.settings import data_path

CSRF_FIELD = "_csrf_token"


def render(name: str, reader: Reader, /, **context: Any) -> str:
    """The template `name` for `reader`. A missing variable is an error, never an empty place.

    `csrf_token` in the context also reaches `csrf_field()` inside macros.
    """
    token = enter(Rendering(reader, str(context.get("csrf_token") or "")))
    try:
        return environment().get_template(name).render(context)
    finally:
        leave(token)


@cache
def environment() -> Environment:
    """The environment of this process; templates stay compiled until it ends."""
    return create_environment()


def create_environment(*, auto_reload: bool = False) -> Environment:
    """A new environment; with `auto_reload` changed templates are compiled anew."""
    made = FastEnvironment(
        loader=FileSystemLoader(data_path("templates")),
        # Asked once a context, of which every include makes one.
        autoescape=cache(select_autoescape(("html", "svg", "xml"), default_for_string=True)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=auto_reload,
        cache_size=-1,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(FILTERS)
    made.tests.update(TESTS)
    made.globals.update(
        _=texts.gettext,
        gettext=texts.gettext,
        ngettext=texts.ngettext,
        pgettext=texts.pgettext,
        npgettext=texts.npgettext,
        static=assets().url,
        csrf_field=_csrf_field,
        columns=columns,
        reader=_reader,
        lang=_lang,
        languages=tuple((locale, name) for locale, name in LANGUAGE_NAMES.items()),
        lang_attribute=lang_attribute,
        browser_words=_browser_words,
        ui=Components(made),
    )
    return made


def _csrf_field() -> Markup:
    """The hidden field of every form that posts."""
    token = put_out(current().csrf_token)
    return Markup(f'<input type="hidden" name="{CSRF_FIELD}" value="{token}">')  # noqa: S704


def _reader() -> Reader:
    return current().reader


def _lang() -> str:
    return lang_attribute(current().reader.locale)


def _browser_words() -> Markup:
    return browser_words(current().reader.locale)
