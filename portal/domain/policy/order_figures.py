"""The figures that orders are released, promised and delivered by (rules O6, O8, O9, O16, A16).

The cut-off of the day is `figures.ORDER_CUT_OFF`; when a promised ship date turns amber is
`promise_figures.WARN_SHARE`.
"""

from datetime import timedelta
from decimal import Decimal

from portal.domain.common.money import Money
from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import (
    CLOCK,
    MONEY,
    PERCENT,
    TEXT,
    WHOLE_NUMBER,
    YES_OR_NO,
    CalendarKind,
    Clock,
)

DEPOSIT_SHARE = add(
    Figure(
        "order.deposit-share",
        Topic.ORDERS,
        PERCENT,
        Decimal(50),
        N_("Deposit for project orders"),
        N_("More than this share is paid before a large project order is scheduled."),
        unit="%",
        rules=("O8",),
    )
)
PROJECT_SIZE = add(
    Figure(
        "order.project-size",
        Topic.ORDERS,
        MONEY,
        Money(Decimal(500_000), "CNY"),
        N_("Large project order"),
        N_(
            "From this total on, tax included, an order is suggested as a large project order;"
            " a person marks it."
        ),
        rules=("O8",),
    )
)
GUARANTEE_DAYS = add(
    Figure(
        "order.guarantee-days",
        Topic.ORDERS,
        WHOLE_NUMBER,
        3,
        N_("Longest payment guarantee"),
        N_("How far off the payment date may be that a sales representative guarantees."),
        unit=N_("days"),
        rules=("O9",),
        least=1,
    )
)
GUARANTEE_ALLOWED = add(
    Figure(
        "order.guarantee-allowed",
        Topic.ORDERS,
        YES_OR_NO,
        True,
        N_("Payment may be guaranteed"),
        N_(
            "Whether a sales representative may guarantee an unpaid order. Never for accounts whose"
            " payments are unstable."
        ),
        rules=("O9",),
        # Small accounts (rule O9).
        for_tiers={"general": False, "potential": False},
    )
)
CREDIT_ALLOWED = add(
    Figure(
        "order.credit-allowed",
        Topic.ORDERS,
        YES_OR_NO,
        True,
        N_("Credit limit may be approved"),
        N_(
            "Whether an account can get a credit limit, or a higher one, while its payments are"
            " stable."
        ),
        rules=("A16",),
        # Large accounts only (rule A16).
        for_tiers={"general": False, "potential": False},
    )
)
URGENT_DELIVERY = add(
    Figure(
        "order.urgent-delivery",
        Topic.ORDERS,
        CLOCK,
        Clock(timedelta(hours=4), timedelta(hours=6), CalendarKind.ALWAYS),
        N_("Urgent standard part"),
        N_("The time from an urgent order of standard parts until they are delivered."),
        rules=("O6",),
    )
)
DELIVERY_NOTE_FORM = add(
    Figure(
        "order.delivery-note-form",
        Topic.ORDERS,
        TEXT,
        "TQ/QEO-ZY-11-01",
        N_("Form number of the delivery note"),
        N_("The number that the delivery note has in the register of forms; it is printed on it."),
        rules=("O16",),
    )
)
