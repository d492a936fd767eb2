"""Credit: asked for by sales, decided by somebody else; beyond it nothing ships (O10, A16)."""

import asyncio
from decimal import Decimal

import asyncpg
import pytest

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.credit import (
    AlreadyDecided,
    Credit,
    NoCreditForAccount,
    OwnRequest,
    RequestOpen,
    credit_of,
    decide_limit,
    limit_by_id,
    limits_of,
    request_limit,
)
from portal.domain.orders.release import CheckKind, Step
from portal.domain.orders.tables import CreditLimit
from tests.domain.orders.release_orders import (
    approved_limit,
    confirmed,
    confirmed_order,
    pay,
    state,
    taken_order,
    verdict,
)
from tests.domain.orders.release_samples import cny
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered
from tests.scenarios import Cast, cast_of


@pytest.fixture
async def approver(make: Factory) -> Actor:
    return await make.staff(StaffRole.GENERAL_MANAGER)


async def ask(
    cast: Cast, amount: str | int = 5_000, *, by: Actor | None = None, reason: str = "Grows"
) -> CreditLimit:
    actor = by or cast.representative
    async with acting(actor):
        return await request_limit(cast.account.id, Decimal(amount), reason, by=actor)


async def decide(limit: CreditLimit, approve: bool, *, by: Actor, note: str = "Fine") -> None:
    async with acting(by):
        await decide_limit(await limit_by_id(limit.id, by=by), approve, note, by=by)


async def credit(cast: Cast) -> Credit:
    async with acting(cast.representative):
        return await credit_of(cast.account.id)


async def beyond(ordered: Ordered) -> bool:
    """Whether credit stands in the way, on both sides alike."""
    answers = {
        CheckKind.CREDIT
        in {check.kind for check in (await verdict(ordered, by)).blocking(Step.SHIP)}
        for by in (ordered.cast.representative, ordered.cast.buyer)
    }
    assert len(answers) == 1
    return answers.pop()


class TestUse:
    async def test_confirmed_orders_use_it_until_they_are_settled(self, make: Factory) -> None:
        ordered = await taken_order(make, limit=2_000)  # rule A16
        cast = ordered.cast
        assert (await credit(cast)).used == cny(0)
        await confirmed(ordered)
        assert (await credit(cast)).used == cny("1130.00")
        assert (await credit(cast)).left == cny("870.00")
        await pay(make, ordered, 130)
        assert (await credit(cast)).used == cny("1000.00")
        await state(make, ordered, "settled")
        assert (await credit(cast)).used == cny(0)

    async def test_what_is_paid_first_uses_none(self, make: Factory) -> None:
        ordered = await confirmed_order(make, "in_advance")
        assert (await credit(ordered.cast)).used == cny(0)

    async def test_no_limit_on_file_is_a_limit_of_zero(self, make: Factory) -> None:  # rule A16
        ordered = await confirmed_order(make, limit=None)
        assert await beyond(ordered)
        assert (await credit(ordered.cast)).limit is None
        assert (await credit(ordered.cast)).is_exceeded

    @pytest.mark.parametrize(("limit", "stands_in_the_way"), [(1_130, False), (1_129, True)])
    async def test_up_to_the_limit_it_ships(  # rule O10
        self, make: Factory, limit: int, stands_in_the_way: bool
    ) -> None:
        assert await beyond(await confirmed_order(make, limit=limit)) is stands_in_the_way

    async def test_an_order_never_stops_one_that_was_confirmed_earlier(  # rules O10, A16
        self, make: Factory
    ) -> None:
        first = await confirmed_order(make, limit=2_000)
        second = await confirmed(await taken_order(make, cast=first.cast, limit=None))
        assert [await beyond(first), await beyond(second)] == [False, True]
        await pay(make, first, 260)
        assert [await beyond(first), await beyond(second)] == [False, False]

    async def test_goods_that_are_out_count_whenever_they_were_ordered(  # rule A16
        self, make: Factory
    ) -> None:
        first = await confirmed_order(make, limit=2_000)
        second = await confirmed(await taken_order(make, cast=first.cast, limit=None))
        await state(make, second, "shipped")
        assert await beyond(first)

    async def test_another_account_s_orders_do_not_count(self, make: Factory) -> None:
        await confirmed_order(make)
        assert not await beyond(await confirmed_order(make, limit=1_130))


