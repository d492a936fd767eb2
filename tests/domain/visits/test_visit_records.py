"""A visit is complete on record, or it is not made; what was said is followed up (rules V5-V8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.database import database_now
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.opinions.listing import OpinionFilter, opinions, opinions_of_visit
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import PromiseState
from portal.domain.visits import cancelling, items, people
from portal.domain.visits.customer_view import customer_visit, customer_visits
from portal.domain.visits.items import items_of
from portal.domain.visits.page_view import visit_page
from portal.domain.visits.people import PersonFacts, people_of
from portal.domain.visits.recording import VisitRecord, record
from portal.domain.visits.states import ItemKind, VisitStatus
from tests.factories import Factory, acting
from tests.scenarios import cast_of
from tests.visit_scenarios import (
    Visited,
    confirmed_visit,
    criticism,
    loaded,
    made_visit,
    planned_visit,
    visit_record,
)


async def refused(visited: Visited, facts: VisitRecord) -> set[str]:
    """The fields at which the record is refused; nothing of it is kept."""
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        with pytest.raises(FieldErrors) as errors:
            await record(visit, facts, by=by)
    return {each.field for each in errors.value.errors}


async def test_an_empty_record_is_refused_where_something_is_missing(make: Factory) -> None:
    # rules V5, V6, V7, V8
    visited = await confirmed_visit(make)
    by = visited.cast.manager
    async with acting(by):
        await items.add_item(
            await loaded(visited.reference, by), ItemKind.QUESTION, "How is line 3?", by=by
        )
        question = (await items_of(await loaded(visited.reference, by)))[0]
    wrong = await refused(visited, VisitRecord())
    assert wrong == {
        "made_at",
        "attended",
        "satisfaction",
        "report",
        "usage_note",
        "gifts",
        f"items-{question.id}-outcome",
    }
    assert (await visited.record()).state is VisitStatus.CONFIRMED


@pytest.mark.parametrize(
    ("satisfaction", "missing"),
    [
        ("dissatisfied", {"cause", "remedy"}),
        ("neutral", {"better"}),
        ("delighted", {"satisfaction"}),
    ],
)
async def test_each_path_asks_its_own(make: Factory, satisfaction: str, missing: set[str]) -> None:
    # rule V7
    visited = await confirmed_visit(make)
    async with acting(visited.cast.manager):
        facts = await visit_record(satisfaction=satisfaction)
    assert await refused(visited, facts) == missing


async def test_who_is_not_satisfied_is_followed_up_in_any_case(make: Factory) -> None:
    # rules V5, V7
    visited = await made_visit(
        make, satisfaction="dissatisfied", cause="Two late deliveries", remedy="Safety stock"
    )
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        said = await opinions_of_visit(visit.id, by=by)
        mine = await opinions(OpinionFilter(owner="me"), by=by)
    assert [(each.sentiment, each.text) for each in said] == [("criticism", "Two late deliveries")]
    assert said[0].owner_id == by.staff_member_id
    assert said[0].promise is not None
    assert said[0].promise.account_id is None
    assert said[0].reference in {each.reference for each in mine.rows}


async def test_neutral_ones_leave_a_wish_and_noted_criticism_is_not_doubled(make: Factory) -> None:
    # rule V7
    neutral = await made_visit(make, satisfaction="neutral", better="A shorter lead time")
    unhappy = await made_visit(
        make,
        satisfaction="dissatisfied",
        cause="Deliveries",
        remedy="Safety stock",
        opinions=(criticism("Twice late in May", is_shown=True),),
    )
    said = []
    for visited in (neutral, unhappy):
        by = visited.cast.manager
        async with acting(by):
            visit = await loaded(visited.reference, by)
            said.append([each.text for each in await opinions_of_visit(visit.id, by=by)])
    assert said == [["A shorter lead time"], ["Twice late in May"]]


async def test_no_opinion_is_left_out_unsaid(make: Factory) -> None:
    # rule V5
    visited = await confirmed_visit(make)
    said = tuple(replace(criticism(f"Point {row}"), row=row) for row in range(21))
    async with acting(visited.cast.manager):
        facts = await visit_record(opinions=said)
    assert await refused(visited, facts) == {"opinions-20-text"}


async def test_a_record_meets_the_promise_and_shows_its_part(make: Factory) -> None:
    # rules V5, V6
    visited = await made_visit(make, opinions=(criticism(is_shown=True), criticism("Hidden")))
    cast = visited.cast
    async with acting(cast.manager):
        page = await visit_page(visited.reference, by=cast.manager)
        promise = (await clock.targets_of("visit", page.record.id))[0]
    assert promise.state is PromiseState.MET
    assert page.recorded_by == cast.manager.name
    assert [each.name for each in page.theirs] == ["Li Wei"]
    assert not any((page.can_work, page.can_cancel, page.can_move))
    async with acting(cast.buyer):
        shown = await customer_visit(visited.reference, by=cast.buyer)
        listed = await customer_visits(by=cast.buyer)
        told = await timeline("visit", shown.record.id, visible_to=Audience.CUSTOMER)
    assert shown.record.for_customer == "Thank you for the tour of line 3."
    assert [each.text for each in shown.opinions] == ["Deliveries come late"]
    assert (shown.record.report, shown.record.satisfaction, shown.record.goal) == ("", "", "")
    assert listed.rows[0].has_part
    assert [each.verb for each in told] == ["visits.proposed", "visits.confirmed", "visits.made"]


async def test_a_made_visit_is_recorded_once(make: Factory) -> None:
    visited = await made_visit(make)
    by = visited.cast.manager
    async with acting(by):
        visit, facts = await loaded(visited.reference, by), await visit_record()
        with pytest.raises(WrongState):
            await record(visit, facts, by=by)
    assert len(await make.events("visit.made", visit.account_id)) == 1


async def test_calls_in_the_rest_hours_do_not_count(make: Factory) -> None:
    # rule V7
    visited = await planned_visit(make, kind="callback")
    by = visited.cast.manager
    async with acting(by):
        now = await database_now()
        noon = now.replace(hour=4, minute=30, second=0, microsecond=0)
        noon = noon if noon < now else noon - timedelta(days=1)
        facts = await visit_record(made_at=noon)
        early = await visit_record(made_at=now + timedelta(hours=1))
        old = await visit_record(made_at=now - timedelta(days=40))
    for wrong in (facts, early, old):
        assert await refused(visited, wrong) == {"made_at"}


async def test_a_callback_asks_for_no_look_at_use_and_general_accounts_neither(
    make: Factory,
) -> None:
    # rule V8
    cast = await cast_of(make, tier="general")
    visited = await planned_visit(make, cast)
    made = await made_visit(make, visited, usage_note="")
    assert (await made.record()).state is VisitStatus.MADE


async def test_one_or_two_offers_and_answers_to_every_question(make: Factory) -> None:
    # rule V5
    visited = await planned_visit(make)
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        for text in ("Grease of the new kind", "A maintenance contract"):
            await items.add_item(visit, ItemKind.OFFER, text, by=by)
        with pytest.raises(FieldErrors):
            await items.add_item(visit, ItemKind.OFFER, "A third one", by=by)
    async with acting(by):
        visit = await loaded(visited.reference, by)
        await items.add_item(visit, ItemKind.QUESTION, "How is line 3?", by=by)
        await items.add_item(visit, ItemKind.MATERIAL, "Catalogue", by=by)
        found = {each.kind: each for each in await items_of(visit)}
        await items.tick(visit, found[ItemKind.MATERIAL].id, by=by)
        with pytest.raises(FieldErrors):
            await items.tick(visit, found[ItemKind.QUESTION].id, "", by=by)
    question = found[ItemKind.QUESTION].id
    await made_visit(make, visited, outcomes={question: "Well since spring"})
    async with acting(by):
        answered = {each.kind: each for each in await items_of(await loaded(visited.reference, by))}
    assert answered[ItemKind.QUESTION].outcome == "Well since spring"
    assert answered[ItemKind.MATERIAL].is_done


async def test_people_of_both_sides(make: Factory) -> None:
    visited = await confirmed_visit(make)
    cast = visited.cast
    contact = await make.owner.fetchval(
        "SELECT id FROM contact WHERE account_id = $1", cast.account.id
    )
    others = await cast_of(make)
    foreign = await make.owner.fetchval(
        "SELECT id FROM contact WHERE account_id = $1", others.account.id
    )
    by = cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        await people.add_person(visit, PersonFacts(contact_id=contact), by=by)
        await people.add_colleague(visit, cast.assistant.staff_member_id or 0, by=by)
        with pytest.raises(FieldErrors):
            await people.add_person(visit, PersonFacts(contact_id=foreign), by=by)
    async with acting(by):
        there = await people_of(await loaded(visited.reference, by))
    theirs = [each.id for each in there if not each.is_ours]
    await made_visit(make, visited, attended=theirs, met=())
    async with acting(cast.buyer):
        seen = await people_of(await loaded(visited.reference, cast.buyer))
    assert [(each.name, each.is_ours, each.attended) for each in seen] == [
        (cast.buyer.name, False, True),
        (cast.manager.name, True, False),
        (cast.assistant.name, True, False),
    ]
    assert {each.contact_id for each in seen} == {None}


async def test_what_a_rule_asks_for_is_the_supervisors_to_call_off(make: Factory) -> None:
    # rule V7
    visited = await planned_visit(make)
    await make.owner.execute(
        "UPDATE visit SET rule = 'quarterly', occasion = '2031-Q1' WHERE reference = $1",
        visited.reference,
    )
    by, above = visited.cast.manager, visited.cast.supervisor
    async with acting(by):
        with pytest.raises(NotAllowed):
            await cancelling.cancel(await loaded(visited.reference, by), "No time", by=by)
        assert not (await visit_page(visited.reference, by=by)).can_cancel
    async with acting(above):
        await cancelling.cancel(await loaded(visited.reference, above), "Closed", by=above)


async def test_another_colleague_takes_it_with_its_clock(make: Factory) -> None:
    visited = await planned_visit(make)
    by, other = visited.cast.manager, visited.cast.representative
    async with acting(by):
        visit = await loaded(visited.reference, by)
        await cancelling.give_to(visit, other.staff_member_id or 0, by=by)
        promise = (await clock.targets_of("visit", visit.id))[0]
    assert promise.owner_id == other.staff_member_id
