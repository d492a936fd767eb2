"""An event is told once to each, whatever happens around it."""

import asyncio
import json

import pytest

from portal.database import Login, execute, unit_of_work
from portal.domain.common.outbox import announce
from portal.domain.notices.due import Task, due_rows
from portal.domain.notices.expansion import UnknownEvent, expand, note_failure
from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import case, mails, newest_event, notices, tell, told
from tests.factories import Factory


async def test_the_same_event_relayed_twice_is_one_notice_and_one_mail(make: Factory) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    assert await tell(event)
    assert not await tell(event)
    assert len(await told(make, event)) == len(await mails(make, event)) == 1


async def test_two_workers_at_once_tell_once(make: Factory) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    outcomes = await asyncio.gather(*(tell(event) for _ in range(5)))
    assert outcomes.count(True) == 1
    assert len(await mails(make, event)) == 1


async def test_an_event_told_again_after_a_restore_adds_nothing(make: Factory) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(event)
    await make.owner.execute("UPDATE outbox SET done_at = NULL WHERE id = $1", event)
    assert await tell(event)
    assert len(await told(make, event)) == len(await mails(make, event)) == 1


async def test_whoever_has_two_parts_is_told_once(make: Factory) -> None:
    at = await case(make)
    quote = await at.quote(preparer=at.representative)
    event = await at.announce(QuoteEvent.DECLINED, by=at.buyer, quote_id=quote, revision=1)
    await tell(event)
    assert len(await mails(make, event)) == 1


async def test_a_rolled_back_telling_leaves_the_event_open(make: Factory) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(Login.WORKER):
            await expand(event, mail_domain="hengda.example")
            raise ZeroDivisionError
    assert await told(make, event) == {}
    assert await tell(event)


async def test_message_ids_are_derived_and_mails_of_a_request_form_a_thread(make: Factory) -> None:
    at = await case(make)
    first = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    second = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(first)
    await tell(second)
    (one,), (other,) = await mails(make, first), await mails(make, second)
    assert one["message_id"].startswith(f"<{first}.{at.representative.person_id}.")
    assert one["message_id"] != other["message_id"]
    assert (
        one["thread_id"] == other["thread_id"] == f"<quote_request.{at.request.id}@hengda.example>"
    )


async def test_an_event_of_a_newer_version_waits_for_a_newer_worker(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        await announce("orders.shipped", {"order_id": 1})
    event = await newest_event(make, "orders.shipped")
    with pytest.raises(UnknownEvent):
        await tell(event)
    async with unit_of_work(Login.WORKER):
        await note_failure(event, UnknownEvent("orders.shipped"))
    row = await make.owner.fetchrow(
        "SELECT *, due_at > now() AS later FROM outbox WHERE id = $1", event
    )
    assert (row["attempts"], row["last_error"], row["later"]) == (1, "UnknownEvent", True)
    assert row["done_at"] is row["given_up_at"] is None
    assert not await tell(event)  # not before its time


async def test_an_event_that_always_fails_is_given_up(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        await announce("orders.shipped", {"order_id": 2})
    event = await newest_event(make, "orders.shipped")
    for _ in range(9):
        async with unit_of_work(Login.WORKER):
            await note_failure(event, ValueError("Li Wei, li@customer.example"))
    row = await make.owner.fetchrow("SELECT * FROM outbox WHERE id = $1", event)
    assert row["given_up_at"] is not None
    assert row["last_error"] == "ValueError"  # no personal data


async def test_what_is_due_is_found_urgent_first(make: Factory) -> None:
    at = await case(make)
    normal = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    urgent = await at.announce(
        QuoteEvent.REQUESTED, by=at.buyer, owner_id=None, assistant_id=None, urgent=True
    )
    async with unit_of_work(Login.WORKER):
        found = [due.id for due in await due_rows(100_000) if due.task is Task.EXPAND]
    assert found.index(urgent) < found.index(normal)


async def test_a_customers_notice_says_nothing_internal(make: Factory) -> None:
    """Each kind takes its own words; what we note among ourselves is not among a customer's."""
    at = await case(make)
    quote = await at.quote(review_note="Margin is thin.", answer_reason="Too dear")
    event = await at.announce(
        QuoteEvent.EXPIRED, by=None, quote_id=quote, revision=1, internal="Margin"
    )
    await tell(event)
    words = (await notices(make, event))[at.buyer.name]["words"]
    assert set(words) == {"title", "valid_until", "reason"}
    assert "Margin" not in json.dumps(words)


async def test_the_worker_cannot_change_what_was_said(make: Factory) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(event)
    for change in (
        "UPDATE notice SET words = '{}'",
        "UPDATE mail SET address = 'x@y'",
        "UPDATE outbox SET payload = '{}'",
        "DELETE FROM mail",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with unit_of_work(Login.WORKER):
                await execute(change)
