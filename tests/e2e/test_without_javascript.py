"""The customer's side again without JavaScript, on a phone: every part of the journey."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.actors import Buyer, Wanted
from tests.e2e.pricing import Priced
from tests.e2e.scene import Scene

PHONE = {"java_script_enabled": False, "viewport": {"width": 375, "height": 800}}
QUESTION = "Which tolerance does the bore need?"


@pytest.fixture
def buyer(scene: Scene) -> Buyer:
    """The scene's buyer, with a browser that runs no script."""
    plain = scene.enters(Buyer, scene.cast.buyer, **PHONE)
    scene.__dict__["buyer"] = plain
    return plain


def test_from_request_to_order(scene: Scene, buyer: Buyer) -> None:
    lines = [Wanted("40", sku=scene.cast.sku), Wanted("3", description="Shaft", unit="pcs")]
    reference = buyer.requests_quote("Bearings and a shaft", lines, wanted_on=scene.day(21))
    buyer.sees(reference)

    scene.sales.asks(reference, QUESTION)
    buyer.opens_request(reference)
    buyer.sees(QUESTION)
    buyer.answers_question(reference, "H7.")

    both = [Priced("12.50"), Priced("90")]
    scene.quote(reference, scene.offer(lines=both))
    buyer.opens_request(reference)
    assert buyer.downloads("Download PDF").startswith(b"%PDF-")
    buyer.asks_for_revision(reference, "A better price.")
    scene.quote(reference, scene.offer(lines=[Priced("11.80"), Priced("85")]))
    order = buyer.accepts(reference, purchase_order_number="PO-1")
    buyer.follows("Open the order")
    buyer.sees(order)
    buyer.opens("/orders")
    buyer.sees(order)


def test_a_draft_is_left_and_resumed(scene: Scene, buyer: Buyer) -> None:
    buyer.opens("/quotes/new")
    buyer.page.get_by_label("Subject").fill("Left half-way")
    buyer.presses("Save draft")
    buyer.opens("/")
    buyer.follows("Left half-way")
    expect(buyer.page.get_by_label("Subject")).to_have_value("Left half-way")


def test_a_refused_form_keeps_what_was_typed_and_the_files(
    scene: Scene, buyer: Buyer, tmp_path: Path
) -> None:
    paper = tmp_path / "drawing.txt"
    paper.write_text("Bore 25 mm, H7\n")
    buyer.opens("/quotes/new")
    buyer.page.get_by_label("Subject").fill("With a drawing")
    buyer.page.get_by_label("Files").set_input_files(paper)
    buyer.presses("Check request")
    summary = buyer.page.locator("[data-error-summary]")
    expect(summary).to_be_visible()
    assert buyer.page.title().startswith("Error:")
    expect(buyer.page.get_by_label("Subject")).to_have_value("With a drawing")
    buyer.sees("drawing.txt")


def test_a_quote_is_declined_with_a_reason(scene: Scene, buyer: Buyer) -> None:
    reference = scene.request()
    scene.quote(reference)
    buyer.opens_request(reference)
    buyer.follows("Decline")
    buyer.presses("Decline quote")
    expect(buyer.page.locator("[data-error-summary]")).to_be_visible()
    buyer.declines(reference, "Another supplier was faster.")
    buyer.opens_request(reference)
    buyer.sees("Another supplier was faster.")


def test_messages_lists_and_search_work(scene: Scene, buyer: Buyer) -> None:
    reference = scene.request("Seals for the pump house")
    buyer.writes(reference, "One more thing.")
    buyer.opens_request(reference)
    buyer.sees("One more thing.")
    buyer.opens("/quotes?q=pump")
    buyer.sees(reference)
    buyer.opens("/search?q=pump")
    buyer.sees(reference)
