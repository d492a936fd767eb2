"""What somebody could try with complaints past the pages, and what holds against it (rule A6)."""

from typing import Any

import asyncpg
import pytest

from portal.database import execute, fetch, fetch_value
from portal.domain.common.actor import Audience
from portal.domain.common.errors import NotAllowed
from portal.domain.common.permissions import CustomerRole
from portal.domain.complaints import (
    answering,
    conversation,
    goods,
    judging,
    ownership,
    questions,
    reopening,
    severity,
    withdrawing,
)
from portal.domain.complaints.complaint_facts import LineFacts
from portal.domain.complaints.states import Severity
from tests.complaint_cures import (
    carried_out_complaint,
    chosen_complaint,
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

DENIED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)


async def as_customer(care: Care, sql: str, *values: Any) -> None:
    async with acting(care.buyer):
        await execute(sql, *values)


async def seen_by_customer(care: Care, sql: str, *values: Any) -> list[Any]:
    async with acting(care.buyer):
        return list(await fetch(sql, *values))


@pytest.mark.parametrize(
    "column",
    [
        "judgement_reason",
        "department_id",
        "cause",
        "measures",
        "summary",
        "capa_waived_because",
        "enters_review",
        "taken_by",
        "offered_to_id",
        "closed_by",
    ],
)
async def test_a_customers_login_cannot_name_what_is_ours(make: Factory, column: str) -> None:
    filed = await filed_complaint(make)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await seen_by_customer(filed.care, f"SELECT {column} FROM complaint")


async def test_a_customers_login_reads_no_note_and_nobody_elses_case(make: Factory) -> None:
    judged, others = await judged_complaint(make), await care_of(make)
    by = judged.care.after_sales
    async with acting(by):
        complaint = await loaded(judged.reference, by)
        await conversation.write(complaint, "Between us", by=by, audience=Audience.INTERNAL)
    await chosen_complaint(make, await filed_complaint_with_findings(make, judged.care))
    for table, readable in (
        ("message", "body"),
        ("activity", "verb"),
        ("complaint_batch_check", "id"),
        ("complaint_approval", "id"),
        ("complaint_follow_up", "id"),
        ("complaint_review", "complaint_id"),
        ("dealer_task", "id"),
    ):
        sql = f"SELECT {readable} FROM {table}"
        if table in {"message", "activity"}:
            sql += " WHERE audience = 'internal'"
        try:
            assert await seen_by_customer(judged.care, sql) == [], table
        except asyncpg.InsufficientPrivilegeError:
            continue
    for table in ("complaint", "complaint_line", "complaint_finding", "complaint_proposal"):
        assert await seen_by_customer(others, f"SELECT id FROM {table}") == []


async def filed_complaint_with_findings(make: Factory, care: Care) -> Complained:
    """What `chosen_complaint` goes on from, of the same customer."""
    return await investigated_complaint(
        make, await judged_complaint(make, await filed_complaint(make, care))
    )


@pytest.mark.parametrize(
    "change",
    [
        "status = 'judged'",
        "status = 'investigated'",
        "status = 'carried_out'",
        "status = 'confirmed', confirmed_at = now(), confirmed_name = 'Li'",
        "status = 'closed', closed_at = now(), closing_reason = 'x'",
        "question = 'Why so slow?'",
        "round = 7",
        "reminders = 0, closing_reason = 'x'",
        "severity = 'major'",
        "owner_id = 1",
        "told = 'You get it all for free'",
        "capa_state = 'waived'",
        "received_at = now() - interval '9 days'",
        "account_id = 1",
        "description = 'Something else'",
    ],
)
async def test_a_customers_login_changes_nothing_of_ours(make: Factory, change: str) -> None:
    filed = await filed_complaint(make)
    with pytest.raises(DENIED):
        sql = f"UPDATE complaint SET {change} WHERE reference = $1"
        await as_customer(filed.care, sql, filed.reference)
    assert (await filed.record()).state == "received"


async def test_a_customers_login_closes_by_confirming_alone(make: Factory) -> None:  # rule C8
    told = await carried_out_complaint(make)
    close = "status = 'closed', closed_at = now(), closing_reason = 'Enough'"
    with pytest.raises(DENIED):
        sql = f"UPDATE complaint SET {close} WHERE reference = $1"
        await as_customer(told.care, sql, told.reference)
    # Nor while a corrective action is demanded (rule C9).
    await make.owner.execute(
        "UPDATE complaint SET capa_state = 'open' WHERE reference = $1", told.reference
    )
    closed = "status = 'closed', closed_at = now(), confirmed_at = now(), confirmed_name = 'Li'"
    with pytest.raises(DENIED):
        sql = f"UPDATE complaint SET {closed} WHERE reference = $1"
        await as_customer(told.care, sql, told.reference)


