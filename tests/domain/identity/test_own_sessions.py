"""One's sessions: listed, ended, moved to another account, ended by a new password."""

from datetime import timedelta

import pytest

from portal.database import Login, UnitOfWork, fetch_value, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import Conflict, FieldError, NotFound
from portal.domain.identity import sessions
from portal.domain.identity.client import LOGIN_OF, Client
from portal.domain.identity.own_password import change_own_password
from portal.domain.identity.sessions import SignedIn
from portal.domain.identity.sign_in import sign_in
from portal.domain.identity.tokens import Purpose, look_at, new_token_for
from tests.factories import CHEAP_HASHER, Factory


async def open_session(make: Factory, person: Actor, password: str, browser: str = "") -> str:
    client = Client(person.side, "203.0.113.9", browser)
    session = await sign_in(await make.email(person), password, client, hasher=CHEAP_HASHER)
    assert session is not None
    return session.token


class requesting:  # noqa: N801 - reads as a phrase
    """A request with this session cookie, as the middleware prepares it."""

    def __init__(self, side: Side, token: str) -> None:
        self._unit = unit_of_work(LOGIN_OF[side])
        self._token = token

    async def __aenter__(self) -> SignedIn:
        unit: UnitOfWork = await self._unit.__aenter__()
        assert unit.login in Login
        viewer = await sessions.resume(self._token, "203.0.113.9")
        assert viewer is not None
        return viewer

    async def __aexit__(self, *error: object) -> None:
        await self._unit.__aexit__(*error)  # type: ignore[arg-type]


async def is_known(side: Side, token: str) -> bool:
    async with unit_of_work(LOGIN_OF[side]):
        return await sessions.resume(token) is not None


