"""The figures that every promise on a clock shares, whatever it is about."""

from datetime import timedelta
from decimal import Decimal

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import CLOCK, DURATION, PERCENT, CalendarKind, Clock

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
TELL_DEPARTMENT_HEAD = add(
    Figure(
        "promise.department-head",
        Topic.PROMISES,
        DURATION,
        timedelta(hours=4),
        N_("Breach: the department head is told"),
        N_("How long after a breach, on the calendar of the promise, while it is still open."),
        rules=("C10",),
    )
)
TELL_SENIOR_MANAGEMENT = add(
    Figure(
        "promise.senior-management",
        Topic.PROMISES,
        DURATION,
        timedelta(hours=8),
        N_("Breach: senior management is told"),
        N_("How long after the department head, on the calendar of the promise."),
        rules=("C10",),
    )
)
