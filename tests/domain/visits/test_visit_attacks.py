"""What somebody could try with visits past the pages, and what holds against it (rules A6, V5)."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from portal.database import Login, execute, fetch, unit_of_work
from portal.domain.common.errors import Conflict, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.visits import appointments, cancelling, feed, items, marking, people, prospects
from portal.domain.visits.by_hand import VisitFacts, plan_visit
from portal.domain.visits.calendar_view import visits_between
from portal.domain.visits.customer_view import count_waiting, customer_visit, customer_visits
from portal.domain.visits.listing import VisitFilter, visits
from portal.domain.visits.marking import InstallationFacts, mark_installed
from portal.domain.visits.people import PersonFacts
from portal.domain.visits.prospects import ProspectFacts
from portal.domain.visits.recording import record
from tests.factories import Factory, acting
from tests.visit_scenarios import (
    Visited,
    appointment,
    confirmed_visit,
    criticism,
    loaded,
    made_visit,
    planned_visit,
    proposed_visit,
    time_on_working_day,
    visit_record,
)

DENIED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)


async def as_customer(visited: Visited, sql: str, *values: Any) -> None:
    async with acting(visited.cast.buyer):
        await execute(sql, *values)


async def seen_by_customer(visited: Visited, sql: str, *values: Any) -> list[Any]:
    async with acting(visited.cast.buyer):
        return list(await fetch(sql, *values))


async def test_a_customers_login_cannot_name_what_is_ours(make: Factory) -> None:
    visited = await made_visit(make, opinions=(criticism(is_shown=True),))
    ours = {
        "visit": "goal report usage_note cause remedy gifts gifts_note satisfaction rule step"
        " due_on occasion round_id installation_id dealer_id recorded_by search_terms reminded_at",
        "visit_person": "contact_id staff_member_id",
        "visit_move": "moved_by from_due_on to_due_on",
        "opinion": "owner_id response_id dropped_because created_by ended_by version",
        "visit_item": "id",
        "site_installation": "id",
        "prospect_visit": "id",
        "visit_round": "id",
        "calendar_feed": "token_hash",
    }
    for table, columns in ours.items():
        for column in columns.split():
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await seen_by_customer(visited, f"SELECT {column} FROM {table}")


async def test_a_customers_login_sees_nothing_hidden_and_nothing_of_others(make: Factory) -> None:
    hidden = await planned_visit(make)
    made = await made_visit(make, opinions=(criticism("Hidden"), criticism(is_shown=True)))
    for sql in ("SELECT id FROM visit", "SELECT id FROM visit_move", "SELECT id FROM opinion"):
        assert await seen_by_customer(hidden, sql) == []
    assert await seen_by_customer(hidden, "SELECT id FROM visit_person") == []
    for sql in (
        "SELECT id FROM activity WHERE subject_kind IN ('visit', 'opinion')",
        "SELECT id FROM target WHERE subject_kind IN ('visit', 'opinion')",
    ):
        assert await seen_by_customer(hidden, sql) == []
    assert len(await seen_by_customer(made, "SELECT id FROM visit")) == 1
    texts = await seen_by_customer(made, "SELECT text FROM opinion")
    assert [row["text"] for row in texts] == ["Deliveries come late"]
    owed = await seen_by_customer(made, "SELECT kind FROM target WHERE subject_kind = 'visit'")
    assert owed == []
    async with acting(hidden.cast.buyer):
        with pytest.raises(NotFound):
            await customer_visit(made.reference, by=hidden.cast.buyer)
        assert (await customer_visits(by=hidden.cast.buyer)).rows == []
        assert await count_waiting(by=hidden.cast.buyer) == 0


@pytest.mark.parametrize(
    "change",
    [
        "starts_at = starts_at + interval '1 day'",
        "told = 'Come with gifts'",
        "shown_at = NULL",
        "made_at = now()",
        "satisfaction = 'satisfied'",
        "for_customer = 'All is well'",
        "inquiry_returned_at = now()",
        "owner_id = 1",
        "account_id = 1",
        "cancelled_because = 'No'",
        "status = 'cancelled'",
        "status = 'made'",
        "status = 'planned'",
        "status = 'proposed'",
    ],
)
async def test_a_customers_login_agrees_or_asks_and_changes_nothing_else(
    make: Factory, change: str
) -> None:
    visited = await confirmed_visit(make)
    with pytest.raises(DENIED):
        await as_customer(
            visited, f"UPDATE visit SET {change} WHERE reference = $1", visited.reference
        )
    assert (await visited.record()).state == "confirmed"


async def test_a_customers_login_moves_in_its_own_name_alone(make: Factory) -> None:
    # rule V5
    visited, others = await proposed_visit(make), await proposed_visit(make)
    own, theirs = await visited.record(), await others.record()
    person = visited.cast.buyer.person_id
    insert = """INSERT INTO visit_move (account_id, visit_id, side, to_starts_at, reason, moved_by,
        moved_at) VALUES ($1, $2, $3, now(), 'x', $4, now())"""
    for values in (
        (own.account_id, own.id, "staff", person),
        (own.account_id, own.id, "system", person),
        (own.account_id, own.id, "customer", others.cast.buyer.person_id),
        (theirs.account_id, theirs.id, "customer", person),
        (own.account_id, theirs.id, "customer", person),
    ):
        with pytest.raises(DENIED):
            await as_customer(visited, insert, *values)
    with pytest.raises(DENIED):
        await as_customer(visited, "UPDATE visit_move SET reason = 'y'")
    for table in ("visit", "opinion", "visit_person", "visit_item", "visit_round"):
        with pytest.raises(DENIED):
            await as_customer(visited, f"DELETE FROM {table}")


async def test_a_customers_login_announces_its_answers_alone(make: Factory) -> None:
    visited, hidden = await proposed_visit(make), await planned_visit(make)
    own, theirs = await visited.record(), await hidden.record()
    announce = """INSERT INTO outbox (kind, account_id, payload) VALUES ($1, $2,
        jsonb_build_object('visit_id', $3::bigint, 'actor_id', $4::bigint))"""
    person = visited.cast.buyer.person_id
    for kind, visit_id in (
        ("visit.confirmed", theirs.id),
        ("visit.proposed", own.id),
        ("visit.moved", own.id),
        ("visit.made", own.id),
        ("visit.cancelled", own.id),
        ("visit.reminder", own.id),
        ("opinion.answered", own.id),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_customer(visited, announce, kind, own.account_id, visit_id, person)
    await as_customer(visited, announce, "visit.confirmed", own.account_id, own.id, person)


async def test_customers_have_none_of_our_verbs(make: Factory) -> None:
    visited = await proposed_visit(make)
    by = visited.cast.buyer
    account_id = visited.cast.account.id
    async with acting(visited.cast.manager):
        facts, said = await appointment(visited.cast), await visit_record()
    async with acting(by):
        visit = await loaded(visited.reference, by)
        for attempt in (
            appointments.propose(visit, facts, by=by),
            appointments.agree_by_phone(visit, facts, "x", by=by),
            appointments.agree_to_other(visit, by=by),
            appointments.move(visit, facts, "x", by=by),
            cancelling.cancel(visit, "x", by=by),
            cancelling.give_to(visit, 1, by=by),
            items.add_item(visit, "offer", "x", by=by),
            items.set_goal(visit, "x", by=by),
            people.add_person(visit, PersonFacts(name="x"), by=by),
            record(visit, said, by=by),
            plan_visit(VisitFacts(goal="x"), account_id=account_id, by=by),
            mark_installed(InstallationFacts(what="x"), account_id=account_id, by=by),
            prospects.record_first_visit(ProspectFacts(), account_id=account_id, by=by),
            visits(VisitFilter(), by=by),
            feed.feed_token(by=by),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_readers_read_and_staff_do_not_answer_for_the_customer(make: Factory) -> None:
    visited = await proposed_visit(make)
    reader = await make.buyer(visited.cast.account, CustomerRole.READER)
    for by in (reader, visited.cast.manager):
        async with acting(by):
            visit = await loaded(visited.reference, by)
            later = await time_on_working_day(visited.cast, 9)
            for attempt in (
                appointments.confirm(visit, by=by),
                appointments.propose_other(visit, later, "x", by=by),
            ):
                with pytest.raises(NotAllowed):
                    await attempt
    async with acting(reader):
        assert not (await customer_visit(visited.reference, by=reader)).can_confirm


async def test_who_is_not_of_the_team_sees_and_plans_nothing(make: Factory) -> None:
    # rule A6
    visited = await confirmed_visit(make)
    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    account_id = visited.cast.account.id
    async with acting(visited.cast.manager):
        day = (await loaded(visited.reference, visited.cast.manager)).starts_at.date()
    async with acting(stranger):
        with pytest.raises(NotFound):
            await loaded(visited.reference, stranger)
        assert (await visits(VisitFilter(account_id=account_id), by=stranger)).rows == []
        shown = await visits_between(
            day - timedelta(days=1),
            day + timedelta(days=1),
            by=stranger,
            timezone="Asia/Shanghai",
            whose="all",
        )
        assert visited.reference not in {each.reference for each in shown}
        for attempt in (
            plan_visit(VisitFacts(goal="x"), account_id=account_id, by=stranger),
            mark_installed(InstallationFacts(what="x"), account_id=account_id, by=stranger),
            prospects.record_first_visit(ProspectFacts(), account_id=account_id, by=stranger),
            marking.installation_by_id(0, by=stranger),
        ):
            with pytest.raises(NotFound):
                await attempt
    # Who reads visits without making any changes none.
    clerk = await make.staff(StaffRole.DUTY_MANAGER)
    async with acting(clerk):
        visit = await loaded(visited.reference, clerk)
        with pytest.raises(NotAllowed):
            await cancelling.cancel(visit, "x", by=clerk)


async def test_who_takes_part_reads_that_visit_and_no_other(make: Factory) -> None:
    # rules A6, V5
    visited = await confirmed_visit(make)
    other = await proposed_visit(make, cast=visited.cast)
    colleague = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    manager = visited.cast.manager
    for reference in (visited.reference, other.reference):
        async with acting(colleague):
            with pytest.raises(NotFound):
                await loaded(reference, colleague)
    async with acting(manager):
        visit = await loaded(visited.reference, manager)
        await people.add_colleague(visit, colleague.staff_member_id or 0, by=manager)
    async with acting(colleague):
        assert (await loaded(visited.reference, colleague)).reference == visited.reference
        with pytest.raises(NotFound):
            await loaded(other.reference, colleague)


async def test_two_people_at_one_visit_the_second_hears_of_it(make: Factory) -> None:
    visited = await proposed_visit(make)
    cast = visited.cast
    async with acting(cast.buyer):
        visit = await loaded(visited.reference, cast.buyer)
        seen = visit.version
        await appointments.confirm(visit, by=cast.buyer, expected_version=seen)
    async with acting(cast.manager):
        visit = await loaded(visited.reference, cast.manager)
        with pytest.raises(Conflict):
            await cancelling.cancel(visit, "x", by=cast.manager, expected_version=seen)


async def test_a_feed_shows_its_owners_visits_until_it_is_renewed(make: Factory) -> None:
    visited, others = await confirmed_visit(make), await confirmed_visit(make)
    by = visited.cast.manager
    async with acting(by):
        old = await feed.feed_token(by=by)
        token = await feed.feed_token(by=by)
    async with unit_of_work(Login.STAFF):
        shown = await feed.visits_of_feed(token)
        for wrong in (old, "", "x" * 43):
            with pytest.raises(NotFound):
                await feed.visits_of_feed(wrong)
    assert shown.owner_name == by.name
    assert [each.reference for each in shown.visits] == [visited.reference]
    assert others.reference not in {each.reference for each in shown.visits}
    assert shown.visits[0].is_agreed
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", by.person_id)
    async with unit_of_work(Login.STAFF):
        with pytest.raises(NotFound):
            await feed.visits_of_feed(token)


async def test_the_worker_writes_visits_and_changes_no_record(make: Factory) -> None:
    visited = await confirmed_visit(make)
    for change in ("status = 'made'", "report = 'x'", "owner_id = 1", "starts_at = now()"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with unit_of_work(Login.WORKER):
                await execute(f"UPDATE visit SET {change} WHERE reference = $1", visited.reference)