async def test_sessions_are_listed_with_where_they_are_used(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    password = await make.password(buyer)
    await open_session(make, buyer, password, "Firefox on the desk")
    here = await open_session(make, buyer, password, "Safari\x7f on the phone")
    async with requesting(Side.CUSTOMER, here) as viewer:
        listed = await sessions.own_sessions(viewer)
    assert [(line.user_agent, line.is_current) for line in listed] == [
        ("Safari on the phone", True),
        ("Firefox on the desk", False),
    ]
    assert {line.client_address for line in listed} == {"203.0.113.9"}


async def test_one_session_is_ended_from_another(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    password = await make.password(buyer)
    lost = await open_session(make, buyer, password)
    here = await open_session(make, buyer, password)
    async with requesting(Side.CUSTOMER, here) as viewer:
        other = next(line for line in await sessions.own_sessions(viewer) if not line.is_current)
        await sessions.end_own(other.id, by=viewer.actor)
    assert not await is_known(Side.CUSTOMER, lost)
    assert await is_known(Side.CUSTOMER, here)


async def test_nobody_ends_or_sees_the_sessions_of_others(make: Factory) -> None:
    account = await make.account()
    mine, theirs = await make.buyer(account), await make.buyer(account)
    foreign = await open_session(make, theirs, await make.password(theirs))
    here = await open_session(make, mine, await make.password(mine))
    async with requesting(Side.CUSTOMER, foreign) as viewer:
        foreign_id = viewer.session_id
    async with requesting(Side.CUSTOMER, here) as viewer:
        assert [line.id for line in await sessions.own_sessions(viewer)] == [viewer.session_id]
        with pytest.raises(NotFound):
            await sessions.end_own(foreign_id, by=viewer.actor)
        assert await sessions.end_others(here, by=viewer.actor) == 0
    assert await is_known(Side.CUSTOMER, foreign)


async def test_all_other_sessions_are_ended_at_once(make: Factory) -> None:
    clerk = await make.staff()
    password = await make.password(clerk)
    others = [await open_session(make, clerk, password) for _ in range(3)]
    here = await open_session(make, clerk, password)
    async with requesting(Side.STAFF, here) as viewer:
        assert await sessions.end_others(here, by=viewer.actor) == 3
    assert [await is_known(Side.STAFF, token) for token in [*others, here]] == [
        False,
        False,
        False,
        True,
    ]


async def test_a_member_of_two_accounts_switches_and_stays_there(make: Factory) -> None:
    north, south = await make.account(name="North"), await make.account(name="South")
    buyer = await make.buyer(north)
    await make.member(buyer, south)
    password = await make.password(buyer)
    token = await open_session(make, buyer, password)
    async with requesting(Side.CUSTOMER, token) as viewer:
        assert (viewer.account_name, viewer.membership_count) == ("North", 2)
        offered = await sessions.own_memberships()
        assert [choice.account_name for choice in offered] == ["North", "South"]
        await sessions.switch_account(token, south.code, by=viewer.actor)
    async with requesting(Side.CUSTOMER, token) as viewer:
        assert viewer.actor.account_id == south.id
        assert await fetch_value("SELECT id FROM account") == south.id
    async with requesting(Side.CUSTOMER, await open_session(make, buyer, password)) as viewer:
        assert viewer.account_name == "South"


async def test_switching_to_a_foreign_unknown_or_archived_account_is_refused(
    make: Factory,
) -> None:
    own, foreign, archived = [await make.account() for _ in range(3)]
    buyer = await make.buyer(own)
    await make.member(buyer, archived)
    await make.owner.execute("UPDATE account SET archived_at = now() WHERE id = $1", archived.id)
    token = await open_session(make, buyer, await make.password(buyer))
    for code in (foreign.code, archived.code, "HZ-000000-NONE-000"):
        with pytest.raises(NotFound):
            async with requesting(Side.CUSTOMER, token) as viewer:
                await sessions.switch_account(token, code, by=viewer.actor)
    async with requesting(Side.CUSTOMER, token) as viewer:
        assert (viewer.actor.account_id, viewer.membership_count) == (own.id, 1)


async def test_an_ended_membership_ends_its_sessions_and_no_others(make: Factory) -> None:
    first, second = await make.account(), await make.account()
    buyer = await make.buyer(first)
    await make.member(buyer, second)
    password = await make.password(buyer)
    at_first = await open_session(make, buyer, password)
    at_second = await open_session(make, buyer, password)
    async with requesting(Side.CUSTOMER, at_second) as viewer:
        await sessions.switch_account(at_second, second.code, by=viewer.actor)
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE account_id = $1 AND person_id = $2",
        first.id,
        buyer.person_id,
    )
    assert not await is_known(Side.CUSTOMER, at_first)
    assert await is_known(Side.CUSTOMER, at_second)
    assert (
        await make.owner.fetchval(
            "SELECT count(*) FROM session WHERE person_id = $1", buyer.person_id
        )
        == 1
    )


async def test_an_archived_account_closes_its_sessions(make: Factory) -> None:
    account = await make.account()
    buyer = await make.buyer(account)
    token = await open_session(make, buyer, await make.password(buyer))
    await make.owner.execute("UPDATE account SET archived_at = now() WHERE id = $1", account.id)
    async with unit_of_work(Login.CUSTOMER):
        assert not await sessions.is_alive(token)
        assert await sessions.resume(token) is None
        assert await fetch_value("SELECT current_person()") is None


async def test_a_new_password_ends_the_other_sessions_and_renews_this_one(
    make: Factory,
) -> None:
    buyer = await make.buyer(await make.account())
    old = await make.password(buyer)
    elsewhere = await open_session(make, buyer, old)
    here = await open_session(make, buyer, old)
    async with unit_of_work(Login.WORKER):
        assert buyer.person_id is not None
        link = await new_token_for(Purpose.RESET, buyer.person_id)
        assert link is not None
    async with requesting(Side.CUSTOMER, here) as viewer:
        renewed = await change_own_password(
            old, "tomato window eleven moss", here, by=viewer.actor, hasher=CHEAP_HASHER
        )
    assert not await is_known(Side.CUSTOMER, elsewhere)
    assert timedelta(days=6, hours=23) < renewed.lasts <= timedelta(days=7)
    # Whoever had a copy of the cookie is out; the answer carries the new one.
    assert not await is_known(Side.CUSTOMER, here)
    assert await is_known(Side.CUSTOMER, renewed.token)
    async with unit_of_work(Login.CUSTOMER):
        assert await look_at(link) is None
    client = Client(Side.CUSTOMER)
    assert await sign_in(await make.email(buyer), old, client, hasher=CHEAP_HASHER) is None
    await open_session(make, buyer, "tomato window eleven moss")


async def test_a_new_password_needs_the_old_one_and_the_rules(make: Factory) -> None:
    clerk = await make.staff(name="Zhang Wei")
    old = await make.password(clerk)
    token = await open_session(make, clerk, old)
    for current, new, field in (
        ("not the old one", "tomato window eleven moss", "current_password"),
        (old, "too short", "new_password"),
        (old, "zhangwei1988", "new_password"),
        (old, "qilincompany88", "new_password"),
    ):
        with pytest.raises(FieldError) as refused:
            async with requesting(Side.STAFF, token) as viewer:
                await change_own_password(
                    current,
                    new,
                    token,
                    by=viewer.actor,
                    personal=["Qilin Company"],
                    hasher=CHEAP_HASHER,
                )
        assert refused.value.field == field
    assert await is_known(Side.STAFF, token)


async def test_two_new_passwords_at_once_make_one(make: Factory) -> None:
    clerk = await make.staff()
    old = await make.password(clerk)
    token = await open_session(make, clerk, old)

    class Slow(type(CHEAP_HASHER)):  # type: ignore[misc]
        async def hash(self, password: str) -> str:
            await make.password(clerk, "the other one was faster")
            return str(await super().hash(password))

    with pytest.raises(Conflict):
        async with requesting(Side.STAFF, token) as viewer:
            await change_own_password(
                old,
                "tomato window eleven moss",
                token,
                by=viewer.actor,
                hasher=Slow(memory_kib=64, passes=1),
            )
    assert await is_known(Side.STAFF, token)
