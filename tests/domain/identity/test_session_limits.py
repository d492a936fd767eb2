"""When sessions end by themselves. They run on real time; rows are aged as the owner."""

from datetime import timedelta

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.identity import sessions
from portal.domain.identity.client import Client
from portal.domain.identity.sign_in import sign_in
from tests.factories import CHEAP_HASHER, Factory

CUSTOMER = Client(Side.CUSTOMER)


async def open_session(make: Factory, person: Actor) -> str:
    session = await sign_in(
        await make.email(person), await make.password(person), CUSTOMER, hasher=CHEAP_HASHER
    )
    assert session is not None
    return session.token


async def age(make: Factory, person: Actor, *, unused: timedelta, old: timedelta) -> None:
    await make.owner.execute(
        """UPDATE session SET last_seen_at = now() - $2::interval,
               expires_at = expires_at - $3::interval WHERE person_id = $1""",
        person.person_id,
        unused,
        old,
    )


async def is_known(token: str) -> bool:
    async with unit_of_work(Login.CUSTOMER):
        alive = await sessions.is_alive(token)
        known = await sessions.resume(token) is not None
    assert alive == known
    return known


async def test_an_idle_session_ends(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await open_session(make, buyer)
    await age(make, buyer, unused=timedelta(hours=11, minutes=59), old=timedelta())
    assert await is_known(token)
    await age(make, buyer, unused=timedelta(hours=12, minutes=1), old=timedelta())
    assert not await is_known(token)


async def test_a_session_in_use_ends_at_its_absolute_limit(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await open_session(make, buyer)
    await age(make, buyer, unused=timedelta(), old=timedelta(days=6, hours=23))
    assert await is_known(token)
    await age(make, buyer, unused=timedelta(), old=timedelta(hours=1))
    assert not await is_known(token)


async def test_using_a_session_keeps_it_awake_and_a_stream_does_not(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await open_session(make, buyer)
    seen = "SELECT now() - last_seen_at < interval '1 minute' FROM session WHERE person_id = $1"
    await age(make, buyer, unused=timedelta(hours=3), old=timedelta())
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.is_alive(token)
    assert not await make.owner.fetchval(seen, buyer.person_id)
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(token)
    assert await make.owner.fetchval(seen, buyer.person_id)


async def test_two_requests_at_once_do_not_wait_for_each_other(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await open_session(make, buyer)
    await age(make, buyer, unused=timedelta(hours=3), old=timedelta())
    async with make.owner.transaction():
        # Somebody else is stamping the same session right now.
        await make.owner.execute(
            "UPDATE session SET last_seen_at = now() WHERE person_id = $1", buyer.person_id
        )
        async with unit_of_work(Login.CUSTOMER):
            assert await sessions.resume(token)


async def test_the_business_clock_does_not_end_sessions(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await open_session(make, buyer)
    await make.move_clock(timedelta(days=30))
    try:
        assert await is_known(token)
    finally:
        await make.owner.execute("DELETE FROM clock_offset")


async def test_what_has_ended_is_cleared_away(make: Factory) -> None:
    idle, old, living = [await make.buyer(await make.account()) for _ in range(3)]
    for person in (idle, old, living):
        await open_session(make, person)
    await age(make, idle, unused=timedelta(days=1), old=timedelta())
    await age(make, old, unused=timedelta(), old=timedelta(days=8))
    async with unit_of_work(Login.WORKER):
        assert await sessions.remove_ended() >= 2
    left = await make.owner.fetch(
        "SELECT person_id FROM session WHERE person_id = ANY($1)",
        [idle.person_id, old.person_id, living.person_id],
    )
    assert [row["person_id"] for row in left] == [living.person_id]


async def test_security_events_are_kept_nine_months(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    await open_session(make, buyer)
    await make.owner.execute(
        """INSERT INTO security_event (kind, person_id, at)
           VALUES ('sign_in_failed', $1, now() - interval '10 months')""",
        buyer.person_id,
    )
    async with unit_of_work(Login.WORKER):
        await sessions.remove_ended()
    kinds = await make.owner.fetch(
        "SELECT kind FROM security_event WHERE person_id = $1", buyer.person_id
    )
    assert [row["kind"] for row in kinds] == ["signed_in"]
