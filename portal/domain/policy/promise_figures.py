"""The figures that every promise on a clock shares, whatever it is about."""

from datetime import timedelta
from decimal import Decimal

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import CLOCK, PERCENT, CalendarKind, Clock

NEXT_RESPONSE = add(
    Figure(
        "promise.next-response",
        Topic.PROMISES,
        CLOCK,
        Clock(timedelta(hours=4), timedelta(hours=9), CalendarKind.OFFICE_HOURS),
        N_("Next response"),
        N_("The time from a customer's message until we have answered it."),
    )
)
WARN_SHARE = add(
    Figure(
        "promise.warn-share",
        Topic.PROMISES,
        PERCENT,
        Decimal(75),
        N_("Warning before a promised moment"),
        N_("Once this share of the office hours until then has passed, the promise turns amber."),
        unit="%",
    )
)
