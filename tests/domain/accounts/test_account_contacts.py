"""Contacts and their access to the portal (rules A1, A5)."""

import asyncio

import pytest

from portal.database import execute, fetch, fetch_value
from portal.domain.accounts import access, contacts
from portal.domain.accounts.access import AccessState
from portal.domain.accounts.contacts import ContactDetails
from portal.domain.accounts.phones import PhoneDoubled
from portal.domain.accounts.queries import by_id
from portal.domain.accounts.tables import Contact
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole, StaffRole
from tests.factories import Account, Factory, acting, unique


def someone(**values: str) -> ContactDetails:
    name = unique("Contact ")
    email = f"{unique('contact')}@customer.example"
    return ContactDetails(**{"name": name, "email": email, **values})


@pytest.fixture
async def manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.ACCOUNT_MANAGER)


@pytest.fixture
async def account(make: Factory, manager: Actor) -> Account:
    return await make.account(manager=manager)


async def added(account: Account, by: Actor, *, is_main: bool = False, **values: str) -> Contact:
    async with acting(by):
        file = await by_id(account.id, by)
        return await contacts.add_contact(file, someone(**values), by=by, is_main=is_main)


async def invited(
    account: Account, contact: Contact, by: Actor, role: CustomerRole = CustomerRole.BUYER
) -> None:
    async with acting(by):
        await access.invite(await by_id(account.id, by), contact, role=role, by=by)


async def state_of(contact: Contact, by: Actor) -> AccessState:
    async with acting(by):
        (known,) = await Contact.objects().where(Contact.id == contact.id)
        return (await access.access_of([known]))[contact.id].state


async def accepts(make: Factory, contact: Contact) -> None:
    person = "SELECT person_id FROM contact WHERE id = $1"
    await make.owner.execute(
        f"INSERT INTO credential (person_id, password_hash) SELECT ({person}), '$argon2id$x'",
        contact.id,
    )


async def test_the_first_contact_is_the_main_one(account: Account, manager: Actor) -> None:
    first, second = await added(account, manager), await added(account, manager)
    third = await added(account, manager, is_main=True)
    async with acting(manager):
        known = await contacts.contacts_of(account.id)
    assert (known[0].id, known[0].is_main) == (third.id, True)
    assert {one.id for one in known if not one.is_main} == {first.id, second.id}


async def test_two_main_contacts_chosen_at_once_leave_one(account: Account, manager: Actor) -> None:
    made = [await added(account, manager) for _ in range(4)]

    async def choose(contact: Contact) -> None:
        async with acting(manager):
            (fresh,) = await Contact.objects().where(Contact.id == contact.id)
            file = await by_id(account.id, manager)
            await contacts.make_main(file, fresh, by=manager, expected_version=fresh.version)

    await asyncio.gather(*(choose(one) for one in made[1:]), return_exceptions=True)
    async with acting(manager):
        known = await contacts.contacts_of(account.id)
    assert sum(one.is_main for one in known) == 1


async def test_changes_of_a_contact_are_in_the_history_of_the_account(  # rule A5
    account: Account, manager: Actor
) -> None:
    contact = await added(account, manager, function="Buyer")
    async with acting(manager):
        file = await by_id(account.id, manager)
        wanted = ContactDetails(name=contact.name, email=contact.email, function="Head of buying")
        await contacts.edit_contact(file, contact, wanted, by=manager, expected_version=1)
        added_entry, edited = await timeline("account", account.id, visible_to=Audience.INTERNAL)
    assert (added_entry.verb, edited.verb) == ("accounts.contact_added", "accounts.contact_edited")
    assert edited.before == {"name": contact.name, "function": "Buyer"}
    assert edited.after == {"name": contact.name, "function": "Head of buying"}


async def test_who_saves_a_contact_second_is_told(account: Account, manager: Actor) -> None:
    contact = await added(account, manager)
    async with acting(manager):
        file = await by_id(account.id, manager)
        await contacts.edit_contact(file, contact, someone(), by=manager, expected_version=1)
    with pytest.raises(Conflict):
        async with acting(manager):
            await contacts.edit_contact(file, contact, someone(), by=manager, expected_version=1)


