"""Who is told of what happens to a complaint, and in whose words (rules C2-C9, C14, C15)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.actor import SYSTEM, Actor, Audience, Side
from portal.domain.common.permissions import CustomerRole
from portal.domain.complaints import conversation
from portal.domain.complaints.answering import answer
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.questions import ask
from portal.domain.complaints.telling import tell
from portal.domain.notices.facts import Fact, words_for
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.telling import TOLD
from portal.domain.policy.complaint_figures import SHOW_OWNER
from portal.rendering.notices import notice_words
from tests.complaint_scenarios import (
    Complained,
    care_of,
    filed_complaint,
    judged_complaint,
    loaded,
    taken_complaint,
)
from tests.domain.notices.happenings import mails, newest_event, notices, told
from tests.domain.notices.happenings import tell as expanded
from tests.factories import Factory, acting
from tests.rendering.samples import reader

SECRET = "the weld was skipped"


async def latest(make: Factory, event: ComplaintEvent) -> int:
    """The newest event of a kind, told as the worker tells it."""
    event_id = await newest_event(make, event)
    await expanded(event_id)
    return event_id


async def happens(
    make: Factory, at: Complained, event: ComplaintEvent, *, by: Actor, **facts: Any
) -> int:
    """Announce as a verb does, tell as the worker does."""
    login = Login.CUSTOMER if by.side is Side.CUSTOMER else Login.STAFF
    async with unit_of_work(login, account_id=by.account_id, person_id=by.person_id):
        await tell(
            await loaded(at.reference, by if by.person_id else at.care.service),
            event,
            by=by,
            **facts,
        )
    return await latest(make, event)


def test_every_event_says_who_is_told() -> None:
    assert {event.value for event in ComplaintEvent} <= TOLD.keys()
    assert all(TOLD[event].tellings for event in ComplaintEvent)


async def test_who_files_has_a_receipt_with_owner_and_dates(make: Factory) -> None:  # rule C2
    at = await filed_complaint(make)
    event = await latest(make, ComplaintEvent.FILED)
    found = await notices(make, event)
    assert {name: each["kind"] for name, each in found.items()} == {
        at.care.quality.name: "complaint_received",  # rules C4, C14: by what it is about
        at.cast.representative.name: "complaint_received",
        at.cast.buyer.name: "your_complaint_received",
    }
    receipt = found[at.cast.buyer.name]
    assert receipt["words"]["handled_by"] == at.care.quality.name
    assert receipt["words"]["answer_by"] > ""
    assert receipt["words"]["solution_by"] > ""
    assert receipt["path"] == f"/complaints/{at.reference}"
    assert "account" not in receipt["words"]
    sent = {mail["name"]: mail for mail in await mails(make, event)}
    assert set(sent) == {at.care.quality.name, at.cast.buyer.name}  # sales reads it in the portal
    assert sent[at.cast.buyer.name]["thread_id"].startswith("<complaint.")


async def test_what_we_enter_is_confirmed_to_the_customer(make: Factory) -> None:  # rules C1, C14
    care = await care_of(make)
    contact = await make.owner.fetchval(
        "SELECT id FROM contact WHERE person_id = $1", care.buyer.person_id
    )
    await taken_complaint(make, care, contact_id=contact)
    assert await told(make, await latest(make, ComplaintEvent.TAKEN)) == {
        care.cast.representative.name: "complaint_received",
        care.buyer.name: "your_complaint_received",
    }


async def test_a_lighter_kind_is_received_and_answered_in_its_own_words(
    make: Factory,
) -> None:  # rule C15
    at = await filed_complaint(make, kind="suggestion", category="", lines=())
    found = await notices(make, await latest(make, ComplaintEvent.FILED))
    assert found[at.cast.representative.name]["kind"] == "case_received"
    assert found[at.cast.buyer.name]["kind"] == "your_case_received"
    assert found[at.cast.buyer.name]["words"]["case_kind"] == "Suggestion"
    by = at.cast.representative
    async with acting(by):
        await answer(await loaded(at.reference, by), "We print it larger.", by=by)
    (notice,) = (await notices(make, await latest(make, ComplaintEvent.ANSWERED))).values()
    assert (notice["kind"], notice["words"]["said"]) == ("case_answered", "We print it larger.")


async def test_messages_and_questions_reach_the_other_side_and_notes_nobody(
    make: Factory,
) -> None:
    at = await filed_complaint(make)
    colleague = await make.buyer(at.cast.account)
    owner = at.care.quality
    for author, body in ((at.cast.buyer, "Any news?"), (colleague, "We wait.")):
        async with acting(author):
            record = await loaded(at.reference, author)
            await conversation.write(record, body, by=author, audience=Audience.CUSTOMER)
    assert await told(make, await latest(make, ComplaintEvent.MESSAGE)) == {
        owner.name: "complaint_message"
    }
    async with acting(owner):
        record = await loaded(at.reference, owner)
        await conversation.write(record, SECRET, by=owner, audience=Audience.INTERNAL)
        await ask(record, "Which batch is on the label?", by=owner)
    found = await notices(make, await latest(make, ComplaintEvent.QUESTION))
    assert {name: each["kind"] for name, each in found.items()} == {
        at.cast.buyer.name: "complaint_question",
        colleague.name: "complaint_question",
    }
    assert found[colleague.name]["words"]["said"] == "Which batch is on the label?"
    assert SECRET not in str(found)


async def hide_names(make: Factory, at: Complained) -> None:
    """By a figure of the account's own."""
    await make.insert(
        "policy_figure",
        key=SHOW_OWNER.key,
        scope_kind="account",
        scope_value=str(at.cast.account.id),
        value="false",
        version=1,
        valid_from=await make.owner.fetchval("SELECT now() - interval '1 hour'"),
        reason="They call the office",
    )


