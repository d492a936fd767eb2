"""Two colleagues at the same record: nobody's work is lost, and no rule is slipped past."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect

from tests.e2e.actors import Sales
from tests.e2e.pricing import Priced
from tests.e2e.scene import Scene


@pytest.mark.parametrize("scripted", [True, False], ids=["with htmx", "without script"])
def test_two_who_save_the_same_revision_see_both_versions_and_keep_their_text(
    scene: Scene, scripted: bool
) -> None:
    reference = scene.request()
    first = scene.sales
    second = scene.enters(Sales, scene.cast.colleague, java_script_enabled=scripted)
    first.opens_revision(reference)
    second.opens_revision(reference)

    first.fills_revision(scene.offer("12.10", note="Six weeks from the order."))
    assert press_and_wait(first, "Save").ok
    expect(first.line(0).get_by_label("Net")).to_have_value("484.00")
    second.fills_revision(scene.offer("11.90", note="Half at once, half in May."))
    assert press_and_wait(second, "Save").status == 409

    theirs = second.page.get_by_role("alert").filter(has_text="Two versions")
    expect(theirs).to_contain_text(f"This is what {first.name} saved.")
    expect(theirs).to_contain_text("12.1000")
    expect(theirs).to_contain_text("Six weeks from the order.")
    expect(second.line(0).get_by_label("Unit price")).to_have_value("11.90")
    expect(note_of(second.page)).to_have_value("Half at once, half in May.")

    # In sight of both, saving again is a decision.
    second.presses("Save")
    expect(second.page.get_by_role("alert").filter(has_text="Two versions")).to_have_count(0)
    first.opens(f"/quotes/{reference}/revision")
    expect(note_of(first.page)).to_have_value("Half at once, half in May.")


@pytest.mark.parametrize("scripted", [True, False], ids=["with htmx", "without script"])
def test_of_two_who_take_a_request_over_the_second_is_told_who_has_it(
    scene: Scene, scripted: bool
) -> None:
    reference = scene.request()
    assistant = scene.assistant
    late = scene.enters(Sales, scene.cast.colleague, java_script_enabled=scripted)
    late.opens(f"/quotes/{reference}?do=decline")
    late.page.get_by_label("Why it cannot be met").fill("Sold out until autumn.")
    assistant.takes_over(reference)

    assert press_and_wait(late, "Decline the request").status == 409
    late.sees("Somebody was faster")
    late.sees(f"{assistant.name} works on it")
    expect(late.page.get_by_label("Why it cannot be met")).to_have_value("Sold out until autumn.")


def test_a_discount_beyond_policy_waits_for_the_supervisor(scene: Scene) -> None:
    sales, colleague, supervisor = scene.sales, scene.colleague, scene.supervisor
    reference = scene.request()
    sales.prices(reference, scene.offer(lines=[Priced("12.50", discount="15")]))
    sales.sees("The discount is 15%, more than 10%: a sales supervisor approves revision 1.")

    colleague.opens(f"/quotes/{reference}/revision")
    colleague.sees("The discount is beyond the policy. A sales supervisor approves this quote.")
    expect(colleague.page.get_by_role("button", name="Approve")).to_have_count(0)
    asked = f"{sales.name} asks you to approve revision 1: beyond the policy"
    assert scene.mail_to(supervisor, f"{reference} · {asked}")
    supervisor.sees_notice(asked)
    supervisor.approves(reference)
    sales.sends(reference)

    buyer = scene.buyer
    buyer.opens_request(reference)
    buyer.sees("less 15%")


def test_nobody_reviews_what_they_prepared_and_what_comes_back_says_why(scene: Scene) -> None:
    sales, colleague = scene.sales, scene.colleague
    reference = scene.request()
    sales.prices(reference, scene.offer())
    sales.opens(f"/quotes/{reference}/revision")
    sales.sees("Somebody else than who prepared it reviews a quote.")
    expect(sales.page.get_by_role("button", name="Approve")).to_have_count(0)

    colleague.sends_back(reference, "The transport is missing.")
    sales.opens_request(reference)
    sales.sees(f"Sent back by {colleague.name}")
    sales.sees("The transport is missing.")


def test_free_goods_need_the_document_in_which_the_customer_confirms_them(
    scene: Scene, tmp_path: Path
) -> None:
    paper = tmp_path / "confirmed.pdf"
    Image.new("RGB", (16, 16), "white").save(paper)
    sales, buyer = scene.sales, scene.buyer
    reference = scene.request()
    sales.opens_revision(reference)
    free = Priced(charge="Free, no document yet")
    sales.fills_revision(scene.offer(lines=[free]))  # rule Q6
    sales.presses("Save and ask for review")
    sales.sees_error("Free goods need the document in which the customer confirms them.")

    sales.attaches_confirmation(paper)
    sales.asks_for_review()
    scene.colleague.approves(reference)
    sales.sends(reference)
    buyer.opens_request(reference)
    buyer.sees("Free of charge")
    buyer.sees_nothing_of("confirmed.pdf")  # only colleagues see it


def press_and_wait(person: Sales, label: str) -> Response:
    """Press a button of a form; returns the portal's answer to it."""
    with person.page.expect_response(lambda it: it.request.method == "POST") as answer:
        person.presses(label)
    return answer.value


def note_of(page: Page) -> Locator:
    """The note on the whole quote; each line has one of its own."""
    return page.get_by_role("textbox", name="Note for the customer").last
