"""Whatever people do in whatever order: the rules hold after every step (rules Q2, Q5, A5)."""

from collections.abc import Awaitable, Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError
from portal.domain.orders.acceptance import accept_quote
from portal.domain.quotes import (
    answers,
    conversation,
    drafting,
    handling,
    requests,
    review,
    sending,
)
from portal.domain.quotes.access import find
from portal.domain.quotes.states import (
    CLOSED,
    QUOTE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    WORKABLE,
    QuoteStatus,
    RequestStatus,
)
from portal.domain.quotes.tables import QuoteRequest
from tests.domain.quotes.journey import POSSIBLE, House, filed, offer, open_house, staged_document
from tests.factories import Factory, acting

Verb = Callable[[House, QuoteRequest], Awaitable[object]]


async def take_over(house: House, request: QuoteRequest) -> None:
    await handling.take_over(request, by=house.sales)


async def ask(house: House, request: QuoteRequest) -> None:
    await conversation.ask(request, "Which seal?", by=house.sales)


async def judge(house: House, request: QuoteRequest) -> None:
    await handling.judge(request, POSSIBLE, by=house.sales)


async def decline_it(house: House, request: QuoteRequest) -> None:
    await handling.decline(request, "Not possible", by=house.sales)


async def prepare(house: House, request: QuoteRequest) -> None:
    await drafting.prepare(request, by=house.sales)


async def want_review(house: House, request: QuoteRequest) -> None:
    quote = await drafting.in_preparation(request)
    await review.submit_for_review(request, quote, by=house.sales, expected_version=quote.version)


async def approve(house: House, request: QuoteRequest) -> None:
    quote = await drafting.in_preparation(request)
    await review.approve(request, quote, by=house.supervisor)


async def send_back(house: House, request: QuoteRequest) -> None:
    quote = await drafting.in_preparation(request)
    await review.send_back(request, quote, "Freight?", by=house.supervisor)


async def message(house: House, request: QuoteRequest) -> None:
    await conversation.write(request, "Hello", by=house.buyer, audience=Audience.CUSTOMER)


async def withdraw(house: House, request: QuoteRequest) -> None:
    await requests.withdraw(request, by=house.buyer)


async def accept(house: House, request: QuoteRequest) -> None:
    await accept_quote(request, await last_revision(house, request), by=house.buyer, name="Li")


async def refuse(house: House, request: QuoteRequest) -> None:
    revision = await last_revision(house, request)
    await answers.decline(request, revision, "Too dear", by=house.buyer)


async def ask_again(house: House, request: QuoteRequest) -> None:
    revision = await last_revision(house, request)
    await answers.ask_for_revision(request, revision, "Cheaper", by=house.buyer)


BY_STAFF: dict[str, Verb] = {
    "take over": take_over,
    "ask": ask,
    "judge": judge,
    "decline": decline_it,
    "prepare": prepare,
    "want review": want_review,
    "approve": approve,
    "send back": send_back,
}
BY_CUSTOMER: dict[str, Verb] = {
    "message": message,
    "withdraw": withdraw,
    "accept": accept,
    "refuse": refuse,
    "ask again": ask_again,
}
# Whole stretches too, or chance would hardly ever get as far as a sent quote.
STRETCHES = {
    "price": ("judge", "prepare", "save"),
    "quote": ("judge", "prepare", "save", "want review", "approve", "send"),
}
ends = {"decline", "withdraw", "accept", "refuse"}
steps = st.lists(
    st.one_of(
        st.sampled_from(sorted({*BY_STAFF, *BY_CUSTOMER, "save", "send", *STRETCHES} - ends)),
        st.sampled_from(["quote", "ask again", *sorted(ends)]),
    ),
    min_size=1,
    max_size=14,
)


async def last_revision(house: House, request: QuoteRequest) -> int:
    number = await house.make.owner.fetchval(
        "SELECT max(revision) FROM quote WHERE request_id = $1 AND sent_at IS NOT NULL", request.id
    )
    return int(number or 1)


async def do(house: House, reference: str, step: str) -> None:
    """One step as whoever takes it. What a rule refuses leaves nothing."""
    if step in STRETCHES:
        for part in STRETCHES[step]:
            await do(house, reference, part)
        return
    before = await facts(house, reference)
    actor = house.buyer if step in BY_CUSTOMER else house.sales
    if step in ("approve", "send back"):
        actor = house.supervisor
    try:
        await attempt(house, reference, step, actor)
    except DomainError:
        assert await facts(house, reference) == before
    await check_rules(house, reference, before)


