"""Kinds of items and the units they are sold in."""

from portal.domain.common.words import N_, Worded


class ItemKind(Worded):
    """How an item comes to the customer: from stock, adapted, or produced for them."""

    STANDARD = "standard", N_("Standard")
    SPECIAL = "special", N_("Special")
    MADE_TO_ORDER = "made_to_order", N_("Made to order")


class StockCondition(Worded):
    """Goods of different conditions are kept apart (rule O19)."""

    GOOD = "good", N_("Good")
    DAMAGED = "damaged", N_("Damaged")
    GIFT = "gift", N_("Gift")


class MovementKind(Worded):
    """Why stock changed."""

    OPENING = "opening", N_("Opening stock")
    RECEIPT = "receipt", N_("Receipt")
    SHIPMENT = "shipment", N_("Shipment")
    REGRADED = "regraded", N_("Moved to another condition")
    ADJUSTMENT = "adjustment", N_("Adjustment")


class Unit(Worded):
    """What a quantity and a unit price count."""

    PIECE = "pcs", N_("pcs")
    SET = "set", N_("set")
    PAIR = "pair", N_("pair")
    BOX = "box", N_("box")
    ROLL = "roll", N_("roll")
    SHEET = "sheet", N_("sheet")
    METRE = "m", N_("m")
    SQUARE_METRE = "m2", N_("m²")
    LITRE = "l", N_("l")
    KILOGRAM = "kg", N_("kg")


def unit_label(unit: str) -> str:
    """The message id of a stored unit; a unit that somebody typed is its own label."""
    try:
        return Unit(unit).label
    except ValueError:
        return unit
