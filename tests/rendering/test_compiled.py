"""What our compiler generates says what Jinja's says, only sooner."""

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from portal.rendering import texts
from portal.rendering.compiled import FastEnvironment
from portal.rendering.reader import Rendering, enter, leave
from tests.rendering.samples import reader

NASTY = "<b>'x' & \"y\"</b>"
CONTEXT: dict[str, Any] = {
    "text": NASTY,
    "made": Markup("<i>%s</i>"),
    "thing": SimpleNamespace(text=NASTY, shout=lambda word, mark="!": word + mark, inner={"a": 1}),
    "found": {"text": NASTY, "items_": [1, 2]},
    "numbers": [1, 2, 3],
}


@pass_context
def seen(context: Context, name: str) -> object:
    """A global that wants the context, as ours hardly ever do."""
    return context[name]


def _made(kind: type[Environment], *, autoescape: bool = True) -> Environment:
    made = kind(
        autoescape=autoescape,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.globals.update(
        {name: getattr(texts, name) for name in ("gettext", "ngettext", "pgettext", "npgettext")}
    )
    made.globals.update(_=texts.gettext, seen=seen)
    return made


def _said(made: Environment, source: str) -> str:
    token = enter(Rendering(reader("zh_Hans")))
    try:
        return made.from_string(source).render(CONTEXT)
    finally:
        leave(token)


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize(
    "source",
    [
        "{{ text }}{{ made }}{{ thing.text }}{{ found.text }}{{ 5 }}{{ none }}",
        "{{ thing.inner.a }}{{ thing['text'] }}{{ found.items_ }}{{ found.missing is defined }}",
        "{{ thing.shout(text) }}{{ thing.shout(word=text, mark='?') }}{{ thing.shout(*['a']) }}",
        "{{ thing.text | upper }}{{ (thing.text ~ made) | length }}",
        "{{ _('Draft') }}{{ _('100%%') }}{{ _('%(a)s of %(b)s', a=text, b=made) }}{{ _(text) }}",
        "{{ ngettext('%(num)s line', '%(num)s lines', numbers | length) }}",
        "{{ pgettext('of a day', 'Due') }}{{ npgettext('x', 'a %(n)s', '%(n)s as', 2, n=text) }}",
        "{% trans a=text %}A {{ a }}{% endtrans %}",
        "{% trans n=2 %}{{ n }} row{% pluralize %}{{ n }} rows{% endtrans %}",
        "{% for _ in numbers %}{{ _ }}{% endfor %}",
        "{% for _ in [thing.shout] %}{{ _(text) }}{% endfor %}",
        "{% for n in numbers %}{% set kept = n %}{{ seen('text') }}{{ _('Draft') }}{% endfor %}",
        "{% macro m(a, b='d', c=none) %}{{ a }}|{{ b }}|{{ c }};{% endmacro %}"
        "{{ m(text) }}{{ m(1, made) }}{{ m(1, c=2) }}{{ m(b=1, a=2) }}{{ m(1, 2, 3) }}",
        "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=text) }}",
        "{% macro m(a) %}[{{ a }}{{ caller(text) }}]{% endmacro %}"
        "{% call(x) m(1) %}{{ x }}{% endcall %}",
        "{% macro m() %}{% if caller is defined %}{{ caller() }}{% endif %}.{% endmacro %}"
        "{{ m() }}{% call m() %}{{ text }}{% endcall %}",
        "{% set made %}{{ text }}{% endset %}{{ made }}",
        "{% block b %}{% set x = text %}{{ _('Draft') }}{{ x }}{% endblock %}{{ self.b() }}",
        "{{ 'a<b' if numbers }}{{ text if none }}.{{ made if text else 5 }}",
        "{{ (1 if none) if text }}{{ text if made else (1 if none) }}",
        "{% macro m(a=text) %}<i>{{ a }}</i>{% endmacro %}"
        "{{ m() ~ text }}{{ m(m(a=1)) }}{% set kept = m() %}{{ kept }}{{ m() if text }}",
        "{% macro m() %}<i>{{ caller() }}</i>{% endmacro %}"
        "{% macro n() %}{% set said = caller() %}{% call m() %}{{ said }}&amp;{% endcall %}"
        "{% endmacro %}"
        "{% call n() %}{{ text }}{% endcall %}",
        "{{ thing.inner.a.b is defined }}{{ found.items_[0] }}{{ thing.text.upper() }}",
        "{% for n in numbers recursive %}{{ n }}{{ loop([]) }}{% endfor %}",
        "{{ range(3) | list }}{{ dict(a=text) }}",
        "{{ dict(**{'class': text}) }}{{ dict(class=1) }}",
    ],
)
def test_a_template_says_what_jinja_says(source: str, autoescape: bool) -> None:
    ours = _said(_made(FastEnvironment, autoescape=autoescape), source)
    assert ours == _said(_made(Environment, autoescape=autoescape), source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ thing.missing }}",
        "{{ found.missing }}",
        "{{ nobody.name }}",
        "{{ nobody() }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
        "{{ _('%(a)s', a=nobody) }}",
    ],
)
def test_what_is_missing_is_an_error_all_the_same(source: str) -> None:
    for kind in (Environment, FastEnvironment):
        with pytest.raises(UndefinedError):
            _said(_made(kind), source)


@pytest.mark.parametrize("call", ["m(1, 2)", "m(b=1)", "m(1, a=1)"])
def test_a_macro_refuses_what_it_does_not_take(call: str) -> None:
    with pytest.raises(TypeError):
        _said(_made(FastEnvironment), "{% macro m(a) %}{{ a }}{% endmacro %}{{ " + call + " }}")
