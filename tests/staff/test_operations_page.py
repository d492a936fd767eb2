"""Administrators see what stuck and put it right; nobody else does."""

import re
from typing import Any

import pytest

from portal.domain.common.permissions import StaffRole
from portal.domain.notices.operations import MailTemplate
from tests.factories import Factory, unique
from tests.visitor import Visitor, signed_in

PATH = "/staff/operations"


@pytest.fixture
async def desk(site: Any, make: Factory) -> Visitor:
    """The administrator's browser."""
    return await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))


async def bounced_mail(make: Factory, template: str = "invitation") -> tuple[int, str]:
    """A mail that the server refused, of an invitation say, and the address it went to."""
    buyer = await make.buyer(await make.account())
    address = f"{unique('wrong')}@customer.example"
    event = await make.insert("outbox", kind="test.bounced", payload="{}")
    await make.owner.execute("UPDATE outbox SET done_at = now() WHERE id = $1", event)
    mail = await make.insert(
        "mail",
        outbox_id=event,
        person_id=buyer.person_id,
        account_id=buyer.account_id,
        template=template,
        address=address,
        locale="en",
        message_id=f"<{unique('m')}@portal.example>",
        status="bounced",
        attempts=3,
        last_error="550",
    )
    return mail, address


async def failed_event(make: Factory) -> int:
    return await make.insert(
        "outbox", kind=unique("test.kind"), payload="{}", attempts=2, last_error="KeyError"
    )


async def test_what_did_not_arrive_is_listed_with_the_reason(desk: Visitor, make: Factory) -> None:
    _, address = await bounced_mail(make)
    page = (await desk.get(PATH)).text
    assert address in page
    assert "Refused for good" in page
    assert "550 · 3 attempts" in page


async def test_mails_of_every_kind_are_listed(desk: Visitor, make: Factory) -> None:
    kinds = await make.owner.fetchval(
        """SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'mail_template'"""
    )
    named = set(re.findall(r"'(\w+)'", kinds))
    assert named == set(MailTemplate)
    # A notice has words of its own; the others are mails and nothing else.
    addresses = [(await bounced_mail(make, each))[1] for each in sorted(named - {"notice"})]
    page = (await desk.get(PATH)).text
    assert all(address in page for address in addresses)
    assert "Weekly status" in page


async def test_a_mail_tried_again_goes_to_the_address_on_file_now(
    desk: Visitor, make: Factory
) -> None:
    mail, address = await bounced_mail(make)
    await desk.get(PATH)
    answer = await desk.post(f"{PATH}/mail/{mail}", {"reason": "The address was mistyped"})
    assert answer.status_code == 303
    row = await make.owner.fetchrow(
        """SELECT m.status, m.attempts, m.address = p.email AS is_on_file
           FROM mail m JOIN person p ON p.id = m.person_id WHERE m.id = $1""",
        mail,
    )
    assert tuple(row) == ("waiting", 0, True)
    assert address not in (await desk.get(PATH)).text
    noted = await make.owner.fetchrow(
        """SELECT verb, after, audience FROM activity
           WHERE subject_kind = 'mail' AND subject_id = $1""",
        mail,
    )
    assert noted["verb"] == "operations.tried_again"
    assert "mistyped" in noted["after"]
    assert noted["audience"] == "internal"


async def test_given_up_for_a_reason_it_is_shown_no_more(desk: Visitor, make: Factory) -> None:
    mail, address = await bounced_mail(make)
    event = await failed_event(make)
    await desk.get(PATH)
    for path in (f"{PATH}/mail/{mail}", f"{PATH}/outbox/{event}"):
        assert (await desk.post(path, {"reason": "Left us", "give_up": "yes"})).status_code == 303
    page = (await desk.get(PATH)).text
    assert address not in page
    assert f">{event}<" not in page
    assert await make.owner.fetchval("SELECT status FROM mail WHERE id = $1", mail) == "cancelled"


async def test_an_event_is_told_again_at_once(desk: Visitor, make: Factory) -> None:
    event = await failed_event(make)
    await make.owner.execute(
        "UPDATE outbox SET due_at = now() + interval '1 hour' WHERE id = $1", event
    )
    await desk.get(PATH)
    await desk.post(f"{PATH}/outbox/{event}", {"reason": "Mended"})
    row = await make.owner.fetchrow(
        "SELECT attempts, due_at <= now() AS is_due FROM outbox WHERE id = $1", event
    )
    assert tuple(row) == (0, True)


