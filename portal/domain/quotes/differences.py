"""What has changed from one revision to the next, in parts that pages put into words (Q5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import N_, Worded
from portal.domain.quotes.views import PricedLine, Revision


class Aspect(Worded):
    """What of a line or of the terms has changed. The label is a message id."""

    DESCRIPTION = "description", N_("Description")
    QUANTITY = "quantity", N_("Quantity")
    UNIT = "unit", N_("Unit")
    UNIT_PRICE = "unit_price", N_("Unit price")
    DISCOUNT = "discount_percent", N_("Discount")
    TAX_RATE = "tax_rate", N_("Tax rate")
    GIFT = "gift", N_("Free of charge")
    NOTE = "note", N_("Note")
    NET = "net", N_("Net")
    VALID_UNTIL = "valid_until", N_("Valid until")
    SHIP_ON = "promised_ship_on", N_("Ships on")
    SHIP_NOTE = "promised_ship_note", N_("Condition of shipping")
    PAYMENT_TERMS = "payment_terms", N_("Payment terms")
    ALTERNATIVE = "alternative", N_("Alternative offer")


Value = str | bool | date | Decimal | Money | PaymentTerms | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise now. Values are as in `Revision` and `PricedLine`."""

    aspect: Aspect
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that is in both revisions, as it is now."""

    line: PricedLine
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Differences:
    """From the older to the newer revision. `net` and `gross` are before and after."""

    added: Sequence[PricedLine]
    removed: Sequence[PricedLine]
    changed: Sequence[ChangedLine]
    terms: Sequence[Change]
    net: tuple[Money, Money]
    gross: tuple[Money, Money]

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the number of the revision has changed."""
        return not (self.added or self.removed or self.changed or self.terms)


_OF_LINES = (
    Aspect.DESCRIPTION,
    Aspect.QUANTITY,
    Aspect.UNIT,
    Aspect.UNIT_PRICE,
    Aspect.DISCOUNT,
    Aspect.TAX_RATE,
    Aspect.GIFT,
    Aspect.NOTE,
)
_OF_TERMS = (
    Aspect.VALID_UNTIL,
    Aspect.SHIP_ON,
    Aspect.SHIP_NOTE,
    Aspect.PAYMENT_TERMS,
    Aspect.DISCOUNT,
    Aspect.ALTERNATIVE,
    Aspect.NOTE,
)


def differences(older: Revision, newer: Revision) -> Differences:
    """What a customer who knows `older` has to look at in `newer`. Pure.

    Lines are the same where item and description are, in the order of the paper; failing that where
    the item is; failing that where the description is.
    """
    pairs = _paired(older.lines, newer.lines)
    kept, stayed = {was.position for was, _ in pairs}, {now.position for _, now in pairs}
    return Differences(
        added=[line for line in newer.lines if line.position not in stayed],
        removed=[line for line in older.lines if line.position not in kept],
        changed=[
            ChangedLine(now, changes)
            for was, now in pairs
            if (changes := list(_changes(was, now, _OF_LINES)))
        ],
        terms=list(_changes(older, newer, _OF_TERMS)),
        net=(older.net, newer.net),
        gross=(older.gross, newer.gross),
    )


def _paired(
    older: Sequence[PricedLine], newer: Sequence[PricedLine]
) -> list[tuple[PricedLine, PricedLine]]:
    """Each line with what it was, in the order of the newer revision."""
    left = {line.position: line for line in older}
    partners: dict[int, PricedLine] = {}
    for is_same in (_same_line, _same_item, _same_words):
        for now in newer:
            was = next((each for each in left.values() if is_same(each, now)), None)
            if was is not None and now.position not in partners:
                partners[now.position] = left.pop(was.position)
    return [(partners[now.position], now) for now in newer if now.position in partners]


def _same_line(was: PricedLine, now: PricedLine) -> bool:
    return was.item_id == now.item_id and was.description == now.description


def _same_item(was: PricedLine, now: PricedLine) -> bool:
    return was.item_id is not None and was.item_id == now.item_id


def _same_words(was: PricedLine, now: PricedLine) -> bool:
    return was.description == now.description


def _changes(was: Any, now: Any, aspects: Sequence[Aspect]) -> Iterator[Change]:
    for aspect in aspects:
        before, after = getattr(was, aspect.value), getattr(now, aspect.value)
        if before != after:
            yield Change(aspect, before, after)
