"""Payments, guarantees, credit and registered projects: who is told (rules O8, O9, O17, A16)."""

from datetime import timedelta
from decimal import Decimal

from portal.database import Login, unit_of_work
from portal.domain.common.actor import SYSTEM
from portal.domain.common.money import Money
from portal.domain.orders.events import CreditEvent, OrderEvent, RegistrationEvent
from portal.domain.orders.tables import CreditLimit, ProjectRegistration
from portal.domain.orders.telling import tell, tell_of_credit, tell_of_registration
from tests.domain.notices.happenings import newest_event, notices, told
from tests.domain.notices.happenings import tell as expanded
from tests.domain.notices.order_case import PROMISED, case
from tests.factories import Factory, unique


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


async def test_money_that_is_given_back_is_told_to_customer_and_sales(make: Factory) -> None:
    """Rule O11: of a paid order that is cancelled finance hears first."""
    at = await case(make)
    await make.owner.execute(
        """UPDATE sales_order SET status = 'cancelled', cancelled_at = now(), cancel_reason = 'x',
               paid = 50 WHERE id = $1""",
        at.order.id,
    )
    told = await at.happens(OrderEvent.CANCELLED, by=at.buyer, was="placed")
    assert told[at.finance.name] == "money_to_give_back"
    paid = {"amount": Money(Decimal(20), "CNY"), "balance": Money(Decimal(-30), "CNY")}
    event = await at.event(OrderEvent.REFUNDED, by=at.finance, payment_id=1, **paid)
    found = await notices(make, event)
    assert {name: notice["kind"] for name, notice in found.items()} == {
        at.representative.name: "money_given_back",
        at.buyer.name: "money_given_back",
    }
    words = found[at.buyer.name]["words"]
    assert words["amount"] == {"amount": "20", "currency": "CNY"}
    assert words["to_give_back"] == {"amount": "50.000", "currency": "CNY"}
    assert "balance" not in words  # nothing is still to be paid
    told = await at.happens(OrderEvent.REFUND_REVERSED, by=at.finance, payment_id=1, **paid)
    assert set(told.values()) == {"refund_reversed"}
