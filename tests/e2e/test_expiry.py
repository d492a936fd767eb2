"""A quote can be accepted through its last valid day and not after it (rule Q3).

This module turns the clock and starts its worker late, so it has a portal of its own.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import RunningPortal, running_portal
from tests.e2e.scene import Scene

PAST_VALIDITY = timedelta(days=3)
EXPIRED = "This quote has expired"


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningPortal]:
    with running_portal(worker=False) as running:
        yield running


def test_an_expired_quote_is_not_accepted_and_a_new_revision_can_be(scene: Scene) -> None:
    buyer, sales = scene.buyer, scene.sales
    reference = scene.request()
    scene.quote(reference, scene.offer(valid_until=scene.day(1)))
    buyer.opens_acceptance(reference)

    # The page was open when the last valid day ended; no worker has noticed yet.
    scene.portal.make(lambda make: make.move_clock(PAST_VALIDITY))
    with buyer.page.expect_response(lambda it: it.request.method == "POST") as answer:
        buyer.presses("Accept and order")
    assert answer.value.status == 409
    buyer.sees("That came too late")
    buyer.sees("This quote has expired. Ask for another revision to get a valid one.")
    expect(buyer.page.get_by_role("link", name="Accept", exact=True)).to_have_count(0)
    buyer.opens("/orders")
    buyer.sees("There is no order yet.")

    # The worker that comes back notes it, and tells both sides.
    scene.portal.start("worker", "worker")
    buyer.sees_notice("Your quote has expired")
    buyer.opens_request(reference)
    buyer.sees(EXPIRED)
    assert scene.mail_to(buyer, f"{reference} · Your quote has expired")
    lapsed = f"The quote to {scene.cast.account.name} has expired unanswered"
    assert scene.mail_to(sales, f"{reference} · {lapsed}")

    buyer.asks_for_revision(reference, "The same once more, please.")
    scene.quote(reference, scene.offer())
    assert buyer.accepts(reference).startswith("SO-")
