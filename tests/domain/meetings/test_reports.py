"""The contact report: due 48 hours after, complete, sent to both sides, then it stays (rule M1)."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.meetings.access import revision_of
from portal.domain.meetings.action_items import ItemFacts, item_done, items_of
from portal.domain.meetings.answering import acknowledge, answers_to, comment
from portal.domain.meetings.reports import give_report_to, needed_after_all, not_needed
from portal.domain.meetings.states import ReportStatus
from portal.domain.meetings.writing import correct, drop_correction, save_draft, send_report
from tests.factories import Factory, acting
from tests.meeting_scenarios import NOW, TOMORROW, at, promises, room_of

ENDED = TOMORROW + timedelta(hours=2)


async def test_it_is_due_48_hours_after_the_meeting_by_the_hour(make: Factory) -> None:
    room = await room_of(make)
    await room.held()
    (owed,) = await promises(room, "contact_report")  # rule M1
    assert (owed["opened_at"], owed["due_at"]) == (ENDED, ENDED + timedelta(hours=48))
    assert owed["account_id"] == room.cast.account.id  # the customer sees by when


async def test_an_important_call_owes_a_report_another_call_none(make: Factory) -> None:
    room = await room_of(make)
    assert await room.called() is None
    assert await room.called(is_important=True)  # rule M1
    (owed,) = await promises(room, "contact_report")
    assert owed["due_at"] == NOW + timedelta(hours=48)


async def test_it_says_conclusions_and_how_they_came_about(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.held()
    for lacking in ({"conclusions": " "}, {"reasons": ""}):
        with pytest.raises(FieldErrors) as refused:  # rule M1
            async with at(room.manager, ENDED):
                report = await room.report(reference)
                await send_report(report, await room.written(report, **lacking), by=room.manager)
        assert [each.field for each in refused.value.errors] == list(lacking)
    async with at(room.manager, ENDED):
        report = await room.report(reference)
        await save_draft(report, await room.written(report, reasons=""), by=room.manager)
        assert report.state is ReportStatus.DRAFT


async def test_it_goes_to_both_sides(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.held()
    for named in ({"contacts": []}, {"colleagues": []}):
        with pytest.raises(FieldErrors):  # rule M1
            async with at(room.manager, ENDED):
                report = await room.report(reference)
                facts = await room.written(report)
                facts = replace(facts, party=replace(facts.party, **named))
                await send_report(report, facts, by=room.manager)


async def test_sent_in_time_the_promise_is_kept_and_actions_are_owed(make: Factory) -> None:
    room = await room_of(make)
    await room.sent()
    (report,) = await promises(room, "contact_report")
    assert report["met_at"] is not None
    assert report["breached_at"] is None
    (ours,) = await promises(room, "action_item")  # what the customer does is listed, not owed
    assert (ours["moment_rule"], ours["owner_id"]) == ("agreed_day", room.manager.staff_member_id)


async def test_what_was_sent_stays_as_it_was_read(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.sent()
    async with at(room.manager):
        report = await room.report(reference)
        with pytest.raises(WrongState):
            await save_draft(report, await room.written(report), by=room.manager)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await make.owner.execute(
            "UPDATE contact_report SET conclusions = 'Otherwise' WHERE reference = $1", reference
        )


async def test_a_correction_is_a_new_revision_that_replaces_the_old_one_when_sent(
    make: Factory,
) -> None:
    room = await room_of(make)
    buyer = room.cast.buyer
    reference = await room.sent()
    later = TOMORROW + timedelta(days=1)
    async with at(room.manager, later):
        sent = await room.report(reference)
        (ours, _) = await items_of(sent)
        revision = await correct(sent, "The volumes were wrong", by=room.manager)
        with pytest.raises(WrongState):
            await correct(sent, "Once more", by=room.manager)
        # What is done while it is being written is done in it, too.
        await item_done(sent, ours, "Sent on Monday", by=room.manager)
    async with acting(buyer):
        assert (await room.report(reference, by=buyer)).revision == 1
    async with at(room.manager, later):
        revision = await room.report(reference)
        facts = await room.written(revision, conclusions="Twenty per cent more.")
        again = [
            ItemFacts(
                i.text, i.owner_id, "" if i.is_ours else i.owner_name, i.due_on, i.continues_id
            )
            for i in await items_of(revision)
        ]
        await send_report(revision, replace(facts, items=again), by=room.manager)
    async with acting(buyer):
        read = await room.report(reference, by=buyer)
        assert (read.revision, read.corrected_because) == (2, "The volumes were wrong")
        old = await revision_of(reference, 1, by=buyer)
        assert old.state is ReportStatus.REPLACED
        assert (await items_of(read))[0].is_done
    # It was sent once, in time: correcting it is no second promise.
    assert len(await promises(room, "contact_report")) == 1


async def test_a_correction_can_be_dropped_a_report_cannot(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.sent()
    async with at(room.manager):
        await correct(await room.report(reference), "A slip", by=room.manager)
        await drop_correction(await room.report(reference), by=room.manager)
        assert (await room.report(reference)).revision == 1
    other = await room.held()
    with pytest.raises(WrongState):
        async with at(room.manager):
            await drop_correction(await room.report(other), by=room.manager)


async def test_only_a_supervisor_says_that_none_is_needed(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.held()
    supervisor = room.cast.supervisor
    with pytest.raises(NotAllowed):
        async with at(room.manager, ENDED):
            await not_needed(await room.report(reference), "Nothing said", by=room.manager)
    async with at(supervisor, ENDED):
        report = await room.report(reference, by=supervisor)
        await not_needed(report, "Nothing said", by=supervisor)
    (owed,) = await promises(room, "contact_report")
    assert owed["cancelled_at"] == ENDED
    async with at(supervisor, ENDED + timedelta(hours=1)):
        await needed_after_all(await room.report(reference, by=supervisor), by=supervisor)
    _, again = await promises(room, "contact_report")
    assert again["opened_at"] == ENDED  # to call it off buys no time


async def test_another_colleague_may_write_it(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.held()
    async with at(room.manager, ENDED):
        report = await room.report(reference)
        await give_report_to(report, room.cast.assistant.staff_member_id, by=room.manager)
    (owed,) = await promises(room, "contact_report")
    assert owed["owner_id"] == room.cast.assistant.staff_member_id


async def test_the_customer_acknowledges_or_comments(make: Factory) -> None:
    room = await room_of(make)
    buyer = room.cast.buyer
    reference = await room.sent()
    async with acting(buyer):
        report = await room.report(reference, by=buyer)
        await acknowledge(report, by=buyer)
        await acknowledge(report, by=buyer)  # says nothing new
        await comment(report, "The date is the 5th", by=buyer)
    async with acting(room.manager):
        report = await room.report(reference)
        await acknowledge(report, by=room.manager, name="Ms Wang")  # told by phone
        said = [(each.kind, each.name) for each in await answers_to(report.id)]
    assert said == [
        ("acknowledged", buyer.name),
        ("comment", buyer.name),
        ("acknowledged", "Ms Wang"),
    ]


async def test_who_only_reads_answers_nothing_and_nobody_answers_a_draft(make: Factory) -> None:
    room = await room_of(make)
    reader = await make.buyer(room.cast.account, CustomerRole.READER)
    draft = await room.held()
    with pytest.raises(NotFound):
        async with acting(reader):
            await room.report(draft, by=reader)
    reference = await room.sent()
    with pytest.raises(NotAllowed):
        async with acting(reader):
            await acknowledge(await room.report(reference, by=reader), by=reader)
    buyer = room.cast.buyer
    with pytest.raises(Conflict):
        async with acting(buyer):
            report = await room.report(reference, by=buyer)
            await acknowledge(report, by=buyer, expected_version=report.version + 1)


async def test_a_colleague_who_owns_an_action_reports_it_done(make: Factory) -> None:
    room = await room_of(make)
    quality = await make.staff(StaffRole.QUALITY_INSPECTION)  # of no team, writes no reports
    action = ItemFacts("Test the batch", quality.staff_member_id, "", NOW.date())
    late = replace(action, due_on=(NOW + timedelta(days=4)).date())
    reference = await room.sent(items=[late])
    async with acting(quality):
        report = await room.report(reference, by=quality)
        (item,) = await items_of(report)
        await item_done(report, item, "No fault found", by=quality)
    (owed,) = await promises(room, "action_item")
    assert owed["met_at"] is not None
