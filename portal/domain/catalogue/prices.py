"""Account prices: agreed for a time, one a day; who has none pays the list's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.accounts.tables import Account
from portal.domain.catalogue.items import item_of
from portal.domain.catalogue.tables import AccountPrice, Item
from portal.domain.common.activity import record, record_change
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.money import UNIT_PRICE_STEP, Money
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded


class PriceSource(Worded):
    """Where a price comes from."""

    ACCOUNT = "account", N_("Account price")
    LIST = "list", N_("List price")


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price without tax and where it comes from."""

    unit_price: Money
    source: PriceSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A price for a time: per unit without tax, in the account's currency.

    Both days belong to it; without `valid_until` it holds until further notice.
    """

    unit_price: Decimal
    valid_from: date
    valid_until: date | None = None

    def check(self) -> None:
        """Raise `FieldError` for the first thing that cannot be."""
        if self.unit_price < 0:
            raise FieldError("unit_price", N_("A price cannot be negative."))
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise FieldError("valid_until", N_("The last day is before the first."))

    def columns(self) -> dict[str, Any]:
        return {
            "unit_price": self.unit_price.quantize(UNIT_PRICE_STEP),
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
        }


async def prices_for(
    account_id: int, item_ids: Collection[int], *, on: date
) -> Mapping[int, Price]:
    """By item id what the account pays on this day: its own price, else the list's. For staff.

    A list price counts where it is in the account's currency; an item without either is missing.
    `on` is a day at the account's place.
    """
    rows = await fetch(
        """SELECT i.id, own.unit_price AS own_price, own.currency AS own_currency,
               CASE WHEN i.currency = a.currency THEN i.list_price END AS list_price, a.currency
           FROM item i CROSS JOIN account a
           LEFT JOIN account_price own ON own.account_id = a.id AND own.item_id = i.id
               AND $3::date BETWEEN own.valid_from AND coalesce(own.valid_until, 'infinity')
           WHERE a.id = $1 AND i.id = ANY ($2::bigint[])""",
        account_id,
        list(item_ids),
        on,
    )
    found = {}
    for row in rows:
        if row["own_price"] is not None:
            own = Money(row["own_price"], row["own_currency"])
            found[row["id"]] = Price(own, PriceSource.ACCOUNT)
        elif row["list_price"] is not None:
            listed = Money(row["list_price"], row["currency"])
            found[row["id"]] = Price(listed, PriceSource.LIST)
    return found


async def price_for(account_id: int, item_id: int, *, on: date) -> Price | None:
    """What the account pays for the item on this day, or None. For staff."""
    return (await prices_for(account_id, [item_id], on=on)).get(item_id)


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """An account price with its item, as a list shows it. The list price is staff's to see."""

    id: int
    version: int
    item: Item
    unit_price: Money
    valid_from: date
    valid_until: date | None


async def agreed_with(account_id: int) -> Sequence[AgreedPrice]:
    """Every price ever agreed with the account, by item number, newest first. For staff."""
    rows = await fetch(
        """SELECT p.id, p.version, p.item_id, p.unit_price, p.currency, p.valid_from, p.valid_until
           FROM account_price p JOIN item i ON i.id = p.item_id
           WHERE p.account_id = $1 ORDER BY i.sku, p.valid_from DESC""",
        account_id,
    )
    ids = {row["item_id"] for row in rows} or {0}
    items = {item.id: item for item in await Item.objects().where(Item.id.is_in(list(ids)))}
    return [
        AgreedPrice(
            row["id"],
            row["version"],
            items[row["item_id"]],
            Money(row["unit_price"], row["currency"]),
            row["valid_from"],
            row["valid_until"],
        )
        for row in rows
    ]


async def price_of(account_id: int, price_id: int) -> AccountPrice:
    """This price of this account. Raises `NotFound` for another's."""
    price = (
        await AccountPrice.objects()
        .where(AccountPrice.id == price_id, AccountPrice.account_id == account_id)
        .first()
    )
    if price is None:
        raise NotFound
    return price


async def add_price(account: Account, item: Item, term: Term, *, by: Actor) -> AccountPrice:
    """Agree a price with an account, in its currency.

    Raises `NotAllowed`, and `FieldError` when another price holds on one of the days.
    """
    _check_may_edit(by)
    term.check()
    await account.lock()
    await _check_no_overlap(account.id, item.id, term)
    price = AccountPrice(
        account_id=account.id, item_id=item.id, currency=account.currency, **term.columns()
    )
    await price.save()
    await record(
        account.subject,
        "catalogue.price_agreed",
        by=by,
        visible_to=Audience.INTERNAL,
        after={"sku": item.sku, "currency": price.currency, **term.columns()},
    )
    return price


async def edit_price(
    account: Account, price: AccountPrice, term: Term, *, by: Actor, expected_version: int
) -> None:
    """Change a price or its days. Quotes that were sent keep what they say.

    Raises `Conflict`, `NotAllowed`, and `FieldError` when another price holds on one of the days.
    """
    _check_may_edit(by)
    term.check()
    await account.lock()
    await price.lock(expected_version=expected_version)
    await _check_no_overlap(account.id, price.item_id, term, besides=price.id)
    changed = await price.change(**term.columns())
    if changed:
        item = await item_of(price.item_id)
        about = {"sku": (item.sku, item.sku)}
        await record_change(account.subject, "catalogue.price_changed", about | changed, by=by)


async def remove_price(
    account: Account, price: AccountPrice, *, by: Actor, expected_version: int
) -> None:
    """Take an agreed price back as if it had not been; its record stays.

    Raises `Conflict`, `NotAllowed`.
    """
    _check_may_edit(by)
    await account.lock()
    await price.lock(expected_version=expected_version)
    await AccountPrice.delete().where(AccountPrice.id == price.id)
    await record(
        account.subject,
        "catalogue.price_removed",
        by=by,
        visible_to=Audience.INTERNAL,
        before={
            "sku": (await item_of(price.item_id)).sku,
            "unit_price": price.unit_price,
            "currency": price.currency,
            "valid_from": price.valid_from,
            "valid_until": price.valid_until,
        },
    )


async def _check_no_overlap(
    account_id: int, item_id: int, term: Term, *, besides: int | None = None
) -> None:
    other = await fetch_row(
        """SELECT valid_from, valid_until FROM account_price
           WHERE account_id = $1 AND item_id = $2 AND id IS DISTINCT FROM $5
             AND daterange(valid_from, valid_until, '[]') && daterange($3, $4, '[]')
           ORDER BY valid_from LIMIT 1""",
        account_id,
        item_id,
        term.valid_from,
        term.valid_until,
        besides,
    )
    if other is None:
        return
    if other["valid_until"] is None:
        raise FieldError(
            "valid_from",
            N_("A price from %(first)s until further notice is agreed already: end it first."),
            first=other["valid_from"].isoformat(),
        )
    raise FieldError(
        "valid_from",
        N_("A price from %(first)s to %(last)s is agreed already: choose other days."),
        first=other["valid_from"].isoformat(),
        last=other["valid_until"].isoformat(),
    )


def _check_may_edit(by: Actor) -> None:
    if not by.may(Permission.EDIT_CATALOGUE):
        raise NotAllowed
