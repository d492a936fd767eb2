"""The figures that goods leave by (rule O9)."""

from datetime import timedelta

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import DURATION

PAYMENT_CALL = add(
    Figure(
        "order.payment-call",
        Topic.ORDERS,
        DURATION,
        timedelta(hours=2),
        N_("Call before the cut-off"),
        N_("How long before the cut-off sales is told to call a customer who has not paid."),
        rules=("O9",),
    )
)
