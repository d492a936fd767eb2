"""Components: what people with and without eyes, mouse or script find in them."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import nodes

from portal.domain.common.money import Money
from portal.domain.service_levels.promise import PromiseState
from portal.rendering.environment import environment
from portal.rendering.tables import columns
from portal.web.forms import Form
from tests.rendering.samples import NOW, Typed, message, promise, shown

README = Path(__file__).parents[2] / "templates/components/README.md"
FAILED = Typed({"subject": "x<"}, [("subject", "Write more."), ("", "Nothing was chosen.")])


def test_every_component_is_in_the_readme() -> None:
    listed = set(re.findall(r"`([a-z_]+)(?:\(|`)", README.read_text(encoding="utf-8")))
    assert [name for name in environment().globals["ui"].names() if name not in listed] == []


def test_every_template_compiles_and_asks_for_components_that_exist() -> None:
    made = environment()
    known = set(made.globals["ui"].names())
    assert made.loader is not None
    for name in made.list_templates(extensions=["html", "txt"]):
        made.get_template(name)
        source, _, _ = made.loader.get_source(made, name)
        asked = {
            node.attr
            for node in made.parse(source).find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name) and node.node.name == "ui"
        }
        assert asked <= known, f"{name}: {asked - known}"


@pytest.mark.parametrize(
    "source",
    [
        '{{ ui.text_field(form, "subject", "Subject", hint="In a few words") }}',
        '{{ ui.textarea_field(form, "subject", "Subject", hint="In a few words") }}',
        '{{ ui.number_field(form, "subject", "Subject", hint="In a few words", unit="kg") }}',
        '{{ ui.date_field(form, "subject", "Subject", hint="In a few words") }}',
        '{{ ui.select_field(form, "subject", "Subject", [("a", "A")], hint="In a few words") }}',
        '{{ ui.file_field(form, "subject", "Subject", hint="In a few words") }}',
    ],
)
def test_a_field_names_its_hint_and_its_error(source: str) -> None:
    html = shown(source, form=FAILED)
    assert '<label for="field-subject">' in html
    assert 'aria-describedby="field-subject-hint field-subject-error"' in html
    assert 'aria-invalid="true"' in html
    assert html.index("</label>") < html.index("In a few words") < html.index("Write more.")
    assert html.index("Write more.") < html.index('name="subject"')
    healthy = shown(source, form=Typed())
    assert "aria-invalid" not in healthy
    assert 'aria-describedby="field-subject-hint"' in healthy


def test_what_was_typed_comes_back_escaped() -> None:
    assert 'value="x&lt;"' in shown('{{ ui.text_field(form, "subject", "S") }}', form=FAILED)
    assert ">\nx&lt;</textarea>" in shown(
        '{{ ui.textarea_field(form, "subject", "S") }}', form=FAILED
    )
    assert "secret" not in shown(
        '{{ ui.text_field(form, "p", "P", type="password") }}', form=Typed({"p": "secret"})
    )


def test_a_choice_that_was_made_is_marked() -> None:
    form = Typed({"urgency": "urgent", "unit": "kg", "gift": "yes"})
    options = [("normal", "Normal", "48 h"), ("urgent", "Urgent")]
    html = shown(
        '{{ ui.radio_field(form, "urgency", "How soon", options) }}', form=form, options=options
    )
    assert re.findall(r'value="(\w+)" checked', html) == ["urgent"]
    assert "<legend>How soon</legend>" in html
    html = shown(
        '{{ ui.select_field(form, "unit", "Unit", [("pc", "pc"), ("kg", "kg")]) }}', form=form
    )
    assert re.findall(r'value="(\w+)" selected', html) == ["kg"]
    assert " checked" in shown('{{ ui.checkbox_field(form, "gift", "Gift") }}', form=form)


def test_the_error_summary_takes_the_focus_and_leads_to_each_field() -> None:
    html = shown("{{ ui.error_summary(form) }}", form=FAILED)
    assert 'tabindex="-1" autofocus' in html
    assert "2 things to correct" in html
    assert '<a href="#field-subject">Write more.</a>' in html
    assert "<li>Nothing was chosen.</li>" in html
    assert shown("{{ ui.error_summary(form) }}", form=Typed()).strip() == ""


def test_the_summary_calls_each_field_by_its_name() -> None:
    form = Form.showing(lines=None)
    form.put_rows("lines", [{"goods": "x", "quantity": ""}])
    for field in ("subject", "kind", "lines-0-quantity", "elsewhere"):
        form.refuse(field, "Fill this in.")
    form.say_in("en")
    html = shown(
        """{% call ui.form_frame("/quotes", form) %}
        {{ ui.text_field(form, "subject", "Subject") }}
        {{ ui.radio_field(form, "kind", "Kind of goods", [("a", "A")]) }}
        {{ ui.line_table(form, "lines", columns, 1, "Lines") }}
        {% endcall %}""",
        form=form,
        columns=[{"name": "goods", "label": "Goods"}, {"name": "quantity", "label": "Quantity"}],
    )
    summary = re.findall(r'<a href="#field-([^"]+)">([^<]+)</a>', html)
    assert summary == [
        ("subject", "Subject: Fill this in."),
        ("kind", "Kind of goods: Fill this in."),
        ("lines-0-quantity", "Line 1, Quantity: Fill this in."),
        ("elsewhere", "Fill this in."),
    ]
    assert html.index("things to correct") < html.index('name="subject"')


def test_only_cells_that_are_typed_in_can_be_pasted_into() -> None:
    source = '{{ ui.line_table(form, "lines", columns, 1, "Lines") }}'
    chosen = {"name": "item", "label": "Item", "kind": "select", "options": [("a", "A")]}
    typed = {"name": "quantity", "label": "Quantity", "kind": "number"}
    assert "pasted" not in shown(source, form=Form(), columns=[chosen])
    assert "pasted" in shown(source, form=Form(), columns=[chosen, typed])


def test_a_form_frame_carries_token_key_and_summary() -> None:
    html = shown(
        '{% call ui.form_frame("/quotes", form, draft="new") %}…{% endcall %}', form=FAILED
    )
    assert 'name="_csrf_token" value="token-1"' in html
    assert 'name="_form_key" value="key-1"' in html
    assert 'data-draft="new" data-failed' in html
    assert "hx-post" not in html
    swapped = shown(
        '{% call ui.form_frame("/quotes", form, swap="#x") %}…{% endcall %}', form=Typed()
    )
    assert 'hx-post="/quotes" hx-target="#x"' in swapped
    assert 'hx-sync="this:drop" hx-disable="findAll button"' in swapped
    assert 'action="/quotes"' in swapped


def test_lines_can_be_added_and_removed_without_script() -> None:
    html = shown(
        '{{ ui.line_table(form, "lines", columns, rows=2, caption="Lines") }}',
        columns=[{"name": "item", "label": "Item"}],
        form=Typed({"lines-1-item": "Gasket"}, [("lines-1-item", "Unknown item.")]),
    )
    assert 'name="_add_lines"' in html
    assert html.count('name="_remove_lines"') == 2
    assert 'id="field-lines-1-item" name="lines-1-item" value="Gasket" aria-label="Item"' in html
    assert 'aria-describedby="field-lines-1-item-error"' in html


def test_internal_notes_and_replies_cannot_be_confused() -> None:
    note = shown("{{ ui.thread_message(m) }}", m=message("secret", internal=True, side="staff"))
    reply = shown("{{ ui.thread_message(m) }}", m=message("hello", side="staff"))
    assert 'class="message internal"' in note
    assert "Internal note" in note
    assert 'class="message from-staff"' in reply
    assert "Internal note" not in reply
    forms = shown('{{ ui.reply_form(f, "/r", staff=true) }}{{ ui.note_form(f, "/n") }}', f=Typed())
    for text in ("The customer reads this.", "Send to customer"):
        assert text in forms
    for text in ("Only colleagues read this.", "Save internal note"):
        assert text in forms
    customer = shown('{{ ui.reply_form(f, "/r") }}', f=Typed())
    assert "Reply to customer" not in customer
    assert "Send message" in customer


def test_messages_are_text() -> None:
    html = shown("{{ ui.thread_message(m) }}", m=message("<img src=x onerror=alert(1)>\nbye"))
    assert "<img" not in html
    assert "<br>bye" in html


def test_a_promise_says_what_to_whom_by_when() -> None:
    html = shown('{{ ui.promise(target, to="Huadong <Valve>") }}', target=promise(due=6))
    assert ">Quote</span>" in html
    assert "to Huadong &lt;Valve&gt;" in html
    assert "Due in 6 h" in html
    assert '<time datetime="2026-08-24T08:10Z" title="24 Aug 2026, 16:10 (UTC+8)">' in html
    assert 'class="promise-left" width="20%"' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (PromiseState.RUNNING, True),
        (PromiseState.WARNING, True),
        (PromiseState.BREACHED, True),
        (PromiseState.PAUSED, False),
        (PromiseState.MET, False),
        (PromiseState.MET_LATE, False),
        (PromiseState.CANCELLED, False),
    ],
)
def test_only_a_clock_that_runs_is_kept_running(state: PromiseState, counts: bool) -> None:
    for source in ("{{ ui.promise(t) }}", "{{ ui.promise_line(t) }}"):
        html = shown(source, t=promise(state, due=-1 if state == "breached" else 6))
        assert ("data-promise" in html) is counts
        assert f"promise-{state.value}" in html


def test_a_status_is_a_word_and_a_colour() -> None:
    assert shown('{{ ui.status_tag("Draft", "running") }}', "zh_Hans") == (
        '<span class="tag tone-running">草稿</span>'
    )
    assert "<b>" not in shown("{{ ui.status_tag(s) }}", s="<b>")


def test_moments_and_amounts_have_a_dash_for_nothing() -> None:
    for cell in ("money", "unit_price", "when", "at", "on", "promise_line"):
        assert shown(f"{{{{ ui.{cell}(none) }}}}", none=None) == '<span class="muted">–</span>'
    assert shown("{{ ui.when(m) }}", m=NOW - timedelta(hours=2)) == (
        '<time datetime="2026-08-24T00:10Z" title="24 Aug 2026, 08:10 (UTC+8)">2 h ago</time>'
    )
    assert shown("{{ ui.money(m, note=n) }}", m=Money(Decimal(2), "CNY"), n="<net>") == (
        '<span class="money">CN¥2.00</span> <span class="muted">&lt;net&gt;</span>'
    )


def test_a_table_is_a_table_for_screen_readers_even_as_cards() -> None:
    cols = columns(
        ("reference", "Reference", "main"),
        ("amount", "Amount", "num"),
        sort_urls={"amount": "?sort=amount"},
        sorted_by="amount",
        direction="descending",
    )
    html = shown(
        '{% call(row) ui.data_table(rows, cols, caption="Requests") %}'
        "<th {{ cols.reference }}>{{ row }}</th><td {{ cols.amount }}>1</td>{% endcall %}",
        rows=["RFQ-1"],
        cols=cols,
    )
    assert '<th role="rowheader" data-label="Reference" class="cell-main">RFQ-1</th>' in html
    assert 'aria-sort="descending"><a href="?sort=amount">Amount</a>' in html
    assert '<caption class="visually-hidden">Requests</caption>' in html


def test_an_empty_list_says_why_and_what_to_do() -> None:
    cols = columns(("a", "A"))
    html = shown(
        '{% set empty = ui.empty_state("No request waits.", "New request", "/new") %}'
        '{% call(row) ui.data_table([], cols, caption="X", empty=empty) %}{% endcall %}',
        cols=cols,
    )
    assert "No request waits." in html
    assert '<a class="button" href="/new">New request</a>' in html
    assert "<table" not in html


def test_a_confirmation_names_the_consequence_and_the_way_back() -> None:
    html = shown(
        '{{ ui.confirm_page("Withdraw?", "Nobody will quote it.", "/w", "Withdraw",'
        ' back="/q", key="k1") }}'
    )
    assert "Nobody will quote it." in html
    assert 'name="_form_key" value="k1"' in html
    assert '<a href="/q" class="button quiet">Go back</a>' in html


def test_one_stream_connects_and_tries_again() -> None:
    html = shown('{{ ui.live_updates("/live?topic=x&signature=y") }}')
    assert 'hx-sse:connect="/live?topic=x&amp;signature=y" hx-trigger="load, every 30s"' in html


def test_the_language_switch_stays_in_its_portal() -> None:
    assert 'action="/language"' in shown('{{ ui.language_switch("/quotes") }}')
    staff = shown('{{ ui.language_switch("/staff/quotes") }}', "zh_Hant")
    assert 'action="/staff/language"' in staff
    assert 'value="zh_Hant" lang="zh-Hant" aria-current="true">繁體中文' in staff
