"""People at the customer's: added, changed, archived; one is the main contact (rule A1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.database import database_now
from portal.domain.accounts.access import close_access, has_access
from portal.domain.accounts.details import one_line
from portal.domain.accounts.phones import check_phone
from portal.domain.accounts.tables import Account, Contact
from portal.domain.common.activity import record, record_change
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.identity.addresses import valid_address


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """A contact as a form gives it. `function` is what they do at the customer's."""

    name: str
    function: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""

    def columns(self) -> dict[str, Any]:
        return {
            "name": one_line(self.name),
            "function": one_line(self.function),
            "email": valid_address(self.email) if self.email.strip() else "",
            "phone": self.phone.strip(),
            "note": self.note.strip(),
        }

    def check(self) -> None:
        """Raise `FieldError` for the first thing that cannot be."""
        if not one_line(self.name):
            raise FieldError("name", N_("Write the name of the contact."))
        if self.email.strip():
            valid_address(self.email)


async def contacts_of(account_id: int) -> Sequence[Contact]:
    """The contacts in use, the main one first. For staff."""
    return [each for each in await all_contacts_of(account_id) if each.archived_at is None]


async def all_contacts_of(account_id: int) -> Sequence[Contact]:
    """The contacts in use and the archived ones, the main one first. For staff."""
    return (
        await Contact.objects()
        .where(Contact.account_id == account_id)
        .order_by(Contact.is_main, ascending=False)
        .order_by(Contact.name)
        .order_by(Contact.id)
    )


async def contact_of(account_id: int, contact_id: int) -> Contact:
    """This contact of this account, for staff. Raises `NotFound` for another's."""
    contact = (
        await Contact.objects()
        .where(Contact.id == contact_id, Contact.account_id == account_id)
        .first()
    )
    if contact is None:
        raise NotFound
    return contact


async def add_contact(
    account: Account,
    details: ContactDetails,
    *,
    by: Actor,
    is_main: bool = False,
    doubled_phone_reason: str = "",
) -> Contact:
    """Add a contact. The first one is the main contact.

    Raises `NotAllowed` and `FieldError` (also `PhoneDoubled`, rule A5).
    """
    _check_may_edit(by)
    details.check()
    await account.lock()
    values = details.columns()
    others = await contacts_of(account.id)
    _check_not_doubled(values["email"], others)
    doubled = await check_phone(details.phone, account_id=account.id, reason=doubled_phone_reason)
    if is_main:
        await _take_main_from(others)
    contact = Contact(account_id=account.id, is_main=is_main or not others, **values)
    await contact.save()
    after = asdict(details) | {name: value for name, (_, value) in doubled.items()}
    await record(
        account.subject, "accounts.contact_added", by=by, visible_to=Audience.INTERNAL, after=after
    )
    return contact


async def edit_contact(
    account: Account,
    contact: Contact,
    details: ContactDetails,
    *,
    by: Actor,
    expected_version: int,
    doubled_phone_reason: str = "",
) -> None:
    """Write what differs. Raises `Conflict`, `NotAllowed`, `FieldError` (also `PhoneDoubled`)."""
    _check_may_edit(by)
    details.check()
    await account.lock()
    await contact.lock(expected_version=expected_version)
    values, was = details.columns(), contact.name
    if values["email"] != contact.email:
        await _check_address_free(account, contact, values["email"])
    doubled = await check_phone(
        details.phone, account_id=account.id, reason=doubled_phone_reason, known=contact.phone
    )
    changed = await contact.change(**values)
    if changed:
        about = {"name": (was, contact.name)}
        await record_change(
            account.subject, "accounts.contact_edited", about | changed | doubled, by=by
        )


async def make_main(
    account: Account, contact: Contact, *, by: Actor, expected_version: int
) -> None:
    """Call this one first from now on. Raises `Conflict`, `NotAllowed`."""
    _check_may_edit(by)
    await account.lock()  # two main contacts chosen at once are put one after the other
    await contact.lock(expected_version=expected_version)
    if contact.is_archived:
        raise NotFound
    if contact.is_main:
        return
    others = [other for other in await contacts_of(account.id) if other.is_main]
    await _take_main_from(others)
    await contact.change(is_main=True)
    await record(
        account.subject,
        "accounts.contact_made_main",
        by=by,
        visible_to=Audience.INTERNAL,
        before={"name": ", ".join(other.name for other in others)},
        after={"name": contact.name},
    )


async def archive_contact(
    account: Account, contact: Contact, *, by: Actor, expected_version: int
) -> None:
    """Take somebody who left out of the file; their access to the portal ends at once.

    Raises `Conflict`, `NotAllowed`.
    """
    _check_may_edit(by)
    await account.lock()
    await contact.lock(expected_version=expected_version)
    if contact.is_archived:
        return
    await close_access(account, contact, by=by)
    await contact.change(archived_at=await database_now(), is_main=False)
    await _note(account, "accounts.contact_archived", contact, by=by)


async def restore_contact(account: Account, contact: Contact, *, by: Actor) -> None:
    """Put an archived contact back into the file, without access to the portal.

    Raises `NotAllowed`, and `FieldError` when somebody else has taken over the e-mail address.
    """
    _check_may_edit(by)
    await account.lock()
    await contact.lock()
    if not contact.is_archived:
        return
    _check_not_doubled(contact.email, await contacts_of(account.id))
    await contact.change(archived_at=None)
    await _note(account, "accounts.contact_restored", contact, by=by)


def _check_may_edit(by: Actor) -> None:
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise NotAllowed


def _check_not_doubled(email: str, others: Sequence[Contact]) -> None:
    for other in others:
        if email and other.email == email:
            raise FieldError(
                "email", N_("%(name)s of this account has this address already."), name=other.name
            )


async def _check_address_free(account: Account, contact: Contact, email: str) -> None:
    others = [other for other in await contacts_of(account.id) if other.id != contact.id]
    _check_not_doubled(email, others)
    if await has_access(contact):
        raise FieldError(
            "email",
            N_("%(name)s signs in with this address. End the access to the portal first."),
            name=contact.name,
        )
    await contact.change(person_id=None)  # the next invitation goes to whoever has the new address


async def _take_main_from(contacts: Sequence[Contact]) -> None:
    for contact in contacts:
        if contact.is_main:
            await contact.change(is_main=False)


async def _note(account: Account, verb: str, contact: Contact, *, by: Actor) -> None:
    await record(
        account.subject,
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"name": contact.name, "function": contact.function},
    )
