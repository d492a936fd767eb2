"""A payment that has not come is guaranteed by the account's own sales only (rule O9)."""

from datetime import date, timedelta

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.guarantees import (
    BalanceComesFirst,
    NoGuaranteeForAccount,
    NothingToGuarantee,
    NotYourAccount,
    PaysUnreliably,
    guarantee_payment,
    guarantee_until,
)
from portal.domain.orders.release import CheckKind
from portal.domain.orders.shipment_locking import day_at_branch
from tests.domain.orders.release_orders import confirmed_order, pay, state, verdict
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded


async def vouch(
    ordered: Ordered, days: int = 3, *, by: Actor | None = None, reason: str = "Called"
) -> date:
    """Guarantee the payment for so many days from today; returns the day."""
    actor = by or ordered.cast.representative
    async with acting(actor):
        order = await loaded(ordered.reference, actor)
        pay_by = await day_at_branch(order.account_id) + timedelta(days=days)
        await guarantee_payment(order, pay_by, reason, by=actor)
    return pay_by


async def test_the_order_ships_before_it_is_paid(make: Factory) -> None:  # rule O9
    ordered = await confirmed_order(make, "in_advance")
    assert not (await verdict(ordered)).may_ship
    pay_by = await vouch(ordered)
    for by in (ordered.cast.representative, ordered.cast.buyer):
        decision = await verdict(ordered, by)
        assert decision.may_ship
        (check,) = [each for each in decision.checks if each.kind is CheckKind.GUARANTEE]
        assert check.for_customer
        assert check.for_customer.params["date"] == pay_by


async def test_who_vouched_is_not_told_to_the_customer(make: Factory) -> None:
    ordered = await confirmed_order(make, "in_advance")
    await vouch(ordered, reason="Known for years")
    decision = await verdict(ordered, ordered.cast.buyer)
    said = [value for check in decision.checks for value in check.words.params.values()]
    assert ordered.cast.representative.name not in [
        value
        for check in decision.checks
        if check.kind is CheckKind.GUARANTEE
        for value in check.words.params.values()
    ]
    assert "Known for years" not in said


@pytest.mark.parametrize("days", [0, 1, 3])
async def test_the_payment_date_is_at_most_three_days_off(make: Factory, days: int) -> None:
    ordered = await confirmed_order(make, "in_advance")  # rule O9
    await vouch(ordered, days)
    assert (await verdict(ordered)).may_ship


@pytest.mark.parametrize("days", [-1, 4, 30])
async def test_another_date_is_refused(make: Factory, days: int) -> None:  # rule O9
    ordered = await confirmed_order(make, "in_advance")
    with pytest.raises(FieldErrors) as refused:
        await vouch(ordered, days)
    assert [error.field for error in refused.value.errors] == ["pay_by"]
    assert not (await verdict(ordered)).may_ship


async def test_it_says_why(make: Factory) -> None:
    ordered = await confirmed_order(make, "in_advance")
    with pytest.raises(FieldErrors) as refused:
        await vouch(ordered, reason=" ")
    assert [error.field for error in refused.value.errors] == ["reason"]


class TestWho:
    async def test_the_supervisor_may(self, make: Factory) -> None:
        ordered = await confirmed_order(make, "in_advance")
        await vouch(ordered, by=ordered.cast.supervisor)
        assert (await verdict(ordered)).may_ship

    async def test_a_deputy_may_while_standing_in(self, make: Factory) -> None:
        ordered = await confirmed_order(make, "in_advance")
        cast = ordered.cast
        deputy = await make.staff(StaffRole.SALES_REPRESENTATIVE)
        day = await make.owner.fetchval("SELECT business_now()::date")
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        await make.deputy(cast.representative, deputy, before, after)
        await vouch(ordered, by=deputy)
        assert (await verdict(ordered)).may_ship

    async def test_neither_a_colleague_of_the_team_nor_a_foreign_supervisor_may(
        self, make: Factory
    ) -> None:
        ordered = await confirmed_order(make, "in_advance")
        stranger = await make.staff(StaffRole.SALES_SUPERVISOR)
        for by in (ordered.cast.colleague, stranger):
            with pytest.raises(NotYourAccount):
                await vouch(ordered, by=by)
            async with acting(by):
                order = await loaded(ordered.reference, by)
                assert await guarantee_until(order, by=by) is None

    async def test_roles_without_the_right_may_not(self, make: Factory) -> None:
        ordered = await confirmed_order(make, "in_advance")
        finance = await make.staff(StaffRole.FINANCE)
        for by in (ordered.cast.assistant, ordered.cast.manager, finance, ordered.cast.buyer):
            with pytest.raises(NotAllowed):
                await vouch(ordered, by=by)


class TestNever:
    @pytest.mark.parametrize("tier", ["general", "potential"])
    async def test_for_small_accounts(self, make: Factory, tier: str) -> None:  # rule O9
        ordered = await confirmed_order(make, "in_advance", tier=tier)
        with pytest.raises(NoGuaranteeForAccount):
            await vouch(ordered)

    async def test_for_unstable_accounts(self, make: Factory) -> None:  # rule O9
        ordered = await confirmed_order(make, "in_advance")
        await self.become_unstable(make, ordered)
        with pytest.raises(PaysUnreliably):
            await vouch(ordered)

    async def test_a_guarantee_ends_when_the_account_becomes_unstable(self, make: Factory) -> None:
        ordered = await confirmed_order(make, "in_advance")
        await vouch(ordered)
        await self.become_unstable(make, ordered)
        for by in (ordered.cast.representative, ordered.cast.buyer):
            assert not (await verdict(ordered, by)).may_ship

    async def test_for_the_balance_of_a_project(self, make: Factory) -> None:  # rule O8
        ordered = await confirmed_order(make, "deposit")
        with pytest.raises(BalanceComesFirst):
            await vouch(ordered)

    async def test_where_nothing_is_awaited(self, make: Factory) -> None:
        on_account = await confirmed_order(make, "days_30")
        paid = await confirmed_order(make, "in_advance")
        await pay(make, paid, 1_130)
        for ordered in (on_account, paid):
            with pytest.raises(NothingToGuarantee):
                await vouch(ordered)

    async def test_for_what_has_left(self, make: Factory) -> None:
        ordered = await confirmed_order(make, "in_advance")
        await state(make, ordered, "shipped")
        with pytest.raises(WrongState):
            await vouch(ordered)

    async def become_unstable(self, make: Factory, ordered: Ordered) -> None:
        await make.owner.execute(
            "UPDATE account SET payment_standing = 'unstable' WHERE id = $1",
            ordered.cast.account.id,
        )


async def test_who_may_is_told_until_when(make: Factory) -> None:
    ordered = await confirmed_order(make, "in_advance")
    by = ordered.cast.representative
    async with acting(by):
        order = await loaded(ordered.reference, by)
        today = await day_at_branch(order.account_id)
        assert await guarantee_until(order, by=by) == today + timedelta(days=3)


async def test_finance_is_told_and_the_customer_reads_nothing_of_it(make: Factory) -> None:
    ordered = await confirmed_order(make, "in_advance")
    pay_by = await vouch(ordered)
    (told,) = await make.events("order.guaranteed", ordered.cast.account.id)
    assert told["pay_by"] == pay_by.isoformat()
    rows = await make.owner.fetch(
        "SELECT audience FROM activity WHERE verb = 'orders.guaranteed' AND account_id = $1",
        ordered.cast.account.id,
    )
    assert [row["audience"] for row in rows] == ["internal"]
