"""The catalogue found and listed: by staff whole, by customers as far as it is theirs to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import fetch
from portal.domain.catalogue.kinds import ItemKind, Unit, unit_label
from portal.domain.common.actor import Actor
from portal.domain.common.money import Money
from portal.domain.common.search_condition import search_condition

PAGE_SIZE = 50

_NAME = """CASE $1 WHEN 'zh_Hans' THEN i.name_zh_hans WHEN 'zh_Hant' THEN i.name_zh_hant
               ELSE i.name_en END"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """What a list of items is narrowed to. `text` is searched in all three languages."""

    text: str = ""
    kind: ItemKind | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """An item as a customer sees it: their own price if one is agreed, what is held for them.

    The price is per unit without tax. No list price and no stock: those are ours.
    """

    id: int
    sku: str
    name: str
    kind: ItemKind
    specification: str
    unit: str
    tax_rate: Decimal
    lead_time_days: int
    own_price: Money | None
    safety_stock: Decimal | None

    @property
    def unit_label(self) -> str:
        return unit_label(self.unit)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list of staff's. The list price is per unit without tax.

    `on_hand` is the good stock, reserved and held pieces included (`stock_view` says more).
    """

    id: int
    sku: str
    name: str
    kind: ItemKind
    specification: str
    unit: str
    tax_rate: Decimal
    list_price: Money | None
    on_hand: Decimal
    lead_time_days: int
    is_archived: bool

    @property
    def unit_label(self) -> str:
        return unit_label(self.unit)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Rows by number. `after` and `before` are the numbers to ask the other pages with."""

    rows: Sequence[ItemRow]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One page of what a customer finds. `after` is the number to ask the next page with."""

    rows: Sequence[OfferedItem]
    after: str | None


async def offered_to(
    actor: Actor, wanted: ItemFilter, *, locale: str, on: date, after: str = "", limit: int = 20
) -> Offer:
    """What a customer finds in the catalogue, by item number, with their price on day `on`.

    Runs as the customer: only granted columns are read, prices and stock of others are not there.
    """
    values: list[Any] = [locale, actor.account_id, on]
    conditions = await _conditions(wanted, values)
    if after:
        values.append(after)
        conditions.append(f"i.sku > ${len(values)}")
    values.append(limit + 1)
    rows = await fetch(
        f"""SELECT i.id, i.sku, {_NAME} AS name, i.kind, i.specification, i.unit, i.tax_rate,
                i.lead_time_days, own.unit_price, own.currency, s.quantity AS safety_stock
            FROM item i
            LEFT JOIN account_price own ON own.account_id = $2 AND own.item_id = i.id
                AND $3::date BETWEEN own.valid_from AND coalesce(own.valid_until, 'infinity')
            LEFT JOIN safety_stock s ON s.account_id = $2 AND s.item_id = i.id
            WHERE {" AND ".join(conditions)} ORDER BY i.sku LIMIT ${len(values)}""",  # noqa: S608
        *values,
    )
    found = [_offered(row) for row in rows[:limit]]
    return Offer(found, found[-1].sku if len(rows) > limit else None)


async def items_for_staff(
    wanted: ItemFilter,
    *,
    locale: str,
    after: str = "",
    before: str = "",
    limit: int = PAGE_SIZE,
) -> ItemPage:
    """One page of the catalogue by item number; `after` and `before` come from a page before."""
    values: list[Any] = [locale]
    conditions = await _conditions(wanted, values)
    backwards = bool(before)
    if after or before:
        values.append(before or after)
        conditions.append(f"i.sku {'<' if backwards else '>'} ${len(values)}")
    values.append(limit + 1)
    rows = await fetch(
        f"""SELECT i.id, i.sku, {_NAME} AS name, i.kind, i.specification, i.unit, i.tax_rate,
                i.list_price, i.currency, coalesce(l.on_hand, 0) AS on_hand, i.lead_time_days,
                i.archived_at IS NOT NULL AS is_archived
            FROM item i LEFT JOIN stock_level l ON l.item_id = i.id AND l.condition = 'good'
            WHERE {" AND ".join(conditions)}
            ORDER BY i.sku {"DESC" if backwards else "ASC"} LIMIT ${len(values)}""",  # noqa: S608
        *values,
    )
    found = [_item_row(row) for row in rows[:limit]]
    more = len(rows) > limit
    if backwards:
        found.reverse()
    return ItemPage(
        found,
        after=found[-1].sku if found and (more or backwards) else None,
        before=found[0].sku if found and (more if backwards else bool(after)) else None,
    )


async def names_of(item_ids: Sequence[int], *, locale: str) -> dict[int, str]:
    """The names of these items in a locale, by item id. For both sides."""
    rows = await fetch(
        f"SELECT i.id, {_NAME} AS name FROM item i WHERE i.id = ANY ($2::bigint[])",  # noqa: S608
        locale,
        list(item_ids),
    )
    return {row["id"]: row["name"] for row in rows}


def units() -> list[Unit]:
    """The units of the house, in the order in which forms offer them."""
    return list(Unit)


async def _conditions(wanted: ItemFilter, values: list[Any]) -> list[str]:
    conditions = [f"i.archived_at IS {'NOT NULL' if wanted.archived else 'NULL'}"]
    if wanted.kind:
        values.append(wanted.kind.value)
        conditions.append(f"i.kind = ${len(values)}")
    if wanted.text.strip():
        conditions.append(await search_condition("item", wanted.text, values, alias="i"))
    return conditions


def _offered(row: Any) -> OfferedItem:
    price = None if row["unit_price"] is None else Money(row["unit_price"], row["currency"])
    return OfferedItem(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        kind=ItemKind(row["kind"]),
        specification=row["specification"],
        unit=row["unit"],
        tax_rate=row["tax_rate"],
        lead_time_days=row["lead_time_days"],
        own_price=price,
        safety_stock=row["safety_stock"],
    )


def _item_row(row: Any) -> ItemRow:
    price = None if row["list_price"] is None else Money(row["list_price"], row["currency"])
    return ItemRow(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        kind=ItemKind(row["kind"]),
        specification=row["specification"],
        unit=row["unit"],
        tax_rate=row["tax_rate"],
        list_price=price,
        on_hand=row["on_hand"],
        lead_time_days=row["lead_time_days"],
        is_archived=row["is_archived"],
    )
