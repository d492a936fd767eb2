"""What the supervisor allows, and when what is made to order is produced (rules O1, O7)."""

from datetime import date, timedelta

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.approvals import (
    NoConsentNeeded,
    NotMadeToOrder,
    OnlySupervisorMovesForward,
    consent_on_stock,
    move_production,
    set_production,
)
from portal.domain.orders.finding import lines_of
from portal.domain.orders.release import CheckKind, Step
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.orders.states import PromiseBasis
from tests.domain.orders.release_orders import (
    business_time,
    clocks,
    confirmed,
    confirmed_order,
    monday,
    state,
    taken_order,
    verdict,
)
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded


async def consent(ordered: Ordered, by: Actor, reason: str = "Worth it") -> None:
    async with acting(by):
        await consent_on_stock(await loaded(ordered.reference, by), reason, by=by)


async def blocking(ordered: Ordered, step: Step, by: Actor | None = None) -> set[CheckKind]:
    return {check.kind for check in (await verdict(ordered, by)).blocking(step)}


class TestConsentOnStock:
    async def off_contract(self, make: Factory) -> Ordered:
        return await confirmed(await taken_order(make, price=None))

    async def test_an_order_outside_a_contract_waits_for_it(self, make: Factory) -> None:  # O1
        ordered = await self.off_contract(make)
        for by in (ordered.cast.representative, ordered.cast.buyer):
            assert await blocking(ordered, Step.SCHEDULE, by) == {CheckKind.STOCK_CONSENT}
        await consent(ordered, ordered.cast.supervisor)
        for by in (ordered.cast.representative, ordered.cast.buyer):
            assert await blocking(ordered, Step.SCHEDULE, by) == set()
        assert len(await make.events("order.consent_given", ordered.cast.account.id)) == 1

    async def test_it_is_the_supervisor_s_or_the_duty_manager_s(self, make: Factory) -> None:
        ordered = await self.off_contract(make)
        for by in (ordered.cast.representative, ordered.cast.assistant, ordered.cast.buyer):
            with pytest.raises(NotAllowed):
                await consent(ordered, by)
        await consent(ordered, await make.staff(StaffRole.DUTY_MANAGER))

    async def test_it_is_given_once_where_it_is_needed_with_a_reason(self, make: Factory) -> None:
        ordered = await self.off_contract(make)
        supervisor = ordered.cast.supervisor
        with pytest.raises(FieldErrors):
            await consent(ordered, supervisor, " ")
        await consent(ordered, supervisor)
        agreed = await confirmed_order(make)
        for order, by in ((ordered, supervisor), (agreed, agreed.cast.supervisor)):
            with pytest.raises(NoConsentNeeded):
                await consent(order, by)

    async def test_not_for_what_has_left(self, make: Factory) -> None:
        ordered = await self.off_contract(make)
        await state(make, ordered, "shipped")
        with pytest.raises(WrongState):
            await consent(ordered, ordered.cast.supervisor)