async def test_where_names_are_hidden_the_customer_reads_the_department(
    make: Factory,
) -> None:  # rule C2
    at = await filed_complaint(make)
    owner = at.care.quality
    await make.owner.execute(
        "UPDATE staff_member SET department_id = $2 WHERE id = $1",
        owner.staff_member_id,
        at.care.department_id,
    )
    await hide_names(make, at)
    async with acting(owner):
        record = await loaded(at.reference, owner)
        await conversation.write(record, "We look.", by=owner, audience=Audience.CUSTOMER)
    found = await notices(make, await latest(make, ComplaintEvent.FILED))
    found |= await notices(make, await latest(make, ComplaintEvent.MESSAGE))
    assert owner.name not in str(found[at.cast.buyer.name]["words"])
    assert found[at.cast.buyer.name]["words"]["author"].startswith("Assembly")


async def test_the_judgement_tells_the_time_and_not_our_reasons(make: Factory) -> None:  # rule C3
    await judged_complaint(make)
    (notice,) = (await notices(make, await latest(make, ComplaintEvent.JUDGED))).values()
    assert notice["kind"] == "complaint_founded"
    assert notice["words"]["investigated_until"] > ""
    assert "The photos show it." not in str(notice["words"])


async def test_a_call_back_tells_item_batch_and_quantity(make: Factory) -> None:  # rule C5
    at = await judged_complaint(make)
    call_back = await make.insert(
        "complaint_call_back",
        account_id=at.cast.account.id,
        complaint_id=(await at.record()).id,
        item_id=at.cast.item_id,
        batch="B7",
        quantity=Decimal("2.500"),
        reason="The same fault is in our stock.",
        decided_by=at.care.quality.person_id,
        decided_at=await make.owner.fetchval("SELECT business_now()"),
    )
    event = await happens(
        make, at, ComplaintEvent.CALL_BACK, by=at.care.quality, call_back_id=call_back
    )
    words = (await notices(make, event))[at.cast.buyer.name]["words"]
    assert (words["item"], words["batch"], words["quantity"]) == (at.cast.sku, "B7", "2.5")
    assert words["said"] == "The same fault is in our stock."


async def proposal_of(make: Factory, at: Complained, **values: Any) -> int:
    now = await make.owner.fetchval("SELECT business_now()")
    return await make.insert(
        "complaint_proposal",
        account_id=at.cast.account.id,
        complaint_id=(await at.record()).id,
        round=1,
        measure="credit",
        description="A credit note for both pieces.",
        reasoning=SECRET,
        currency="CNY",
        cost=Decimal("777.31"),
        compensated_units=2,
        compensation=Decimal("25.00"),
        ready_on=now.date() + timedelta(days=9),
        proposed_by=at.care.after_sales.person_id,
        proposed_at=now,
        chosen_by=at.care.service.person_id,
        chosen_at=now,
        released_at=now,
        **values,
    )


