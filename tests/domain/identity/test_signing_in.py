"""Signing in and out, as the two portals' logins see it."""

from datetime import timedelta

import pytest

from portal.database import Login, execute, fetch, fetch_value, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.identity import sessions
from portal.domain.identity.client import Client
from portal.domain.identity.password_hashing import Hasher
from portal.domain.identity.random_tokens import token_hash
from portal.domain.identity.sign_in import LIMITS, SessionLimits, sign_in
from tests.factories import CHEAP_HASHER, Factory

CUSTOMER = Client(Side.CUSTOMER, "203.0.113.7", "Firefox")
STAFF = Client(Side.STAFF, "198.51.100.2", "Chromium")


async def signed_in(make: Factory, person: Actor, client: Client) -> str:
    session = await sign_in(
        await make.email(person), await make.password(person), client, hasher=CHEAP_HASHER
    )
    assert session is not None
    return session.token


async def test_a_buyer_signs_in_and_is_known_with_the_next_request(make: Factory) -> None:
    account = await make.account(name="Nordwerk")
    buyer = await make.buyer(account)
    token = await signed_in(make, buyer, CUSTOMER)
    async with unit_of_work(Login.CUSTOMER) as unit:
        viewer = await sessions.resume(token, "203.0.113.7")
        assert viewer is not None
        assert (viewer.actor.person_id, viewer.actor.account_id) == (buyer.person_id, account.id)
        assert (viewer.actor.role, viewer.account_name) == (CustomerRole.BUYER, "Nordwerk")
        assert (viewer.actor.client_address, viewer.account_code) == ("203.0.113.7", account.code)
        assert (viewer.membership_count, viewer.unread_count) == (1, 0)
        assert viewer.email == await make.email(buyer)
        assert unit.now == viewer.now
        # The transaction is bound: the account's rows are seen, no others.
        assert [row["id"] for row in await fetch("SELECT id FROM account")] == [account.id]


async def test_staff_sign_in_with_their_role_and_branch(make: Factory) -> None:
    clerk = await make.staff(StaffRole.SALES_ASSISTANT)
    token = await signed_in(make, clerk, STAFF)
    async with unit_of_work(Login.STAFF):
        viewer = await sessions.resume(token)
        assert viewer is not None
        assert viewer.actor.side is Side.STAFF
        assert viewer.actor.role is StaffRole.SALES_ASSISTANT
        assert viewer.actor.staff_member_id == clerk.staff_member_id
        assert viewer.actor.branch_id == clerk.branch_id
        assert viewer.actor.account_id is None


async def test_the_address_is_the_same_however_it_is_typed(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    password = await make.password(buyer)
    typed = f"  {(await make.email(buyer)).upper()} "
    assert await sign_in(typed, password, CUSTOMER, hasher=CHEAP_HASHER)


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "", "\x00", "a\x00@b.example", "@"])
async def test_unknown_and_strange_addresses_get_the_same_answer(make: Factory, email: str) -> None:
    assert await sign_in(email, "whatever it is", CUSTOMER, hasher=CHEAP_HASHER) is None


async def test_an_unknown_account_costs_a_hash_too(make: Factory) -> None:
    class Counting(Hasher):
        asked: int = 0

        async def verifies(self, password: str, known: str | None) -> bool:
            self.asked += 1
            return await super().verifies(password, known)

    buyer = await make.buyer(await make.account())
    await make.password(buyer)
    counting = Counting(memory_kib=64, passes=1)
    await sign_in("nobody@nowhere.example", "wrong password", CUSTOMER, hasher=counting)
    await sign_in(await make.email(buyer), "wrong password", CUSTOMER, hasher=counting)
    assert counting.asked == 2


