"""Countdowns stay true, keys move through queues, dialogs and menus open and close."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from portal.domain.service_levels.promise import PromiseState
from tests.e2e.components.stage import Stage
from tests.rendering.samples import NOW, Onlooker, promise

Visit = Callable[..., Page]
ROWS = (
    '{% set cols = columns(("reference", "Reference", "main")) %}'
    '{% call(row) ui.data_table(rows, cols, caption="Requests") %}'
    '<tr role="row" data-row><th {{ cols.reference }}><a href="/staff/q/{{ row }}">{{ row }}</a>'
    "</th></tr>"
    "{% endcall %}{{ ui.search_field('q', 'Find a request', shortcut=true) }}"
)
DENSE = (
    '{% set cols = columns(("reference", "Reference", "main"), ("title", "Subject", "wide")) %}'
    '{% call(row) ui.data_table(rows, cols, caption="Requests", dense=true) %}'
    '<tr role="row"><th {{ cols.reference }}>RFQ-1</th><td {{ cols.title }}>{{ row }}</td></tr>'
    "{% endcall %}"
)


def test_a_countdown_follows_the_servers_clock(stage: Stage, visit: Visit) -> None:
    soon = promise(due=2.1, opened=-1.9)  # warns six minutes from now
    stage.show("/", "{{ ui.promise(soon) }}{{ ui.promise_line(soon) }}", soon=soon)
    here = visit("about:blank")
    here.clock.install(time=NOW - timedelta(days=300))  # a laptop whose clock is wrong
    here.goto("/")
    block, line = here.locator("section.promise"), here.locator(".promise-line")
    expect(block).to_contain_text("Due in 2 h 6 min")
    expect(block).to_contain_text("Running")
    here.clock.run_for(7 * 60_000)
    expect(block).to_contain_text("Due in 1 h 59 min")
    expect(block).to_contain_text("Warning")
    expect(line).to_have_class("promise-line promise-warning tone-warning")
    left = block.locator("[data-left]").get_attribute("width") or ""
    assert 48 <= int(left.removesuffix("%")) <= 50
    here.clock.run_for(2 * 60 * 60_000)
    expect(block).to_contain_text("Overdue by")
    expect(block).to_contain_text("Breached")
    expect(line).to_contain_text("Overdue by")
    expect(block.locator("[data-left]")).to_have_attribute("width", "0%")


def test_what_a_dense_row_cuts_off_is_read_in_full_under_the_pointer(
    stage: Stage, visit: Visit
) -> None:
    long = ("Gaskets for the heat exchangers of the second line " * 8).strip()
    stage.show("/", DENSE, rows=["Gaskets", long])
    here = visit("/")
    short, cut = here.locator("tbody td").nth(0), here.locator("tbody td").nth(1)
    short.hover()
    cut.hover()
    expect(cut).to_have_attribute("title", long)
    assert short.get_attribute("title") is None


def test_a_countdown_speaks_the_language_of_the_page(stage: Stage, visit: Visit) -> None:
    stage.show("/", "{{ ui.promise(soon) }}", locale="zh_Hans", soon=promise(due=3))
    here = visit("about:blank")
    here.clock.install(time=NOW)
    here.goto("/")
    here.clock.run_for(61_000)
    expect(here.locator("section.promise")).to_contain_text("还剩 2 小时 59 分钟")


def test_a_paused_clock_stands(stage: Stage, visit: Visit) -> None:
    stage.show("/", "{{ ui.promise(p) }}", p=promise(PromiseState.PAUSED, due=1))
    here = visit("about:blank")
    here.clock.install(time=NOW)
    here.goto("/")
    before = here.locator("section.promise").inner_html()
    here.clock.run_for(3 * 60 * 60_000)
    assert here.locator("section.promise").inner_html() == before


def test_keys_move_through_a_queue(stage: Stage, visit: Visit) -> None:
    stage.show("/staff", ROWS, portal="staff", rows=["A", "B", "C"])
    stage.show("/staff/q/B", "<h1>Request B</h1>", portal="staff")
    stage.show("/staff/orders", "<h1>Orders</h1>", portal="staff")
    here = visit("/staff")
    here.keyboard.press("j")
    expect(here.get_by_role("link", name="A", exact=True)).to_be_focused()
    here.keyboard.press("j")
    here.keyboard.press("j")
    here.keyboard.press("k")
    expect(here.get_by_role("link", name="B", exact=True)).to_be_focused()
    here.keyboard.press("Enter")
    expect(here.get_by_role("heading", name="Request B")).to_be_visible()
    here.go_back()
    here.keyboard.press("/")
    expect(here.get_by_label("Find a request")).to_be_focused()
    here.keyboard.type("jkg?")
    expect(here.get_by_label("Find a request")).to_have_value("jkg?")
    here.get_by_label("Find a request").blur()
    here.keyboard.press("g")
    here.keyboard.press("o")
    expect(here.get_by_role("heading", name="Orders")).to_be_visible()


def test_the_keys_are_listed_and_leave_with_escape(stage: Stage, visit: Visit) -> None:
    stage.show("/staff", ROWS, portal="staff", rows=["A"])
    here = visit("/staff")
    here.keyboard.press("?")
    listed = here.get_by_role("dialog", name="Keyboard")
    expect(listed).to_contain_text("next row, previous row")
    here.keyboard.press("j")
    expect(listed).to_be_visible()
    here.keyboard.press("Escape")
    expect(listed).to_be_hidden()


def test_who_turned_the_keys_off_is_left_alone(stage: Stage, visit: Visit) -> None:
    viewer = Onlooker("staff", keyboard_shortcuts=False)
    stage.show("/staff", ROWS, portal="staff", viewer=viewer, rows=["A"])
    here = visit("/staff")
    for key in "j?/":
        here.keyboard.press(key)
    expect(here.get_by_role("dialog")).to_have_count(0)
    expect(here.get_by_role("link", name="A", exact=True)).not_to_be_focused()


def test_a_dialog_gives_the_focus_back(stage: Stage, visit: Visit) -> None:
    stage.show(
        "/",
        '{{ ui.dialog_button("Send the quote", "send", href="/send") }}'
        '{% call ui.dialog("send", "Send revision 2") %}<p>It cannot be changed.</p>{% endcall %}',
    )
    here = visit("/")
    opener = here.get_by_role("link", name="Send the quote")
    opener.click()
    expect(here.get_by_role("dialog", name="Send revision 2")).to_be_visible()
    here.get_by_role("button", name="Close").click()
    expect(here.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    here.mouse.click(5, 5)
    expect(here.get_by_role("dialog")).to_have_count(0)
    expect(here).to_have_url(f"{stage.url}/")


def test_without_script_the_dialogs_button_leads_to_its_page(stage: Stage, visit: Visit) -> None:
    stage.show("/", '{{ ui.dialog_button("Send the quote", "send", href="/send") }}')
    stage.show("/send", "<h1>Send</h1>")
    here = visit("/", java_script_enabled=False)
    here.get_by_role("link", name="Send the quote").click()
    expect(here.get_by_role("heading", name="Send")).to_be_visible()


def test_a_menu_closes_beside_it_and_with_escape(stage: Stage, visit: Visit) -> None:
    stage.show("/", "<h1>Home</h1>")
    here = visit("/")
    menu = here.locator(".top-row details")
    summary = menu.locator("summary")
    summary.click()
    expect(here.get_by_role("button", name="Sign out")).to_be_visible()
    here.get_by_role("heading", name="Home").click()
    expect(here.get_by_role("button", name="Sign out")).to_be_hidden()
    summary.click()
    here.keyboard.press("Tab")
    here.keyboard.press("Escape")
    expect(here.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_good_news_leaves_by_itself_unless_somebody_reads_it(stage: Stage, visit: Visit) -> None:
    toasts = [{"text": "Message sent.", "tone": "done"}]
    stage.show("/", "<h1>Home</h1>", toasts=toasts)
    here = visit("about:blank")
    here.clock.install()
    here.goto("/")
    news = here.get_by_text("Message sent.")
    here.get_by_role("button", name="Close").focus()
    here.clock.run_for(11_000)
    expect(news).to_be_visible()
    here.get_by_role("button", name="Close").blur()
    here.clock.run_for(11_000)
    expect(news).to_be_hidden()
