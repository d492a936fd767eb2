"""From request to order, as both sides see it (rules Q1-Q6)."""

from datetime import timedelta
from decimal import Decimal

from portal.domain.quotes.states import QuoteStatus, RequestStatus
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import accepted, filed, open_house, page, sent
from tests.factories import Factory


async def test_a_request_is_quoted_and_ordered(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.OPEN
    assert seen.owner
    assert seen.owner.id == house.sales.staff_member_id  # rule Q1
    assert seen.promise
    assert seen.promise.due_at - seen.promise.opened_at >= timedelta(hours=48)  # rule Q2

    await sent(house, reference)
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.QUOTED
    assert seen.promise
    assert seen.promise.state is PromiseState.MET
    assert seen.offer
    assert seen.offer.net.amount == Decimal("525")  # 40 x 12.50 + 2.5 x 10
    assert seen.offer.tax.amount == Decimal("68.25")
    assert seen.can_accept

    order = await accepted(house, reference)
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.ACCEPTED
    assert seen.record.order_reference == order.order_reference
    assert seen.revisions[0].status is QuoteStatus.ACCEPTED
    assert seen.revisions[0].answered_name == house.buyer.name  # rule Q5
