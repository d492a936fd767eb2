"""A request that came by phone is entered for the customer, who sees it so marked (rule Q1)."""

from playwright.sync_api import expect

from tests.e2e.actors import Wanted
from tests.e2e.scene import Scene


def test_a_request_taken_by_phone_is_the_customers_own_and_says_who_entered_it(
    scene: Scene,
) -> None:
    buyer, assistant = scene.buyer, scene.assistant
    reference = assistant.enters_request(
        scene.cast.account.name,
        "Seals for the press",
        [Wanted("12", description="Shaft seal 40x62x7", unit="pcs")],
        contact=buyer.name,
        wanted_on=scene.day(10),
    )
    assistant.sees("Phone")
    assistant.sees(assistant.name)

    buyer.opens("/")
    buyer.follows("Seals for the press")
    facts = buyer.page.get_by_role("complementary")
    expect(facts).to_contain_text("Reached us by")
    expect(facts).to_contain_text("Phone")
    buyer.page.get_by_text("History", exact=True).click()
    buyer.sees(f"Request taken by Phone from {buyer.name}")
    buyer.sees(assistant.name)
    assert buyer.is_promised()
    noted = f"{assistant.name} has entered this request for you"
    assert scene.mail_to(buyer, f"{reference} · {noted}")
    assert scene.mail_to(scene.sales, f"{scene.cast.account.name} asks for a quote")

    scene.quote(reference, scene.offer("8.40"))
    assert buyer.accepts(reference).startswith("SO-")
