"""A new sales representative owes what the one before owed to the account (rules Q1, O1)."""

from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import conversation
from portal.domain.orders.succession import change_team
from portal.domain.quotes import handling
from portal.domain.quotes.access import find
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind
from tests.factories import Factory, acting
from tests.order_scenarios import confirmed_order, loaded, phone_order
from tests.scenarios import Cast, cast_of, filed_request


async def represented_by(cast: Cast, representative: Actor | None) -> None:
    """The account manager puts somebody in the place of the sales representative, or nobody."""
    by = cast.manager
    async with acting(by):
        account = await Account.objects().where(Account.id == cast.account.id).first()
        assert account
        await change_team(
            account,
            holders={
                Position.ACCOUNT_MANAGER: by.staff_member_id,
                Position.SALES_REPRESENTATIVE: representative and representative.staff_member_id,
                Position.SALES_ASSISTANT: cast.assistant.staff_member_id,
            },
            backups=[],
            by=by,
            expected_version=account.version,
        )


async def owners(cast: Cast, kind: str, reference: str) -> dict[TargetKind, int | None]:
    """Who owes what for an order or a request, of what is still owed."""
    by = cast.supervisor
    async with acting(by):
        find_it = loaded(reference, by) if kind == "order" else find(reference, by=by)
        subject = (await find_it).subject
        targets = await clock.targets_of(subject.kind, subject.id)
    return {each.kind: each.owner_id for each in targets if each.is_open}


async def test_the_clocks_of_open_orders_pass_to_the_new_representative(make: Factory) -> None:
    cast = await cast_of(make)
    ordered = await confirmed_order(make, await phone_order(make, cast, urgent=True))
    buyer = cast.buyer
    async with acting(buyer):
        order = await loaded(ordered.reference, buyer)
        await conversation.write(order, "Where is it?", by=buyer, audience=Audience.CUSTOMER)
    elsewhere = await confirmed_order(make, await phone_order(make, urgent=True))
    theirs = await owners(elsewhere.cast, "order", elsewhere.reference)
    new = await make.staff(branch_id=cast.account.branch_id)
    await represented_by(cast, new)
    owed = await owners(cast, "order", ordered.reference)
    assert {TargetKind.NEXT_RESPONSE, TargetKind.URGENT_DELIVERY} <= owed.keys()
    assert set(owed.values()) == {new.staff_member_id}
    assert await owners(elsewhere.cast, "order", elsewhere.reference) == theirs


async def test_requests_of_the_one_before_pass_on_and_taken_ones_stay(make: Factory) -> None:
    cast = await cast_of(make)
    waiting, taken = await filed_request(make, cast), await filed_request(make, cast)
    async with acting(cast.colleague):
        request = await find(taken.reference, by=cast.colleague)
        await handling.take_over(request, by=cast.colleague)
    new = await make.staff(branch_id=cast.account.branch_id)
    await represented_by(cast, new)
    assert set((await owners(cast, "request", waiting.reference)).values()) == {new.staff_member_id}
    assert set((await owners(cast, "request", taken.reference)).values()) == {
        cast.colleague.staff_member_id
    }
    event = (await make.events("quote.taken", cast.account.id))[-1]
    assert (event["owner_id"], event["from_owner_id"]) == (
        new.staff_member_id,
        cast.representative.staff_member_id,
    )
    async with acting(new):
        assert (await find(waiting.reference, by=new)).owner_id == new.staff_member_id


async def test_where_nobody_represents_it_who_answers_then_owes_it(make: Factory) -> None:
    cast = await cast_of(make)
    ordered = await confirmed_order(make, await phone_order(make, cast, urgent=True))
    await represented_by(cast, None)  # no backup either: the account manager answers
    assert set((await owners(cast, "order", ordered.reference)).values()) == {
        cast.manager.staff_member_id
    }


async def test_the_clocks_of_somebody_who_left_pass_on_too(make: Factory) -> None:
    cast = await cast_of(make)
    ordered = await confirmed_order(make, await phone_order(make, cast, urgent=True))
    await make.owner.execute(
        "UPDATE person SET disabled_at = now() WHERE id = $1", cast.representative.person_id
    )
    new = await make.staff(StaffRole.SALES_REPRESENTATIVE, branch_id=cast.account.branch_id)
    await represented_by(cast, new)
    owed = await owners(cast, "order", ordered.reference)
    assert owed
    assert set(owed.values()) == {new.staff_member_id}
    # The same team once more changes nothing.
    taken = len(await make.events("quote.taken", cast.account.id))
    await represented_by(cast, new)
    assert len(await make.events("quote.taken", cast.account.id)) == taken
