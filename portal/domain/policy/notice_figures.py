"""The figures of notices: when people are mailed, and when that becomes a digest."""

from datetime import time

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import HOURS, TIME_OF_DAY, WHOLE_NUMBER

MAIL_HOURS = add(
    Figure(
        "notice.mail-hours",
        Topic.NOTICES,
        HOURS,
        (("09:00", "12:00"), ("14:00", "20:00")),
        N_("Hours in which customers are mailed"),
        N_("Outside of these hours only what is urgent is mailed; the rest waits for the next."),
        unit=N_("customer's local time"),
        rules=("V7",),
    )
)
DIGEST_AT = add(
    Figure(
        "notice.digest-at",
        Topic.NOTICES,
        TIME_OF_DAY,
        time(8, 30),
        N_("Daily digest"),
        N_("When people get the day's mail of what they asked to read together."),
        unit=N_("reader's local time"),
    )
)
MAILS_AN_HOUR = add(
    Figure(
        "notice.mails-an-hour",
        Topic.NOTICES,
        WHOLE_NUMBER,
        15,
        N_("Mails to one person in an hour"),
        N_("What comes beyond this and is not urgent goes into the digest instead of a flood."),
        least=1,
    )
)
WEEKLY_STATUS_AT = add(
    Figure(
        "notice.weekly-status-at",
        Topic.NOTICES,
        TIME_OF_DAY,
        time(8, 30),
        N_("Weekly status on Monday"),
        N_("When customers are mailed what is open: its state, its date, what comes next."),
        unit=N_("local time"),
        rules=("M3",),
    )
)
QUOTE_REMINDER_DAYS = add(
    Figure(
        "quote.reminder",
        Topic.QUOTES,
        WHOLE_NUMBER,
        3,
        N_("Reminder before a quote expires"),
        N_("So many days before the end of its validity both sides are told of an open quote."),
        unit=N_("days"),
        rules=("Q3",),
        least=1,
    )
)
