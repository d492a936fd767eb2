"""The figures that registered projects are watched by (rule O17)."""

from decimal import Decimal

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import PERCENT

REGISTRATION_TOLERANCE = add(
    Figure(
        "order.registration-tolerance",
        Topic.ORDERS,
        PERCENT,
        Decimal(20),
        N_("Similar quantity of a registered project"),
        N_(
            "An order of another account for the same item raises an alert where its quantity"
            " differs by at most this share of what was registered."
        ),
        unit="%",
        rules=("O17",),
    )
)
