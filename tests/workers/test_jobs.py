"""Jobs against a real mail server: sent, refused, delayed, given up, claimed once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.identity import invitations, tokens
from portal.domain.identity.client import Client
from portal.domain.identity.tables import Person
from portal.domain.identity.tokens import look_at
from portal.domain.notices import mails
from portal.domain.quotes.events import QuoteEvent
from portal.rendering import mails as written
from portal.settings import Settings
from portal.workers import jobs
from portal.workers.work import Work
from tests.domain.notices.happenings import Case, case, newest_event, notices, tell
from tests.factories import Factory, acting
from tests.workers.mail_server import MailServer, mail_server
from tests.workers.works import working


@pytest.fixture
def server() -> Any:
    with mail_server() as running:
        yield running


@pytest.fixture
async def work(settings: Settings, server: MailServer, pools: None) -> AsyncIterator[Work]:
    async with working(settings, server.url) as (work, _):
        yield work


async def owed(at: Case) -> int:
    """A mail to the representative that waits to be sent."""
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(event)
    return int(await at.make.owner.fetchval("SELECT id FROM mail WHERE outbox_id = $1", event))


async def row_of(make: Factory, mail_id: int) -> dict[str, Any]:
    return dict(
        await make.owner.fetchrow(
            "SELECT *, next_attempt_at - now() AS wait FROM mail WHERE id = $1", mail_id
        )
    )


async def make_due(make: Factory, mail_id: int) -> int:
    """Let the time until the next attempt pass; returns the attempts made."""
    return int(
        await make.owner.fetchval(
            "UPDATE mail SET next_attempt_at = now() WHERE id = $1 RETURNING attempts", mail_id
        )
    )


async def test_a_mail_is_sent_and_marked(make: Factory, work: Work, server: MailServer) -> None:
    at = await case(make)
    mail_id = await owed(at)
    await jobs.send(work, mail_id, 0)
    row = await row_of(make, mail_id)
    assert (row["status"], row["attempts"], row["last_error"]) == ("sent", 1, "")
    (mail,) = server.to(await make.email(at.representative))
    assert mail["Message-ID"] == row["message_id"]
    assert mail["References"] == f"<quote_request.{at.request.id}@hengda.example>"


async def test_a_job_that_comes_twice_sends_once(
    make: Factory, work: Work, server: MailServer
) -> None:
    mail_id = await owed(await case(make))
    await asyncio.gather(*(jobs.send(work, mail_id, 0) for _ in range(4)))
    await jobs.send(work, mail_id, 0)
    assert len(server.accepted) == 1


async def test_a_delayed_mail_is_tried_again_later_and_later(
    make: Factory, work: Work, server: MailServer
) -> None:
    """451: retried with backoff, the same Message-ID each time."""
    mail_id = await owed(await case(make))
    server.rcpt = lambda _: "451 4.7.1 greylisted, li@customer.example"
    await jobs.send(work, mail_id, 0)
    row = await row_of(make, mail_id)
    assert (row["status"], row["last_error"]) == ("waiting", "451 4.7.1")
    assert timedelta(seconds=50) < row["wait"] <= timedelta(minutes=1)
    await jobs.send(work, mail_id, 1)  # before its time nothing happens
    assert (await row_of(make, mail_id))["attempts"] == 1
    await jobs.send(work, mail_id, await make_due(make, mail_id))
    assert (await row_of(make, mail_id))["wait"] > timedelta(seconds=110)
    server.rcpt = lambda _: None
    await jobs.send(work, mail_id, await make_due(make, mail_id))
    assert (await row_of(make, mail_id))["status"] == "sent"
    assert [mail["Message-ID"] for mail in server.accepted] == [row["message_id"]]


async def test_a_bounce_is_final_and_told_to_who_can_put_it_right(
    make: Factory, work: Work, server: MailServer
) -> None:
    """550: bounced; the account's contact with us is told in the portal (rule A21)."""
    at = await case(make)
    message = await at.says(at.representative, "Which bore?")
    event = await at.announce(QuoteEvent.QUESTION, by=at.representative, message_id=message)
    await tell(event)
    mail_id = int(await make.owner.fetchval("SELECT id FROM mail WHERE outbox_id = $1", event))
    server.rcpt = lambda address: f"550 5.1.1 {address} unknown"
    await jobs.send(work, mail_id, 0)
    row = await row_of(make, mail_id)
    assert (row["status"], row["last_error"]) == ("bounced", "550 5.1.1")
    bounce = await newest_event(make, "mail.undelivered")
    await tell(bounce)
    noted = await notices(make, bounce)
    assert list(noted) == [at.manager.name]
    assert noted[at.manager.name]["words"]["recipient"] == at.buyer.name
    assert noted[at.manager.name]["path"] == f"/staff/accounts/{at.account.code}"
    assert await make.owner.fetchval("SELECT count(*) FROM mail WHERE outbox_id = $1", bounce) == 0


