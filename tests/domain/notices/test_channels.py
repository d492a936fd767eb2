"""A further channel is a module and a row: choices, their page and every event know it then."""

from collections.abc import Sequence
from typing import Any

import pytest

from portal.domain.common.words import Worded
from portal.domain.notices import channels, preferences
from portal.domain.notices.channel import News
from portal.domain.notices.choices import NoticeTopic
from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import case, mails, tell
from tests.factories import Factory, acting
from tests.visitor import signed_in


class ByBell(Worded):
    """How loudly it rings."""

    SOFTLY = "softly", "Softly"
    LOUDLY = "loudly", "Loudly"


class Bell:
    """A channel of a test: it rings for messages and quotes."""

    name = "bell"
    label = "By bell"

    def __init__(self) -> None:
        self.rung: list[tuple[int, str, str]] = []

    def ways_of(self, topic: NoticeTopic) -> Sequence[Worded]:
        return tuple(ByBell) if topic in {NoticeTopic.QUOTES, NoticeTopic.MESSAGES} else ()

    async def pass_on(self, news: News) -> None:
        kind, person = news.telling.kind, news.recipient.person_id
        self.rung.append((person, kind, news.about.reference))


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    added = Bell()
    monkeypatch.setattr(channels, "CHANNELS", (*channels.CHANNELS, added))
    return added


async def test_it_is_given_every_notice_once_besides_the_others(make: Factory, bell: Bell) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(event)
    person = at.representative.person_id
    assert bell.rung == [(person, "request_withdrawn", at.request.reference)]
    assert len(await mails(make, event)) == 1
    await tell(event)
    assert len(bell.rung) == 1


async def test_people_choose_for_it_by_themselves(site: Any, make: Factory, bell: Bell) -> None:
    buyer = await make.buyer(await make.account())
    visitor = await signed_in(site, make, buyer)
    page = (await visitor.get("/settings/notices")).text
    assert page.index("By mail") < page.index("By bell")
    assert 'name="bell-payments"' not in page  # it rings for other things
    chosen = {"bell-quotes": "loudly", "email-quotes": "never"}
    assert (await visitor.post("/settings/notices", chosen)).status_code == 303
    async with acting(buyer):
        ways = {each.name: each.way.value for each in await preferences.own_choices(buyer)}
    assert (ways["bell-quotes"], ways["email-quotes"]) == ("loudly", "never")
    assert (ways["bell-messages"], ways["email-messages"]) == ("softly", "at_once")
    refused = await visitor.post("/settings/notices", {"bell-quotes": "at_once"})
    assert refused.status_code == 422