async def attempt(house: House, reference: str, step: str, actor: Actor) -> None:
    terms = await offer(house) if step == "save" else None
    document = await staged_document(house.sales) if step == "send" else None
    async with acting(actor):
        request = await find(reference, by=actor)
        if terms or document:
            quote = await drafting.in_preparation(request)
        if terms:
            await drafting.save(request, quote, terms, by=actor, expected_version=quote.version)
        elif document:
            await sending.send(request, quote, document, by=actor, expected_version=quote.version)
        else:
            await (BY_STAFF | BY_CUSTOMER)[step](house, request)


async def facts(house: House, reference: str) -> dict[str, object]:
    row = await house.make.owner.fetchrow(
        """SELECT r.id, r.status, r.version, r.closed_at,
             (SELECT array_agg(q.status ORDER BY q.revision) FROM quote q
              WHERE q.request_id = r.id) AS quotes,
             (SELECT count(*) FROM target t WHERE t.subject_kind = 'quote_request'
                AND t.kind IN ('quote', 'quote_revision')
                AND t.subject_id = r.id AND t.met_at IS NULL AND t.cancelled_at IS NULL) AS owed,
             (SELECT count(*) FROM target t WHERE t.subject_kind = 'quote_request'
                AND t.subject_id = r.id AND t.paused_since IS NOT NULL) AS paused,
             (SELECT count(*) FROM (SELECT t.leads, row_number() OVER (ORDER BY t.due_at, t.id) = 1
                AS is_first FROM target t WHERE t.subject_kind = 'quote_request'
                AND t.subject_id = r.id AND t.met_at IS NULL AND t.cancelled_at IS NULL) AS clock
              WHERE leads <> is_first) AS led_wrongly,
             (SELECT count(*) FROM sales_order o WHERE o.request_id = r.id) AS orders,
             (SELECT count(*) FROM activity y WHERE y.subject_kind = 'quote_request'
                AND y.subject_id = r.id) AS recorded,
             (SELECT count(*) FROM message m WHERE m.subject_kind = 'quote_request'
                AND m.subject_id = r.id) AS messages
           FROM quote_request r WHERE r.reference = $1""",
        reference,
    )
    return dict(row)


async def check_rules(house: House, reference: str, before: dict[str, object]) -> None:
    now = await facts(house, reference)
    was, status = RequestStatus(str(before["status"])), RequestStatus(str(now["status"]))
    assert status is was or status in REQUEST_TRANSITIONS[was]
    assert now["owed"] == (1 if status in WORKABLE else 0)  # rule Q2: what is open is owed once
    assert now["led_wrongly"] == 0  # a queue shows the request by the clock that is due first
    assert now["paused"] == (1 if status is RequestStatus.WAITING_FOR_CUSTOMER else 0)
    assert (now["closed_at"] is not None) == (status in CLOSED)
    assert now["orders"] == (1 if status is RequestStatus.ACCEPTED else 0)  # rule Q5
    quotes = [QuoteStatus(each) for each in now["quotes"] or ()]  # type: ignore[attr-defined]
    assert quotes.count(QuoteStatus.SENT) == (1 if status is RequestStatus.QUOTED else 0)
    assert quotes.count(QuoteStatus.ACCEPTED) == (1 if status is RequestStatus.ACCEPTED else 0)
    if now["version"] != before["version"]:  # rule A5: no change without a record of it
        assert now["recorded"] > before["recorded"]  # type: ignore[operator]
    check_fates(before, quotes)


def check_fates(before: dict[str, object], quotes: list[QuoteStatus]) -> None:
    earlier = [QuoteStatus(each) for each in before["quotes"] or ()]  # type: ignore[attr-defined]
    for was, now in zip(earlier, quotes, strict=False):
        assert now is was or now in QUOTE_TRANSITIONS[was]


@given(steps)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_rules_hold_after_every_step(make: Factory, taken: list[str]) -> None:
    house = await open_house(make)
    reference = await filed(house)
    for step in taken:
        await do(house, reference, step)


async def test_the_steps_lead_everywhere(make: Factory) -> None:
    house = await open_house(make)
    ways = {
        ("take over", "ask", "message", "quote", "ask again", "quote", "accept"): "accepted",
        ("quote", "refuse"): "declined_by_customer",
        ("price", "ask", "decline"): "declined_by_us",
        ("quote", "ask again", "withdraw"): "withdrawn",
    }
    for way, end in ways.items():
        reference = await filed(house)
        for step in way:
            await do(house, reference, step)
        assert (await facts(house, reference))["status"] == end
