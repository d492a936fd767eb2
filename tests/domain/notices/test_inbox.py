"""One's notices: one's own, of the account acted for, read when they are opened."""

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.notices import inbox
from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import Case, case, tell
from tests.factories import Factory, acting


async def test_notices_are_listed_newest_first_and_paged(make: Factory) -> None:
    at = await case(make)
    for _ in range(3):
        await _withdrawn(at)
    async with acting(at.representative):
        first = await inbox.notices_of(at.representative, limit=2)
        rest = await inbox.notices_of(at.representative, limit=2, before=first.older)
    ids = [line.id for line in [*first.lines, *rest.lines]]
    assert ids == sorted(ids, reverse=True)
    assert (len(first.lines), len(rest.lines), rest.older) == (2, 1, None)
    assert first.lines[0].path == f"/staff/quotes/{at.request.reference}"


async def test_opening_a_notice_marks_it_as_read(make: Factory) -> None:
    at = await case(make)
    await _withdrawn(at)
    async with acting(at.representative):
        (line,) = (await inbox.notices_of(at.representative)).lines
        assert line.is_unread
        path = await inbox.open_notice(line.id, by=at.representative)
        assert path == f"/staff/quotes/{at.request.reference}"
        assert (await inbox.notices_of(at.representative, unread_only=True)).lines == []


async def test_nobody_opens_the_notices_of_another(make: Factory) -> None:
    at, other = await case(make), await case(make)
    await _asked(at)
    async with acting(at.buyer):
        (line,) = (await inbox.notices_of(at.buyer)).lines
    for stranger in (other.buyer, at.representative, await make.buyer(at.account)):
        for notice_id in (line.id, 0, 2**70):
            with pytest.raises(NotFound):
                async with acting(stranger):
                    await inbox.open_notice(notice_id, by=stranger)


async def test_a_member_of_two_accounts_sees_those_of_the_one_acted_for(make: Factory) -> None:
    at, other = await case(make), await case(make)
    await make.member(at.buyer, other.account)
    await _asked(at)
    elsewhere = Actor(
        at.buyer.person_id, at.buyer.name, at.buyer.side, at.buyer.role, other.account.id
    )
    async with acting(elsewhere):
        assert (await inbox.notices_of(elsewhere)).lines == []
    async with acting(at.buyer):
        assert len((await inbox.notices_of(at.buyer)).lines) == 1


async def test_all_that_was_shown_is_marked_and_nothing_that_came_later(make: Factory) -> None:
    at = await case(make)
    await _withdrawn(at)
    async with acting(at.representative):
        shown = (await inbox.notices_of(at.representative)).lines
    await _withdrawn(at)
    async with acting(at.representative):
        await inbox.mark_all_read(shown[0].id, by=at.representative)
        assert len((await inbox.notices_of(at.representative, unread_only=True)).lines) == 1


async def test_the_record_itself_marks_its_notices(make: Factory) -> None:
    at = await case(make)
    await _asked(at)
    async with acting(at.buyer):
        await inbox.mark_read_at(f"/quotes/{at.request.reference}", by=at.buyer)
        assert (await inbox.notices_of(at.buyer, unread_only=True)).lines == []


async def _withdrawn(at: Case) -> None:
    await tell(await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer))


async def _asked(at: Case) -> None:
    message = await at.says(at.representative, "Which bore?")
    await tell(await at.announce(QuoteEvent.QUESTION, by=at.representative, message_id=message))
