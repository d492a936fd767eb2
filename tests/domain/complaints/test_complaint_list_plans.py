"""Lists of complaints read the rows that they show, however many complaints there are."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from portal.domain.common.actor import Actor
from portal.domain.complaints.counts import complaint_counts
from portal.domain.complaints.listing import ComplaintFilter, complaints
from portal.domain.complaints.page_view import customer_complaint
from portal.domain.complaints.record_page import complaint_record
from tests.complaint_scenarios import Care, care_of, filed_complaint
from tests.conftest import Servers
from tests.factories import acting
from tests.plans import GROWING, large_database, plans_of

MANY = 12_000
# A page, its clocks and what its rows name: some rows for each way to see them.
FEW = 1_500


@pytest.fixture(scope="module")
async def care(servers: Servers) -> AsyncIterator[Care]:
    """A house with many complaints, each twentieth of them open, some of these owed and late."""
    with pytest.MonkeyPatch.context() as patched:
        async with large_database(servers, patched) as make:
            care = await care_of(make)
            made = await filed_complaint(make, care)
            await make.owner.execute(_COPIES, made.reference, MANY)
            await make.owner.execute(_CLOCKS)
            await make.owner.execute("VACUUM ANALYZE")
            yield care


# Copies of one complaint, an hour between them; one in four hundred says something else, too.
_COPIES = """INSERT INTO complaint (account_id, reference, kind, category, status, title,
        description, channel, reported_by, reported_name, owner_id, received_at, updated_at,
        confirmed_at, confirmed_name, closed_at, judgement, judgement_reason, judged_at,
        search_terms)
    SELECT account_id, reference || '-' || n, kind, category,
        CASE WHEN n % 20 = 0 THEN 'judged' ELSE 'closed' END, title, description, channel,
        reported_by, reported_name, owner_id, received_at - n * interval '1 hour', updated_at,
        CASE WHEN n % 20 <> 0 THEN now() END, CASE WHEN n % 20 <> 0 THEN 'Li' ELSE '' END,
        CASE WHEN n % 20 <> 0 THEN now() END, 'founded', 'x', now(),
        search_terms || CASE WHEN n % 400 = 0 THEN ARRAY['rare'] ELSE '{}' END
    FROM complaint, generate_series(1, $2) AS n WHERE reference = $1"""
# Half of the open ones owe a solution, every third of the others a follow-up.
_CLOCKS = """INSERT INTO target (account_id, account_name, subject_kind, subject_id, reference,
        kind, owner_id, branch_id, policy_version, calendar, timezone, moment_rule, promised_at,
        warn_share, opened_at, warn_at, due_at)
    SELECT c.account_id, a.name, 'complaint', c.id, c.reference,
        CASE WHEN c.status = 'judged' THEN 'solution' ELSE 'follow_up' END, c.owner_id,
        a.branch_id, 1, 'always', 'UTC', 'promised_day', c.received_at, 80, c.received_at,
        c.received_at, c.received_at + interval '90 days'
    FROM complaint c JOIN account a ON a.id = c.account_id
    WHERE CASE WHEN c.status = 'judged' THEN c.id % 2 = 0 ELSE c.id % 3 = 0 END
      AND NOT EXISTS (SELECT FROM target t
          WHERE t.subject_kind = 'complaint' AND t.subject_id = c.id)"""

_LISTS = {
    "queue": ComplaintFilter(status="open"),
    "mine": ComplaintFilter(status="open", owner="me"),
    "my line": ComplaintFilter(status="open", owner="team"),
    "late": ComplaintFilter(status="open", late=True),
    "for us": ComplaintFilter(status="for_us"),
    "to follow up": ComplaintFilter(status="to_follow_up"),
    "any": ComplaintFilter(),
    "closed": ComplaintFilter(status="closed"),
    "rare word": ComplaintFilter(text="rare"),
    "rare word, open": ComplaintFilter(status="open", text="rare"),
}


def colleagues(care: Care) -> list[Actor]:
    return [care.cast.representative, care.service, care.after_sales]


@pytest.mark.parametrize("name", _LISTS)
async def test_a_page_reads_what_it_shows(care: Care, name: str) -> None:
    for by in colleagues(care):
        async with acting(by):
            for plan in await plans_of(partial(complaints, _LISTS[name], by=by)):
                assert not plan.scanned & GROWING, f"{by.role}: {plan}"
                assert plan.rows_read < FEW, f"{by.role}: {plan}"


async def test_a_page_far_down_reads_no_more(care: Care) -> None:
    by = care.service
    async with acting(by):
        after = None
        for _ in range(5):
            page = await complaints(ComplaintFilter(status="open", after=after or ""), by=by)
            after = page.after
        assert after
        wanted = ComplaintFilter(status="open", after=after)
        for plan in await plans_of(partial(complaints, wanted, by=by)):
            assert plan.rows_read < FEW, str(plan)


async def test_counts_are_bounded(care: Care) -> None:
    for by in colleagues(care):
        async with acting(by):
            for plan in await plans_of(partial(complaint_counts, by=by)):
                assert not plan.scanned & GROWING, f"{by.role}: {plan}"
                assert plan.rows_read < 3 * FEW, f"{by.role}: {plan}"
                # Everybody's in a state are many: each account and owner has an index of its own.
                assert "complaint_of_status" not in plan.indexes, f"{by.role}: {plan}"


async def test_a_customers_page_reads_what_it_shows(care: Care) -> None:
    for wanted in (
        ComplaintFilter(size=30),
        ComplaintFilter(status="open", size=30),
        ComplaintFilter(status="closed", size=30),
        ComplaintFilter(text="rare", size=30),
    ):
        async with acting(care.buyer):
            for plan in await plans_of(partial(complaints, wanted, by=care.buyer)):
                assert not plan.scanned & GROWING, str(plan)
                assert plan.rows_read < FEW, str(plan)


async def test_the_page_of_a_complaint_reads_that_complaint(care: Care) -> None:
    for by, page in (
        (care.service, complaint_record),
        (care.cast.representative, complaint_record),
        (care.buyer, customer_complaint),
    ):
        async with acting(by):
            listed = await complaints(ComplaintFilter(status="closed"), by=by)
            shown = partial(page, listed.rows[0].reference, by=by)
            for plan in await plans_of(shown):  # there are no orders here: all of none are read
                assert not plan.scanned & {"complaint", "target"}, f"{by.role}: {plan}"
                assert plan.rows_read < FEW, f"{by.role}: {plan}"