async def test_nobody_is_twice_in_a_file(account: Account, manager: Actor) -> None:  # rule A1
    contact = await added(account, manager)
    with pytest.raises(FieldError) as refused:
        await added(account, manager, email=contact.email.upper())
    assert refused.value.field == "email"
    with pytest.raises(FieldError):
        await added(account, manager, name="  ")
    with pytest.raises(FieldError):
        await added(account, manager, email="nobody")


async def test_a_contact_with_a_phone_of_another_account_is_flagged(  # rule A5
    make: Factory, account: Account, manager: Actor
) -> None:
    phone = f"139{unique('')[-9:].replace('x', '5')}"
    await added(account, manager, phone=phone)
    await added(account, manager, phone=phone)  # colleagues share a line
    other = await make.account(manager=manager)
    with pytest.raises(PhoneDoubled) as flagged:
        await added(other, manager, phone=f"+86 {phone}")
    assert flagged.value.codes == [account.code]


async def test_only_those_who_may_edit_do(make: Factory, account: Account, manager: Actor) -> None:
    representative = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    leader = await make.staff(StaffRole.GENERAL_MANAGER)
    contact = await added(account, manager)
    for clerk in (representative, leader):
        async with acting(manager):
            file = await by_id(account.id, manager)
            with pytest.raises(NotAllowed):
                await contacts.add_contact(file, someone(), by=clerk)
            with pytest.raises(NotAllowed):
                await contacts.archive_contact(file, contact, by=clerk, expected_version=1)
            with pytest.raises(NotAllowed):
                await access.invite(file, contact, by=clerk)
            with pytest.raises(NotAllowed):
                await access.end_access(file, contact, by=clerk)


async def test_an_invitation_makes_a_member_and_is_mailed(  # rule A1
    make: Factory, account: Account, manager: Actor
) -> None:
    contact = await added(account, manager)
    assert await state_of(contact, manager) is AccessState.NONE
    await invited(account, contact, manager)
    assert await state_of(contact, manager) is AccessState.INVITED
    (event,) = await make.events("person.invited", account.id)
    assert event["person_id"] == contact.person_id
    assert event["account_id"] == account.id
    await invited(account, contact, manager)  # told again
    assert len(await make.events("person.invited", account.id)) == 2
    await accepts(make, contact)
    assert await state_of(contact, manager) is AccessState.ACTIVE
    await invited(account, contact, manager, CustomerRole.READER)  # now it changes the role alone
    assert len(await make.events("person.invited", account.id)) == 2
    async with acting(manager):
        found = (await access.access_of([contact]))[contact.id]
        verbs = [
            entry.verb
            for entry in await timeline("account", account.id, visible_to=Audience.INTERNAL)
        ]
    assert found.role is CustomerRole.READER
    assert verbs == [
        "accounts.contact_added",
        "accounts.contact_invited",
        "accounts.contact_invited_again",
        "accounts.contact_role_changed",
    ]


async def test_somebody_with_another_account_gets_this_one_besides(
    make: Factory, account: Account, manager: Actor
) -> None:
    contact = await added(account, manager)
    await invited(account, contact, manager)
    other = await make.account(manager=manager)
    there = await added(other, manager, email=contact.email)
    await invited(other, there, manager)
    assert there.person_id == contact.person_id
    async with acting(manager):
        held = "SELECT count(*) FROM membership WHERE person_id = $1 AND ended_at IS NULL"
        assert await fetch_value(held, contact.person_id) == 2
        await access.end_access(await by_id(other.id, manager), there, by=manager)
        assert await fetch_value(held, contact.person_id) == 1
    assert await state_of(contact, manager) is AccessState.INVITED
    assert await state_of(there, manager) is AccessState.NONE


async def test_without_an_address_nobody_is_invited(account: Account, manager: Actor) -> None:
    contact = await added(account, manager, email="")
    with pytest.raises(FieldError) as refused:
        await invited(account, contact, manager)
    assert refused.value.field == "email"


