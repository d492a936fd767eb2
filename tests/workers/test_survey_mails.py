"""Mails of a survey against a real mail server: each in its reader's language, with a link (S1)."""

import re
from collections.abc import AsyncIterator
from email.header import decode_header, make_header
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.notices import survey_batches, survey_mails
from portal.domain.surveys import answering
from portal.rendering.bulk_mails import write_bulk_mail
from portal.rendering.mails import write_mail
from portal.settings import Settings
from portal.workers.survey_mails import send_surveys
from portal.workers.work import Work
from tests.factories import Factory
from tests.survey_scenarios import CONTENT, SurveyCase, survey_case
from tests.workers.mail_server import MailServer, mail_server
from tests.workers.works import HEAD, working

LOCALES = ("en", "zh_Hans", "zh_Hant")


@pytest.fixture
def server() -> Any:
    with mail_server() as running:
        yield running


@pytest.fixture
async def work(settings: Settings, server: MailServer, pools: None) -> AsyncIterator[Work]:
    async with working(settings, server.url) as (work, _):
        yield work


async def due(make: Factory, people: int) -> SurveyCase:
    """A campaign to people of three languages whose mails wait."""
    # Other tests' mails are not this one's to send.
    await make.owner.execute("UPDATE mail SET status = 'cancelled' WHERE status = 'waiting'")
    await make.owner.execute(
        "UPDATE survey_invitation SET status = 'stopped' WHERE status = 'waiting'"
    )
    case = await survey_case(make, people=people)
    for number, account in enumerate(case.accounts):
        await make.owner.execute(
            "UPDATE account SET locale = $2 WHERE id = $1", account.id, LOCALES[number % 3]
        )
    await case.started()
    async with unit_of_work(Login.WORKER):
        assert await survey_mails.owe_due(mail_domain=HEAD.domain) == people
    return case


async def test_each_reads_it_in_their_language_and_answers_by_the_link(
    make: Factory, work: Work, server: MailServer
) -> None:
    case = await due(make, 3)
    assert await send_surveys(work) == 3
    for email, locale, title in zip(
        case.emails,
        LOCALES,
        ("How are we doing", "How are we doing 简", "How are we doing 繁"),
        strict=True,
    ):
        (mail,) = server.to(email)
        assert mail["Subject"] == title
        assert mail["Content-Language"] == {"en": "en", "zh_Hans": "zh-Hans"}.get(locale, "zh-Hant")
        text, html = (part.get_content() for part in mail.iter_parts())
        (link,) = set(re.findall(r"https://\S+/s/([\w-]+)", text))
        assert link in html
        async with unit_of_work(Login.CUSTOMER):
            asked = await answering.survey_by_token(link)
            assert asked is not None
            assert asked.locale == locale
            await answering.answer_by_link(link, CONTENT, locale=locale)
    assert await send_surveys(work) == 0


async def test_what_one_mailbox_says_holds_up_nobody_else(
    make: Factory, work: Work, server: MailServer
) -> None:
    case = await due(make, 8)
    refused, later = case.emails[1], case.emails[4]
    server.rcpt = {refused: "550 5.1.1 unknown", later: "451 4.7.1 try again"}.get
    assert await send_surveys(work) == 6
    rows = await make.owner.fetch(
        "SELECT address, status, last_error FROM mail WHERE address = ANY($1)", [refused, later]
    )
    found = {row["address"]: (row["status"], row["last_error"]) for row in rows}
    assert found == {refused: ("bounced", "550 5.1.1"), later: ("waiting", "451 4.7.1")}
    undelivered = await make.events("mail.undelivered")
    assert len(undelivered) >= 1


async def test_the_quick_way_writes_what_the_usual_way_writes(make: Factory) -> None:
    await due(make, 3)
    async with unit_of_work(Login.WORKER):
        batch = await survey_batches.claim_batch(10)
    for mail in batch:
        usual, quick = write_mail(mail, HEAD), write_bulk_mail(mail, HEAD)
        for name in ("From", "To", "Subject", "Message-ID", "Date", "Content-Language"):
            assert str(_decoded(quick[name])) == str(usual[name]), name
        parts = [part for part in quick.walk() if not part.is_multipart()]
        for part, other in zip(parts, usual.iter_parts(), strict=True):
            said = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
            assert said.split() == other.get_content().split()


def _decoded(header: str) -> str:
    return str(make_header(decode_header(header)))