class TestProduction:
    async def made_to_order(self, make: Factory, *, stock: int = 0) -> Ordered:
        ordered = await taken_order(make, stock=stock)
        await make.owner.execute(
            "UPDATE item SET kind = 'made_to_order' WHERE id = $1", ordered.cast.item_id
        )
        return await confirmed(ordered)

    async def give(
        self, ordered: Ordered, days: int, *, by: Actor | None = None, reason: str | None = None
    ) -> date:
        """Set the earliest production so many days off, or move it there with a reason."""
        actor = by or ordered.cast.representative
        async with acting(actor):
            order = await loaded(ordered.reference, actor)
            (line,) = await lines_of(order.id)
            day = await day_at_branch(order.account_id) + timedelta(days=days)
            if reason is None:
                await set_production(order, line.id, day, by=actor)
            else:
                await move_production(order, line.id, day, reason, by=actor)
        return day

    async def test_the_earliest_date_is_given_before_scheduling_and_promised(  # rule O7
        self, make: Factory
    ) -> None:
        async with business_time(make, monday(10)):
            ordered = await self.made_to_order(make)
            assert CheckKind.PRODUCTION in await blocking(ordered, Step.SCHEDULE)
            day = await self.give(ordered, 9)
            assert await blocking(ordered, Step.SCHEDULE) == set()
            assert CheckKind.PRODUCTION in await blocking(ordered, Step.SHIP)
            order = await ordered.record(ordered.cast.buyer)
            assert (order.promised_ship_on, order.basis) == (day, PromiseBasis.PRODUCTION)
            (shipment,) = await clocks(ordered)
            assert shipment.due_at == monday(18, days=9)

    async def test_a_later_date_does_not_move_the_promise(self, make: Factory) -> None:  # rule O7
        async with business_time(make, monday(10)):
            ordered = await self.made_to_order(make)
            day = await self.give(ordered, 9)
            await self.give(ordered, 12)
            assert (await ordered.record()).promised_ship_on == day

    async def test_only_the_supervisor_moves_it_forward_and_that_is_tracked(  # rule O7
        self, make: Factory
    ) -> None:
        async with business_time(make, monday(10)):
            ordered = await self.made_to_order(make)
            before = await self.give(ordered, 9)
            with pytest.raises(OnlySupervisorMovesForward):
                await self.give(ordered, 5)
            with pytest.raises(NotAllowed):
                await self.give(ordered, 5, reason="Urgent")
            after = await self.give(ordered, 5, by=ordered.cast.supervisor, reason="Line stands")
            assert (await ordered.record()).promised_ship_on == after
            row = await make.owner.fetchrow(
                """SELECT p.* FROM order_approval p JOIN sales_order o ON o.id = p.order_id
                   WHERE o.reference = $1""",
                ordered.reference,
            )
            assert (row["kind"], row["reason"]) == ("production_moved", "Line stands")
            assert (row["date_before"], row["date_after"]) == (before, after)
            assert row["approved_by"] == ordered.cast.supervisor.person_id

    async def test_the_customer_reads_the_day_and_not_the_reason(self, make: Factory) -> None:
        ordered = await self.made_to_order(make)
        await self.give(ordered, 9)
        await self.give(ordered, 5, by=ordered.cast.supervisor, reason="They shouted")
        rows = await make.owner.fetch(
            """SELECT verb, audience, after::text AS after FROM activity
               WHERE reference = $1 AND verb LIKE 'orders.production%'""",
            ordered.reference,
        )
        told = {row["verb"] for row in rows if row["audience"] == "customer"}
        assert told == {"orders.production_set", "orders.production_moved"}
        assert all("shouted" not in row["after"] for row in rows if row["audience"] == "customer")

    async def test_it_is_moved_forward_only(self, make: Factory) -> None:
        ordered = await self.made_to_order(make)
        supervisor = ordered.cast.supervisor
        with pytest.raises(FieldError):
            await self.give(ordered, 3, by=supervisor, reason="None was set")
        await self.give(ordered, 9)
        for days in (9, 10):
            with pytest.raises(FieldError):
                await self.give(ordered, days, by=supervisor, reason="Later")

    async def test_a_day_that_is_over_is_refused(self, make: Factory) -> None:
        ordered = await self.made_to_order(make)
        with pytest.raises(FieldError):
            await self.give(ordered, -1)

    async def test_what_comes_from_stock_has_no_production_date(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        with pytest.raises(NotMadeToOrder):
            await self.give(ordered, 9)

    async def test_a_line_of_another_order_is_not_found(self, make: Factory) -> None:
        ordered, other = await self.made_to_order(make), await self.made_to_order(make)
        by = ordered.cast.representative
        async with acting(other.cast.representative):
            (line,) = await lines_of((await loaded(other.reference, other.cast.representative)).id)
        with pytest.raises(NotFound):
            async with acting(by):
                order = await loaded(ordered.reference, by)
                await set_production(order, line.id, date(2030, 1, 7), by=by)