async def test_a_mail_is_given_up_after_the_last_attempt(
    make: Factory, work: Work, server: MailServer
) -> None:
    mail_id = await owed(await case(make))
    server.data = lambda _: "452 no room"
    for _ in range(mails.MOST_ATTEMPTS):
        await jobs.send(work, mail_id, await make_due(make, mail_id))
    row = await row_of(make, mail_id)
    assert (row["status"], row["attempts"]) == ("given_up", mails.MOST_ATTEMPTS)


async def test_a_mail_that_ends_its_worker_each_time_is_given_up(
    make: Factory, work: Work, server: MailServer
) -> None:
    mail_id = await owed(await case(make))
    await make.owner.execute(
        "UPDATE mail SET attempts = $2 WHERE id = $1", mail_id, mails.MOST_ATTEMPTS
    )
    await jobs.send(work, mail_id, mails.MOST_ATTEMPTS)
    assert (await row_of(make, mail_id))["status"] == "given_up"
    assert server.accepted == []


async def test_while_an_attempt_is_under_way_nobody_else_makes_one(make: Factory) -> None:
    mail_id = await owed(await case(make))
    async with unit_of_work(Login.WORKER):
        assert await mails.claim(mail_id, 0)
    async with unit_of_work(Login.WORKER):
        assert await mails.claim(mail_id, 1) is None
    await make_due(make, mail_id)  # its lease has run out: that worker is gone
    async with unit_of_work(Login.WORKER):
        assert await mails.claim(mail_id, 0) is None  # a job of before the claim
        claimed = await mails.claim(mail_id, 1)
    assert claimed
    assert claimed.attempt == 2


async def test_a_late_outcome_of_a_lost_attempt_changes_nothing(make: Factory) -> None:
    mail_id = await owed(await case(make))
    async with unit_of_work(Login.WORKER):
        frozen = await mails.claim(mail_id, 0)
    await make_due(make, mail_id)
    async with unit_of_work(Login.WORKER):
        second = await mails.claim(mail_id, 1)
    assert frozen
    assert second
    async with unit_of_work(Login.WORKER):
        await mails.note_bounced(frozen, "550")
        await mails.note_sent(second)
        await mails.note_failed(frozen, "451")
    assert (await row_of(make, mail_id))["status"] == "sent"


async def test_who_has_lost_access_meanwhile_gets_no_mail(
    make: Factory, work: Work, server: MailServer
) -> None:
    at = await case(make)
    message = await at.says(at.representative, "Which bore?")
    event = await at.announce(QuoteEvent.QUESTION, by=at.representative, message_id=message)
    await tell(event)
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE person_id = $1", at.buyer.person_id
    )
    mail_id = int(await make.owner.fetchval("SELECT id FROM mail WHERE outbox_id = $1", event))
    await jobs.send(work, mail_id, 0)
    assert (await row_of(make, mail_id))["status"] == "cancelled"
    assert server.accepted == []


