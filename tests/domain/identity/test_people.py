"""Who sees whom, who changes what of themselves, and who is shut out."""

import json

import pytest

from portal.database import Login, execute, fetch, fetch_value, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import Conflict, FieldError, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.identity import sessions
from portal.domain.identity.client import Client
from portal.domain.identity.disabling import NotOneself, disable, enable
from portal.domain.identity.people import person_by_id
from portal.domain.identity.settings import (
    OwnSettings,
    change_own_settings,
    choose_locale,
    own_settings,
)
from portal.domain.identity.sign_in import sign_in
from tests.factories import CHEAP_HASHER, Factory, acting


async def change(by: Actor, **values: object) -> OwnSettings:
    shown = await own_settings(by)
    form = {
        "name": shown.name,
        "phone": shown.phone,
        "locale": shown.locale,
        "timezone": shown.timezone,
        "keyboard_shortcuts": shown.keyboard_shortcuts,
        "expected_version": shown.version,
    }
    return await change_own_settings(**{**form, **values}, by=by)  # type: ignore[arg-type]


async def test_a_customer_sees_staff_and_the_people_of_its_account(make: Factory) -> None:
    account, clerk = await make.account(), await make.staff(name="Lin Tao")
    buyer, colleague = await make.buyer(account), await make.buyer(account)
    stranger = await make.buyer(await make.account())
    async with acting(buyer):
        people = await fetch(
            "SELECT id, name FROM person WHERE id = ANY($1)",
            [clerk.person_id, buyer.person_id, colleague.person_id, stranger.person_id],
        )
    assert {row["id"] for row in people} == {
        clerk.person_id,
        buyer.person_id,
        colleague.person_id,
    }
    assert "Lin Tao" in {row["name"] for row in people}