async def test_a_customers_login_answers_what_was_told_and_refuses_nothing_else(  # rule C8
    make: Factory,
) -> None:
    chosen = await chosen_complaint(make)
    refuse = "UPDATE complaint_proposal SET refused_at = now()"
    await as_customer(chosen.care, refuse)
    refused = await make.owner.fetchval(
        "SELECT count(*) FROM complaint_proposal WHERE account_id = $1 AND refused_at IS NOT NULL",
        chosen.cast.account.id,
    )
    assert refused == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(
            chosen.care,
            """INSERT INTO complaint_answer (account_id, complaint_id, round, accepted, answered_by,
                   answered_name, answered_at)
               SELECT account_id, id, round, true, reported_by, 'Li', now() FROM complaint""",
        )


_FILE = """INSERT INTO complaint (account_id, reference, kind, category, status, title, description,
    channel, reported_by, reported_name, owner_id, received_at, updated_at)
    SELECT account_id, reference || '-2', kind, category, $2, title, description, $3, $4,
        reported_name, owner_id, received_at, updated_at FROM complaint WHERE reference = $1"""


async def test_a_customers_login_files_in_its_own_name_alone(make: Factory) -> None:  # rule C1
    filed, others = await filed_complaint(make), await care_of(make)
    own = filed.care.buyer.person_id
    for values in (
        ("closed", "portal", own),
        ("received", "phone", own),
        ("received", "portal", others.buyer.person_id),
    ):
        with pytest.raises(DENIED):
            await as_customer(filed.care, _FILE, filed.reference, *values)
    for table, columns, row in (
        ("complaint_batch_check", "account_id, complaint_id", "account_id, id"),
        ("complaint_proposal", "account_id, complaint_id", "account_id, id"),
        ("complaint_finding", "account_id, complaint_id", "account_id, id"),
        ("complaint_call_back", "account_id, complaint_id", "account_id, id"),
        ("dealer_task", "account_id, complaint_id", "account_id, id"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            sql = f"INSERT INTO {table} ({columns}) SELECT {row} FROM complaint"
            await as_customer(filed.care, sql)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(
            filed.care,
            """INSERT INTO complaint_line (account_id, complaint_id, position, description,
                   quantity)
               SELECT account_id, id, 9, 'More of it', 100 FROM complaint""",
        )


async def test_goods_are_named_with_the_complaint_and_not_afterwards(make: Factory) -> None:
    filed = await filed_complaint(make)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(filed.care, "UPDATE complaint_line SET quantity = 100")


async def test_a_customers_login_learns_of_nobodys_load_or_absence(make: Factory) -> None:
    filed, others = await filed_complaint(make), await care_of(make)
    async with acting(filed.care.buyer):
        foreign = await fetch_value(
            "SELECT first_owner_of_complaint($1, 'after_sales')", others.cast.account.id
        )
        assert foreign is None
        department = await fetch_value("SELECT department_of_owner($1)", 0)
        assert department is None
    theirs = await (await filed_complaint(make, others)).record()
    async with acting(filed.care.buyer):
        assert await fetch_value("SELECT department_of_owner($1)", theirs.id) is None


async def test_customers_have_none_of_our_verbs(make: Factory) -> None:
    filed = await filed_complaint(make)
    care, by = filed.care, filed.care.buyer
    to = care.service.staff_member_id or 0
    line = LineFacts(row=0, description="More")
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        for attempt in (
            ownership.offer(complaint, to, by=by),
            ownership.accept_offer(complaint, by=by),
            ownership.decline_offer(complaint, by=by),
            ownership.take_over(complaint, by=by),
            severity.set_severity(complaint, Severity.MAJOR, "x", by=by),
            judging.judge_founded(complaint, "x", department_id=1, investigate_until=None, by=by),
            judging.judge_unfounded(complaint, "x", "x", by=by),
            questions.ask(complaint, "x", by=by),
            questions.record_answer(complaint, "x", by=by),
            answering.answer(complaint, "x", by=by),
            answering.turn_into_complaint(complaint, "quality", by=by),
            goods.add_goods(complaint, line, by=by),
            conversation.write(complaint, "x", by=by, audience=Audience.INTERNAL),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_readers_read_and_do_nothing(make: Factory) -> None:
    filed = await filed_complaint(make)
    reader = await make.buyer(filed.cast.account, CustomerRole.READER)
    async with acting(reader):
        complaint = await loaded(filed.reference, reader)
        for attempt in (
            conversation.write(complaint, "x", by=reader, audience=Audience.CUSTOMER),
            withdrawing.withdraw(complaint, "x", by=reader),
            reopening.reopen(complaint, "x", by=reader),
            answering.settle(complaint, by=reader),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_a_customers_login_announces_of_its_own_complaints_alone(make: Factory) -> None:
    filed, others = await filed_complaint(make), await care_of(make)
    theirs = await (await filed_complaint(make, others)).record()
    own = await filed.record()
    announce = """INSERT INTO outbox (kind, account_id, payload) VALUES ($1, $2,
        jsonb_build_object('complaint_id', $3::bigint, 'actor_id', $4::bigint))"""
    account, person = filed.cast.account.id, filed.care.buyer.person_id
    for kind, complaint_id in (
        ("complaint.message", theirs.id),
        ("complaint.released", own.id),
        ("complaint.approved", own.id),
        ("complaint.reminder", own.id),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_customer(filed.care, announce, kind, account, complaint_id, person)
    await as_customer(filed.care, announce, "complaint.message", account, own.id, person)
