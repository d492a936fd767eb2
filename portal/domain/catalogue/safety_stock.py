"""Safety stock of critical parts held for an account that needs it (rule O5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from portal.database import fetch
from portal.domain.accounts.tables import Account
from portal.domain.catalogue.items import item_of
from portal.domain.catalogue.kinds import unit_label
from portal.domain.catalogue.stock_figures import figures_of
from portal.domain.catalogue.tables import Item, SafetyStock
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_

_STEP = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Held:
    """How many of an item are held. `covered` is how much of that is there, None for customers."""

    id: int
    version: int
    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    covered: Decimal | None = None

    @property
    def unit_label(self) -> str:
        return unit_label(self.unit)

    @property
    def is_short(self) -> bool:
        """Whether less is there for this account than is to be held for it."""
        return self.covered is not None and self.covered < self.quantity


async def held_for(account_id: int, *, locale: str, reader: Actor) -> Sequence[Held]:
    """What is held for the account, by item number; shown to that account as well (rule O5)."""
    rows = await fetch(
        """SELECT s.id, s.version, s.item_id, i.sku,
                CASE $2 WHEN 'zh_Hans' THEN i.name_zh_hans WHEN 'zh_Hant' THEN i.name_zh_hant
                    ELSE i.name_en END AS name,
                i.unit, s.quantity
            FROM safety_stock s JOIN item i ON i.id = s.item_id
            WHERE s.account_id = $1 ORDER BY i.sku""",
        account_id,
        locale,
    )
    held = [Held(**dict(row)) for row in rows]
    if not reader.is_staff:
        return held
    figures = await figures_of(each.item_id for each in held)
    return [replace(each, covered=figures[each.item_id].covered(account_id)) for each in held]


async def held_of(account_id: int, held_id: int) -> SafetyStock:
    """This safety stock of this account. Raises `NotFound` for another's."""
    held = (
        await SafetyStock.objects()
        .where(SafetyStock.id == held_id, SafetyStock.account_id == account_id)
        .first()
    )
    if held is None:
        raise NotFound
    return held


async def hold(
    account: Account,
    item: Item,
    quantity: Decimal,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Hold so many of an item for an account from now on (rule O5).

    `expected_version` is that of the safety stock the form showed, None where there was none.
    Raises `Conflict` when somebody else has set or changed it meanwhile, `NotAllowed`,
    `FieldError`.
    """
    _check_may_edit(by)
    if quantity <= 0:
        raise FieldError("quantity", N_("Hold more than nothing, or release the stock."))
    quantity = quantity.quantize(_STEP)
    await account.lock()
    held = (
        await SafetyStock.objects()
        .where(SafetyStock.account_id == account.id, SafetyStock.item_id == item.id)
        .first()
    )
    if held is None:
        if expected_version is not None:
            raise Conflict
        await SafetyStock(account_id=account.id, item_id=item.id, quantity=quantity).save()
        await _note(account, "catalogue.safety_stock_held", item, None, quantity, by=by)
        return
    if expected_version is None:
        raise FieldError("item", N_("This item is held already: change its quantity instead."))
    await held.lock(expected_version=expected_version)
    was = held.quantity
    if await held.change(quantity=quantity):
        await _note(account, "catalogue.safety_stock_changed", item, was, quantity, by=by)


async def release(account: Account, held: SafetyStock, *, by: Actor, expected_version: int) -> None:
    """Hold none of the item any more. Raises `Conflict`, `NotAllowed`."""
    _check_may_edit(by)
    await account.lock()
    await held.lock(expected_version=expected_version)
    await SafetyStock.delete().where(SafetyStock.id == held.id)
    item = await item_of(held.item_id)
    await _note(account, "catalogue.safety_stock_released", item, held.quantity, None, by=by)


async def note_cover(
    account_id: int, item: Item, before: Decimal, after: Decimal, *, by: Actor
) -> None:
    """Say in the account's file, for staff, that what is there for it went down to `after`."""
    account = await Account.objects().get(Account.id == account_id)
    assert account is not None  # noqa: S101 - safety stock goes with its account
    await record(
        account.subject,
        "catalogue.safety_stock_lent",
        by=by,
        visible_to=Audience.INTERNAL,
        before={"sku": item.sku, "covered": before},
        after={"sku": item.sku, "covered": after},
    )


async def _note(
    account: Account,
    verb: str,
    item: Item,
    before: Decimal | None,
    after: Decimal | None,
    *,
    by: Actor,
) -> None:
    await record(
        account.subject,
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        before={"sku": item.sku, "quantity": before},
        after={"sku": item.sku, "quantity": after},
    )


def _check_may_edit(by: Actor) -> None:
    if not by.may(Permission.EDIT_CATALOGUE):
        raise NotAllowed
