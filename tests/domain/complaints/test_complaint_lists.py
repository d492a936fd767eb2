"""Lists of complaints: who finds what, in which order, at which cost (rules A6, C10, C14)."""

import json
from datetime import timedelta
from typing import Any

from portal.database import database_now, execute, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints import ownership
from portal.domain.complaints.complaint_rows import ComplaintListing
from portal.domain.complaints.counts import ComplaintCounts, complaint_counts
from portal.domain.complaints.judging import judge_unfounded
from portal.domain.complaints.listing import ComplaintFilter, complaints, page_statement
from portal.domain.complaints.questions import ask
from portal.domain.complaints.withdrawing import withdraw
from portal.domain.service_levels.promise import TargetKind
from tests.complaint_scenarios import (
    Care,
    Complained,
    care_of,
    filed_complaint,
    loaded,
    taken_complaint,
)
from tests.factories import Factory, acting


async def listed(by: Actor, **wanted: object) -> ComplaintListing:
    async with acting(by):
        return await complaints(ComplaintFilter(**wanted), by=by)  # type: ignore[arg-type]


async def references(by: Actor, care: Care, **wanted: object) -> list[str]:
    """What `by` finds of the cast's account."""
    found = await listed(by, **{"account_id": care.cast.account.id, **wanted})
    return [row.reference for row in found.rows]


async def counts_of(by: Actor) -> ComplaintCounts:
    async with acting(by):
        return await complaint_counts(by=by)


async def explain(make: Factory, complained: Complained) -> None:
    by = complained.care.after_sales
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        await judge_unfounded(complaint, "It was used wrongly.", "It is not made for salt.", by=by)


async def test_what_is_due_first_comes_first_and_what_owes_nothing_last(make: Factory) -> None:
    care = await care_of(make)
    explained = await filed_complaint(make, care)
    await explain(make, explained)
    asked = await filed_complaint(make, care, kind="suggestion", category="")
    due = await filed_complaint(make, care)
    withdrawn = await filed_complaint(make, care)
    async with acting(care.buyer):
        await withdraw(await loaded(withdrawn.reference, care.buyer), "Found it", by=care.buyer)
    by = care.service
    first, second = (await references(by, care, status="open"))[:2]
    assert {first, second} == {due.reference, asked.reference}
    assert (await references(by, care, status="open"))[2:] == [explained.reference]
    rows = (await listed(by, account_id=care.cast.account.id, status="open")).rows
    assert [row.promise.kind if row.promise else None for row in rows].count(None) == 1
    assert await references(by, care) == [
        each.reference for each in (withdrawn, due, asked, explained)
    ]
    assert await references(by, care, status="closed") == [withdrawn.reference]
    assert await references(by, care, status="with_customer") == [explained.reference]
    assert await references(by, care, status="open", sort="newest") == [
        each.reference for each in (due, asked, explained)
    ]


async def test_pages_go_on_where_the_last_one_ended_both_ways(make: Factory) -> None:
    care = await care_of(make)
    made = [await filed_complaint(make, care) for _ in range(5)]
    await explain(make, made[1])
    await explain(make, made[3])
    by, wanted = care.service, {"account_id": care.cast.account.id, "size": 2}
    for status in ("open", ""):
        whole = await references(by, care, status=status)
        assert len(whole) == 5
        pages, after = list[list[str]](), ""
        while True:
            page = await listed(by, **wanted, status=status, after=after)
            pages.append([row.reference for row in page.rows])
            if page.after is None:
                break
            after = page.after
        assert [reference for some in pages for reference in some] == whole
        back = await listed(by, **wanted, status=status, before=page.before)
        assert [row.reference for row in back.rows] == pages[-2]


async def test_filters_narrow_and_unknown_values_do_not(make: Factory) -> None:
    care = await care_of(make)
    quality = await filed_complaint(make, care, title="轴承过热")
    service = await filed_complaint(make, care, category="service", lines=())
    by = care.service
    assert await references(by, care, category="service") == [service.reference]
    assert await references(by, care, kind="enquiry") == []
    assert await references(by, care, text="轴承") == [quality.reference]
    assert await references(by, care, text="B7") == [quality.reference]
    assert await references(by, care, text=care.cast.sku) == [quality.reference]
    assert await references(by, care, severity="major") == []
    assert len(await references(by, care, kind="nonsense", category="x", status="y")) == 2
    assert await references(by, care, late=True) == []
    await make.owner.execute(
        """UPDATE target SET opened_at = opened_at - interval '90 days', warn_at = opened_at
               - interval '60 days', due_at = opened_at - interval '30 days'
           WHERE reference = $1 AND kind = $2""",
        quality.reference,
        TargetKind.FIRST_RESPONSE.value,
    )
    assert await references(by, care, late=True) == [quality.reference]
    assert await references(by, care, late=True, status="open") == [quality.reference]
    assert (await counts_of(by)).late >= 1


async def test_we_do_not_wait_for_ourselves_where_the_customer_was_asked(make: Factory) -> None:
    care = await care_of(make)
    complained = await filed_complaint(make, care)
    by = care.after_sales
    async with acting(by):
        await ask(await loaded(complained.reference, by), "Which machine?", by=by)
    assert await references(by, care, status="for_us") == []
    assert await references(by, care, status="with_customer") == [complained.reference]
    (row,) = (await listed(by, account_id=care.cast.account.id, status="open")).rows
    assert row.is_asked
    assert row.waits_for_customer


