"""What people of two accounts, workers and strangers do to requests, each step as their login."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.database import Login, database_now, fetch_value, unit_of_work
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError, NotFound
from portal.domain.orders.acceptance import accept_quote
from portal.domain.quotes import (
    answers,
    conversation,
    drafting,
    expiry,
    handling,
    requests,
    review,
)
from portal.domain.quotes.access import find
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.request_facts import LineFacts, RequestFacts
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import sweep
from tests.factories import acting
from tests.faults.request_houses import Case, Houses
from tests.scenarios import Filed, quote_in_draft, sent_quote

MOST_ROUNDS = 100

Verb = Callable[[QuoteRequest], Awaitable[object]]


async def file(case: Case) -> str:
    """The reference: the same, however often and by how many at once the form is sent (Q1)."""
    by = case.cast.buyer
    async with acting(by):
        facts = RequestFacts(
            title="Spare bearings for line 3",
            wanted_on=(await database_now()).date() + timedelta(days=60),
            ship_to_id=case.cast.account.ship_to_id,
            lines=(LineFacts(row=0, sku=case.cast.sku, quantity=Decimal(40), unit="pcs"),),
        )
        account_id = case.cast.account.id
        done = await requests.submit(facts, by=by, account_id=account_id, form_key=case.form_key)
        return done.reference


async def _as(by: Actor, case: Case, verb: Verb) -> None:
    reference = await file(case)
    async with acting(by):
        request = await find(reference, by=by)
        await asyncio.sleep(case.hesitates)
        await verb(request)


async def take_over(case: Case) -> None:
    by = case.cast.colleague
    await _as(by, case, lambda request: handling.take_over(request, by=by))


async def hand_over(case: Case) -> None:
    await _hand_over(case, case.cast.representative, case.cast.colleague)


async def reassign(case: Case) -> None:
    await _hand_over(case, case.cast.supervisor, case.cast.manager)


async def _hand_over(case: Case, by: Actor, to: Actor) -> None:
    assert to.staff_member_id
    staff_id = to.staff_member_id
    await _as(by, case, lambda request: handling.hand_over(request, to_staff_id=staff_id, by=by))


async def ask(case: Case) -> None:
    by = case.cast.representative
    await _as(by, case, lambda request: conversation.ask(request, "Which seal?", by=by))


async def answer(case: Case) -> None:
    by = case.cast.buyer
    await _as(by, case, lambda request: conversation.answer_question(request, "Brown", by=by))


async def write(case: Case) -> None:
    by = case.second_buyer
    customer = Audience.CUSTOMER
    await _as(
        by, case, lambda request: conversation.write(request, "So?", by=by, audience=customer)
    )


async def judge(case: Case) -> None:
    by, doubts = case.cast.colleague, Judgement(True, False, True, "No press free")
    await _as(by, case, lambda request: handling.judge(request, doubts, by=by))


async def turn_down(case: Case) -> None:
    by = case.cast.representative
    await _as(by, case, lambda request: handling.decline(request, "Not ours", by=by))


async def price(case: Case) -> None:
    await quote_in_draft(case.make, Filed(case.cast, await file(case)))


async def want_review(case: Case) -> None:
    by = case.cast.representative

    async def verb(request: QuoteRequest) -> None:
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(request, quote, by=by, expected_version=quote.version)

    await _as(by, case, verb)


async def approve(case: Case) -> None:
    by = case.cast.colleague

    async def verb(request: QuoteRequest) -> None:
        await review.approve(request, await drafting.in_preparation(request), by=by)

    await _as(by, case, verb)


async def send_back(case: Case) -> None:
    by = case.cast.supervisor

    async def verb(request: QuoteRequest) -> None:
        await review.send_back(request, await drafting.in_preparation(request), "Freight?", by=by)

    await _as(by, case, verb)


async def quote(case: Case) -> None:
    """The whole way from the judgement to the customer, a step at a time."""
    await sent_quote(case.make, case.settings, Filed(case.cast, await file(case)))


async def _last_revision(request: QuoteRequest) -> int:
    number = await fetch_value(
        "SELECT max(revision) FROM quote WHERE request_id = $1 AND sent_at IS NOT NULL", request.id
    )
    return int(number or 1)


async def _accept(case: Case, by: Actor) -> None:
    async def verb(request: QuoteRequest) -> None:
        await accept_quote(request, await _last_revision(request), by=by, name="Li Wei")

    with suppress(DomainError):
        await _as(by, case, verb)


async def accept(case: Case) -> None:
    """Two buyers, and a representative who has the customer on the phone."""
    people = (case.cast.buyer, case.second_buyer, case.cast.representative)
    await asyncio.gather(*(_accept(case, by) for by in people))


async def decline(case: Case) -> None:
    by = case.second_buyer

    async def verb(request: QuoteRequest) -> None:
        await answers.decline(request, await _last_revision(request), "Too dear", by=by)

    await _as(by, case, verb)


async def ask_again(case: Case) -> None:
    by = case.cast.buyer

    async def verb(request: QuoteRequest) -> None:
        await answers.ask_for_revision(request, await _last_revision(request), "Cheaper", by=by)

    await _as(by, case, verb)


async def withdraw(case: Case) -> None:
    by = case.cast.buyer
    await _as(by, case, lambda request: requests.withdraw(request, by=by))


async def expire(case: Case) -> None:
    await _sweep(expiry.expire_due)


async def sweep_due_dates(case: Case) -> None:
    await _sweep(sweep.stamp_due)


async def _sweep(due: Callable[[], Awaitable[int]]) -> None:
    """In rounds of a transaction each, as the worker does it."""
    for _ in range(MOST_ROUNDS):
        async with unit_of_work(Login.WORKER):
            count = await due()
        if not count:
            return
    raise AssertionError("a sweep finds no end")


async def intrude(case: Case) -> None:
    """People of another account, even with the record in their hands (rule A6)."""
    reference, buyer = await file(case), case.cast.buyer
    thief, clerk = case.stranger.buyer, case.stranger.representative
    async with acting(buyer):
        stolen = await find(reference, by=buyer)
    for by in (thief, clerk):
        with pytest.raises(NotFound):
            async with acting(by):
                await find(reference, by=by)
    verbs: tuple[Verb, ...] = (
        lambda request: accept_quote(request, 1, by=thief, name="Li Wei"),
        lambda request: answers.decline(request, 1, "Too dear", by=thief),
        lambda request: answers.ask_for_revision(request, 1, "Cheaper", by=thief),
        lambda request: conversation.answer_question(request, "Brown", by=thief),
        lambda request: conversation.write(request, "So?", by=thief, audience=Audience.CUSTOMER),
        lambda request: requests.withdraw(request, by=thief),
        lambda request: requests.discard(request, by=thief),
    )
    for verb in verbs:
        with pytest.raises(NotFound):
            async with acting(thief):
                await verb(stolen)


DEEDS: Mapping[str, Callable[[Case], Awaitable[object]]] = {
    "file": file,
    "take over": take_over,
    "hand over": hand_over,
    "reassign": reassign,
    "ask": ask,
    "answer": answer,
    "write": write,
    "judge": judge,
    "turn down": turn_down,
    "price": price,
    "want review": want_review,
    "approve": approve,
    "send back": send_back,
    "quote": quote,
    "accept": accept,
    "decline": decline,
    "ask again": ask_again,
    "withdraw": withdraw,
    "expire": expire,
    "due dates": sweep_due_dates,
    "intrude": intrude,
}


async def do(houses: Houses, what: str, number: int, hesitates: float = 0.0) -> None:
    """What a rule refuses is refused; anything else that goes wrong fails the test."""
    with suppress(DomainError):
        await DEEDS[what](replace(houses.cases[number], hesitates=hesitates))
