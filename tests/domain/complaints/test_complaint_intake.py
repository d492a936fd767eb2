"""Complaints as they come: from the portal, or taken by us (rules C1, C2, C4, C14, C15)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.complaints.finding import lines_of
from portal.domain.complaints.intake import (
    ComplaintFacts,
    LineFacts,
    file_complaint,
    take_complaint,
)
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind
from tests.complaint_scenarios import (
    Care,
    Complained,
    care_of,
    complaint_facts,
    filed_complaint,
    loaded,
    taken_complaint,
)
from tests.factories import Factory, acting
from tests.order_scenarios import confirmed_order, phone_order

KEY = "0123456789abcdef"


async def refused(by: Actor, facts: ComplaintFacts, account_id: int | None = None) -> list[str]:
    """The fields at which a form is refused."""
    with pytest.raises(FieldErrors) as caught:
        async with acting(by):
            if account_id is None:
                await file_complaint(facts, by=by)
            else:
                await take_complaint(facts, account_id=account_id, by=by)
    return [error.field for error in caught.value.errors]


async def owner_of(complained: Complained) -> int:
    return int((await complained.record()).owner_id)


async def promised(complained: Complained) -> list[TargetKind]:
    record = await complained.record()
    async with acting(complained.care.service):
        targets = await clock.targets_of(record.subject.kind, record.id)
    return sorted(each.kind for each in targets if each.is_open)


async def test_a_complaint_reaches_whom_its_route_names_and_starts_its_clocks(
    make: Factory,
) -> None:  # rules C2, C4
    care = await care_of(make)
    for category, owner in (
        ("quality", care.quality),
        ("quantity", care.after_sales),
        ("service", care.service),
        ("workmanship", care.after_sales),
    ):
        filed = await filed_complaint(make, care, category=category)
        assert await owner_of(filed) == owner.staff_member_id
        assert await promised(filed) == [TargetKind.FIRST_RESPONSE, TargetKind.SOLUTION]
    record = await filed.record()
    assert record.reference.startswith("CP-")
    assert (record.state, record.severity) == (ComplaintStatus.RECEIVED, "ordinary")
    assert (record.reported_by, record.taken_by) == (care.buyer.person_id, None)
    told = await make.events("complaint.filed", care.cast.account.id)
    assert told[-1]["owner_id"] == record.owner_id


async def test_lighter_kinds_owe_an_answer_alone(make: Factory) -> None:  # rule C15
    care = await care_of(make)
    for kind, owner in (
        ("suggestion", care.cast.representative),
        ("enquiry", care.cast.representative),
        ("fault_report", care.after_sales),
    ):
        filed = await filed_complaint(make, care, kind=kind, category="ignored", lines=())
        assert await owner_of(filed) == owner.staff_member_id
        assert await promised(filed) == [TargetKind.FIRST_RESPONSE]
        assert (await filed.record()).category == ""


async def test_who_has_least_to_do_gets_it_and_deputies_stand_in(make: Factory) -> None:  # rule C14
    care = await care_of(make)
    second = await make.staff(StaffRole.QUALITY_INSPECTION, branch_id=care.cast.account.branch_id)
    first = await owner_of(await filed_complaint(make, care))
    assert await owner_of(await filed_complaint(make, care)) == second.staff_member_id != first
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    away = (today - timedelta(days=1), today + timedelta(days=1))
    # Whoever is here comes before whoever is not.
    await make.deputy(second, care.service, *away)
    third = await filed_complaint(make, care)
    assert await owner_of(third) == await owner_of(await filed_complaint(make, care)) == first
    # With all away the deputy has it.
    await make.deputy(care.quality, care.after_sales, *away)
    fourth = await owner_of(await filed_complaint(make, care))
    assert fourth in {care.service.staff_member_id, care.after_sales.staff_member_id}


async def test_whoever_takes_it_owns_it_whatever_the_account(  # rules C1, C14
    make: Factory,
) -> None:
    care = await care_of(make)
    by = await make.staff(StaffRole.WAREHOUSE)
    contact = await make.owner.fetchval(
        "SELECT id FROM contact WHERE account_id = $1", care.cast.account.id
    )
    taken = await taken_complaint(
        make, care, by=by, channel="fax", contact_id=contact, reported_name=""
    )
    record = await taken.record(by)
    assert (record.owner_id, record.taken_by) == (by.staff_member_id, by.staff_member_id)
    assert (record.channel, record.reported_name) == ("fax", care.buyer.name)
    assert record.reported_by == care.buyer.person_id
    async with acting(care.buyer):
        assert (await loaded(taken.reference, care.buyer)).title == "Bearings run hot"


async def test_what_is_wrong_is_said_at_its_field(make: Factory) -> None:
    care = await care_of(make)
    tomorrow = (await make.owner.fetchval("SELECT business_now()")).date() + timedelta(days=2)
    lines = (
        LineFacts(row=0, sku="NO-SUCH", quantity=Decimal(1)),
        LineFacts(row=2),
        LineFacts(row=3, order_line=7, quantity=Decimal("0.0001")),
    )
    facts = complaint_facts(
        care.cast,
        category="",
        description=" ",
        wish="a pony",
        occurred_on=tomorrow,
        order="SO-0000-00000",
        shipment="DN-0000-00000",
        lines=lines,
    )
    assert await refused(care.buyer, facts) == [
        "category",
        "description",
        "wish",
        "occurred_on",
        "shipment",
        "order",
        "lines-0-sku",
        "lines-2-description",
        "lines-2-quantity",
        "lines-3-order_line",
        "lines-3-quantity",
    ]
    assert await refused(care.buyer, complaint_facts(care.cast, kind="gossip")) == ["kind"]
    account_id = care.cast.account.id
    for wrong, fields in (
        ({"channel": "portal"}, ["reported_name", "channel"]),
        ({"channel": "phone", "contact_id": 1, "reported_name": "Li"}, ["contact"]),
    ):
        by_phone = complaint_facts(care.cast, **wrong)
        assert await refused(care.after_sales, by_phone, account_id) == fields


async def test_the_first_words_are_a_title(make: Factory) -> None:
    filed = await filed_complaint(make, title="", description="It leaks. " * 40)
    title = (await filed.record()).title
    assert title.startswith("It leaks. It leaks.")
    assert len(title) <= 80


async def test_goods_come_from_the_order_and_a_delivery_names_its_order(make: Factory) -> None:
    care = await care_of(make)
    ordered = await confirmed_order(make, await phone_order(make, care.cast))
    line = LineFacts(row=0, order_line=1, description="ignored", quantity=Decimal(3), batch="B1")
    filed = await filed_complaint(make, care, order=ordered.reference, lines=(line,))
    record = await filed.record()
    async with acting(care.service):
        (goods,) = await lines_of(record.id)
    assert (goods.item_id, goods.batch, goods.quantity) == (care.cast.item_id, "B1", Decimal(3))
    assert goods.order_line_id
    assert goods.description != "ignored"
    order = await ordered.record()
    assert record.order_id == order.id
    shipment = await make.insert(
        "shipment",
        account_id=care.cast.account.id,
        order_id=order.id,
        reference=f"DN-TEST-{order.id}",
        status="shipped",
        prepared_by=care.cast.representative.person_id,
        prepared_at=record.received_at,
        carrier="SF",
        parcels=1,
        shipped_by=care.cast.representative.person_id,
        shipped_at=record.received_at,
    )
    by_note = await filed_complaint(make, care, shipment=f"DN-TEST-{order.id}")
    record = await by_note.record()
    assert (record.shipment_id, record.order_id) == (shipment, order.id)
    others = await care_of(make)
    foreign = complaint_facts(others.cast, order=ordered.reference, shipment=f"DN-TEST-{order.id}")
    assert await refused(others.buyer, foreign) == ["shipment", "order"]


async def test_a_form_sent_twice_makes_one(make: Factory) -> None:
    care = await care_of(make)
    made = set[str]()
    for _ in range(2):
        async with acting(care.buyer):
            facts = complaint_facts(care.cast)
            made.add((await file_complaint(facts, by=care.buyer, form_key=KEY)).reference)
    assert len(made) == 1
    taken = set[str]()
    for _ in range(2):
        async with acting(care.service):
            facts = complaint_facts(care.cast, channel="letter", reported_name="Li Wei")
            complaint = await take_complaint(
                facts, account_id=care.cast.account.id, by=care.service, form_key=KEY
            )
            taken.add(complaint.reference)
    assert len(taken) == 1


async def test_readers_and_foreign_eyes_stay_outside(make: Factory) -> None:  # rule A6
    care, others = await care_of(make), await care_of(make)
    reader = await make.buyer(care.cast.account, CustomerRole.READER)
    async with acting(reader):
        with pytest.raises(NotAllowed):
            await file_complaint(complaint_facts(care.cast), by=reader)
    async with acting(care.service):
        with pytest.raises(NotAllowed):
            await file_complaint(complaint_facts(care.cast), by=care.service)
        with pytest.raises(NotFound):
            facts = complaint_facts(care.cast, channel="phone", reported_name="Li")
            await take_complaint(facts, account_id=0, by=care.service)
    filed = await filed_complaint(make, care)
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    for by in (others.buyer, others.cast.representative, warehouse):
        async with acting(by):
            with pytest.raises(NotFound):
                await loaded(filed.reference, by)
    for by in seeing(care):
        async with acting(by):
            assert (await loaded(filed.reference, by)).reference == filed.reference


def seeing(care: Care) -> list[Actor]:
    """Those who read every complaint, and the account's own people."""
    return [
        care.buyer,
        care.service,
        care.quality,
        care.after_sales,
        care.duty_manager,
        care.general_manager,
        care.representative,
        care.cast.representative,
        care.cast.supervisor,
    ]
