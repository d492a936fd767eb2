"""Invitation and reset: links that work once, for a while, and only when a password is set."""

import asyncio
from datetime import timedelta

import pytest

from portal.database import Login, execute, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.identity import sessions
from portal.domain.identity.client import LOGIN_OF, Client
from portal.domain.identity.invitations import PersonDisabled, invite
from portal.domain.identity.people import find_or_create, has_password, person_by_id
from portal.domain.identity.random_tokens import token_hash
from portal.domain.identity.sign_in import sign_in
from portal.domain.identity.tokens import (
    LinkSpent,
    Purpose,
    ask_for_reset,
    look_at,
    new_token_for,
    set_password,
)
from tests.factories import CHEAP_HASHER, Factory, acting

PASSWORD = "tomato window eleven moss"


async def mailed(person: Actor, purpose: Purpose = Purpose.RESET) -> str:
    """The token of a mail to this person, made as the worker makes it."""
    async with unit_of_work(Login.WORKER):
        assert person.person_id is not None
        token = await new_token_for(purpose, person.person_id)
    assert token is not None
    return token


async def use(token: str, password: str = PASSWORD, side: Side = Side.CUSTOMER) -> None:
    async with unit_of_work(LOGIN_OF[side]):
        await set_password(token, password, Client(side), hasher=CHEAP_HASHER)


async def test_an_invited_person_sets_a_password_and_signs_in(make: Factory) -> None:
    buyer = await make.buyer(await make.account(), name="Ana Ruiz")
    token = await mailed(buyer, Purpose.INVITATION)
    async with unit_of_work(Login.CUSTOMER):
        link = await look_at(token)
        assert link is not None
        assert (link.purpose, link.person_name) == (Purpose.INVITATION, "Ana Ruiz")
    await use(token)
    client = Client(Side.CUSTOMER)
    assert await sign_in(await make.email(buyer), PASSWORD, client, hasher=CHEAP_HASHER)