async def test_who_was_disabled_is_not_invited(
    make: Factory, account: Account, manager: Actor
) -> None:
    contact = await added(account, manager)
    await invited(account, contact, manager)
    await make.owner.execute(
        "UPDATE person SET disabled_at = now() WHERE id = $1", contact.person_id
    )
    assert await state_of(contact, manager) is AccessState.DISABLED
    with pytest.raises(FieldError):
        await invited(account, contact, manager)


async def test_ended_access_can_be_given_again(account: Account, manager: Actor) -> None:
    contact = await added(account, manager)
    await invited(account, contact, manager)
    async with acting(manager):
        file = await by_id(account.id, manager)
        await access.end_access(file, contact, by=manager)
        with pytest.raises(access.HasNoAccess):
            await access.end_access(file, contact, by=manager)
    assert await state_of(contact, manager) is AccessState.NONE
    await invited(account, contact, manager)
    assert await state_of(contact, manager) is AccessState.INVITED


async def test_archiving_a_contact_ends_the_access_at_once(
    make: Factory, account: Account, manager: Actor
) -> None:
    contact = await added(account, manager)
    await invited(account, contact, manager)
    await make.owner.execute(
        """INSERT INTO session (token_hash, side, person_id, account_id, idle_seconds, expires_at)
           VALUES (sha256($1::text::bytea), 'customer', $2, $3, 600, now() + interval '1 day')""",
        unique("token"),
        contact.person_id,
        account.id,
    )
    async with acting(manager):
        file = await by_id(account.id, manager)
        (fresh,) = await Contact.objects().where(Contact.id == contact.id)
        await contacts.archive_contact(file, fresh, by=manager, expected_version=fresh.version)
        assert await contacts.contacts_of(account.id) == []
        assert [one.id for one in await contacts.all_contacts_of(account.id)] == [contact.id]
        with pytest.raises(NotFound):
            await access.invite(file, fresh, by=manager)
    sessions = "SELECT count(*) FROM session WHERE person_id = $1"
    assert await make.owner.fetchval(sessions, contact.person_id) == 0
    async with acting(manager):
        await contacts.restore_contact(file, fresh, by=manager)
        assert [one.id for one in await contacts.contacts_of(account.id)] == [contact.id]
    assert await state_of(contact, manager) is AccessState.NONE


async def test_an_address_somebody_signs_in_with_stays(account: Account, manager: Actor) -> None:
    contact = await added(account, manager)
    await invited(account, contact, manager)
    async with acting(manager):
        file = await by_id(account.id, manager)
        (fresh,) = await Contact.objects().where(Contact.id == contact.id)
        with pytest.raises(FieldError) as refused:
            await contacts.edit_contact(
                file, fresh, someone(), by=manager, expected_version=fresh.version
            )
        assert refused.value.field == "email"
        await access.end_access(file, fresh, by=manager)
        await contacts.edit_contact(
            file, fresh, someone(), by=manager, expected_version=fresh.version
        )
        assert fresh.person_id is None


async def test_a_contact_of_another_account_is_not_there(
    make: Factory, account: Account, manager: Actor
) -> None:
    contact = await added(account, manager)
    other = await make.account(manager=manager)
    async with acting(manager):
        with pytest.raises(NotFound):
            await contacts.contact_of(other.id, contact.id)
        assert (await contacts.contact_of(account.id, contact.id)).id == contact.id


async def test_customers_see_their_contacts_without_our_notes(
    make: Factory, account: Account, manager: Actor
) -> None:
    await added(account, manager, note="Prefers to be called in the morning")
    buyer = await make.buyer(account)
    other = await make.buyer(await make.account())
    async with acting(buyer):
        assert await fetch_value("SELECT count(id) FROM contact") == 2
    with pytest.raises(Exception, match="permission denied"):
        async with acting(buyer):
            await fetch("SELECT note FROM contact")
    async with acting(other):
        seen = await fetch("SELECT account_id FROM contact")
        assert {row["account_id"] for row in seen} == {other.account_id}
    with pytest.raises(Exception, match="permission denied"):
        async with acting(buyer):
            await execute("UPDATE contact SET name = 'x'")