async def test_a_wrong_password_opens_nothing_and_is_written_down(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    await make.password(buyer)
    email = await make.email(buyer)
    assert await sign_in(email, "not this one", CUSTOMER, hasher=CHEAP_HASHER) is None
    row = await make.owner.fetchrow(
        "SELECT * FROM security_event WHERE person_id = $1", buyer.person_id
    )
    assert (row["kind"], row["side"]) == ("sign_in_failed", "customer")
    assert (row["client_address"], row["detail"]) == ("203.0.113.7", "{}")
    sessions_open = "SELECT count(*) FROM session WHERE person_id = $1"
    assert await make.owner.fetchval(sessions_open, buyer.person_id) == 0


async def test_people_of_the_other_side_are_unknown_here(make: Factory) -> None:
    clerk, buyer = await make.staff(), await make.buyer(await make.account())
    clerks, buyers = await make.password(clerk), await make.password(buyer)
    assert await sign_in(await make.email(clerk), clerks, CUSTOMER, hasher=CHEAP_HASHER) is None
    assert await sign_in(await make.email(buyer), buyers, STAFF, hasher=CHEAP_HASHER) is None
    async with unit_of_work(Login.CUSTOMER):
        asked = await fetch("SELECT * FROM person_to_sign_in($1)", await make.email(clerk))
        assert asked == []


async def test_the_same_address_on_both_sides_is_two_people(make: Factory) -> None:
    clerk, buyer = await make.staff(), await make.buyer(await make.account())
    await make.owner.execute(
        "UPDATE person SET email = $1 WHERE id = $2", await make.email(clerk), buyer.person_id
    )
    await make.password(clerk)
    session = await sign_in(
        await make.email(buyer), await make.password(buyer), CUSTOMER, hasher=CHEAP_HASHER
    )
    assert session is not None
    assert session.person_id == buyer.person_id


async def test_a_token_is_ours_and_new_each_time(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    email, password = await make.email(buyer), await make.password(buyer)
    planted = "a-token-that-the-visitor-brought-along-0000"
    first = await sign_in(email, password, CUSTOMER, replaces=planted, hasher=CHEAP_HASHER)
    second = await sign_in(email, password, CUSTOMER, hasher=CHEAP_HASHER)
    assert first is not None
    assert second is not None
    assert len({planted, first.token, second.token}) == 3
    assert len(first.token) >= 43  # 256 bits in base64
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(planted) is None
    stored = await make.owner.fetch(
        "SELECT token_hash FROM session WHERE person_id = $1", buyer.person_id
    )
    assert {row["token_hash"] for row in stored} == {
        token_hash(first.token),
        token_hash(second.token),
    }


async def test_signing_in_again_ends_the_session_it_replaces(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    old = await signed_in(make, buyer, CUSTOMER)
    email, password = await make.email(buyer), await make.password(buyer)
    assert await sign_in(email, password, CUSTOMER, replaces=old, hasher=CHEAP_HASHER)
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(old) is None


async def test_signing_out_ends_the_session_for_good(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    token = await signed_in(make, buyer, CUSTOMER)
    async with unit_of_work(Login.CUSTOMER):
        await sessions.end(token)
        await sessions.end(token)
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(token) is None
        assert await fetch_value("SELECT current_person()") is None


async def test_a_session_is_worth_nothing_at_the_other_portal(make: Factory) -> None:
    clerk, buyer = await make.staff(), await make.buyer(await make.account())
    clerks = await signed_in(make, clerk, STAFF)
    buyers = await signed_in(make, buyer, CUSTOMER)
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(clerks) is None
        assert not await sessions.is_alive(clerks)
        await sessions.end(clerks)
    async with unit_of_work(Login.STAFF):
        assert await sessions.resume(buyers) is None
        assert await sessions.resume(clerks) is not None


async def test_an_old_hash_is_renewed_when_its_password_is_typed(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    password = await make.password(buyer, hasher=Hasher(memory_kib=128, passes=1))
    assert await sign_in(await make.email(buyer), password, CUSTOMER, hasher=CHEAP_HASHER)
    kept = await make.owner.fetchval(
        "SELECT password_hash FROM credential WHERE person_id = $1", buyer.person_id
    )
    assert "m=64," in kept
    assert await sign_in(await make.email(buyer), password, CUSTOMER, hasher=CHEAP_HASHER)


async def test_a_password_changed_while_we_hash_opens_nothing(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    email, password = await make.email(buyer), await make.password(buyer)

    class Slow(Hasher):
        async def verifies(self, password: str, known: str | None) -> bool:
            matched = await super().verifies(password, known)
            await make.password(buyer, "another one meanwhile")
            return matched

    assert await sign_in(email, password, CUSTOMER, hasher=Slow(memory_kib=64, passes=1)) is None


async def test_somebody_without_any_account_cannot_sign_in(make: Factory) -> None:
    account = await make.account()
    buyer = await make.buyer(account)
    email, password = await make.email(buyer), await make.password(buyer)
    await make.owner.execute("UPDATE account SET archived_at = now() WHERE id = $1", account.id)
    assert await sign_in(email, password, CUSTOMER, hasher=CHEAP_HASHER) is None


async def test_limits_are_written_into_the_session(make: Factory) -> None:
    buyer, clerk = await make.buyer(await make.account()), await make.staff()
    await signed_in(make, buyer, CUSTOMER)

    async def short(side: Side) -> SessionLimits:
        assert side is Side.STAFF
        return SessionLimits(idle=timedelta(minutes=5), absolute=timedelta(minutes=30))

    session = await sign_in(
        await make.email(clerk),
        await make.password(clerk),
        STAFF,
        hasher=CHEAP_HASHER,
        limits_of=short,
    )
    assert session is not None
    assert session.lasts == timedelta(minutes=30)
    rows = await make.owner.fetch(
        """SELECT idle_seconds, expires_at - created_at AS lifetime FROM session
           WHERE person_id = ANY($1) ORDER BY side""",
        [buyer.person_id, clerk.person_id],
    )
    usual = LIMITS[Side.CUSTOMER]
    assert [(row["idle_seconds"], row["lifetime"]) for row in rows] == [
        (int(usual.idle.total_seconds()), usual.absolute),
        (300, timedelta(minutes=30)),
    ]


@pytest.mark.parametrize("table", ["credential", "session", "one_time_token"])
async def test_no_login_reads_secrets_directly(make: Factory, table: str) -> None:
    for login in Login:
        for statement in (f"SELECT * FROM {table}", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="permission denied"):
                async with unit_of_work(login):
                    await execute(statement)


async def test_a_person_set_by_hand_is_nobody_on_the_wrong_side(make: Factory) -> None:
    clerk = await make.staff()
    await make.password(clerk)
    async with unit_of_work(Login.CUSTOMER, person_id=clerk.person_id):
        assert await fetch_value("SELECT own_password_hash()") is None
        assert await fetch("SELECT * FROM own_sessions()") == []
