"""A revision was approved: sending it is next, for every colleague who may."""

from typing import Any

from portal.domain.quotes import drafting, review
from portal.domain.quotes.access import find
from tests.factories import Factory, acting
from tests.scenarios import quote_in_draft
from tests.visitor import signed_in


async def test_a_colleague_sees_sending_first_and_taking_over_beside_it(
    site: Any, make: Factory
) -> None:
    filed = await quote_in_draft(make)
    cast = filed.cast
    async with acting(cast.representative):
        request = await find(filed.reference, by=cast.representative)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(
            request, quote, by=cast.representative, expected_version=quote.version
        )
    async with acting(cast.supervisor):
        request = await find(filed.reference, by=cast.supervisor)
        await review.approve(request, await drafting.in_preparation(request), by=cast.supervisor)
    base = f"/staff/quotes/{filed.reference}"
    colleague = await signed_in(site, make, cast.colleague)
    page = (await colleague.get(base)).text
    head, doings = page.split('class="title-actions"')[1].split('class="doings"')
    assert f'href="{base}/revision/send"' in head
    assert f'action="{base}/owner"' not in head
    assert f'action="{base}/owner"' in doings
    owner = await signed_in(site, make, cast.representative)
    assert f'action="{base}/owner"' not in (await owner.get(base)).text
