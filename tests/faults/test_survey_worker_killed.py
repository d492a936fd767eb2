"""A worker dies in the middle of a campaign: nobody goes without, nobody has two mails (rule S1).

What it had in hand goes out again under the same Message-ID; of two workers each mail has one.
"""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from portal.domain.surveys.tables import Campaign
from tests.factories import Factory, factory
from tests.faults.house import House, becomes_due, counts, house, until
from tests.survey_scenarios import SurveyCase, survey_case
from tests.workers.mail_server import MailServer, mail_server

PEOPLE = 60


@pytest.fixture(scope="module")
async def home(anyio_backend: str) -> AsyncIterator[House]:
    async with house() as built:
        yield built


@pytest.fixture
async def make(home: House) -> AsyncIterator[Factory]:
    async with factory(home.settings) as maker:
        await maker.owner.execute("TRUNCATE mail, notice, outbox, worker_process CASCADE")
        yield maker


async def running(make: Factory) -> tuple[SurveyCase, Campaign]:
    case = await survey_case(make, people=PEOPLE)
    return case, await case.started()


async def test_no_server_then_killed_in_the_middle_everybody_has_one_message(
    home: House, make: Factory
) -> None:
    case, campaign = await running(make)
    with home.worker("smtp://127.0.0.1:9") as worker:
        await until(lambda: _failed(make), worker)
    # While the server takes none at all, few attempts are spent.
    assert await counts(make) == {"waiting": PEOPLE}
    attempts = await make.owner.fetchval("SELECT sum(attempts) FROM mail")
    assert 0 < attempts < PEOPLE
    await becomes_due(make)
    with mail_server() as server:
        with home.worker(server.url) as worker:
            await until(lambda: _has(server, PEOPLE * 0.3), worker)
            worker.kill()
        assert (await counts(make)).get("waiting")
        await becomes_due(make)
        with home.worker(server.url) as worker:
            await until(lambda: _all_sent(make), worker)
        _everybody_has_one_message(case, server)
    statuses = await make.owner.fetch(
        "SELECT DISTINCT status FROM survey_invitation WHERE campaign_id = $1", campaign.id
    )
    assert [row["status"] for row in statuses] == ["sent"]


async def test_two_workers_share_a_campaign_and_each_mail_goes_out_once(
    home: House, make: Factory
) -> None:
    case, _ = await running(make)
    with mail_server() as server, home.worker(server.url) as one, home.worker(server.url):
        await until(lambda: _all_sent(make), one)
        _everybody_has_one_message(case, server)
        assert len(server.accepted) == PEOPLE


def _everybody_has_one_message(case: SurveyCase, server: MailServer) -> None:
    ids: dict[str, set[str]] = {}
    for mail in list(server.accepted):
        ids.setdefault(mail["To"].addresses[0].addr_spec, set()).add(mail["Message-ID"])
    assert set(ids) == set(case.emails)
    assert all(len(of) == 1 for of in ids.values())
    assert len({number for of in ids.values() for number in of}) == PEOPLE
    assert max(Counter(mail["Message-ID"] for mail in server.accepted).values()) <= 2


async def _has(server: MailServer, count: float) -> bool:
    return len(server.accepted) >= count


async def _all_sent(make: Factory) -> bool:
    return await counts(make) == {"sent": PEOPLE}


async def _failed(make: Factory) -> bool:
    return bool(await make.owner.fetchval("SELECT count(*) FROM mail WHERE last_error <> ''"))
