"""The timeline of an order in words: each verb that is recorded, and what it says to its reader.

Each room of the order's story has an enumeration of its own, listed in `_ROOMS`: the value is the
verb of the activity row, the label a message id, `Entry.after` has its parameters.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.money import Money
from portal.domain.common.words import N_, Phrase, Worded
from portal.domain.orders.registration_story import RegistrationHappening
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.stock_story import StockHappening


class OrderHappening(Worded):
    """How an order comes to us, what is agreed with the customer, and what changes (O1, O11-O15).

    What is meant for staff alone is recorded with `Audience.INTERNAL`.
    """

    PLACED = "orders.placed", N_("Order placed by accepting revision %(revision)s of %(request)s")
    REORDERED = "orders.reordered", N_("Ordered again as in %(order)s")
    TAKEN_BY_PHONE = "orders.taken_by_phone", N_("Order of %(name)s taken by phone")
    COMPLETED = "orders.completed", N_("Order completed: %(parts)s")
    PRICED = "orders.priced", N_("Prices set before the order was confirmed")
    CONFIRMED = "orders.confirmed", N_("Order confirmed")
    HELD = "orders.held", N_("Order put on hold")
    HOLD_REASON = "orders.hold_reason", N_("The goods wait at %(place)s: %(reason)s")
    LET_GO = "orders.let_go", N_("Hold ended")
    CANCELLED = "orders.cancelled", N_("Order cancelled: %(reason)s")
    REST_CANCELLED = "orders.rest_cancelled", N_("What had not shipped was cancelled: %(reason)s")
    SHIP_TO_CHANGED = "orders.ship_to_changed", N_("Delivery place changed to %(place)s")
    SHIP_TO_SEEN = "orders.ship_to_seen", N_("The warehouse has seen the changed delivery place")
    PARTS_AGREED = "orders.parts_agreed", N_("%(name)s agrees to shipping in parts")
    PARTS_WITHDRAWN = "orders.parts_withdrawn", N_("No longer to be shipped in parts")
    COMBINED = "orders.combined", N_("Travels together with %(order)s")
    SEPARATED = "orders.separated", N_("No longer travels together with %(order)s")
    MADE_URGENT = "orders.made_urgent", N_("Marked as urgent")
    NOT_URGENT = "orders.not_urgent", N_("No longer marked as urgent")
    MADE_PROJECT = "orders.made_project", N_("Marked as a large project order")
    NOT_PROJECT = "orders.not_project", N_("No longer marked as a large project order")


_ROOMS: tuple[type[Worded], ...] = (
    OrderHappening,
    RegistrationHappening,
    ReleaseHappening,
    ShipmentHappening,
    StockHappening,
)
_LABELS: Mapping[str, str] = {each.value: each.label for room in _ROOMS for each in room}


def entry_words(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """Message id and parameters of a timeline entry; an unknown verb says itself."""
    phrase = phrase_of(entry)
    return phrase.msgid, phrase.params


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry, its figures as values again.

    In the record, names that end in `_on` are days, in `_at` moments; `quantity` is a number; an
    amount has `amount` and `currency`; a list has message ids. Write them there as such.
    """
    if entry.verb not in _LABELS:
        return Phrase(entry.verb)
    values = {name: _value(name, value) for name, value in entry.after.items()}
    return Phrase(_LABELS[entry.verb], values)


def _value(name: str, value: Any) -> Any:
    match value:
        case {"amount": amount, "currency": currency}:
            return Money(Decimal(amount), currency)
        case list():
            return tuple(value)
        case str() if value:
            return _text(name, value)
    return value


def _text(name: str, text: str) -> Any:
    if name.endswith("_on"):
        return date.fromisoformat(text)
    if name.endswith("_at"):
        return datetime.fromisoformat(text)
    return Decimal(text) if name == "quantity" else text
