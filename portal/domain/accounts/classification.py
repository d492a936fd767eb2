"""How accounts are told apart: tier, class, criteria, kind and need (rule A3)."""

from collections.abc import Collection

from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_, Worded


class Tier(Worded):
    """What an account is worth to us (rule A3)."""

    STRATEGIC = "strategic", N_("Strategic")
    KEY = "key", N_("Key")
    GENERAL = "general", N_("General")
    POTENTIAL = "potential", N_("Potential")

    @property
    def is_key(self) -> bool:
        """Whether accounts of this tier are key accounts, which have criteria and a class."""
        return self in {Tier.STRATEGIC, Tier.KEY}


class KeyClass(Worded):
    """Which kind of key account it is (rule A3)."""

    PUBLIC_SECTOR = "public_sector", N_("Public sector")
    HIGH_VALUE = "high_value", N_("High value")
    GROUP = "group", N_("Group")
    STRATEGIC = "strategic", N_("Strategic")


class KeyCriterion(Worded):
    """Any one of these makes an account a key account (rule A3)."""

    LARGE_ORDERS = (
        "large_orders",
        N_("Large orders, with a relation or contract of at least one to two years"),
    )
    STRATEGIC_PROJECTS = "strategic_projects", N_("Strategic projects")
    WEIGHT = "weight", N_("Weight for our business or image")
    TECHNOLOGY = "technology", N_("Strong at absorbing and creating technology")
    PROSPECTS = "prospects", N_("Strong market prospects")


class AccountKind(Worded):
    """What the account does with our goods (rule A3)."""

    DEALER = "dealer", N_("Dealer")
    SUPPLIER = "supplier", N_("Supplier")
    RETAILER = "retailer", N_("Retailer")
    CONSUMER = "consumer", N_("End customer")


class PaymentStanding(Worded):
    """How surely an account pays; ours to know. Goods leave unpaid only for stable ones (O9)."""

    STABLE = "stable", N_("Stable")
    UNSTABLE = "unstable", N_("Unstable")


class NeedSegment(Worded):
    """Accounts by need (rule A3)."""

    NEW = "new", N_("New customer")
    REGULAR = "regular", N_("Regular customer")
    SPECIAL = "special", N_("Customer with special needs")


def check_consistent(
    tier: Tier, key_class: KeyClass | None, criteria: Collection[KeyCriterion]
) -> None:
    """Raise `FieldError` where tier, class and criteria say different things (rule A3)."""
    if criteria and not tier.is_key:
        raise FieldError(
            "tier", N_("One criterion makes a key account: choose the tier key or strategic.")
        )
    if tier.is_key and not criteria:
        raise FieldError(
            "key_criteria", N_("A key account meets at least one criterion: tick those that hold.")
        )
    if tier.is_key and key_class is None:
        raise FieldError("key_class", N_("Choose the class of key account."))
    if key_class is not None and not tier.is_key:
        raise FieldError("key_class", N_("Only key accounts have a class."))
    if key_class is KeyClass.STRATEGIC and tier is not Tier.STRATEGIC:
        raise FieldError("key_class", N_("The class strategic goes with the tier strategic."))