async def test_who_looks_into_complaints_sees_all_and_sales_their_own(  # rules A6, C14
    make: Factory,
) -> None:
    care, others = await care_of(make), await care_of(make)
    ours, theirs = await filed_complaint(make, care), await filed_complaint(make, others)
    for by in (care.service, care.quality, care.after_sales, care.duty_manager):
        assert await references(by, others, status="open") == [theirs.reference]
    sales = care.cast.representative
    assert await references(sales, care, status="open") == [ours.reference]
    assert await references(sales, others, status="open") == []
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    found = await listed(warehouse, status="open")
    assert found.rows == []
    taken = await taken_complaint(make, others, by=warehouse)
    found = await listed(warehouse, status="open")
    assert [row.reference for row in found.rows] == [taken.reference]
    async with acting(warehouse):
        complaint = await loaded(taken.reference, warehouse)
        await ownership.offer(complaint, others.service.staff_member_id or 0, by=warehouse)
    async with acting(others.service):
        complaint = await loaded(taken.reference, others.service)
        await ownership.accept_offer(complaint, by=others.service)
    # It left their hands, but who took it may look how it goes on.
    assert [row.reference for row in (await listed(warehouse)).rows] == [taken.reference]
    assert (await listed(warehouse, owner="me")).rows == []


async def test_mine_is_what_i_own_what_i_am_offered_and_what_i_stand_in_for(  # rule C14
    make: Factory,
) -> None:
    care = await care_of(make)
    taken = await taken_complaint(make, care)
    offered = await taken_complaint(make, care, by=care.service)
    by = care.after_sales
    async with acting(care.service):
        complaint = await loaded(offered.reference, care.service)
        await ownership.offer(complaint, by.staff_member_id or 0, by=care.service)
    mine = await references(by, care, owner="me", status="open")
    assert sorted(mine) == sorted([taken.reference, offered.reference])
    assert await references(care.quality, care, owner="me", status="open") == []
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    day = timedelta(days=1)
    await make.deputy(by, care.quality, today - day, today + day)
    assert sorted(await references(care.quality, care, owner="me", status="open")) == sorted(mine)
    # The supervisor's line.
    assert sorted(await references(care.service, care, owner="team")) == sorted(mine)
    counts = await counts_of(by)
    assert (counts.me, counts.offered) == (1, 1)
    assert (await counts_of(care.service)).team == 2


async def test_customers_see_theirs_without_our_names(make: Factory) -> None:
    care, others = await care_of(make), await care_of(make)
    older = await filed_complaint(make, care)
    newer = await taken_complaint(make, care)
    await filed_complaint(make, others)
    found = await listed(care.buyer)
    assert [row.reference for row in found.rows] == [newer.reference, older.reference]
    assert {row.owner_name for row in found.rows} == {""}
    assert {row.offered_to_id for row in found.rows} == {None}
    assert all(row.promise for row in found.rows)
    foreign = await listed(care.buyer, account_id=others.cast.account.id)
    assert foreign.rows == []
    assert [row.reference for row in (await listed(care.buyer, owner="me")).rows] == [
        newer.reference,
        older.reference,
    ]


async def test_a_page_is_cut_from_indexes_however_many_there_are(make: Factory) -> None:
    care = await care_of(make)
    made = await filed_complaint(make, care)
    await make.owner.execute(
        """INSERT INTO complaint (account_id, reference, kind, category, status, title,
               description, channel, reported_by, reported_name, owner_id, received_at, updated_at,
               confirmed_at, confirmed_name, closed_at, judgement, judgement_reason, judged_at)
           SELECT account_id, reference || '-' || n, kind, category, 'closed', title, description,
               channel, reported_by, reported_name, owner_id, received_at - n * interval '1 hour',
               updated_at, now(), 'Li', now(), 'founded', 'x', now()
           FROM complaint, generate_series(1, 3000) AS n WHERE reference = $1""",
        made.reference,
    )
    await make.owner.execute("ANALYZE complaint, target")
    for by, wanted in (
        (care.buyer, ComplaintFilter(size=20)),
        (care.service, ComplaintFilter(size=20)),
        (care.service, ComplaintFilter(status="open", size=20)),
        (care.service, ComplaintFilter(owner="me", status="open", size=20)),
        (care.service, ComplaintFilter(status="to_follow_up", size=20)),
        (care.cast.representative, ComplaintFilter(status="open", size=20)),
        (care.cast.representative, ComplaintFilter(size=20)),
    ):
        async with acting(by):
            sql, values = await page_statement(wanted, by=by, now=await database_now())
            # Three thousand rows are few enough to be read at once: a real house has more.
            for whole in ("seqscan", "hashjoin", "mergejoin"):
                await execute(f"SET LOCAL enable_{whole} = off")
            plan = await fetch_value(f"EXPLAIN (ANALYZE, FORMAT json) {sql}", *values)
        assert rows_read(json.loads(plan)[0]["Plan"]) < 300, (by.role, wanted)


def rows_read(plan: dict[str, Any]) -> float:
    """How many rows of complaints a plan read."""
    own = plan["Actual Rows"] * plan["Actual Loops"] + plan.get("Rows Removed by Filter", 0)
    of_complaints = plan.get("Relation Name") == "complaint"
    return (own if of_complaints else 0) + sum(rows_read(each) for each in plan.get("Plans", []))
