"""A request that cannot be met, a quote that is not wanted: both with the reason (rule Q4)."""

from tests.e2e.scene import Scene

TOO_LARGE = "Our largest grinder takes 800 mm; we cannot make this diameter."
TOO_LATE = "The ship date is two weeks too late for us."


def test_we_decline_with_a_reason_that_the_customer_reads(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request("Ring of 1200 mm")

    sales.declines(reference, "")
    sales.sees_error("Fill this in.")
    sales.declines(reference, TOO_LARGE)
    sales.is_told("Declined. The customer has been told the reason.")

    buyer.opens_request(reference)
    buyer.sees("We cannot meet this request")
    buyer.sees(TOO_LARGE)
    mail = scene.mail_to(buyer, f"{reference} · We cannot quote this request")
    assert TOO_LARGE in mail.text


def test_what_cannot_be_met_as_asked_is_offered_as_an_alternative(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request("Bearings by tomorrow")
    sales.judges(reference, time=False, note="Two weeks from stock of the other branch.")

    sales.opens_revision(reference)
    sales.fills_revision(scene.offer(as_asked=False))
    sales.presses("Save and ask for review")
    sales.sees_error("The request was judged as not possible as asked.")
    sales.page.get_by_label("This is an alternative").check()
    sales.asks_for_review()
    scene.colleague.approves(reference)
    sales.sends(reference)

    buyer.opens_request(reference)
    buyer.sees("This is an alternative to what you asked for.")
    buyer.sees_nothing_of("Two weeks from stock")


def test_the_customer_declines_with_a_reason_that_we_read(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request()
    scene.quote(reference)

    buyer.declines(reference, "")
    buyer.sees_error("Fill this in.")
    buyer.declines(reference, TOO_LATE)
    buyer.is_told("Quote declined.")
    buyer.sees(TOO_LATE)

    sales.opens_request(reference)
    sales.sees(TOO_LATE)
    declined = f"{scene.cast.account.name} has declined the quote"
    assert TOO_LATE in scene.mail_to(sales, f"{reference} · {declined}").text
    sales.sees_notice(declined)
