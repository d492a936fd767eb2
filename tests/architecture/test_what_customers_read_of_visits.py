"""No page, notice or mail of visits, meetings and reports tells customers what is ours (A6, V5)."""

from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.meetings.visit_recording import record
from portal.domain.notices.expansion import expand
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.answering import drop
from portal.domain.opinions.opening import OpinionFacts
from portal.domain.visits.items import add_item
from tests.architecture.routes import all_routes
from tests.architecture.world import UNKNOWN
from tests.factories import Factory, acting
from tests.visit_scenarios import (
    Visited,
    confirmed_visit,
    loaded,
    planned_visit,
    proposed_visit,
    visit_record,
)
from tests.visitor import signed_in

OURS = {
    "goal": "Win their second line",
    "report": "They quarrel with their own board",
    "usage_note": "They never grease it",
    "cause": "Our driver was rude",
    "remedy": "We send another driver",
    "gifts_note": "They offered a carpet",
    "item": "Ask about the competitor",
    "outcome": "They pay him less",
    "hidden": "They want a discount",
    "dropped": "They always want one",
}
SHOWN = ("We come with another driver.", "The deliveries were unkind.")


async def _made(make: Factory) -> Visited:
    """A visit that went all the way, with something of ours in every field."""
    at = await confirmed_visit(
        make, await proposed_visit(make, await planned_visit(make, goal=OURS["goal"]), goal="")
    )
    manager = at.cast.manager
    async with acting(manager):
        visit = await loaded(at.reference, manager)
        await add_item(visit, "question", OURS["item"], by=manager)
    async with acting(manager):
        item = await make.owner.fetchval("SELECT max(id) FROM visit_item")
        facts = await visit_record(
            satisfaction="dissatisfied",
            report=OURS["report"],
            usage_note=OURS["usage_note"],
            cause=OURS["cause"],
            remedy=OURS["remedy"],
            gifts="declined",
            gifts_note=OURS["gifts_note"],
            for_customer=SHOWN[0],
            outcomes={item: OURS["outcome"]},
            opinions=(
                OpinionFacts(sentiment="criticism", text=SHOWN[1], is_shown=True),
                OpinionFacts(sentiment="wish", text=OURS["hidden"]),
            ),
        )
        await record(await loaded(at.reference, manager), facts, by=manager)
    async with acting(manager):
        hidden = await make.owner.fetchval(
            "SELECT reference FROM opinion WHERE text = $1", OURS["hidden"]
        )
        await drop(await opinion_by_reference(hidden, by=manager), OURS["dropped"], by=manager)
    return at


async def test_no_page_notice_or_mail_tells_what_is_ours(site: Any, make: Factory) -> None:
    at = await _made(make)
    rows = await make.owner.fetch(
        "SELECT id FROM outbox WHERE account_id = $1 AND done_at IS NULL ORDER BY id",
        at.cast.account.id,
    )
    for row in rows:
        async with unit_of_work(Login.WORKER):
            await expand(row["id"], mail_domain="hengda.example")
    visitor = await signed_in(site, make, at.cast.buyer)
    values = {**UNKNOWN, "visit_reference": at.reference}
    said = []
    for route in all_routes():
        of_visits = "visit" in route.path or route.path in {"/", "/notices"}
        if route.method == "GET" and of_visits and not (route.is_staff or route.is_public):
            for query in ("", "?view=past", "?view=opinions", "?view=reports"):
                said.append((await visitor.get(f"{route.filled(values)}{query}")).text)
    told = await make.owner.fetch(
        "SELECT words::text FROM notice WHERE person_id = $1", at.cast.buyer.person_id
    )
    assert len(told) >= 2
    everything = " ".join([*said, *(row["words"] for row in told)])
    assert all(text in everything for text in SHOWN)
    assert [name for name, text in OURS.items() if text in everything] == []
