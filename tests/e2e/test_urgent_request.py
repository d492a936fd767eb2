"""An urgent request is asked by phone too, the call is recorded, and it is due soon (rule Q2)."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.e2e.actors import Wanted
from tests.e2e.scene import Scene

REASON = "Line 3 stands still since this morning."


def test_an_urgent_request_says_whom_to_call_and_is_due_within_eight_hours(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    wanted = [Wanted("2", sku=scene.cast.sku)]
    buyer.fills_request("Spindle bearing", wanted, wanted_on=scene.day(1))
    buyer.follows("Change the subject")
    buyer.page.get_by_role("radio", name="Urgent").check()
    buyer.presses("Check request")
    buyer.sees_error("Say why it is urgent.")
    buyer.calls_it_urgent(REASON)
    for member in (scene.cast.representative, scene.cast.assistant):
        buyer.sees(member.name)
    buyer.presses("Check request")
    buyer.sees(REASON)
    sent_at = datetime.now(UTC)
    reference = buyer.sends_request()

    buyer.sees("Call now")
    assert timedelta(0) < buyer.is_promised() - sent_at <= timedelta(hours=8, minutes=1)
    for member in (scene.cast.representative, scene.cast.assistant):
        call = buyer.page.get_by_role("listitem").filter(has_text=member.name)
        expect(call.get_by_role("link", name="+86 571 8888 0001").first).to_be_visible()

    sales.opens("/quotes?urgent=yes")
    row = sales.page.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Urgent")
    sales.records_call(reference, "Wants two today, the rest can wait.")
    sales.sees(REASON)
    buyer.opens_request(reference)
    expect(buyer.page.get_by_role("complementary")).to_contain_text(
        f"{buyer.name} with {sales.name}"
    )
    buyer.sees_nothing_of("Wants two today")  # the note of a call is for colleagues
    buyer.sees_nothing_of("Call us as well")

    urgent = f"Urgent: {scene.cast.account.name} asks for a quote"
    assert REASON not in scene.mail_to(sales, urgent).subject
    assert "You get a copy as sales assistant." in scene.mail_to(scene.assistant, urgent).text
