"""The staff's queue and both home pages: due first, mine, my team's (rules A6, Q2, Q5)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError
from portal.domain.notices.news_of_customer import news_of_customer
from portal.domain.quotes import handling, requests
from portal.domain.quotes.access import find
from portal.domain.quotes.conversation import ask
from portal.domain.quotes.home import customer_home, staff_home
from portal.domain.quotes.listing import (
    OwnerFilter,
)
from portal.domain.quotes.presence import look_at
from portal.domain.quotes.queue_counts import MOST, queue_counts
from portal.domain.quotes.saved_views import remove_view, save_view, views_of
from tests.domain.quotes.journey import (
    filed,
    in_review,
    open_house,
    page,
    quoted,
)
from tests.domain.quotes.looking import owed_since, queued
from tests.domain.quotes.talking import say
from tests.factories import Factory, acting

# The staff's queue


async def test_the_queue_is_due_first(make: Factory) -> None:  # rule Q2
    house = await open_house(make)
    normal = await filed(house)
    urgent = await filed(house, urgent=True, urgent_reason="Line 3 stands still")
    late = await filed(house)
    await owed_since(house, late, 500)
    assert await queued(house.sales) == [late, urgent, normal]
    assert await queued(house.sales, urgent=True) == [urgent]
    assert await queued(house.sales, overdue=True) == [late]


async def test_a_request_that_owes_two_things_stands_once_by_what_is_due_first(
    make: Factory,
) -> None:
    house = await open_house(make)
    asked, other = await filed(house), await filed(house)
    await owed_since(house, other, 200)
    # The answer is due before the quote of any request: its clock leads while it runs.
    await say(asked, house.buyer, "Can it be stainless steel?")
    await make.owner.execute(
        """UPDATE target SET opened_at = opened_at - interval '300 h',
               warn_at = warn_at - interval '300 h', due_at = due_at - interval '300 h'
           WHERE reference = $1 AND kind = 'next_response'""",
        asked,
    )
    assert await queued(house.sales) == [asked, other]
    async with acting(house.sales):
        assert (await queue_counts(by=house.sales)).me == 2
    await say(asked, house.sales, "Yes, it can.")
    assert await queued(house.sales) == [other, asked]


async def test_what_waits_for_the_customer_is_not_overdue(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    async with acting(house.sales):
        await ask(await find(reference, by=house.sales), "Which seal?", by=house.sales)
    await owed_since(house, reference, 500)
    assert await queued(house.sales, overdue=True) == []


async def test_mine_my_teams_and_nobodys(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    mine, colleagues, nobodys = await filed(house), await filed(house), await filed(house)
    foreign = await filed(other)
    async with acting(house.colleague):
        request = await find(colleagues, by=house.colleague)
        await handling.take_over(request, by=house.colleague)
    for table, column in (("quote_request", "reference"), ("target", "reference")):
        await make.owner.execute(f"UPDATE {table} SET owner_id = NULL WHERE {column} = $1", nobodys)
    assert await queued(house.sales, owner=OwnerFilter.ME) == [mine]
    assert await queued(house.sales, owner=OwnerFilter.UNASSIGNED) == [nobodys]
    assert await queued(house.sales, owner=OwnerFilter.TEAM) == [mine, colleagues, nobodys]
    assert await queued(house.sales) == [mine, colleagues, nobodys]
    # The supervisor's line is the team; the stated role sees every file (rule A6).
    assert await queued(house.supervisor, owner=OwnerFilter.TEAM) == [mine, colleagues, nobodys]
    assert foreign in await queued(house.supervisor, account_id=other.account.id)
    assert foreign not in await queued(house.sales, account_id=other.account.id)
    async with acting(house.sales):
        counts = await queue_counts(by=house.sales)
    assert (counts.me, counts.team, counts.unassigned, counts.overdue) == (1, 3, 1, 0)


async def test_a_stand_in_has_the_work_of_who_is_absent(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    stand_in = await make.staff(branch_id=house.account.branch_id)
    assert await queued(stand_in, owner=OwnerFilter.ME) == []
    today = await house.today()
    await make.insert(
        "deputy",
        staff_member_id=house.sales.staff_member_id,
        deputy_id=stand_in.staff_member_id,
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
    )
    assert await queued(stand_in, owner=OwnerFilter.ME) == [reference]
    assert (await page(reference, stand_in)).can_take_over


async def test_the_newest_come_first_where_nothing_is_owed(make: Factory) -> None:
    house = await open_house(make)
    first, second = await quoted(house), await quoted(house)
    owed = await filed(house)
    assert await queued(house.sales, status="quoted") == [second, first]
    assert await queued(house.sales, status="") == [owed, second, first]


async def test_reviews_wait_for_those_who_may_review(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    small, large = await filed(house), await filed(house)
    await in_review(house, small)
    await in_review(house, large, discount_percent=Decimal(50))

    async def waiting(actor: Actor) -> set[str]:
        async with acting(actor):
            home = await staff_home(by=actor, limit=50)
        found = {row.reference for row in home.reviews} & {small, large}
        assert home.counts.review >= len(found)
        return found

    assert await waiting(house.sales) == set()
    assert await waiting(house.colleague) == {small}
    assert await waiting(house.supervisor) == {small, large}


# Home


async def test_the_customers_home_says_what_waits_what_we_owe_what_is_new(make: Factory) -> None:
    house = await open_house(make)
    owed, answered = await filed(house), await quoted(house)
    async with acting(house.buyer):
        await requests.save_draft({"title": ["x"]}, by=house.buyer, account_id=house.account.id)
        home = await customer_home(by=house.buyer)
        newest, *_ = await news_of_customer(by=house.buyer, limit=6)
    assert [row.reference for row in home.waiting] == [answered]
    assert [row.reference for row in home.owed] == [owed]
    assert [row.title for row in home.drafts] == ["x"]
    assert (newest.path, newest.reference) == (f"/quotes/{answered}", answered)
    assert newest.phrase.msgid % newest.phrase.params == "Quote sent, revision 1"


async def test_the_staffs_home_says_what_is_mine_and_the_teams(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    async with acting(house.colleague):
        home = await staff_home(by=house.colleague)
    assert home.mine == []
    assert [row.reference for row in home.team] == [reference]
    assert (home.counts.me, home.counts.team) == (0, 1)
    assert home.counts.overdue <= MOST


# A clerk's own views, and who else is looking


async def test_a_clerk_keeps_views_of_their_own(make: Factory) -> None:
    house = await open_house(make)
    async with acting(house.sales):
        view = await save_view("quotes", " Urgent ", "?urgent=yes&after=12-3", by=house.sales)
        assert (view.name, view.query) == ("Urgent", "urgent=yes")
        again = await save_view("quotes", "Urgent", "urgent=yes&owner=me", by=house.sales)
        assert again.id == view.id
        assert [each.query for each in await views_of("quotes", by=house.sales)] == [
            "urgent=yes&owner=me"
        ]
    async with acting(house.colleague):
        assert await views_of("quotes", by=house.colleague) == []
        await remove_view(view.id, by=house.colleague)
    async with acting(house.sales):
        assert len(await views_of("quotes", by=house.sales)) == 1
        await remove_view(view.id, by=house.sales)
        assert await views_of("quotes", by=house.sales) == []
    with pytest.raises(FieldError):
        async with acting(house.sales):
            await save_view("quotes", "", "", by=house.sales)


async def test_colleagues_see_who_else_is_at_it(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    async with acting(house.sales):
        subject = (await find(reference, by=house.sales)).subject
        assert await look_at(subject, by=house.sales) == []
    async with acting(house.colleague):
        (other,) = await look_at(subject, by=house.colleague)
        assert other.name == house.sales.name
    await make.owner.execute(
        "UPDATE presence SET seen_at = now() - interval '5 minutes' WHERE person_id = $1",
        house.sales.person_id,
    )
    async with acting(house.colleague):
        assert await look_at(subject, by=house.colleague) == []
