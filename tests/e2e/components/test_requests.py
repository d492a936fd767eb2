"""Under htmx every failure is said, nothing is sent twice, and the focus is never lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.components.stage import TOKEN, Received, Reply, Stage, fragment, page
from tests.rendering.samples import Typed

Visit = Callable[..., Page]
FORM = (
    '{% call ui.form_frame("/save", form, id="box", swap="#box", draft="note") %}'
    '{{ ui.textarea_field(form, "body", "Message") }}{{ ui.button("Save", "primary") }}'
    "{% endcall %}"
)


def a_form(stage: Stage, **context: object) -> None:
    stage.show("/", FORM, **{"form": Typed(), **context})


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "Your role does not allow this."),
        (404, "This is no longer here."),
        (409, "Somebody else changed this in the meantime."),
        (413, "This is too large to send."),
        (429, "Too many attempts."),
        (418, "This could not be done."),
        (500, "The portal cannot answer at the moment."),
        (503, "The portal cannot answer at the moment."),
    ],
)
def test_a_refusal_is_said_and_changes_nothing(
    stage: Stage, visit: Visit, status: int, said: str
) -> None:
    a_form(stage)
    stage.answer("POST", "/save", status, "<p>an error page</p>")
    here = visit("/")
    here.get_by_label("Message").fill("Which pressure class?")
    here.get_by_role("button", name="Save").click()
    expect(here.locator("#toasts")).to_contain_text(said)
    expect(here.get_by_label("Message")).to_have_value("Which pressure class?")
    expect(here.get_by_text("an error page")).to_have_count(0)
    expect(here.get_by_role("button", name="Save")).to_be_focused()


def test_the_same_refusal_is_not_piled_up(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    stage.answer("POST", "/save", 503)
    here = visit("/")
    for _ in range(2):
        here.get_by_role("button", name="Save").click()
        expect(here.get_by_role("button", name="Save")).to_be_enabled()
    expect(here.locator("[data-toast]")).to_have_count(1)
    here.get_by_role("button", name="Close").click()
    expect(here.locator("[data-toast]")).to_have_count(0)


def test_being_offline_is_said(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    here = visit("/")
    here.context.set_offline(True)
    here.get_by_role("button", name="Save").click()
    expect(here.locator("#toasts")).to_contain_text("No connection.")


def test_no_answer_in_time_is_said(stage: Stage, visit: Visit) -> None:
    stage.show("/", '<button hx-post="/save" hx-config="timeout:200" hx-swap="none">Save</button>')
    stage.answer("POST", "/save", delay=2)
    here = visit("/")
    here.get_by_role("button", name="Save").click()
    expect(here.locator("#toasts")).to_contain_text("No answer within 15 seconds.")


def test_failures_are_said_in_the_language_of_the_page(stage: Stage, visit: Visit) -> None:
    a_form(stage, locale="zh_Hant")
    stage.answer("POST", "/save", 403)
    here = visit("/")
    here.get_by_role("button", name="Save").click()
    expect(here.locator("#toasts")).to_contain_text("您的角色沒有此權限。")


def test_a_conflict_that_the_form_shows_is_not_said_twice(stage: Stage, visit: Visit) -> None:
    stage.show(
        "/",
        '<div id="box"><button hx-post="/save" hx-target="#box"'
        ' hx-status:409="swap:outerHTML">Save</button></div>',
    )
    stage.answer("POST", "/save", 409, '<div id="box">theirs and yours</div>')
    here = visit("/")
    here.get_by_role("button", name="Save").click()
    expect(here.locator("#box")).to_have_text("theirs and yours")
    expect(here.locator("[data-toast]")).to_have_count(0)


def test_a_session_that_ended_leads_to_sign_in_and_keeps_the_draft(
    stage: Stage, visit: Visit
) -> None:
    a_form(stage)
    stage.show("/sign-in", "<h1>Sign in</h1>", signed_in=False)
    stage.answer("POST", "/save", 401, headers={"HX-Redirect": "/sign-in"})
    here = visit("/")
    here.get_by_label("Message").fill("Which pressure class?")
    here.get_by_role("button", name="Save").click()
    expect(here.get_by_role("heading", name="Sign in")).to_be_visible()
    here.goto("/")
    expect(here.get_by_label("Message")).to_have_value("Which pressure class?")


def test_a_refused_form_comes_back_with_the_focus_on_its_errors(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    failed = Typed({"body": "x"}, [("body", "Write more.")])
    stage.answer("POST", "/save", 422, fragment(FORM, form=failed))
    here = visit("/")
    here.get_by_label("Message").fill("x")
    here.get_by_role("button", name="Save").click()
    expect(here.get_by_role("group", name="1 thing to correct")).to_be_focused()
    here.get_by_role("link", name="Write more.").click()
    expect(here.get_by_label("Message")).to_be_focused()
    expect(here.get_by_label("Message")).to_have_value("x")
    expect(here.locator("[data-toast]")).to_have_count(0)


def test_the_token_goes_with_every_request(stage: Stage, visit: Visit) -> None:
    stage.show("/", '<button hx-post="/save" hx-swap="none" hx-headers=\'X-Own:1\'>Save</button>')
    stage.answer("POST", "/save", 204)
    here = visit("/")
    with here.expect_response("**/save"):
        here.get_by_role("button", name="Save").click()
    headers = stage.sent("POST", "/save")[0].headers
    assert headers["x-csrf-token"] == TOKEN
    assert headers["x-own"] == "1"


@pytest.mark.parametrize("swap", ["swap='#box', ", ""])
def test_an_impatient_person_sends_once(stage: Stage, visit: Visit, swap: str) -> None:
    stage.show(
        "/",
        '{% call ui.form_frame("/save", form, ' + swap + 'id="box") %}'
        '{{ ui.text_field(form, "x", "X") }}'
        '{{ ui.button("Save", "primary", name="do", value="it") }}{% endcall %}',
        form=Typed(),
    )
    stage.answer("POST", "/save", body=page("<p id=box>saved</p>"), delay=0.6)
    here = visit("/")
    disabled = here.evaluate(
        """async () => {
          const button = document.querySelector('[name=do]');
          button.click();
          button.click();
          await new Promise((later) => setTimeout(later, 100));
          button.click();
          return button.disabled;
        }"""
    )
    assert disabled
    expect(here.get_by_text("saved")).to_be_visible()
    assert len(stage.sent("POST", "/save")) == 1
    assert stage.sent("POST", "/save")[0].form["do"] == ["it"]


def test_what_a_swap_brings_is_announced(stage: Stage, visit: Visit) -> None:
    stage.show("/", '<div id="list"><button hx-get="/list" hx-target="#list">Search</button></div>')
    stage.answer("GET", "/list", body='<p data-announce="12 requests">…</p>')
    here = visit("/")
    here.get_by_role("button", name="Search").click()
    expect(here.locator("#announcer")).to_have_text("12 requests")
    expect(here.locator("#list")).to_be_focused()


def test_a_search_asks_for_whole_words_and_drops_stale_answers(stage: Stage, visit: Visit) -> None:
    stage.show(
        "/",
        '{% call ui.filters_bar("/list", "#list") %}{{ ui.search_field("q", "Search here") }}'
        '{% endcall %}<div id="list">all</div>',
    )
    stage.answer("GET", "/list", body=page('<div id="list">found</div>'))
    here = visit("/")
    here.get_by_label("Search here").focus()
    composing = here.context.new_cdp_session(here)
    composing.send(
        "Input.imeSetComposition", {"text": "zhou", "selectionStart": 4, "selectionEnd": 4}
    )
    here.wait_for_timeout(600)
    assert stage.sent("GET", "/list") == []
    composing.send("Input.insertText", {"text": "轴承"})
    expect(here.locator("#list")).to_have_text("found")
    assert len(stage.sent("GET", "/list")) == 1
    expect(here).to_have_url(re.compile(r"/list\?q=%E8%BD%B4%E6%89%BF"))
    expect(here.get_by_label("Search here")).to_be_focused()


def test_a_stream_connects_reports_and_heals(stage: Stage, visit: Visit) -> None:
    stage.show(
        "/",
        '{{ ui.live_updates("/live") }}<div id="thread" hx-get="/thread"'
        ' hx-trigger="changed from:body">old</div>',
    )
    calls: list[int] = []

    def live(_: Received) -> Reply:
        calls.append(1)
        if len(calls) == 1:
            return Reply(503)
        return Reply(
            body="event: changed\ndata: 1\n\n", headers={"Content-Type": "text/event-stream"}
        )

    stage.answer_with("GET", "/live", live)
    stage.answer("GET", "/thread", body="new message")
    here = visit("about:blank")
    here.clock.install()
    here.goto("/")
    here.wait_for_timeout(100)
    here.clock.run_for(200)
    assert len(calls) == 1
    here.clock.run_for(31_000)
    expect(here.locator("#thread")).to_have_text("new message")
    expect(here.locator("[data-toast]")).to_have_count(0)
