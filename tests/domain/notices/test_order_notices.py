"""Who is told of what happens to an order, and that nobody else is (rules O1-O17, O22, A16)."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import SYSTEM, Actor, Audience, Side
from portal.domain.common.money import Money
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.common.thread import write
from portal.domain.notices.facts import Fact, words_for
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.telling import TOLD
from portal.domain.orders.events import CreditEvent, OrderEvent, RegistrationEvent
from portal.domain.orders.tables import CreditLimit, ProjectRegistration, SalesOrder
from portal.domain.orders.telling import tell, tell_of_credit, tell_of_registration
from tests.domain.notices.happenings import mails, newest_event, notices, told
from tests.domain.notices.happenings import tell as expanded
from tests.factories import Account, Factory, acting, unique

PROMISED = date(2026, 8, 24)


@dataclass
class Case:
    """An order of an account, and everybody of the branch who has to do with it."""

    make: Factory
    account: Account
    buyer: Actor
    representative: Actor
    assistant: Actor
    supervisor: Actor
    warehouse: Actor
    finance: Actor
    manager: Actor
    order: SalesOrder

    async def event(self, event: OrderEvent, *, by: Actor, **facts: Any) -> int:
        login = Login.CUSTOMER if by.side is Side.CUSTOMER else Login.STAFF
        async with unit_of_work(login, account_id=by.account_id, person_id=by.person_id):
            await tell(self.order, event, by=by, **facts)
        event_id = await newest_event(self.make, event)
        await expanded(event_id)
        return event_id

    async def happens(self, event: OrderEvent, *, by: Actor, **facts: Any) -> dict[str, str]:
        """Announce as a verb does, tell as the worker does: who was told what."""
        return await told(self.make, await self.event(event, by=by, **facts))

    async def shipment(self, **values: Any) -> int:
        now = await self.make.owner.fetchval("SELECT business_now()")
        sent = {
            "status": "shipped",
            "carrier": "SF Express",
            "tracking_number": "SF123",
            "parcels": 2,
            "shipped_by": self.warehouse.person_id,
            "shipped_at": now,
            "expected_on": PROMISED,
        }
        return await self.make.insert(
            "shipment",
            account_id=self.account.id,
            order_id=self.order.id,
            reference=unique("DN-2026-"),
            ship_to_id=self.account.ship_to_id,
            prepared_by=self.warehouse.person_id,
            prepared_at=now,
            **{**sent, **values},
        )


async def case(make: Factory, *, urgent: bool = False, locale: str = "en") -> Case:
    branch = await make.branch()
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch)
    representative = await make.staff(branch_id=branch, supervisor=supervisor)
    assistant = await make.staff(StaffRole.SALES_ASSISTANT, branch_id=branch)
    account = await make.account(
        branch_id=branch, representative=representative, assistant=assistant
    )
    buyer = await make.buyer(account, locale=locale)
    now = await make.owner.fetchval("SELECT business_now()")
    order_id = await make.insert(
        "sales_order",
        account_id=account.id,
        reference=unique("SO-2026-"),
        status="confirmed",
        origin="phone",
        title="Bearings for line 3",
        urgent=urgent,
        currency="CNY",
        net_total=Decimal(100),
        tax_total=Decimal(13),
        gross_total=Decimal(113),
        payment_terms="days_30",
        ship_to_id=account.ship_to_id,
        promised_ship_on=PROMISED,
        promise_basis="stock",
        placed_by=buyer.person_id,
        placed_at=now,
        confirmed_at=now,
    )
    async with unit_of_work(Login.STAFF):
        order = await SalesOrder.objects().where(SalesOrder.id == order_id).first()
    assert order
    return Case(
        make,
        account,
        buyer,
        representative,
        assistant,
        supervisor,
        await make.staff(StaffRole.WAREHOUSE, branch_id=branch),
        await make.staff(StaffRole.FINANCE, branch_id=branch),
        await make.staff(StaffRole.DUTY_MANAGER, branch_id=branch),
        order,
    )


def test_every_event_says_who_is_told() -> None:
    announced = {*OrderEvent, *CreditEvent, *RegistrationEvent}
    assert {event.value for event in announced} <= TOLD.keys()
    assert all(TOLD[event].tellings for event in announced)


async def test_a_reorder_reaches_sales(make: Factory) -> None:
    """Rule O1: the sales representative confirms it, the assistant has a copy."""
    at = await case(make)
    assert await at.happens(OrderEvent.PLACED, by=at.buyer) == {
        at.representative.name: "order_received",
        at.assistant.name: "order_received",
    }


async def test_an_order_taken_by_phone_is_confirmed_to_the_customer(make: Factory) -> None:
    at = await case(make, urgent=True)
    assert await at.happens(OrderEvent.PLACED, by=at.assistant) == {
        at.representative.name: "urgent_order_received",
        at.buyer.name: "order_taken",
    }


async def test_what_is_urgent_goes_ahead(make: Factory) -> None:
    """Rule O6."""
    at = await case(make, urgent=True)
    event = await at.event(OrderEvent.SCHEDULED, by=at.representative)
    assert await told(make, event) == {at.warehouse.name: "urgent_to_prepare"}
    assert [mail["queue"] for mail in await mails(make, event)] == ["urgent"]


async def test_the_customer_reads_what_is_missing(make: Factory) -> None:
    """Rule O1."""
    at = await case(make)
    event = await at.event(OrderEvent.INCOMPLETE, by=at.assistant, missing=["price", "transport"])
    found = await notices(make, event)
    assert found[at.representative.name]["kind"] == "order_incomplete"
    assert found[at.buyer.name]["words"]["missing"] == ["price", "transport"]


async def test_the_confirmation_tells_the_promise(make: Factory) -> None:
    at = await case(make)
    event = await at.event(OrderEvent.CONFIRMED, by=at.representative)
    (notice,) = (await notices(make, event)).values()
    assert notice["kind"] == "order_confirmed"
    assert notice["words"]["ship_on"] == PROMISED.isoformat()
    assert notice["words"]["total"] == {"amount": "113.000", "currency": "CNY"}
    assert notice["path"] == f"/orders/{at.order.reference}"
    (mail,) = await mails(make, event)
    assert mail["thread_id"] == f"<sales_order.{at.order.id}@hengda.example>"


async def test_the_warehouse_is_told_what_to_prepare_without_prices(make: Factory) -> None:
    at = await case(make)
    event = await at.event(OrderEvent.SCHEDULED, by=at.representative)
    found = await notices(make, event)
    assert list(found) == [at.warehouse.name]
    assert "total" not in found[at.warehouse.name]["words"]
    assert found[at.warehouse.name]["path"] == (f"/staff/warehouse/orders/{at.order.reference}")
    assert not await mails(make, event)  # their list says it, too
    assert await at.happens(OrderEvent.UNSCHEDULED, by=at.representative) == {
        at.warehouse.name: "not_to_prepare"
    }


async def test_the_warehouse_hears_that_an_order_may_ship_once_it_has_it(make: Factory) -> None:
    at = await case(make)
    assert await at.happens(OrderEvent.RELEASED, by=at.finance) == {
        at.representative.name: "may_ship"
    }
    await make.owner.execute(
        "UPDATE sales_order SET status = 'scheduled' WHERE id = $1", at.order.id
    )
    assert await at.happens(OrderEvent.RELEASED, by=at.finance) == {
        at.warehouse.name: "may_ship",
        at.representative.name: "may_ship",
    }


async def test_other_places_and_combined_orders_are_pointed_out(make: Factory) -> None:
    """Rules O12, O13."""
    at = await case(make)
    assert await at.happens(OrderEvent.SHIP_TO_CHANGED, by=at.assistant) == {
        at.warehouse.name: "place_changed",
        at.representative.name: "place_changed",
        at.buyer.name: "place_changed",
    }
    event = await at.event(
        OrderEvent.COMBINED, by=at.representative, with_id=1, with_reference="SO-2026-00008"
    )
    (notice,) = (await notices(make, event)).values()
    assert (notice["kind"], notice["words"]["other"]) == ("ships_together", "SO-2026-00008")


async def test_why_an_order_is_held_stays_with_us(make: Factory) -> None:
    """Rule O12: the customer is told that it is, not why."""
    at = await case(make)
    await make.owner.execute(
        """UPDATE sales_order SET held_at = now(), hold_reason = 'They pay late',
               hold_place = 'Bay 4' WHERE id = $1""",
        at.order.id,
    )
    event = await at.event(OrderEvent.HELD, by=at.representative)
    found = await notices(make, event)
    assert found[at.warehouse.name]["words"]["said"] == "They pay late"
    assert found[at.warehouse.name]["words"]["hold_place"] == "Bay 4"
    assert found[at.buyer.name]["kind"] == "your_order_held"
    assert "late" not in json.dumps(found[at.buyer.name]["words"])
    assert "Bay" not in json.dumps(found[at.buyer.name]["words"])


async def test_sales_hears_of_a_cancellation_and_the_warehouse_if_it_knew(make: Factory) -> None:
    """Rule O11: recorded, and sales is told, which coordinates."""
    at = await case(make)
    assert await at.happens(OrderEvent.CANCELLED, by=at.buyer, was="confirmed") == {
        at.representative.name: "order_cancelled",
        at.assistant.name: "order_cancelled",
    }
    assert await at.happens(OrderEvent.CANCELLED, by=at.representative, was="in_preparation") == {
        at.assistant.name: "order_cancelled",
        at.warehouse.name: "order_cancelled",
        at.buyer.name: "your_order_cancelled",
    }


async def test_payments_reach_customer_and_sales(make: Factory) -> None:
    """Rules O8, O9."""
    at = await case(make)
    paid = {"amount": Money(Decimal("50.00"), "CNY"), "balance": Money(Decimal("63.00"), "CNY")}
    event = await at.event(OrderEvent.PAYMENT_RECORDED, by=at.finance, payment_id=1, **paid)
    found = await notices(make, event)
    assert set(found) == {at.representative.name, at.buyer.name}
    assert found[at.buyer.name]["words"]["balance"] == {"amount": "63.00", "currency": "CNY"}
    assert "account" not in found[at.buyer.name]["words"]
    assert found[at.representative.name]["words"]["account"] == at.account.name
    assert set(
        (
            await at.happens(OrderEvent.PAYMENT_REVERSED, by=at.finance, payment_id=1, **paid)
        ).values()
    ) == {"payment_reversed"}


async def test_a_guarantee_is_finances_and_no_customers_business(make: Factory) -> None:
    """Rule O9."""
    at = await case(make)
    assert await at.happens(OrderEvent.GUARANTEED, by=at.representative, pay_by=PROMISED) == {
        at.finance.name: "payment_guaranteed"
    }


async def test_sales_is_told_to_call_before_the_cut_off_once_a_day(make: Factory) -> None:
    """Rule O9: through the queue that nothing delays, and once."""
    at = await case(make)
    once = f"order.unpaid_before_cut_off:{at.order.id}:2026-08-24"
    for _ in range(2):
        async with unit_of_work(Login.WORKER):
            await tell(at.order, OrderEvent.UNPAID_BEFORE_CUT_OFF, by=SYSTEM, once=once)
    rows = await make.owner.fetch("SELECT id, queue FROM outbox WHERE dedupe_key = $1", once)
    assert [row["queue"] for row in rows] == ["urgent"]
    await expanded(rows[0]["id"])
    assert await told(make, rows[0]["id"]) == {
        at.representative.name: "call_for_payment",
        at.assistant.name: "call_for_payment",
    }


async def test_a_short_line_is_told_with_its_day(make: Factory) -> None:
    """Rule O15."""
    at = await case(make)
    line = await make.insert(
        "sales_order_line",
        account_id=at.account.id,
        order_id=at.order.id,
        position=1,
        description="Deep groove bearing",
        quantity=Decimal(10),
        unit="pcs",
        tax_rate=Decimal("0.13"),
        net=Decimal(100),
        tax=Decimal(13),
        available_on=PROMISED,
    )
    event = await at.event(OrderEvent.SHORT, by=at.warehouse, line_id=line, available_on=PROMISED)
    words = (await notices(make, event))[at.buyer.name]["words"]
    assert words["line"] == "Deep groove bearing"
    assert words["available_on"] == PROMISED.isoformat()


async def test_shipping_says_with_whom_and_until_when(make: Factory) -> None:
    """Rule O14."""
    at = await case(make)
    shipment = await at.shipment()
    event = await at.event(OrderEvent.SHIPPED, by=at.warehouse, shipment_id=shipment, complete=True)
    found = await notices(make, event)
    assert {name: row["kind"] for name, row in found.items()} == {
        at.buyer.name: "shipped",
        at.representative.name: "goods_left",
    }
    words = found[at.buyer.name]["words"]
    assert (words["carrier"], words["tracking"], words["parcels"]) == ("SF Express", "SF123", 2)
    assert words["expected_on"] == PROMISED.isoformat()
    assert [mail["name"] for mail in await mails(make, event)] == [at.buyer.name]
    partly = await at.happens(
        OrderEvent.SHIPPED, by=at.warehouse, shipment_id=shipment, complete=False
    )
    assert partly[at.buyer.name] == "partly_shipped"


async def test_an_exception_is_told_at_once_with_the_new_day(make: Factory) -> None:
    """Rule O14."""
    at = await case(make)
    shipment = await at.shipment(expected_on=PROMISED + timedelta(days=2))
    await make.insert(
        "transit_exception",
        account_id=at.account.id,
        shipment_id=shipment,
        what="Snow on the pass",
        expected_before=PROMISED,
        expected_on=PROMISED + timedelta(days=2),
        noted_by=at.warehouse.person_id,
        noted_at=await make.owner.fetchval("SELECT now()"),
    )
    event = await at.event(
        OrderEvent.EXCEPTION, by=at.warehouse, shipment_id=shipment, expected_before=PROMISED
    )
    found = await notices(make, event)
    assert {name: row["kind"] for name, row in found.items()} == {
        at.buyer.name: "delayed_to_you",
        at.representative.name: "delayed",
        at.assistant.name: "delayed",
    }
    words = found[at.buyer.name]["words"]
    assert words["said"] == "Snow on the pass"
    assert words["expected_before"] == PROMISED.isoformat()
    assert words["expected_on"] == (PROMISED + timedelta(days=2)).isoformat()
    assert {mail["queue"] for mail in await mails(make, event)} == {"urgent"}


async def test_what_has_arrived_in_full_is_to_be_invoiced(make: Factory) -> None:
    """Rules O16, O22."""
    at = await case(make)
    shipment = await at.shipment()
    told_of = await at.happens(
        OrderEvent.DELIVERED, by=at.warehouse, shipment_id=shipment, complete=False
    )
    assert told_of == {at.buyer.name: "delivered", at.representative.name: "goods_arrived"}
    told_of = await at.happens(
        OrderEvent.DELIVERED, by=at.warehouse, shipment_id=shipment, complete=True
    )
    assert told_of[at.finance.name] == "to_be_invoiced"


async def test_messages_reach_the_other_side_and_notes_nobody(make: Factory) -> None:
    at = await case(make)
    async with acting(at.buyer):
        asked = await write(
            at.order.subject, "Where is it?", by=at.buyer, audience=Audience.CUSTOMER
        )
    assert await at.happens(OrderEvent.MESSAGE, by=at.buyer, message_id=asked) == {
        at.representative.name: "order_message"
    }
    colleague = await make.buyer(at.account)
    async with acting(colleague):
        await write(at.order.subject, "Yes, where?", by=colleague, audience=Audience.CUSTOMER)
    async with acting(at.representative):
        note = await write(
            at.order.subject, "Always asking", by=at.representative, audience=Audience.INTERNAL
        )
    event = await at.event(OrderEvent.MESSAGE, by=at.representative, message_id=note)
    assert set(await told(make, event)) == {at.buyer.name, colleague.name}
    assert "Always" not in str(await notices(make, event))


async def test_without_a_person_of_the_portal_the_main_contact_is_told(make: Factory) -> None:
    at = await case(make)
    await make.owner.execute(
        "UPDATE sales_order SET placed_by = $2 WHERE id = $1",
        at.order.id,
        at.assistant.person_id,
    )
    await make.owner.execute(
        "UPDATE contact SET is_main = true WHERE person_id = $1", at.buyer.person_id
    )
    event = await at.event(OrderEvent.CONFIRMED, by=at.representative)
    (notice,) = (await notices(make, event)).values()
    assert notice["words"]["reason"] == "main_contact"
    assert notice["words"]["account"] == at.account.name


@pytest.mark.parametrize("event", list(OrderEvent))
async def test_a_stranger_is_never_told(make: Factory, event: OrderEvent) -> None:
    """Nobody of another account, no former member, nobody of another branch."""
    at = await case(make)
    other = await make.buyer(await make.account())
    left = await make.buyer(at.account, CustomerRole.READER)
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE person_id = $1", left.person_id
    )
    far = await make.staff(StaffRole.WAREHOUSE)
    shipment = await at.shipment()
    reached = await at.happens(event, by=SYSTEM, shipment_id=shipment)
    assert not {other.name, left.name, far.name} & set(reached)


async def test_somebody_else_decides_on_a_credit_limit(make: Factory) -> None:
    """Rule A16."""
    at = await case(make)
    limit_id = await make.insert(
        "credit_limit",
        account_id=at.account.id,
        amount=Decimal(5000),
        currency="CNY",
        reason="Grows",
        requested_by=at.representative.person_id,
        requested_at=await make.owner.fetchval("SELECT now()"),
    )
    limit = CreditLimit(id=limit_id, account_id=at.account.id)
    async with unit_of_work(Login.STAFF):
        await tell_of_credit(limit, CreditEvent.REQUESTED, by=at.representative)
    event = await newest_event(make, CreditEvent.REQUESTED)
    await expanded(event)
    found = await notices(make, event)
    assert {name: row["kind"] for name, row in found.items()} == {at.manager.name: "credit_wanted"}
    assert found[at.manager.name]["words"]["said"] == "Grows"
    assert found[at.manager.name]["path"] == f"/staff/finance/credit/{limit_id}"
    await make.owner.execute(
        """UPDATE credit_limit SET decided_by = $2, decided_at = now(), approved = false,
               decision_note = 'Too early' WHERE id = $1""",
        limit_id,
        at.manager.person_id,
    )
    async with unit_of_work(Login.STAFF):
        await tell_of_credit(limit, CreditEvent.DECIDED, by=at.manager)
    event = await newest_event(make, CreditEvent.DECIDED)
    await expanded(event)
    (notice,) = (await notices(make, event)).values()
    assert (notice["kind"], notice["words"]["said"]) == ("credit_refused", "Too early")
    assert notice["path"] == f"/staff/accounts/{at.account.code}/credit"


async def test_an_alert_reaches_duty_manager_and_sales_without_the_other_account(
    make: Factory,
) -> None:
    """Rule O17: no customer hears of it, and sales not whose order it was."""
    at, other = await case(make), await case(make)
    item = await make.item()
    registration_id = await make.insert(
        "project_registration",
        account_id=at.account.id,
        reference=unique("PR-2026-"),
        project_name="Metro line 3",
        item_id=item,
        quantity=Decimal(100),
        starts_on=PROMISED,
        ends_on=PROMISED + timedelta(days=90),
        registered_by=at.assistant.person_id,
        registered_at=await make.owner.fetchval("SELECT now()"),
    )
    async with unit_of_work(Login.WORKER):
        registration = await ProjectRegistration.objects().get(
            ProjectRegistration.id == registration_id
        )
        assert registration
        await tell_of_registration(registration, RegistrationEvent.ALERT, by=SYSTEM, alert_id=1)
    event = await newest_event(make, RegistrationEvent.ALERT)
    await expanded(event)
    found = await notices(make, event)
    assert set(found) == {at.manager.name, at.representative.name, at.assistant.name}
    assert other.account.name not in str(found)
    assert found[at.manager.name]["words"]["project"] == "Metro line 3"
    assert found[at.manager.name]["path"] == f"/staff/registrations/{registration.reference}"


async def test_a_project_is_signed_by_the_duty_manager(make: Factory) -> None:
    """Rule O17."""
    at = await case(make)
    registration_id = await make.insert(
        "project_registration",
        account_id=at.account.id,
        reference=unique("PR-2026-"),
        project_name="Metro line 3",
        item_id=await make.item(),
        quantity=Decimal(100),
        starts_on=PROMISED,
        ends_on=PROMISED,
        registered_by=at.representative.person_id,
        registered_at=await make.owner.fetchval("SELECT now()"),
    )
    registration = ProjectRegistration(id=registration_id, account_id=at.account.id, reference="PR")
    async with unit_of_work(Login.STAFF):
        await tell_of_registration(registration, RegistrationEvent.REGISTERED, by=at.representative)
    event = await newest_event(make, RegistrationEvent.REGISTERED)
    await expanded(event)
    assert await told(make, event) == {at.manager.name: "project_to_sign"}
    await make.owner.execute(
        "UPDATE project_registration SET signed_by = $2, signed_at = now() WHERE id = $1",
        registration_id,
        at.manager.person_id,
    )
    async with unit_of_work(Login.STAFF):
        await tell_of_registration(registration, RegistrationEvent.DECIDED, by=at.manager)
    event = await newest_event(make, RegistrationEvent.DECIDED)
    await expanded(event)
    assert await told(make, event) == {at.representative.name: "project_signed"}


def test_no_kind_for_customers_may_carry_what_we_wrote_for_ourselves() -> None:
    """Of all that is known, a customer's notice takes its own part only."""
    known = {fact.value: "x" for fact in Fact} | {"said": "internal", "hold_place": "Bay 4"}
    for kind in (
        NoticeKind.YOUR_ORDER_HELD,
        NoticeKind.YOUR_ORDER_CANCELLED,
        NoticeKind.ORDER_CONFIRMED,
        NoticeKind.PAYMENT_RECEIVED,
        NoticeKind.PROMISE_MOVED,
        NoticeKind.SHORT_OF_STOCK,
    ):
        words = words_for(kind, Side.CUSTOMER, Reason.ORDERER, known)
        assert not {"said", "hold_place", "account"} & words.keys()
