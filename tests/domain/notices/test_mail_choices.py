"""What reaches people by mail, and when: choices, quiet hours, floods, digests (rule V7)."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError
from portal.domain.notices import choices, digest, preferences
from portal.domain.notices.choices import NoticeTopic, topic_of
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.mail_timing import ByMail, until_open
from portal.domain.policy.notice_figures import MAIL_HOURS
from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import Case, case, mails, newest_event, tell
from tests.factories import Factory, acting


async def chooses(person: Actor, **wanted: str) -> None:
    async with acting(person):
        await preferences.choose(
            {f"email-{topic}": way for topic, way in wanted.items()}, by=person
        )


async def mail_row(make: Factory, event: int) -> dict[str, object]:
    row = await make.owner.fetchrow(
        """SELECT template, status, words, next_attempt_at - now() AS wait, account_id
           FROM mail WHERE outbox_id = $1""",
        event,
    )
    return dict(row) if row else {}


async def told_by_buyer(at: Case) -> int:
    """The representative is told that the buyer withdrew."""
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(event)
    return event


async def told_to_buyer(at: Case, *, urgent: bool = False) -> int:
    """The buyer is told that we cannot quote."""
    event = await at.announce(QuoteEvent.DECLINED_BY_US, by=at.representative, urgent=urgent)
    await tell(event)
    return event


def test_every_kind_has_a_topic_that_its_side_can_choose() -> None:
    assert {topic_of(kind) for kind in NoticeKind} <= set(NoticeTopic)
    offered = {topic for topics in choices.TOPICS_OF.values() for topic in topics}
    assert offered == set(NoticeTopic)


async def test_without_a_choice_it_is_mailed_at_once(make: Factory) -> None:
    at = await case(make)
    row = await mail_row(make, await told_to_buyer(at))
    assert row["template"] == "notice"
    assert row["wait"] <= timedelta(0)


async def test_who_wants_no_mail_is_told_in_the_portal_alone(make: Factory) -> None:
    at = await case(make)
    await chooses(at.buyer, quotes="never")
    event = await told_to_buyer(at)
    assert await mails(make, event) == []
    told = "SELECT count(*) FROM notice WHERE outbox_id = $1 AND person_id = $2"
    assert await make.owner.fetchval(told, event, at.buyer.person_id) == 1


async def test_what_is_urgent_is_mailed_whatever_was_chosen(make: Factory) -> None:
    at = await case(make)
    await chooses(at.buyer, quotes="never")
    assert len(await mails(make, await told_to_buyer(at, urgent=True))) == 1


async def test_a_choice_is_kept_by_side_and_refused_when_not_offered(make: Factory) -> None:
    at = await case(make)
    await chooses(at.buyer, quotes="digest", promises="never")
    async with acting(at.buyer):
        own = {each.topic: each.way for each in await preferences.own_choices(at.buyer)}
    assert own[NoticeTopic.QUOTES] is ByMail.DIGEST
    assert NoticeTopic.PROMISES not in own  # no such notices reach customers
    with pytest.raises(FieldError) as refused:
        await chooses(at.buyer, status="digest")
    assert refused.value.field == "email-status"


async def test_the_digest_says_once_a_day_what_is_still_unread(make: Factory) -> None:
    at = await case(make)
    await chooses(at.buyer, quotes="digest", messages="digest")
    first, _ = await told_to_buyer(at), await told_to_buyer(at)
    assert await mails(make, first) == []
    await make.owner.execute("UPDATE notice SET read_at = now() WHERE outbox_id = $1", first)
    await make.move_clock(hours_until(10))
    try:
        assert await called(make, at) == 1
        assert await called(make, at) == 0
        event = await newest_event(make, digest.DIGEST)
        await tell(event)
        row = await mail_row(make, event)
        assert row["template"] == "digest"
        assert row["account_id"] == at.account.id
        assert str(row["words"]).count("declined_by_us") == 1
        waiting = "SELECT count(*) FROM notice WHERE in_digest AND person_id = $1"
        assert await make.owner.fetchval(waiting, at.buyer.person_id) == 0
        # What comes later the same day waits for tomorrow's.
        await told_to_buyer(at)
        assert await called(make, at) == 0
        await make.move_clock(hours_until(10) + timedelta(days=1))
        assert await called(make, at) == 1
    finally:
        await make.move_clock(timedelta(0))


async def test_a_flood_becomes_a_digest(make: Factory) -> None:
    at = await case(make)
    sent = 0
    for _ in range(20):
        sent += len(await mails(make, await told_to_buyer(at)))
    assert sent == 15
    waiting = "SELECT count(*) FROM notice WHERE in_digest AND person_id = $1"
    assert await make.owner.fetchval(waiting, at.buyer.person_id) == 5


async def test_customers_sleep_and_our_people_are_told(make: Factory) -> None:
    at = await case(make)
    await make.owner.execute(
        """INSERT INTO policy_figure (key, scope_kind, value, version, valid_from)
           VALUES ($1, 'company', '[["09:00", "12:00"], ["14:00", "20:00"]]', 2, '2020-01-02')""",
        MAIL_HOURS.key,
    )
    try:
        await make.move_clock(hours_until(22))
        to_buyer = await mail_row(make, await told_to_buyer(at))
        to_sales = await mail_row(make, await told_by_buyer(at))
        assert timedelta(hours=10) < to_buyer["wait"] <= timedelta(hours=11)
        assert to_sales["wait"] <= timedelta(0)
        await chooses(at.buyer, quotes="digest")
        await told_to_buyer(at)
        assert await called(make, at) == 1  # late in the day, as after a flood
        event = await newest_event(make, digest.DIGEST)
        await tell(event)
        late = await mail_row(make, event)
        assert timedelta(hours=10) < late["wait"] <= timedelta(hours=11)
    finally:
        await make.owner.execute(
            "DELETE FROM policy_figure WHERE key = $1 AND version = 2", MAIL_HOURS.key
        )
        await make.move_clock(timedelta(0))


@pytest.mark.parametrize(
    ("hour", "minute", "wait"),
    [(8, 0, 60), (9, 0, 0), (11, 59, 0), (12, 0, 120), (13, 30, 30), (20, 0, 780), (3, 0, 360)],
)
def test_quiet_hours_are_the_readers_own(hour: int, minute: int, wait: int) -> None:
    """Rule V7: not before 09:00, not from 12:00 to 14:00, not after 20:00 local."""
    now = datetime(2026, 8, 24, hour, minute, tzinfo=UTC) - timedelta(hours=8)
    assert until_open(now, MAIL_HOURS.default, "Asia/Shanghai") == timedelta(minutes=wait)


def hours_until(hour: int) -> timedelta:
    """How far to move the clock so that it is this hour tomorrow in Shanghai."""
    now = datetime.now(UTC) + timedelta(hours=8)
    tomorrow = (now + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return tomorrow - now


async def called(make: Factory, at: Case) -> int:
    """How many digests of this account are announced by a sweep of the worker."""
    count = "SELECT count(*) FROM outbox WHERE kind = $1 AND account_id = $2"
    before = await make.owner.fetchval(count, digest.DIGEST, at.account.id)
    async with unit_of_work(Login.WORKER):
        await digest.call_for_digests()
    return int(await make.owner.fetchval(count, digest.DIGEST, at.account.id) - before)
