"""One environment serves every reader: languages do not leak, user text stays text."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from portal.domain.common.money import Money
from portal.domain.common.words import Worded
from portal.rendering import escaping
from portal.rendering.environment import create_environment, environment, render
from portal.rendering.filters import nl2p
from portal.rendering.reader import Rendering, current, enter, leave
from tests.rendering.samples import NOW, Page, reader, shown

NASTY = "<script>alert('x')</script> & \"quoted\""
TAMED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;quoted&#34;"


class Mood(Worded):
    DRAFT = "draft", "Draft"


def test_a_compiled_template_speaks_to_each_reader_in_turn() -> None:
    template = create_environment().from_string(
        '{{ _("Reply to customer") }}|{{ "Draft" | translate }}|{{ moment | relative }}'
    )
    said = []
    for locale in ("en", "zh_Hans", "zh_Hant", "en"):
        token = enter(Rendering(reader(locale)))
        said.append(template.render(moment=NOW - timedelta(hours=2)))
        leave(token)
    assert said == [
        "Reply to customer|Draft|2 h ago",
        "回复客户|草稿|2 小时前",
        "回覆客戶|草稿|2 小時前",
        "Reply to customer|Draft|2 h ago",
    ]


def test_a_render_that_fails_leaves_no_reader_behind() -> None:
    with pytest.raises(UndefinedError):
        render("layouts/base.html", reader("zh_Hans"))
    with pytest.raises(LookupError):
        current()


def test_a_missing_variable_is_an_error_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        shown("{{ nobody_gave_this }}")
    with pytest.raises(UndefinedError):
        shown("{{ page.nothing }}", page=Page())


@pytest.mark.parametrize(
    "source",
    [
        "{{ text }}",
        "{{ thing.text }}",
        '{{ _("%(text)s", text=text) }}',
        "{% trans text=text %}{{ text }}{% endtrans %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(text) }}",
        "{% set kept %}{{ text }}{% endset %}{{ kept }}",
    ],
)
def test_what_people_write_is_escaped_once(source: str) -> None:
    assert shown(source, text=NASTY, thing=SimpleNamespace(text=NASTY)) == TAMED


def test_markup_of_ours_passes_as_it_is() -> None:
    assert shown("{{ made }}", made=Markup("<b>x</b>")) == "<b>x</b>"
    assert shown("{{ n }}|{{ none }}|{{ mood }}", n=3, none=None, mood=Mood.DRAFT) == "3|None|draft"


def test_plain_texts_are_not_escaped() -> None:
    made = create_environment()
    made.loader = None
    template = made.overlay(autoescape=False).from_string("{{ text }} {{ _('A %(x)s', x=text) }}")
    token = enter(Rendering(reader()))
    try:
        assert template.render(text="<&>") == "<&> A <&>"
    finally:
        leave(token)


def test_escaping_is_markupsafes_own() -> None:
    """The fast way leans on a part of markupsafe without a promise; both ways agree."""
    assert str(escaping.put_out(NASTY)) == TAMED == escaping._escaped(NASTY)
    assert escaping._escape_text is not escaping._escaped, "markupsafe lost it: only slower"


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p>\n<p>three</p>"),
        ("a\r\n\r\n\r\nb", "<p>a</p>\n<p>b</p>"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
        ("  \n ", ""),
        (None, ""),
    ],
)
def test_a_persons_text_becomes_paragraphs_and_no_markup(text: str | None, paragraphs: str) -> None:
    assert shown("{{ text | nl2p }}", text=text) == paragraphs


@given(st.text(alphabet="a<&\"' \t\r\n\u3000", max_size=40))
def test_paragraphs_are_those_of_markupsafe(text: str) -> None:
    """One escape for the whole text says what an escape of every line does."""
    blocks = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n\n")
    slowly = Markup("\n").join(
        Markup("<p>{}</p>").format(
            Markup("<br>").join(escape(line) for line in block.strip("\n").split("\n"))
        )
        for block in blocks
        if block.strip()
    )
    assert nl2p(text) == slowly


def test_plural_forms_are_those_of_the_language() -> None:
    source = (
        '{{ ngettext("%(count)s thing to correct", "%(count)s things to correct", n, count=n) }}'
    )
    assert shown(source, n=1) == "1 thing to correct"
    assert shown(source, n=2) == "2 things to correct"
    assert shown(source, "zh_Hant", n=1) == "有 1 處需要更正"


def test_a_form_gets_its_token_wherever_it_stands() -> None:
    field = '<input type="hidden" name="_csrf_token" value="token-1">'
    assert shown("{{ csrf_field() }}") == field
    assert field in shown('{{ ui.post_button("Go", "/go") }}')


def test_amounts_dates_and_lengths_have_filters() -> None:
    assert shown("{{ m | money }}", m=Money(Decimal("1.5"), "CNY")) == "CN¥1.50"
    assert shown("{{ q | quantity }} {{ s | percent }}", q=Decimal("1.50"), s=Decimal("0.13")) == (
        "1.5 13%"
    )
    assert shown("{{ d | duration }}", "zh_Hans", d=timedelta(hours=2)) == "2 小时"
    assert shown("{{ m | date }} {{ m | day }} {{ m | time }}", m=NOW) == (
        "24 Aug 2026 Mon 24 Aug 10:10"
    )
    assert shown("{{ 'late' if m is past }}", m=NOW) == "late"
    assert shown("[{{ none | money }}{{ none | datetime }}]", none=None) == "[]"


def test_the_process_has_one_environment() -> None:
    assert environment() is environment()
    assert environment().autoescape("x.html")
    assert not environment().autoescape("x.txt")
