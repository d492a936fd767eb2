"""Ship-to addresses of an account: one is the default, none is lost (rule A1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.database import database_now
from portal.domain.accounts.details import one_line
from portal.domain.accounts.phones import check_phone
from portal.domain.accounts.tables import Account, ShipTo
from portal.domain.common.activity import record, record_change
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDetails:
    """An address as a form gives it. `label` is what people call the place."""

    label: str
    address: str
    recipient: str = ""
    phone: str = ""

    def columns(self) -> dict[str, Any]:
        return {
            "label": one_line(self.label),
            "recipient": one_line(self.recipient),
            "phone": self.phone.strip(),
            "address": self.address.strip(),
        }

    def check(self) -> None:
        """Raise `FieldError` for the first thing that is missing."""
        if not one_line(self.label):
            raise FieldError("label", N_("Write what the place is called."))
        if not self.address.strip():
            raise FieldError("address", N_("Write the address."))


async def addresses_of(account_id: int) -> Sequence[ShipTo]:
    """The addresses in use, the default first. For both sides."""
    return [each for each in await all_addresses_of(account_id) if each.archived_at is None]


async def all_addresses_of(account_id: int) -> Sequence[ShipTo]:
    """The addresses in use and those given up, the default first. For both sides."""
    return (
        await ShipTo.objects()
        .where(ShipTo.account_id == account_id)
        .order_by(ShipTo.is_default, ascending=False)
        .order_by(ShipTo.label)
        .order_by(ShipTo.id)
    )


async def address_of(account_id: int, address_id: int) -> ShipTo:
    """This address of this account. Raises `NotFound` for another's."""
    address = (
        await ShipTo.objects()
        .where(ShipTo.id == address_id, ShipTo.account_id == account_id)
        .first()
    )
    if address is None:
        raise NotFound
    return address


async def add_address(
    account: Account,
    details: AddressDetails,
    *,
    by: Actor,
    is_default: bool = False,
    doubled_phone_reason: str = "",
) -> ShipTo:
    """Add a ship-to address. The first one is the default.

    Raises `NotAllowed` and `FieldError` (also `PhoneDoubled`, rule A5).
    """
    _check_may_edit(by)
    details.check()
    await account.lock()
    doubled = await check_phone(details.phone, account_id=account.id, reason=doubled_phone_reason)
    others = await addresses_of(account.id)
    if is_default or not others:
        await _take_default_from(others)
    address = ShipTo(
        account_id=account.id, is_default=is_default or not others, **details.columns()
    )
    await address.save()
    after = asdict(details) | {name: value for name, (_, value) in doubled.items()}
    await record(
        account.subject,
        "accounts.address_added",
        by=by,
        visible_to=Audience.INTERNAL,
        after=after,
    )
    return address


async def edit_address(
    account: Account,
    address: ShipTo,
    details: AddressDetails,
    *,
    by: Actor,
    expected_version: int,
    doubled_phone_reason: str = "",
) -> None:
    """Write what differs. Raises `Conflict`, `NotAllowed`, `FieldError` (also `PhoneDoubled`)."""
    _check_may_edit(by)
    details.check()
    await account.lock()
    await address.lock(expected_version=expected_version)
    was = address.label
    doubled = await check_phone(
        details.phone, account_id=account.id, reason=doubled_phone_reason, known=address.phone
    )
    changed = await address.change(**details.columns())
    if changed:
        about = {"label": (was, address.label)}
        await record_change(
            account.subject, "accounts.address_edited", about | changed | doubled, by=by
        )


async def make_default(
    account: Account, address: ShipTo, *, by: Actor, expected_version: int
) -> None:
    """Suggest this address first from now on. Raises `Conflict`, `NotAllowed`."""
    _check_may_edit(by)
    await account.lock()  # two defaults chosen at once are put one after the other
    await address.lock(expected_version=expected_version)
    _check_in_use(address)
    if address.is_default:
        return
    others = [other for other in await addresses_of(account.id) if other.is_default]
    await _take_default_from(others)
    await address.change(is_default=True)
    await record(
        account.subject,
        "accounts.address_made_default",
        by=by,
        visible_to=Audience.INTERNAL,
        before={"label": ", ".join(other.label for other in others)},
        after={"label": address.label},
    )


async def archive_address(
    account: Account, address: ShipTo, *, by: Actor, expected_version: int
) -> None:
    """Give an address up: it is not offered any more, records keep it.

    Raises `Conflict`, `NotAllowed`.
    """
    _check_may_edit(by)
    await account.lock()
    await address.lock(expected_version=expected_version)
    if not address.is_archived:
        await address.change(archived_at=await database_now(), is_default=False)
        await _note(account, "accounts.address_archived", address, by=by)


async def restore_address(account: Account, address: ShipTo, *, by: Actor) -> None:
    """Offer a given-up address again. Raises `NotAllowed`."""
    _check_may_edit(by)
    await account.lock()
    await address.lock()
    if address.is_archived:
        await address.change(archived_at=None)
        await _note(account, "accounts.address_restored", address, by=by)


def _check_may_edit(by: Actor) -> None:
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise NotAllowed


def _check_in_use(address: ShipTo) -> None:
    if address.is_archived:
        raise NotFound


async def _take_default_from(addresses: Sequence[ShipTo]) -> None:
    for address in addresses:
        if address.is_default:
            await address.change(is_default=False)


async def _note(account: Account, verb: str, address: ShipTo, *, by: Actor) -> None:
    await record(
        account.subject,
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"label": address.label, "address": address.address},
    )
