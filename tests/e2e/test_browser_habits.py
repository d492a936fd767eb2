"""What browsers do besides clicking: live pages, Back, a lost session, a lost network."""

from playwright.sync_api import expect

from tests.e2e.scene import Scene
from tests.factories import PASSWORD

REPLY = "The certificate is attached to the first delivery."
HALF_WRITTEN = "I was just about to say"


def test_a_reply_appears_without_reload_and_the_draft_stays(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request()
    buyer.opens_request(reference)
    draft = buyer.page.get_by_label("Your message")
    draft.fill(HALF_WRITTEN)
    sales.opens_request(reference)
    sales.page.get_by_label("Reply to customer").fill(REPLY)
    sales.presses("Send to customer")
    expect(buyer.page.locator("#request-thread")).to_contain_text(REPLY)
    expect(draft).to_have_value(HALF_WRITTEN)


def test_an_internal_note_moves_nothing_on_the_customers_page(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request()
    buyer.opens_request(reference)
    asked: list[str] = []
    buyer.page.on("request", lambda request: asked.append(request.url))
    sales.notes(reference, "They compare us with two others.")
    sales.opens_request(reference)
    sales.page.get_by_label("Reply to customer").fill(REPLY)
    sales.presses("Send to customer")
    # The reply came after the note: had the note been told, it would have been asked for before.
    expect(buyer.page.locator("#request-thread")).to_contain_text(REPLY)
    assert sum("/fragments/thread" in url for url in asked) == 1
    buyer.sees_nothing_of("two others")


def test_back_leads_to_the_list_as_it_was_filtered(scene: Scene) -> None:
    buyer = scene.buyer
    reference = scene.request("Seals for the pump house")
    buyer.opens("/quotes?q=pump")
    buyer.follows("Seals for the pump house")
    buyer.sees(reference)
    buyer.page.go_back()
    expect(buyer.page).to_have_url(f"{scene.portal.url}/quotes?q=pump")
    buyer.sees(reference)
    buyer.page.go_forward()
    buyer.sees("Seals for the pump house")


def test_back_after_sending_shows_no_form_to_send_again(scene: Scene) -> None:
    buyer = scene.buyer
    reference = scene.request()
    buyer.writes(reference, "Only once.")
    buyer.page.go_back()
    buyer.opens_request(reference)
    thread = buyer.page.locator("#request-thread")
    expect(thread.get_by_text("Only once.")).to_have_count(1)


def test_signed_out_pages_do_not_come_back(scene: Scene) -> None:
    buyer = scene.buyer
    reference = scene.request("Nobody else's business")
    buyer.opens_request(reference)
    buyer.page.get_by_text(buyer.name).first.click()
    buyer.page.get_by_role("button", name="Sign out").first.click()
    expect(buyer.page).to_have_url(f"{scene.portal.url}/sign-in")
    buyer.page.go_back()
    expect(buyer.page.get_by_text("Nobody else's business")).to_have_count(0)


def test_a_session_that_ended_keeps_the_draft(scene: Scene) -> None:
    buyer = scene.buyer
    reference = scene.request()
    buyer.opens_request(reference)
    buyer.page.get_by_label("Your message").fill(HALF_WRITTEN)
    scene.portal.make(
        lambda make: make.owner.execute(
            "DELETE FROM session WHERE person_id = $1", scene.cast.buyer.person_id
        )
    )
    buyer.presses("Send message")
    expect(buyer.page.get_by_role("heading", name="Sign in to go on")).to_be_visible()
    buyer.signs_in(PASSWORD)
    buyer.opens_request(reference)
    expect(buyer.page.get_by_label("Your message")).to_have_value(HALF_WRITTEN)


def test_without_a_network_nothing_typed_is_lost(scene: Scene) -> None:
    buyer = scene.buyer
    scene.request()
    buyer.opens("/quotes/new")
    finder = buyer.page.get_by_label("Find in the catalogue")
    buyer.page.context.set_offline(True)
    finder.fill("bearing")
    expect(buyer.page.locator("#toasts")).to_contain_text("No connection")
    buyer.page.context.set_offline(False)
    finder.fill("bearings")
    expect(finder).to_have_value("bearings")
