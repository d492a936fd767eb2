"""What of an item is on hand, reserved, kept for accounts (rule O5) and free; calculated apart.

Stock is ours: these figures are read under the staff's login and never reach a customer's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.database import fetch
from portal.domain.catalogue.kinds import StockCondition

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Hold:
    """The safety stock of an account, and what of the good stock is reserved for that account."""

    account_id: int
    level: Decimal
    reserved: Decimal = NOTHING

    @property
    def open(self) -> Decimal:
        """What the account's own reservations do not take of the level yet."""
        return max(NOTHING, self.level - self.reserved)


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """The stock of one item. `holds` come in the order in which they were agreed.

    Where the stock does not cover every hold, the older one is covered first: otherwise each would
    keep the same pieces from the other.
    """

    on_hand: Mapping[StockCondition, Decimal]
    reserved: Mapping[StockCondition, Decimal]
    holds: tuple[Hold, ...] = ()

    def unreserved(self, condition: StockCondition = StockCondition.GOOD) -> Decimal:
        """What is on hand in this condition and reserved for no order."""
        there = self.on_hand.get(condition, NOTHING) - self.reserved.get(condition, NOTHING)
        return max(NOTHING, there)

    @property
    def kept(self) -> Mapping[int, Decimal]:
        """What of the unreserved good stock is kept for each account with safety stock."""
        left, kept = self.unreserved(), {}
        for hold in self.holds:
            kept[hold.account_id] = min(left, hold.open)
            left -= kept[hold.account_id]
        return kept

    @property
    def held(self) -> Decimal:
        """What of the unreserved good stock is kept for accounts, all together."""
        return sum(self.kept.values(), NOTHING)

    @property
    def free(self) -> Decimal:
        """The good stock that any account may have."""
        return self.unreserved() - self.held

    def available_to(
        self, account_id: int, condition: StockCondition = StockCondition.GOOD
    ) -> Decimal:
        """What may be reserved for this account, on top of what is already (rule O5).

        Safety stock is good stock: gifts (rule Q6) are kept for nobody.
        """
        if condition is not StockCondition.GOOD:
            return self.unreserved(condition)
        return self.free + self.kept.get(account_id, NOTHING)

    def covered(self, account_id: int) -> Decimal:
        """How much of this account's level is there: kept for it, or reserved for its orders."""
        hold = next((hold for hold in self.holds if hold.account_id == account_id), None)
        if hold is None:
            return NOTHING
        return min(hold.level, hold.reserved) + self.kept[account_id]


# What is on hand, what is reserved, and the holds in the order in which they were agreed.
_FIGURES = """SELECT item_id, condition, on_hand AS quantity, NULL::numeric AS reserved,
        NULL::bigint AS account_id, false AS gift, 0 AS agreed
    FROM stock_level WHERE item_id = ANY ($1::bigint[])
    UNION ALL
    SELECT item_id, '', NULL, sum(reserved), NULL, gift, 0 FROM sales_order_line
    WHERE item_id = ANY ($1::bigint[]) AND reserved > 0 GROUP BY item_id, gift
    UNION ALL
    SELECT s.item_id, '', s.quantity, coalesce((
        SELECT sum(l.reserved) FROM sales_order_line l
        WHERE l.item_id = s.item_id AND l.account_id = s.account_id
          AND NOT l.gift AND l.reserved > 0), 0), s.account_id, false, s.id
    FROM safety_stock s WHERE s.item_id = ANY ($1::bigint[])
    ORDER BY agreed"""


async def figures_of(item_ids: Iterable[int]) -> dict[int, ItemFigures]:
    """The stock of these items as it is now, zero where nothing was ever booked (staff only).

    Whoever goes on to take from it locks the levels first: `stock.lock_levels`.
    """
    wanted = sorted(set(item_ids))
    on_hand: defaultdict[int, dict[StockCondition, Decimal]] = defaultdict(dict)
    reserved: defaultdict[int, dict[StockCondition, Decimal]] = defaultdict(dict)
    holds: defaultdict[int, list[Hold]] = defaultdict(list)
    for row in await fetch(_FIGURES, wanted):
        item_id, condition = row["item_id"], condition_of(gift=row["gift"])
        if row["account_id"] is not None:
            holds[item_id].append(Hold(row["account_id"], row["quantity"], row["reserved"]))
        elif row["reserved"] is not None:
            reserved[item_id][condition] = row["reserved"]
        else:
            on_hand[item_id][StockCondition(row["condition"])] = row["quantity"]
    return {
        item_id: ItemFigures(on_hand[item_id], reserved[item_id], tuple(holds[item_id]))
        for item_id in wanted
    }


def condition_of(*, gift: bool) -> StockCondition:
    """The stock that an order's line leaves from: gifts from gift stock (rules O19, Q6)."""
    return StockCondition.GIFT if gift else StockCondition.GOOD