async def test_looking_at_a_link_consumes_nothing(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await mailed(buyer)
    for _ in range(3):
        async with unit_of_work(Login.CUSTOMER):
            assert await look_at(token)
    await use(token)


async def test_a_link_works_once(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await mailed(buyer)
    await use(token)
    async with unit_of_work(Login.CUSTOMER):
        assert await look_at(token) is None
    with pytest.raises(LinkSpent):
        await use(token, "another password entirely")


async def test_a_link_used_twice_at_once_works_once(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await mailed(buyer)
    results = await asyncio.gather(*(use(token) for _ in range(5)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["LinkSpent"] * 4 + ["NoneType"]


async def test_a_refused_password_leaves_the_link_usable(make: Factory) -> None:
    buyer = await make.buyer(await make.account(), name="Ana Ruiz")
    token = await mailed(buyer)
    for password in ("short", "passwordpassword", "anaruiz2026!"):
        with pytest.raises(FieldError):
            await use(token, password)
    await use(token)


@pytest.mark.parametrize(
    ("purpose", "lifetime"),
    [(Purpose.INVITATION, timedelta(days=7)), (Purpose.RESET, timedelta(hours=1))],
)
async def test_a_link_expires(make: Factory, purpose: Purpose, lifetime: timedelta) -> None:
    buyer = await make.buyer(await make.account())
    token = await mailed(buyer, purpose)
    older = "UPDATE one_time_token SET expires_at = expires_at - $2::interval WHERE token_hash = $1"
    await make.owner.execute(older, token_hash(token), lifetime - timedelta(minutes=1))
    async with unit_of_work(Login.CUSTOMER):
        assert await look_at(token)
    await make.owner.execute(older, token_hash(token), timedelta(minutes=1))
    async with unit_of_work(Login.CUSTOMER):
        assert await look_at(token) is None
    with pytest.raises(LinkSpent):
        await use(token)


async def test_a_used_link_voids_the_others_and_ends_every_session(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    session = await sign_in(
        await make.email(buyer),
        await make.password(buyer),
        Client(Side.CUSTOMER),
        hasher=CHEAP_HASHER,
    )
    assert session is not None
    first, second = await mailed(buyer), await mailed(buyer)
    await use(second)
    with pytest.raises(LinkSpent):
        await use(first)
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(session.token) is None


async def test_a_link_of_the_other_side_is_unknown(make: Factory) -> None:
    clerk = await make.staff()
    token = await mailed(clerk)
    async with unit_of_work(Login.CUSTOMER):
        assert await look_at(token) is None
        # Nor straight at the database.
        await execute("SELECT use_token($1, $2)", token_hash(token), "$argon2id$planted")
    with pytest.raises(LinkSpent):
        await use(token, side=Side.CUSTOMER)
    await use(token, side=Side.STAFF)


async def test_no_link_for_somebody_who_is_disabled(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await mailed(buyer)
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", buyer.person_id)
    with pytest.raises(LinkSpent):
        await use(token)
    async with unit_of_work(Login.WORKER):
        assert buyer.person_id is not None
        assert await new_token_for(Purpose.RESET, buyer.person_id) is None


async def test_only_the_worker_makes_links(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    for login in (Login.CUSTOMER, Login.STAFF):
        with pytest.raises(Exception, match="permission denied"):
            async with unit_of_work(login):
                assert buyer.person_id is not None
                await new_token_for(Purpose.RESET, buyer.person_id)


async def test_asking_for_a_reset_reaches_the_outbox_once_in_a_while(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    email = await make.email(buyer)
    for _ in range(3):
        async with unit_of_work(Login.CUSTOMER) as unit:
            await ask_for_reset(email.upper(), Client(Side.CUSTOMER))
            assert unit.outbox_written
    events = [
        event
        for event in await make.events("person.reset")
        if event["person_id"] == buyer.person_id
    ]
    # A request on either side of a period's end makes two.
    assert events[:1] == [{"person_id": buyer.person_id, "side": "customer"}]
    assert len(events) <= 2


async def test_asking_for_somebody_unknown_looks_the_same(make: Factory) -> None:
    clerk = await make.staff()
    before = len(await make.events("person.reset"))
    asked = "SELECT count(*) FROM security_event WHERE kind = 'reset_asked'"
    noted = await make.owner.fetchval(asked)
    for email in ("nobody@nowhere.example", await make.email(clerk), "\x00", ""):
        async with unit_of_work(Login.CUSTOMER) as unit:
            await ask_for_reset(email, Client(Side.CUSTOMER))
            assert unit.outbox_written
    assert len(await make.events("person.reset")) == before
    assert await make.owner.fetchval(asked) == noted + 4


async def test_account_managers_invite_customers_people(make: Factory) -> None:
    account, manager = await make.account(), await make.staff(StaffRole.ACCOUNT_MANAGER)
    async with acting(manager):
        person, is_new = await find_or_create(
            Side.CUSTOMER, name=" Ana  Ruiz ", email=f"Ana@{account.code}.Example", by=manager
        )
        assert is_new
        assert (person.name, person.email) == ("Ana Ruiz", f"ana@{account.code.lower()}.example")
        assert not await has_password(person.id)
        await invite(person, by=manager, account_id=account.id)
        again, is_new = await find_or_create(
            Side.CUSTOMER, name="Other", email=person.email, by=manager
        )
        assert (again.id, again.name, is_new) == (person.id, "Ana Ruiz", False)
    assert await make.events("person.invited", account.id) == [
        {
            "person_id": person.id,
            "side": "customer",
            "account_id": account.id,
            "invited_by": manager.person_id,
        }
    ]


async def test_who_may_not_let_people_in(make: Factory) -> None:
    buyer, clerk = await make.buyer(await make.account()), await make.staff()
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    for person, inviter in ((buyer, clerk), (clerk, clerk), (clerk, manager)):
        with pytest.raises(NotAllowed):
            async with acting(inviter):
                assert person.person_id is not None
                await invite(await person_by_id(person.person_id), by=inviter)


async def test_somebody_disabled_is_not_invited(make: Factory) -> None:
    buyer, manager = (
        await make.buyer(await make.account()),
        await make.staff(StaffRole.ACCOUNT_MANAGER),
    )
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", buyer.person_id)
    async with acting(manager):
        assert buyer.person_id is not None
        with pytest.raises(PersonDisabled):
            await invite(await person_by_id(buyer.person_id), by=manager)
        with pytest.raises(FieldError):
            email = await make.email(buyer)
            await find_or_create(Side.CUSTOMER, name="Ana", email=email, by=manager)


@pytest.mark.parametrize("email", ["", "ana", "ana@", "@b.example", "a b@c.example", "a\nb@c.de"])
async def test_an_address_that_cannot_be_is_refused(make: Factory, email: str) -> None:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    async with acting(manager):
        with pytest.raises(FieldError) as refused:
            await find_or_create(Side.CUSTOMER, name="Ana", email=email, by=manager)
    assert refused.value.field == "email"
