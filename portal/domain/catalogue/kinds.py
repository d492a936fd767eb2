"""Kinds of items and the units they are sold in."""

from portal.domain.common.words import N_, Worded


class ItemKind(Worded):
    """How an item comes to the customer: from stock, adapted, or produced for them."""

    STANDARD = "standard", N_("Standard")
    SPECIAL = "special", N_("Special")
    MADE_TO_ORDER = "made_to_order", N_("Made to order")


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
