"""What either side reads of a complaint, and what customers never do (rules A6, C2, C3, C5-C8)."""

from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from piccolo.table import Table

from portal.database import database_now
from portal.domain.common.actor import Audience
from portal.domain.common.errors import NotFound
from portal.domain.complaints import conversation, ownership
from portal.domain.complaints.home import complaints_at_home
from portal.domain.complaints.listing import ComplaintFilter, complaints
from portal.domain.complaints.page_view import CustomerComplaint, customer_complaint
from portal.domain.complaints.record_page import complaint_record
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.shown_names import (
    owner_for_customer,
    shown_story,
)
from portal.domain.complaints.states import Severity
from portal.domain.complaints.story import entry_words, phrase_of
from portal.domain.notices.news_of_customer import news_of_customer
from portal.domain.orders.steps import StepState
from tests.complaint_cures import (
    carried_out_complaint,
    chosen_complaint,
    closed_complaint,
    investigated_complaint,
)
from tests.complaint_scenarios import (
    Care,
    Complained,
    care_of,
    filed_complaint,
    judged_complaint,
    loaded,
)
from tests.factories import Factory, acting

SECRET = "zzz-between-us"


def texts(value: Any) -> str:
    """Everything that a value says, at any depth."""
    if isinstance(value, Table):
        return texts([getattr(value, column._meta.name) for column in value.all_columns()])
    if is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, each.name) for each in fields(value) if each.name != "actor"]
        return texts(parts)
    if isinstance(value, dict):
        return texts([*value, *value.values()])
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(texts(each) for each in value)
    return value.value if isinstance(value, Enum) else str(value)


async def all_that_customers_read(care: Care, reference: str) -> str:
    buyer = care.buyer
    async with acting(buyer):
        page = await customer_complaint(reference, by=buyer)
        record = await loaded(reference, buyer)
        told = await shown_story(record, by=buyer)
        return texts(
            [
                page,
                record,
                told.events,
                [entry_words(entry) for entry in told.events],
                told.messages,
                await complaints(ComplaintFilter(), by=buyer),
                await complaints_at_home(by=buyer),
                await news_of_customer(by=buyer, limit=50),
                await owner_for_customer(record),
            ]
        )


async def with_secrets(make: Factory) -> Complained:
    """A complaint with a note, reasons and an offer of ours, and a message by us."""
    judged = await judged_complaint(make)
    care = judged.care
    by = care.after_sales
    await make.owner.execute(
        "UPDATE complaint SET judgement_reason = $2 WHERE reference = $1", judged.reference, SECRET
    )
    async with acting(by):
        complaint = await loaded(judged.reference, by)
        await conversation.write(complaint, SECRET, by=by, audience=Audience.INTERNAL)
        await conversation.write(complaint, "On our way", by=by, audience=Audience.CUSTOMER)
        await set_severity(complaint, Severity.MAJOR, SECRET, by=by)
        await ownership.offer(complaint, care.service.staff_member_id or 0, by=by)
    async with acting(care.service):
        complaint = await loaded(judged.reference, care.service)
        await ownership.decline_offer(complaint, SECRET, by=care.service)
    return judged


def ours(care: Care) -> list[str]:
    """The names of ours around a complaint."""
    return [
        care.after_sales.name,
        care.quality.name,
        care.service.name,
        care.general_manager.name,
        care.cast.representative.name,
    ]


async def test_customers_never_read_what_is_between_us(make: Factory) -> None:
    complained = await with_secrets(make)
    read = await all_that_customers_read(complained.care, complained.reference)
    assert "On our way" in read
    assert SECRET not in read
    by = complained.care.service
    async with acting(by):
        record = await complaint_record(complained.reference, by=by)
        story = await shown_story(record.record, by=by)
        told = texts([record, story.events, story.messages])
        assert texts([phrase_of(entry) for entry in story.events]).count(SECRET) == 2
    assert told.count(SECRET) >= 3