async def test_the_measure_is_told_when_it_is_released_and_its_cost_never(
    make: Factory,
) -> None:  # rules C7, C8
    at = await judged_complaint(make)
    proposal = await proposal_of(make, at)
    event = await happens(
        make, at, ComplaintEvent.RELEASED, by=at.care.service, proposal_id=proposal
    )
    found = await notices(make, event)
    words = found[at.cast.buyer.name]["words"]
    assert found[at.care.quality.name]["kind"] == "measure_may_begin"
    assert words["measure"] == "Compensation"
    assert words["compensation"] == {"amount": "25.00", "currency": "CNY"}
    assert words["said"] == "A credit note for both pieces."
    said = dict(notice_words("measure_decided", words, reader("zh_Hans")).facts)
    assert said["赔付"] == "¥25.00"
    assert said["完成期限"].endswith("日")
    assert "777.31" not in str(found)
    assert SECRET not in str(found)


async def test_only_who_decides_hears_of_an_approval(make: Factory) -> None:  # rule C7
    at = await judged_complaint(make)
    facts = {"proposal_id": await proposal_of(make, at), "role": "duty_manager"}
    event = await happens(
        make, at, ComplaintEvent.APPROVAL_WANTED, by=at.care.service, approval_id=1, **facts
    )
    (notice,) = (await notices(make, event)).items()
    assert notice[0] == at.care.duty_manager.name
    assert notice[1]["kind"] == "compensation_to_approve"


async def test_an_objection_reaches_owner_and_supervisor_with_its_reason(
    make: Factory,
) -> None:  # rule C8
    at = await judged_complaint(make)
    async with acting(at.cast.buyer):
        now = await database_now()
    await make.insert(
        "complaint_answer",
        account_id=at.cast.account.id,
        complaint_id=(await at.record()).id,
        round=1,
        accepted=False,
        reason="It still runs hot.",
        answered_by=at.cast.buyer.person_id,
        answered_name="Chen Hong",
        answered_at=now,
    )
    event = await happens(make, at, ComplaintEvent.OBJECTED, by=at.cast.buyer, round=2)
    found = await notices(make, event)
    assert set(found) == {at.care.quality.name, at.care.service.name}
    assert found[at.care.service.name]["words"]["said"] == "It still runs hot."


async def test_a_demanded_action_reaches_the_management_representative(
    make: Factory,
) -> None:  # rule C9
    at = await judged_complaint(make)
    event = await happens(make, at, ComplaintEvent.CAPA_DEMANDED, by=at.care.service)
    reached = await told(make, event)
    assert reached[at.care.representative.name] == "capa_demanded"
    assert at.cast.buyer.name not in reached


@pytest.mark.parametrize("event", list(ComplaintEvent))
async def test_a_stranger_is_never_told(make: Factory, event: ComplaintEvent) -> None:
    """Nobody of another account, no former member, nobody who only reads."""
    at = await filed_complaint(make)
    other = await make.buyer(await make.account())
    left = await make.buyer(at.cast.account, CustomerRole.READER)
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE person_id = $1", left.person_id
    )
    facts = dict.fromkeys(
        ("finding_id", "call_back_id", "proposal_id", "approval_id", "task_id", "note_id"), 0
    )
    event_id = await happens(make, at, event, by=SYSTEM, role="after_sales", **facts)
    assert not {other.name, left.name} & set(await told(make, event_id))


def test_no_kind_for_customers_carries_more_than_its_own_part() -> None:
    known = {fact.value: "x" for fact in Fact} | {"said": "internal", "owner": "Wu Lan"}
    for kind in (
        NoticeKind.YOUR_COMPLAINT_RECEIVED,
        NoticeKind.YOUR_CASE_RECEIVED,
        NoticeKind.COMPLAINT_FOUNDED,
        NoticeKind.OUTCOME_NOTED,
    ):
        words = words_for(kind, Side.CUSTOMER, Reason.COMPLAINANT, known)
        assert not {"said", "owner", "account", "department", "dealer"} & words.keys()
