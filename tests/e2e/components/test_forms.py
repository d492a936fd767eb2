"""Forms in the browser: drafts, lines, files, Chinese, and the same without script."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.components.stage import Stage, page
from tests.rendering.samples import Onlooker, Typed

Visit = Callable[..., Page]
COLUMNS = [
    {"name": "item", "label": "Item"},
    {"name": "quantity", "label": "Quantity", "kind": "number", "width": "s"},
    {"name": "unit", "label": "Unit", "kind": "select", "options": [("pc", "piece"), ("kg", "kg")]},
    {"name": "wish", "label": "Wish date", "kind": "date", "optional": True},
]
FORM = (
    '{% call ui.form_frame("/quotes", form, draft="quote-new") %}'
    '{{ ui.text_field(form, "subject", "Subject") }}'
    '{{ ui.textarea_field(form, "remarks", "Remarks", optional=true) }}'
    '{{ ui.line_table(form, "lines", columns, rows=2, caption="Lines") }}'
    '{{ ui.file_field(form, "files", "Files") }}'
    '{{ ui.button("Send request", "primary") }}{% endcall %}'
)


def a_form(stage: Stage, form: Typed | None = None, **context: object) -> None:
    stage.show("/new", FORM, form=form or Typed(), columns=COLUMNS, **context)


def test_a_draft_survives_a_reload_and_ends_with_success(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    stage.answer("POST", "/quotes", 303, headers={"Location": "/done"})
    stage.show("/done", "<h1>Sent</h1>")
    here = visit("/new")
    here.get_by_label("Subject").fill("Gaskets")
    here.get_by_label("Remarks").fill("for line 3")
    here.wait_for_timeout(400)
    here.reload()
    expect(here.get_by_label("Remarks")).to_have_value("for line 3")
    expect(here.locator("#announcer")).to_have_text("What you typed before is back.")
    here.get_by_role("button", name="Send request").click()
    expect(here.get_by_role("heading", name="Sent")).to_be_visible()
    here.goto("/new")
    expect(here.get_by_label("Subject")).to_have_value("")


def test_a_draft_survives_an_error_page_and_a_lost_session(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    here = visit("/new")
    here.get_by_label("Subject").fill("Gaskets")
    stage.answer("POST", "/quotes", 502, "<p>503 says a proxy, without a script of ours</p>")
    here.get_by_role("button", name="Send request").click()
    expect(here.get_by_text("503")).to_be_visible()
    stage.answer("POST", "/quotes", 303, headers={"Location": "/sign-in"})
    stage.show("/sign-in", "<h1>Sign in</h1>", signed_in=False)
    here.goto("/new")
    expect(here.get_by_label("Subject")).to_have_value("Gaskets")
    here.get_by_role("button", name="Send request").click()
    expect(here.get_by_role("heading", name="Sign in")).to_be_visible()
    stage.show("/", "<h1>Home</h1>")
    here.goto("/")
    here.goto("/new")
    expect(here.get_by_label("Subject")).to_have_value("Gaskets")


def test_a_form_that_failed_shows_what_the_server_says_was_typed(
    stage: Stage, visit: Visit
) -> None:
    a_form(stage)
    here = visit("/new")
    here.get_by_label("Remarks").fill("kept")
    failed = Typed({"remarks": ""}, [("subject", "Write what it is about.")])
    stage.answer("POST", "/quotes", 422, page(FORM, form=failed, columns=COLUMNS))
    here.get_by_role("button", name="Send request").click()
    expect(here.get_by_role("group", name="1 thing to correct")).to_be_focused()
    expect(here).to_have_title("Error: Requests · Hengda Precision")
    expect(here.get_by_label("Remarks")).to_have_value("")
    here.goto("/new")
    expect(here.get_by_label("Remarks")).to_have_value("kept")


def test_nobody_finds_the_draft_of_another_person(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    stage.answer("POST", "/sign-out", 303, headers={"Location": "/"})
    stage.show("/", "<h1>Bye</h1>", signed_in=False)
    here = visit("/new")
    here.get_by_label("Subject").fill("Secret project")
    here.wait_for_timeout(400)
    a_form(stage, viewer=Onlooker(name="Somebody Else"))
    here.reload()
    expect(here.get_by_label("Subject")).to_have_value("")
    here.locator(".top-row details summary").click()
    here.get_by_role("button", name="Sign out").click()
    expect(here.get_by_role("heading", name="Bye")).to_be_visible()
    assert (
        here.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))") == []
    )


def test_a_draft_brings_back_its_lines(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    here = visit("/new")
    for _ in range(2):
        here.get_by_role("button", name="Add a line").click()
    here.locator('[name="lines-3-item"]').fill("Seal")
    here.wait_for_timeout(400)
    here.reload()
    expect(here.locator('[name="lines-3-item"]')).to_have_value("Seal")


def paste(here: Page, text: str) -> bool:
    """Paste into the focused field; whether the page took it over."""
    return here.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const how = { clipboardData, bubbles: true, cancelable: true };
          return !document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def test_rows_from_a_spreadsheet_fill_the_table(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    here = visit("/new")
    rows = (
        "Gasket DN80\t1,200\tpiece\t2026/9/1\n"
        'Seal "A"\t2.5\tkg\t2026年9月15日\n'
        '"two\nlines"\t3\tbox\tsoon\n'
    )
    here.locator('[name="lines-0-item"]').focus()
    assert paste(here, rows) is True
    expect(here.locator("#announcer")).to_have_text("3 rows added")
    typed = here.eval_on_selector_all(
        "tr[data-line]",
        "rows => rows.map(row => [...row.querySelectorAll('input, select')].map(c => c.value))",
    )
    assert typed == [
        ["Gasket DN80", "1200", "pc", "2026-09-01"],
        ['Seal "A"', "2.5", "kg", "2026-09-15"],
        ["two lines", "3", "pc", ""],
    ]


def test_a_single_word_is_pasted_as_usual(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    here = visit("/new")
    here.locator('[name="lines-0-item"]').focus()
    assert paste(here, "Gasket DN80\r\n") is False


def test_lines_are_added_removed_and_renumbered(stage: Stage, visit: Visit) -> None:
    a_form(stage, Typed({"lines-1-item": "x"}, [("lines-1-item", "Unknown item.")]))
    here = visit("/new")
    here.get_by_role("button", name="Add a line").click()
    added = here.locator('[name="lines-2-item"]')
    expect(added).to_be_focused()
    expect(added).not_to_have_attribute("aria-invalid", "true")
    expect(here.get_by_text("Unknown item.", exact=True)).to_have_count(2)  # summary and cell
    added.fill("Seal")
    here.get_by_role("button", name="Remove line 1").click()
    expect(here.locator("tr[data-line]")).to_have_count(2)
    expect(here.locator('[name="lines-1-item"]')).to_have_value("Seal")
    expect(here.locator('[name="lines-0-item"]')).to_be_focused()
    expect(here.locator('[name="lines-0-item"]')).to_have_attribute(
        "aria-describedby", "field-lines-0-item-error"
    )
    for _ in range(2):
        here.get_by_role("button", name="Remove line 1").click()
    expect(here.locator("tr[data-line]")).to_have_count(1)
    expect(here.locator('[name="lines-0-item"]')).to_have_value("")
    assert stage.sent("POST", "/quotes") == []


def test_enter_while_composing_chinese_sends_nothing(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    stage.answer("POST", "/quotes", 303, headers={"Location": "/new"})
    here = visit("/new")
    here.get_by_label("Subject").focus()
    keyboard = here.context.new_cdp_session(here)
    keyboard.send(
        "Input.imeSetComposition", {"text": "zhou", "selectionStart": 4, "selectionEnd": 4}
    )
    enter = {"type": "keyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    keyboard.send("Input.dispatchKeyEvent", {**enter, "text": "\r"})
    here.evaluate(  # Safari ends the composition first and then sends the key as 229
        """() => {
          const how = { key: "Enter", keyCode: 229, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", how));
        }"""
    )
    here.wait_for_timeout(200)
    assert stage.sent("POST", "/quotes") == []
    keyboard.send("Input.insertText", {"text": "轴承"})
    with here.expect_navigation():
        here.keyboard.press("Enter")
    assert stage.sent("POST", "/quotes")[0].form["subject"] == ["轴承"]


def test_enter_in_a_field_sends_the_form_and_removes_no_line(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    stage.answer("POST", "/quotes", 303, headers={"Location": "/new"})
    for script in (True, False):
        here = visit("/new", java_script_enabled=script)
        here.locator('[name="lines-1-item"]').fill("Seal")
        here.locator('[name="lines-1-item"]').press("Enter")
        here.wait_for_load_state()
        form = stage.sent("POST", "/quotes")[-1].form
        assert form["lines-1-item"] == ["Seal"]
        assert not {"_remove_lines", "_add_lines"} & form.keys()
    assert len(stage.sent("POST", "/quotes")) == 2


def test_chosen_files_are_named(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    here = visit("/new")
    here.get_by_label("Files").set_input_files(
        [{"name": "图纸 <1>.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1500}]
    )
    expect(here.locator("#field-files-chosen li")).to_have_text("图纸 <1>.pdf1.5 kB")


def test_all_of_it_works_without_script(stage: Stage, visit: Visit) -> None:
    a_form(stage)
    stage.answer("POST", "/quotes", 303, headers={"Location": "/done"})
    stage.show("/done", "<h1>Sent</h1>")
    here = visit("/new", java_script_enabled=False)
    here.get_by_label("Subject").fill("Gaskets")
    here.locator('[name="lines-0-item"]').fill("DN80")
    here.get_by_role("button", name="Add a line").click()
    expect(here.get_by_role("heading", name="Sent")).to_be_visible()
    form = stage.sent("POST", "/quotes")[0].form
    assert form["_add_lines"] == ["1"]
    assert form["lines-0-item"] == ["DN80"]
    assert form["_csrf_token"] == ["token-1"]