async def test_a_customer_reads_no_addresses_to_sign_in_with(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    with pytest.raises(Exception, match="permission denied"):
        async with acting(buyer):
            await fetch("SELECT email FROM person")
    with pytest.raises(Exception, match="permission denied"):
        async with unit_of_work(Login.CUSTOMER):
            await fetch("SELECT * FROM membership_in_force")


async def test_a_customer_changes_nobody_else(make: Factory) -> None:
    account, clerk = await make.account(), await make.staff()
    buyer, colleague = await make.buyer(account), await make.buyer(account)
    async with acting(buyer):
        await execute("UPDATE person SET name = 'Mallory', version = version + 1")
    names = await make.owner.fetch(
        "SELECT id FROM person WHERE name = 'Mallory' AND id = ANY($1)",
        [buyer.person_id, colleague.person_id, clerk.person_id],
    )
    assert [row["id"] for row in names] == [buyer.person_id]


@pytest.mark.parametrize("column", ["side = 'staff'", "email = 'a@b.c'", "disabled_at = NULL"])
async def test_no_portal_changes_side_or_address_of_a_person(make: Factory, column: str) -> None:
    buyer = await make.buyer(await make.account())
    with pytest.raises(Exception, match="permission denied"):
        async with acting(buyer):
            await execute(f"UPDATE person SET {column}")
    if not column.startswith("disabled"):
        with pytest.raises(Exception, match="permission denied"):
            async with unit_of_work(Login.STAFF):
                await execute(f"UPDATE person SET {column} WHERE id = $1", buyer.person_id)


@pytest.mark.parametrize("side", [Side.CUSTOMER, Side.STAFF])
async def test_people_change_their_own_settings(make: Factory, side: Side) -> None:  # rule A5
    person = await make.staff() if side is Side.STAFF else await make.buyer(await make.account())
    async with acting(person):
        changed = await change(
            person,
            name="  Chen   Mei ",
            phone="+86　571 8888 0002",
            locale="zh_Hant",
            timezone="Asia/Taipei",
            keyboard_shortcuts=False,
        )
    assert changed == OwnSettings(
        "Chen Mei", "+86 571 8888 0002", "zh_Hant", "Asia/Taipei", False, 2
    )
    entry = await make.owner.fetchrow(
        "SELECT * FROM activity WHERE subject_kind = 'person' AND subject_id = $1",
        person.person_id,
    )
    assert (entry["verb"], entry["actor_id"]) == ("identity.settings_changed", person.person_id)
    assert json.loads(entry["before"])["name"] == person.name
    assert json.loads(entry["after"])["name"] == "Chen Mei"


async def test_settings_that_are_the_same_leave_no_trace(make: Factory) -> None:
    clerk = await make.staff()
    async with acting(clerk):
        assert (await change(clerk)).version == 1
    assert (
        await make.owner.fetchval(
            "SELECT count(*) FROM activity WHERE actor_id = $1", clerk.person_id
        )
        == 0
    )


async def test_settings_changed_elsewhere_meanwhile_are_a_conflict(make: Factory) -> None:
    clerk = await make.staff()
    async with acting(clerk):
        await change(clerk, phone="+86 571 8888 0003")
    with pytest.raises(Conflict):
        async with acting(clerk):
            await change(clerk, phone="+86 571 8888 0004", expected_version=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("phone", "call me"),
        ("phone", "1" * 41),
        ("phone", "+86 571 \x008888"),
        ("locale", "fr"),
        ("timezone", "Europe/Atlantis"),
        ("timezone", "../etc/passwd"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_at_its_field(
    make: Factory, field: str, value: str
) -> None:
    clerk = await make.staff()
    with pytest.raises(FieldError) as refused:
        async with acting(clerk):
            await change(clerk, **{field: value})
    assert refused.value.field == field


async def test_the_language_changes_by_itself(make: Factory) -> None:
    buyer = await make.buyer(await make.account(), locale="en")
    async with acting(buyer):
        assert (await choose_locale("zh_Hans", by=buyer)).locale == "zh_Hans"
        assert (await choose_locale("", by=buyer)).locale == ""


async def test_disabling_ends_everything_at_once(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    email, password = await make.email(buyer), await make.password(buyer)
    client = Client(Side.CUSTOMER)
    session = await sign_in(email, password, client, hasher=CHEAP_HASHER)
    assert session is not None
    assert buyer.person_id is not None
    async with acting(manager):
        await disable(await person_by_id(buyer.person_id), by=manager)
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(session.token) is None
        assert not await sessions.is_alive(session.token)
        assert await fetch_value("SELECT current_person()") is None
    assert await sign_in(email, password, client, hasher=CHEAP_HASHER) is None
    async with acting(manager):
        await enable(await person_by_id(buyer.person_id), by=manager)
    # The old session stays dead; the password is theirs again.
    async with unit_of_work(Login.CUSTOMER):
        assert await sessions.resume(session.token) is None
    assert await sign_in(email, password, client, hasher=CHEAP_HASHER)


async def test_disabling_is_recorded_once(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    assert buyer.person_id is not None
    for _ in range(2):
        async with acting(manager):
            await disable(await person_by_id(buyer.person_id), by=manager)
    verbs = await make.owner.fetch(
        "SELECT verb FROM activity WHERE subject_kind = 'person' AND subject_id = $1",
        buyer.person_id,
    )
    assert [row["verb"] for row in verbs] == ["identity.disabled"]


async def test_who_may_not_shut_people_out(make: Factory) -> None:
    clerk = await make.staff()
    buyer = await make.buyer(await make.account())
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    assert buyer.person_id is not None
    assert manager.person_id is not None
    for person_id, by in ((buyer.person_id, clerk), (manager.person_id, manager)):
        with pytest.raises(NotAllowed):
            async with acting(by):
                await disable(await person_by_id(person_id), by=by)


async def test_nobody_disables_themselves(make: Factory) -> None:
    administrator = await make.staff(StaffRole.ADMINISTRATOR)
    assert administrator.person_id is not None
    with pytest.raises(NotOneself):
        async with acting(administrator):
            await disable(await person_by_id(administrator.person_id), by=administrator)


async def test_security_events_are_stamped_by_the_database(make: Factory) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with unit_of_work(Login.CUSTOMER):
            await execute("INSERT INTO security_event (kind, side) VALUES ('x', 'staff')")
    with pytest.raises(Exception, match="permission denied"):
        async with unit_of_work(Login.CUSTOMER):
            await fetch("SELECT * FROM security_event")
