"""From a request to an order, by way of a question, a quote and another revision (rules Q1–Q5)."""

import hashlib
from datetime import timedelta

from playwright.sync_api import Locator, expect

from tests.e2e.people import Person
from tests.e2e.pricing import Priced
from tests.e2e.scene import Scene

QUESTION = "Which tolerance does the bore need?"
ANSWER = "H7, as on the drawing of last year."
NOTE = "They compare us with two others."
WISH = "Fifty of them, and a better price."


def test_a_question_stops_the_clock_until_the_customer_answers(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request("Bearings for the new spindle")
    buyer.sees(f"{reference} “Bearings for the new spindle” is with {sales.name}.")
    promised = buyer.is_promised()

    sales.asks(reference, QUESTION)
    sales.sees("The customer sees this question. The clock runs on with the answer.")
    sales.notes(reference, NOTE)
    buyer.opens("/")
    buyer.follows("Bearings for the new spindle")
    buyer.sees("We need to know from you")
    buyer.sees(QUESTION)
    buyer.sees("The clock waits until you answer.")
    expect(clock_of(buyer)).to_have_class("promise promise-paused tone-neutral")

    buyer.answers_question(reference, ANSWER)
    buyer.sees_nothing_of("We need to know from you")
    buyer.sees_nothing_of(NOTE)
    expect(clock_of(buyer)).to_have_class("promise promise-running tone-running")
    assert promised <= buyer.is_promised() <= promised + timedelta(days=14)
    buyer.page.get_by_text("How this is counted").click()
    buyer.sees("Paused from")
    sales.opens_request(reference)
    sales.sees(ANSWER)
    assert scene.mail_to(buyer, f"{reference} · We need information from you")
    assert scene.mail_to(sales, f"{reference} · {buyer.name} has answered your question")


def test_a_quote_is_revised_and_accepted_and_both_sides_open_the_order(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request("Bearings for the new spindle")
    scene.quote(reference, scene.offer("12.50", note="From stock."))

    buyer.opens_request(reference)
    buyer.sees("Quote, revision 1")
    buyer.sees("From stock.")
    assert_paper_is_the_stored_one(scene, reference, revision=1)

    buyer.asks_for_revision(reference, WISH)
    buyer.sees("You asked for another revision")
    sales.opens_request(reference)
    sales.sees(WISH)
    scene.quote(reference, scene.offer(lines=[Priced("11.80", quantity="50")], note="From stock."))
    buyer.opens_request(reference)
    changed = buyer.page.get_by_role("table", name="Differences between the revisions")
    expect(changed.get_by_role("row", name="Total incl. tax")).to_contain_text("565.00")
    expect(changed.get_by_role("row", name="Total incl. tax")).to_contain_text("666.70")
    expect(changed.get_by_role("row", name="Line 1, Quantity")).to_contain_text("50")
    expect(changed.get_by_role("row", name="Line 1, Unit price")).to_contain_text("11.80")
    assert_paper_is_the_stored_one(scene, reference, revision=2)

    order = buyer.accepts(reference, purchase_order_number="PO-4711")
    buyer.follows("Open the order")
    sales.opens(f"/orders/{order}")
    for person in (buyer, sales):
        person.sees(order)
        person.sees("PO-4711")
        person.sees("666.70")
        person.sees(buyer.name)
    buyer.opens_request(reference)
    buyer.sees("Accepted and ordered")

    assert scene.mail_to(buyer, f"{reference} · Your quote is ready")
    assert scene.mail_to(buyer, f"{reference} · Revision 2 of your quote is ready")
    assert scene.mail_to(sales, f"{scene.cast.account.name} asks for another revision")
    accepted = f"{scene.cast.account.name} has accepted the quote: order {order}"
    mail = scene.mail_to(sales, accepted)
    assert f"{scene.portal.url}/staff/orders/{order}" in mail.text
    sales.sees_notice(accepted)
    buyer.sees_notice("Revision 2 of your quote is ready")


def test_an_earlier_revision_is_shown_but_cannot_be_answered(scene: Scene) -> None:
    buyer = scene.buyer
    reference = scene.request()
    scene.quote(reference)
    buyer.opens_acceptance(reference)
    acceptance_of_the_first = buyer.page
    second = scene.enters(type(buyer), scene.cast.buyer)
    second.asks_for_revision(reference, WISH)
    scene.quote(reference, scene.offer("11.80"))

    with acceptance_of_the_first.expect_response(lambda it: it.request.method == "POST") as answer:
        buyer.presses("Accept and order")
    assert answer.value.status == 409
    buyer.sees("That came too late")
    buyer.sees("A newer revision of this quote is there. Answer that one.")
    buyer.opens(f"/quotes/{reference}?revision=1")
    buyer.sees("This is an earlier revision")
    expect(buyer.page.get_by_role("link", name="Accept", exact=True)).to_have_count(0)


def clock_of(person: Person) -> Locator:
    return person.page.locator(".promise")


def assert_paper_is_the_stored_one(scene: Scene, reference: str, *, revision: int) -> None:
    """What the customer downloads is what was sent, byte for byte (rule Q5)."""
    scene.buyer.opens_request(reference)
    paper = scene.buyer.downloads("Download PDF")
    assert paper.startswith(b"%PDF-")
    scene.sales.opens(f"/quotes/{reference}/revisions/{revision}")
    scene.sales.sees(hashlib.sha256(paper).hexdigest())
