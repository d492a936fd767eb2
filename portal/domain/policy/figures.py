"""The figures of the rulebook: every number that an administrator may change, with its default.

Code names a figure, never its number: `await policy.figure(QUOTE_NORMAL)`. The defaults hold where
the database has no version; the seed writes them there as version 1.
"""

from datetime import time, timedelta
from decimal import Decimal

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import (
    CLOCK,
    DURATION,
    HOURS,
    MONEY,
    PERCENT,
    TIME_OF_DAY,
    WHOLE_NUMBER,
    CalendarKind,
    Clock,
    several_of,
)

QUOTE_NORMAL = add(
    Figure(
        "quote.normal",
        Topic.QUOTES,
        CLOCK,
        Clock(timedelta(hours=24), timedelta(hours=48), CalendarKind.WORKING_DAYS),
        N_("Quote for a normal request"),
        N_("The time from the arrival of a request until its quote is sent."),
        rules=("Q2",),
    )
)
QUOTE_URGENT = add(
    Figure(
        "quote.urgent",
        Topic.QUOTES,
        CLOCK,
        Clock(timedelta(hours=4), timedelta(hours=8), CalendarKind.ALWAYS),
        N_("Quote for an urgent request"),
        N_("The time from the arrival of an urgent request until its quote is sent."),
        rules=("Q2",),
    )
)
QUOTE_VALIDITY = add(
    Figure(
        "quote.validity",
        Topic.QUOTES,
        WHOLE_NUMBER,
        30,
        N_("Validity of a quote"),
        N_("How long a quote can be accepted unless the sales representative sets another date."),
        unit=N_("days"),
        rules=("Q3",),
        least=1,
    )
)
QUOTE_DISCOUNT_LIMIT = add(
    Figure(
        "quote.discount-limit",
        Topic.QUOTES,
        PERCENT,
        Decimal(10),
        N_("Discount without approval"),
        N_("Beyond this discount the sales supervisor approves a quote before it is sent."),
        unit="%",
        rules=("Q5",),
    )
)
QUOTE_PAYMENT_TERMS = add(
    Figure(
        "quote.payment-terms",
        Topic.QUOTES,
        several_of(PaymentTerms),
        (PaymentTerms.DAYS_30, PaymentTerms.IN_ADVANCE, PaymentTerms.DEPOSIT),
        N_("Payment terms"),
        N_("What a quote can offer besides the customer's own terms, which are filled in."),
        rules=("Q3",),
    )
)
QUOTE_TAX_RATE = add(
    Figure(
        "quote.tax-rate",
        Topic.QUOTES,
        PERCENT,
        Decimal(13),
        N_("Tax rate outside the catalogue"),
        N_("Filled in for goods that are not in the catalogue; each line can have another."),
        unit="%",
        rules=("Q3",),
    )
)
ORDER_CUT_OFF = add(
    Figure(
        "order.cut-off",
        Topic.ORDERS,
        TIME_OF_DAY,
        time(15, 30),
        N_("Cut-off for shipping today"),
        N_("What is in stock and ordered before this time, at the branch, ships the same day."),
        unit=N_("local time"),
        rules=("O2", "O9"),
    )
)
FIRST_CONTACT = add(
    Figure(
        "account.first-contact",
        Topic.ACCOUNTS,
        CLOCK,
        Clock(timedelta(days=5), timedelta(days=7), CalendarKind.ALWAYS),
        N_("First contact with a new account"),
        N_("The time from assignment until the account manager has recorded the first contact."),
        rules=("A7",),
    )
)
HIGH_VALUE = add(
    Figure(
        "account.high-value",
        Topic.ACCOUNTS,
        MONEY,
        Money(Decimal(1_000_000), "CNY"),
        N_("High-value account"),
        N_("The yearly revenue from which an account can be classed as high-value."),
        rules=("A3",),
    )
)
OFFICE_HOURS = add(
    Figure(
        "calendar.office-hours",
        Topic.WORKING_TIME,
        HOURS,
        (("09:00", "18:00"),),
        N_("Office hours"),
        N_("The hours of a working day, for every time that is counted in office hours."),
        unit=N_("local time"),
    )
)
CUSTOMER_IDLE = add(
    Figure(
        "session.customer-idle",
        Topic.SIGN_IN,
        DURATION,
        timedelta(hours=12),
        N_("Customers: signed out when idle"),
        N_("A customer who does nothing for this long has to sign in again."),
    )
)
CUSTOMER_SESSION = add(
    Figure(
        "session.customer-longest",
        Topic.SIGN_IN,
        DURATION,
        timedelta(days=7),
        N_("Customers: longest session"),
        N_("After this time a customer has to sign in again in any case."),
    )
)
STAFF_IDLE = add(
    Figure(
        "session.staff-idle",
        Topic.SIGN_IN,
        DURATION,
        timedelta(hours=2),
        N_("Staff: signed out when idle"),
        N_("A member of staff who does nothing for this long has to sign in again."),
    )
)
STAFF_SESSION = add(
    Figure(
        "session.staff-longest",
        Topic.SIGN_IN,
        DURATION,
        timedelta(hours=12),
        N_("Staff: longest session"),
        N_("After this time a member of staff has to sign in again in any case."),
    )
)
PASSWORD_LENGTH = add(
    Figure(
        "password.length",
        Topic.SIGN_IN,
        WHOLE_NUMBER,
        12,
        N_("Shortest password"),
        N_("A new password has at least this many characters; it can never be set below 12."),
        unit=N_("characters"),
        least=12,
    )
)
INVITATION_LIFETIME = add(
    Figure(
        "invitation.lifetime",
        Topic.SIGN_IN,
        DURATION,
        timedelta(days=7),
        N_("Invitation"),
        N_("How long the link of an invitation can be used."),
    )
)
RESET_LIFETIME = add(
    Figure(
        "password-reset.lifetime",
        Topic.SIGN_IN,
        DURATION,
        timedelta(hours=1),
        N_("Password reset"),
        N_("How long the link for a new password can be used."),
    )
)
UPLOAD_SIZE = add(
    Figure(
        "upload.size",
        Topic.FILES,
        WHOLE_NUMBER,
        20,
        N_("Largest file"),
        N_("A larger file is refused when it is added."),
        unit="MB",
        least=1,
    )
)
UPLOAD_COUNT = add(
    Figure(
        "upload.count",
        Topic.FILES,
        WHOLE_NUMBER,
        10,
        N_("Files at once"),
        N_("How many files a form or a message can carry."),
        least=1,
    )
)
PAGE_SIZE = add(
    Figure(
        "list.page-size",
        Topic.LISTS,
        WHOLE_NUMBER,
        50,
        N_("Rows of a page"),
        N_("How many rows of a list are shown before the next page begins."),
        least=10,
    )
)
