"""What was agreed with an account to pay: its own prices and those of its valid quotes (rule O1).

For both sides: nothing here reads what we list.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from portal.database import fetch
from portal.domain.common.money import UNIT_PRICE_STEP

# An item's id, or what was described where the catalogue does not have it.
Goods = int | str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The unit prices without tax at which goods can be ordered, the account's own price first."""

    prices: tuple[Decimal, ...] = ()

    @property
    def asked(self) -> Decimal | None:
        """What an order is charged unless somebody says otherwise."""
        return self.prices[0] if self.prices else None

    def covers(self, unit_price: Decimal | None) -> bool:
        """Whether this price was agreed."""
        return unit_price is not None and unit_price in self.prices


NOTHING_AGREED = Agreed()


def goods_of(item_id: int | None, description: str) -> Goods:
    """The key under which `agreed_prices` has the goods of a line."""
    return item_id if item_id is not None else description.strip().casefold()


async def agreed_prices(
    account_id: int, currency: str, goods: Collection[Goods], *, on: date
) -> Mapping[Goods, Agreed]:
    """By goods what the account pays for them on this day by agreement; what has none is missing.

    The account's own price stands first, then the prices of quotes whose validity includes the day,
    newest first, as they are after discounts. What was free on a quote was free once (rule Q6).
    `on` is a day at the account's place.
    """
    rows = await fetch(
        """SELECT item_id, NULL AS description, unit_price, 0 AS newest
           FROM account_price
           WHERE account_id = $1 AND currency = $2 AND item_id = ANY ($3::bigint[])
             AND $5::date BETWEEN valid_from AND coalesce(valid_until, 'infinity')
           UNION ALL
           SELECT l.item_id, l.description,
               l.unit_price * (1 - l.discount_percent / 100) * (1 - q.discount_percent / 100), q.id
           FROM quote q JOIN quote_line l ON l.quote_id = q.id
           WHERE q.account_id = $1 AND q.currency = $2 AND q.valid_until >= $5::date
             AND q.status IN ('sent', 'accepted') AND NOT l.gift AND l.unit_price > 0
             AND l.discount_percent < 100 AND q.discount_percent < 100
             AND (l.item_id = ANY ($3::bigint[])
                  OR l.item_id IS NULL AND lower(trim(l.description)) = ANY ($4::text[]))""",
        account_id,
        currency,
        [each for each in goods if isinstance(each, int)],
        [each for each in goods if isinstance(each, str)],
        on,
    )
    found: dict[Goods, list[Decimal]] = {}
    # The account's own price has 0 there, which comes first.
    for row in sorted(rows, key=lambda row: (row["newest"] != 0, -row["newest"])):
        price = row["unit_price"].quantize(UNIT_PRICE_STEP, rounding=ROUND_HALF_UP)
        found.setdefault(goods_of(row["item_id"], row["description"] or ""), []).append(price)
    return {key: Agreed(tuple(prices)) for key, prices in found.items()}