async def test_a_mail_that_cannot_be_written_waits_for_the_repair(
    make: Factory, work: Work, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = await owed(await case(make))
    with monkeypatch.context() as broken:
        broken.delitem(written._CONTEXTS, "notice")
        await jobs.send(work, mail_id, 0)
    assert (await row_of(make, mail_id))["status"] == "waiting"
    await jobs.send(work, mail_id, await make_due(make, mail_id))
    assert len(server.accepted) == 1


async def test_an_invitation_carries_a_link_that_works_and_is_kept_nowhere(
    make: Factory, work: Work, server: MailServer
) -> None:
    at = await case(make)
    inviter = at.manager
    await _invite(at.buyer, inviter, at.account.id)
    event = await newest_event(make, "person.invited")
    await jobs.expand(work, event)
    mail_id = int(await make.owner.fetchval("SELECT id FROM mail WHERE outbox_id = $1", event))
    await jobs.send(work, mail_id, 0)
    (mail,) = server.to(await make.email(at.buyer))
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (link,) = [line for line in text.splitlines() if "/welcome/" in line]
    token = link.rpartition("/")[2]
    async with unit_of_work(Login.CUSTOMER):
        holder = await look_at(token)
    assert holder
    assert holder.person_name == at.buyer.name
    everything = await make.owner.fetchval(
        """SELECT (SELECT string_agg(o::text, '') FROM outbox o)
               || (SELECT string_agg(m::text, '') FROM mail m)"""
    )
    assert token not in everything
    assert inviter.name in mail["Subject"]


async def test_somebody_with_a_password_is_told_of_the_account_without_a_link(
    make: Factory, work: Work, server: MailServer
) -> None:
    at = await case(make)
    await make.password(at.buyer)
    await _invite(at.buyer, at.manager, at.account.id)
    event = await newest_event(make, "person.invited")
    await jobs.expand(work, event)
    mail_id = int(await make.owner.fetchval("SELECT id FROM mail WHERE outbox_id = $1", event))
    await jobs.send(work, mail_id, 0)
    (mail,) = server.to(await make.email(at.buyer))
    assert mail["Subject"] == f"You can now act for {at.account.name}"
    assert "/welcome/" not in mail.as_string()
    assert (
        await make.owner.fetchval(
            "SELECT count(*) FROM one_time_token WHERE person_id = $1", at.buyer.person_id
        )
        == 0
    )


async def test_a_reset_goes_through_the_urgent_queue(
    make: Factory, work: Work, server: MailServer
) -> None:
    at = await case(make, locale="zh_Hant")
    await make.password(at.buyer)
    async with unit_of_work(Login.CUSTOMER):
        await tokens.ask_for_reset(await make.email(at.buyer), _client())
    event = await newest_event(make, "person.reset")
    await jobs.expand(work, event)
    row = await make.owner.fetchrow("SELECT id, queue FROM mail WHERE outbox_id = $1", event)
    await jobs.send(work, row["id"], 0)
    (mail,) = server.to(await make.email(at.buyer))
    assert row["queue"] == "urgent"
    assert mail["Subject"].endswith("入口網站的新密碼")


async def test_somebody_disabled_meanwhile_gets_no_link(
    make: Factory, work: Work, server: MailServer
) -> None:
    at = await case(make)
    await _invite(at.buyer, at.manager, at.account.id)
    event = await newest_event(make, "person.invited")
    await jobs.expand(work, event)
    await make.owner.execute(
        "UPDATE person SET disabled_at = now() WHERE id = $1", at.buyer.person_id
    )
    mail_id = int(await make.owner.fetchval("SELECT id FROM mail WHERE outbox_id = $1", event))
    await jobs.send(work, mail_id, 0)
    assert (await row_of(make, mail_id))["status"] == "cancelled"
    assert server.accepted == []


async def test_a_telling_wakes_the_relay_and_the_page_of_notices(
    make: Factory, settings: Settings, server: MailServer, pools: None
) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    async with working(settings, server.url) as (work, woken):
        await jobs.expand(work, event)
    assert "portal:outbox" in woken
    assert f"portal:live:staff:notices:{at.representative.person_id}" in woken


async def _invite(person: Actor, inviter: Actor, account_id: int) -> None:
    async with acting(inviter):
        found = await Person.objects().get(Person.id == person.person_id)
        assert found
        await invitations.invite(found, by=inviter, account_id=account_id)


def _client() -> Client:
    return Client(Side.CUSTOMER, "192.0.2.7")
