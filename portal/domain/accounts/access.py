"""Access of contacts to the portal: given, told again, ended; it hangs on contacts (rule A1).

A person may be a member of several accounts; each account invites, and ends, on its own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.database import database_now, fetch, fetch_value
from portal.domain.accounts.tables import Account, Contact, Membership
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience, Side
from portal.domain.common.errors import DomainError, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole, Permission
from portal.domain.common.words import N_, Worded
from portal.domain.identity import invitations
from portal.domain.identity.people import find_or_create
from portal.domain.identity.tables import Person


class AccessState(Worded):
    """How far a contact is with the portal."""

    NONE = "none", N_("No access")
    INVITED = "invited", N_("Invited")
    ACTIVE = "active", N_("Has access")
    DISABLED = "disabled", N_("Disabled")

    @property
    def tone(self) -> str:
        return _TONES[self]


_TONES = {
    AccessState.NONE: "neutral",
    AccessState.INVITED: "running",
    AccessState.ACTIVE: "done",
    AccessState.DISABLED: "warning",
}


@dataclass(frozen=True, slots=True)
class Access:
    """What a contact may do in the portal for this account. `role` is None without access."""

    state: AccessState
    role: CustomerRole | None = None


class HasNoAccess(DomainError):
    """The contact's access has ended meanwhile, or there never was one."""

    status = 409
    message = N_("%(name)s has no access to the portal.")


async def access_of(contacts: Collection[Contact]) -> Mapping[int, Access]:
    """The access of each of these contacts by contact id. For staff."""
    rows = await fetch(
        """SELECT c.id, m.role, p.disabled_at IS NOT NULL AS disabled,
               has_password(p.id) AS signed_up
           FROM contact c
           JOIN membership m ON m.account_id = c.account_id AND m.person_id = c.person_id
           JOIN person p ON p.id = m.person_id
           WHERE c.id = ANY ($1::bigint[]) AND m.ended_at IS NULL""",
        [contact.id for contact in contacts],
    )
    found = {row["id"]: Access(_state(row), CustomerRole(row["role"])) for row in rows}
    return {contact.id: found.get(contact.id, Access(AccessState.NONE)) for contact in contacts}


async def has_access(contact: Contact) -> bool:
    """Whether the contact is a member of the account now, invited or signed up."""
    return (await access_of([contact]))[contact.id].role is not None


async def invite(
    account: Account, contact: Contact, *, role: CustomerRole = CustomerRole.BUYER, by: Actor
) -> None:
    """Give a contact access to the portal for this account; the invitation goes by mail.

    Somebody who already uses the portal for another account gets this one besides. For who is a
    member already the role is changed, and who has not signed up yet is told again. Raises
    `NotAllowed`, `NotFound` for an archived contact, `FieldError` where name, phone or address
    cannot be, or the person of this address is disabled.
    """
    _check_may_invite(by)
    await account.lock()
    await contact.lock()
    if contact.is_archived:
        raise NotFound
    if not contact.email:
        raise FieldError("email", N_("Write the e-mail address first: the invitation goes there."))
    before = (await access_of([contact]))[contact.id]
    if before.state is AccessState.ACTIVE:
        await _change_role(account, contact, role, before, by=by)
        return
    person = await _person_for(account, contact, by=by)
    await _grant(account, person.id, role)
    await contact.change(person_id=person.id)
    await invitations.invite(person, by=by, account_id=account.id)
    verb = "accounts.contact_invited_again" if before.role else "accounts.contact_invited"
    await _note(account, contact, verb, role, by=by)


async def end_access(account: Account, contact: Contact, *, by: Actor) -> None:
    """End a contact's access for this account; what they have open ends at once.

    Raises `NotAllowed`, `HasNoAccess`.
    """
    _check_may_invite(by)
    await account.lock()
    await contact.lock()
    if not await close_access(account, contact, by=by):
        raise HasNoAccess(name=contact.name)


async def close_access(account: Account, contact: Contact, *, by: Actor) -> bool:
    """End the access, if there is one, for a verb that has checked and locked. Says if it did."""
    before = (await access_of([contact]))[contact.id]
    if before.role is None:
        return False
    await Membership.update({Membership.ended_at: await database_now()}).where(
        Membership.account_id == account.id, Membership.person_id == contact.person_id
    )
    await _note(account, contact, "accounts.contact_access_ended", before.role, by=by)
    return True


def _state(row: Mapping[str, object]) -> AccessState:
    if row["disabled"]:
        return AccessState.DISABLED
    return AccessState.ACTIVE if row["signed_up"] else AccessState.INVITED


def _check_may_invite(by: Actor) -> None:
    if not by.may(Permission.INVITE_CONTACTS):
        raise NotAllowed


async def _person_for(account: Account, contact: Contact, *, by: Actor) -> Person:
    """The customers' person of this address, made where there is none."""
    person, is_new = await find_or_create(
        Side.CUSTOMER,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        locale=account.locale,
        by=by,
    )
    if is_new:
        await person.change(timezone=account.timezone)
    return person


async def _grant(account: Account, person_id: int, role: CustomerRole) -> None:
    await fetch_value(
        """INSERT INTO membership (account_id, person_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (account_id, person_id) DO UPDATE
               SET role = excluded.role, ended_at = NULL""",
        account.id,
        person_id,
        role.value,
    )


async def _change_role(
    account: Account, contact: Contact, role: CustomerRole, before: Access, *, by: Actor
) -> None:
    if before.role is role:
        return
    await Membership.update({Membership.role: role.value}).where(
        Membership.account_id == account.id, Membership.person_id == contact.person_id
    )
    await record(
        account.subject,
        "accounts.contact_role_changed",
        by=by,
        visible_to=Audience.INTERNAL,
        before={"name": contact.name, "role": before.role},
        after={"name": contact.name, "role": role},
    )


async def _note(
    account: Account, contact: Contact, verb: str, role: CustomerRole, *, by: Actor
) -> None:
    await record(
        account.subject,
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"name": contact.name, "email": contact.email, "role": role},
    )