async def test_without_a_reason_nothing_is_done(desk: Visitor, make: Factory) -> None:
    mail, _ = await bounced_mail(make)
    await desk.get(PATH)
    answer = await desk.post(f"{PATH}/mail/{mail}", {"reason": " "})
    assert answer.status_code == 422
    assert "Say why." in answer.text
    assert "<title>Error:" in answer.text
    assert await make.owner.fetchval("SELECT status FROM mail WHERE id = $1", mail) == "bounced"


async def test_what_was_done_before_is_told_on_the_page(desk: Visitor, make: Factory) -> None:
    mail, address = await bounced_mail(make)
    await desk.get(PATH)
    await desk.post(f"{PATH}/mail/{mail}", {"reason": "The address was mistyped"})
    await make.owner.execute(
        "UPDATE mail SET status = 'given_up', attempts = 1, address = $2 WHERE id = $1",
        mail,
        address,
    )
    page = (await desk.get(f"{PATH}/mail/{mail}")).text
    assert "Tried again: The address was mistyped" in page
    assert address in page


async def test_what_is_under_way_is_left_alone(desk: Visitor, make: Factory) -> None:
    mail, _ = await bounced_mail(make)
    await make.owner.execute("UPDATE mail SET status = 'waiting' WHERE id = $1", mail)
    await desk.get(PATH)
    answer = await desk.post(f"{PATH}/mail/{mail}", {"reason": "Again"})
    assert answer.status_code == 409
    assert (await desk.post(f"{PATH}/person/1", {"reason": "x"})).status_code == 404


async def test_the_contact_shows_that_the_last_mail_came_back(desk: Visitor, make: Factory) -> None:
    mail, _ = await bounced_mail(make)
    code = await make.owner.fetchval(
        "SELECT a.code FROM account a JOIN mail m ON m.account_id = a.id WHERE m.id = $1", mail
    )
    assert "mail came back" in (await desk.get(f"/staff/accounts/{code}")).text
    await make.owner.execute("UPDATE mail SET status = 'sent', sent_at = now() WHERE id = $1", mail)
    assert "mail came back" not in (await desk.get(f"/staff/accounts/{code}")).text


@pytest.mark.parametrize(("button", "status"), [("send", "waiting"), ("drop", "cancelled")])
async def test_what_is_held_since_a_restore_waits_for_a_decision(
    desk: Visitor, make: Factory, button: str, status: str
) -> None:
    mail, _ = await bounced_mail(make)
    await make.owner.execute("UPDATE mail SET status = 'held' WHERE id = $1", mail)
    assert "held since the restore" in (await desk.get(PATH)).text
    assert (await desk.post(f"{PATH}/held", {button: "yes"})).status_code == 422
    assert await make.owner.fetchval("SELECT status FROM mail WHERE id = $1", mail) == "held"
    decided = await desk.post(f"{PATH}/held", {button: "yes", "reason": "Restored on Friday"})
    assert decided.status_code == 303
    assert await make.owner.fetchval("SELECT status FROM mail WHERE id = $1", mail) == status


async def test_sweeps_and_workers_are_listed(desk: Visitor, make: Factory) -> None:
    name = unique("host:")
    await make.owner.execute("INSERT INTO worker_process (name) VALUES ($1)", name)
    await make.owner.execute(
        """INSERT INTO sweep_run (name, started_at, failures, last_error)
           VALUES ('test sweep', now(), 2, 'ValueError') ON CONFLICT (name) DO NOTHING"""
    )
    page = (await desk.get(PATH)).text
    assert name in page
    assert "ValueError × 2" in page


@pytest.mark.parametrize("role", [StaffRole.GENERAL_MANAGER, StaffRole.SALES_REPRESENTATIVE])
async def test_nobody_else_operates(site: Any, make: Factory, role: StaffRole) -> None:
    visitor = await signed_in(site, make, await make.staff(role))
    assert (await visitor.get(PATH)).status_code == 403
