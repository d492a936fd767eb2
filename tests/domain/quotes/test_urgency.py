"""A request turns out to be urgent: other figures hold from the original moment on (rule Q2)."""

from datetime import timedelta

import pytest

from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed
from portal.domain.quotes.access import find
from portal.domain.quotes.urgency import change_urgency
from portal.domain.service_levels.clock import targets_of
from portal.domain.service_levels.promise import PromiseState
from tests.factories import Factory, acting
from tests.scenarios import Filed, filed_request


async def changed(filed: Filed, *, urgent: bool, reason: str = "The line stands still") -> None:
    by = filed.cast.representative
    async with acting(by):
        request = await find(filed.reference, by=by)
        await change_urgency(request, urgent=urgent, reason=reason, by=by)


async def test_the_clock_is_counted_anew_from_the_original_moment(make: Factory) -> None:
    filed = await filed_request(make)
    await changed(filed, urgent=True)
    by = filed.cast.buyer
    async with acting(by):
        request = await find(filed.reference, by=by)
        now, before = await targets_of("quote_request", request.id)
    assert now.due_at - now.opened_at == timedelta(hours=8)  # round the clock
    assert now.opened_at == before.opened_at
    assert before.state is PromiseState.REPLACED
    assert request.urgent
    assert request.urgent_reason == "The line stands still"


async def test_and_back(make: Factory) -> None:
    filed = await filed_request(make)
    await changed(filed, urgent=True)
    await changed(filed, urgent=False, reason="Goods came from another plant")
    async with acting(filed.cast.representative):
        request = await find(filed.reference, by=filed.cast.representative)
        targets = await targets_of("quote_request", request.id)
    assert [each.state for each in targets][1:] == [PromiseState.REPLACED] * 2
    assert targets[0].due_at == targets[-1].due_at
    assert not request.urgent


async def test_colleagues_are_told_and_both_sides_read_why(make: Factory) -> None:
    filed = await filed_request(make)
    await changed(filed, urgent=True)
    (event,) = await make.events("quote.urgency", filed.cast.account.id)
    assert event["urgent"] is True
    row = await make.owner.fetchrow(
        "SELECT audience, after FROM activity WHERE verb = 'quotes.made_urgent' AND reference = $1",
        filed.reference,
    )
    assert row["audience"] == "customer"
    assert "The line stands still" in row["after"]


async def test_a_reason_is_needed_and_a_change(make: Factory) -> None:
    filed = await filed_request(make)
    with pytest.raises(FieldErrors):
        await changed(filed, urgent=True, reason=" ")
    with pytest.raises(FieldError):
        await changed(filed, urgent=False)


async def test_customers_ask_for_it_by_phone(make: Factory) -> None:
    filed = await filed_request(make)
    by = filed.cast.buyer
    async with acting(by):
        request = await find(filed.reference, by=by)
        with pytest.raises(NotAllowed):
            await change_urgency(request, urgent=True, reason="Now", by=by)