class TestRequest:
    async def test_it_is_raised_by_somebody_else_and_the_order_ships(  # rules A16, O10
        self, make: Factory, approver: Actor
    ) -> None:
        ordered = await confirmed_order(make, limit=1_000)
        assert await beyond(ordered)
        limit = await ask(ordered.cast)
        waiting = await credit(ordered.cast)
        assert waiting.open_request
        assert waiting.limit == cny("1000.00")
        await decide(limit, True, by=approver)
        assert not await beyond(ordered)
        assert (await ordered.record()).released_at
        assert (await credit(ordered.cast)).limit == cny("5000.00")
        assert (await credit(ordered.cast)).open_request is None

    async def test_a_refusal_changes_nothing_and_says_why(
        self, make: Factory, approver: Actor
    ) -> None:
        ordered = await confirmed_order(make, limit=1_000)
        limit = await ask(ordered.cast)
        with pytest.raises(FieldErrors):
            await decide(limit, False, by=approver, note="")
        await decide(limit, False, by=approver, note="Pays late")
        assert await beyond(ordered)
        async with acting(ordered.cast.representative):
            newest, *_ = await limits_of(ordered.cast.account.id)
        assert (newest.approved, newest.decision_note) == (False, "Pays late")

    async def test_the_newest_decision_holds(self, make: Factory, approver: Actor) -> None:
        cast = await cast_of(make)
        for amount in (5_000, 3_000, 0):
            await decide(await ask(cast, amount), True, by=approver)
            assert (await credit(cast)).limit == cny(amount)

    async def test_who_asked_does_not_decide(self, make: Factory) -> None:  # rule A16
        cast = await cast_of(make)
        limit = await ask(cast)
        # Since then they have been given a post that decides.
        promoted = Actor(
            cast.representative.person_id,
            cast.representative.name,
            cast.representative.side,
            StaffRole.GENERAL_MANAGER,
            None,
            cast.representative.staff_member_id,
            cast.representative.branch_id,
        )
        with pytest.raises(OwnRequest):
            await decide(limit, True, by=promoted)
        with pytest.raises(asyncpg.CheckViolationError):
            await make.owner.execute(
                """UPDATE credit_limit SET decided_by = requested_by, approved = true,
                       decided_at = business_now() WHERE id = $1""",
                limit.id,
            )

    async def test_sales_does_not_decide_and_the_warehouse_does_not_ask(
        self, make: Factory
    ) -> None:
        cast = await cast_of(make)
        limit = await ask(cast)
        with pytest.raises(NotAllowed):
            await decide(limit, True, by=cast.supervisor)
        with pytest.raises(NotAllowed):
            await ask(cast, by=await make.staff(StaffRole.WAREHOUSE))

    async def test_the_file_of_others_stays_closed(self, make: Factory) -> None:  # rule A6
        cast = await cast_of(make)
        with pytest.raises(NotFound):
            await ask(cast, by=await make.staff(StaffRole.SALES_REPRESENTATIVE))

    async def test_one_request_at_a_time(self, make: Factory) -> None:
        cast = await cast_of(make)
        await ask(cast)
        with pytest.raises(RequestOpen):
            await ask(cast, 9_000)

    async def test_two_approvers_at_once_decide_it_once(self, make: Factory) -> None:
        cast = await cast_of(make)
        limit = await ask(cast)
        deciders = [await make.staff(StaffRole.DUTY_MANAGER) for _ in range(3)]
        results = await asyncio.gather(
            *(decide(limit, number == 0, by=by) for number, by in enumerate(deciders)),
            return_exceptions=True,
        )
        assert sum(isinstance(each, AlreadyDecided) for each in results) == 2

    @pytest.mark.parametrize("amount", ["-1", "0.001", "1E+12"])
    async def test_an_impossible_amount_is_refused(self, make: Factory, amount: str) -> None:
        with pytest.raises(FieldErrors):
            await ask(await cast_of(make), amount)

    @pytest.mark.parametrize("tier", ["general", "potential"])
    async def test_credit_is_for_large_accounts(self, make: Factory, tier: str) -> None:  # A16
        with pytest.raises(NoCreditForAccount):
            await ask(await cast_of(make, tier=tier))

    async def test_credit_is_for_stable_accounts(self, make: Factory, approver: Actor) -> None:
        cast = await cast_of(make)  # rule A16
        await approved_limit(make, cast, 10_000)
        raised = await ask(cast, 20_000)
        await make.owner.execute(
            "UPDATE account SET payment_standing = 'unstable' WHERE id = $1", cast.account.id
        )
        with pytest.raises(NoCreditForAccount):
            await decide(raised, True, by=approver)
        await decide(raised, False, by=approver)
        with pytest.raises(NoCreditForAccount):
            await ask(cast, 10_001)
        await decide(await ask(cast, 500), True, by=approver)
        assert (await credit(cast)).limit == cny(500)


async def test_the_customer_sees_the_limit_that_holds_and_no_request(make: Factory) -> None:
    cast = await cast_of(make)
    await approved_limit(make, cast, 7_000)
    await ask(cast, 9_000)
    async with acting(cast.buyer):
        rows = await fetch("SELECT amount FROM credit_limit")
    assert [row["amount"] for row in rows] == [7_000]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(cast.buyer):
            await fetch("SELECT reason FROM credit_limit")