@pytest.mark.parametrize("hidden", [False, True])
async def test_names_of_ours_are_read_only_where_the_policy_shows_them(  # rule C2
    make: Factory, hidden: bool
) -> None:
    complained = await with_secrets(make)
    care = complained.care
    await carried_out_complaint(make, await investigated_complaint(make, complained))
    await make.owner.execute(
        "UPDATE staff_member SET department_id = $1 WHERE id = $2",
        care.department_id,
        care.quality.staff_member_id,
    )
    if hidden:
        await make.owner.execute(
            """INSERT INTO policy_figure (key, scope_kind, scope_value, value, version, valid_from,
                   reason)
               VALUES ('complaint.show-owner', 'account', $1, 'false', 1, '2020-01-01', 'Asked')""",
            str(care.cast.account.id),
        )
    read = await all_that_customers_read(care, complained.reference)
    assert any(name in read for name in ours(care)) is not hidden
    async with acting(care.buyer):
        page = await customer_complaint(complained.reference, by=care.buyer)
    department = await make.owner.fetchval(
        "SELECT name FROM department WHERE id = $1", care.department_id
    )
    assert page.handled_by == (department if hidden else care.quality.name)
    # Staff read who it was in any case.
    async with acting(care.service):
        told = await shown_story(page.record, by=care.service)
    assert care.after_sales.name in {entry.actor_name for entry in told.events}


async def page_of(complained: Complained) -> CustomerComplaint:
    buyer = complained.care.buyer
    async with acting(buyer):
        return await customer_complaint(complained.reference, by=buyer)


def bar(page: CustomerComplaint) -> list[tuple[str, str]]:
    return [(step.step.value, step.state.value) for step in page.steps]


async def test_five_steps_with_dates_lead_to_the_confirmation(make: Factory) -> None:  # rule C8
    care = await care_of(make)
    filed = await filed_complaint(make, care)
    page = await page_of(filed)
    assert bar(page) == [
        ("received", "done"),
        ("looked_into", "current"),
        ("decided", "next"),
        ("carried_out", "next"),
        ("confirmed", "next"),
    ]
    assert page.handled_by == care.quality.name
    assert page.owed is not None
    assert page.steps[2].planned == next(
        each.due_at for each in page.promises if each.kind == "solution"
    )
    assert (page.can_write, page.can_withdraw, page.can_confirm) == (True, True, False)
    found = await investigated_complaint(make, await judged_complaint(make, filed))
    chosen = await chosen_complaint(make, found)
    page = await page_of(chosen)
    assert [state for _, state in bar(page)] == ["done", "done", "done", "current", "next"]
    assert page.measure is not None
    assert page.steps[3].planned == page.measure.ready_on
    assert [each.text for each in page.findings] == ["The grease was not the right one."]
    closed = await closed_complaint(make)
    page = await page_of(closed)
    assert {state for _, state in bar(page)} == {"done"}
    assert all(step.at for step in page.steps)
    assert [(each.round, each.accepted) for each in page.answers] == [(1, True)]
    assert (page.can_reopen, page.can_withdraw) == (True, False)
    # That we ask how it went is ours to plan (rule C11).
    assert page.owed is None


async def test_an_outcome_waits_for_the_customer(make: Factory) -> None:  # rules C8, C15
    carried_out = await carried_out_complaint(make)
    page = await page_of(carried_out)
    assert (page.outcome_is_told, page.can_confirm, page.can_settle) == (True, True, False)
    assert page.steps[-1].state is StepState.CURRENT


async def test_foreign_and_unknown_pages_cannot_be_told_apart(make: Factory) -> None:  # rule A6
    filed, others = await filed_complaint(make), await care_of(make)
    for reference in (filed.reference, "CP-1999-00001", ""):
        async with acting(others.buyer):
            with pytest.raises(NotFound):
                await customer_complaint(reference, by=others.buyer)
        sales = others.cast.representative
        async with acting(sales):
            with pytest.raises(NotFound):
                await complaint_record(reference, by=sales)


async def test_staff_read_whose_it_is_who_called_and_where_it_goes(make: Factory) -> None:
    complained = await with_secrets(make)
    care = complained.care
    async with acting(care.after_sales):
        page = await complaint_record(complained.reference, by=care.after_sales)
        today = (await database_now()).date()
    assert (page.owner, page.account_name) == (care.quality.name, care.cast.account.name)
    assert (page.judged_by, page.department[:8]) == (care.after_sales.name, "Assembly")
    assert page.route.role == care.quality.role
    assert page.record.investigate_until == today + timedelta(days=7)
    assert (page.is_mine, page.is_offered_to_me, page.offered_to) == (False, False, "")
    assert [(each.sku, each.batch) for each in page.goods] == [(care.cast.sku, "B7")]
    assert page.phone or page.email
