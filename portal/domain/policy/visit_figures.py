"""The figures that visits, meetings and their reports go by (rules V1-V9, M1, M2)."""

from datetime import time, timedelta
from decimal import Decimal

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import (
    CLOCK,
    DURATION,
    PERCENT,
    TIME_OF_DAY,
    WHOLE_NUMBER,
    CalendarKind,
    Clock,
)

LEAD_DAYS = add(
    Figure(
        "visit.lead-days",
        Topic.VISITS,
        WHOLE_NUMBER,
        21,
        N_("Visits planned ahead"),
        N_("How many days before it is due a visit stands on the list."),
        unit=N_("days"),
        rules=(
            "V1",
            "V2",
        ),
        least=1,
    )
)
FIRST_AFTER = add(
    Figure(
        "visit.first-after",
        Topic.VISITS,
        WHOLE_NUMBER,
        7,
        N_("First visit after an installation"),
        N_("How long after the completion it is due."),
        unit=N_("days"),
        rules=("V2",),
        least=1,
    )
)
SECOND_AFTER = add(
    Figure(
        "visit.second-after",
        Topic.VISITS,
        WHOLE_NUMBER,
        1,
        N_("Second visit after an installation"),
        N_("How long after the completion it is due."),
        unit=N_("months"),
        rules=("V2",),
        least=1,
    )
)
THIRD_AFTER = add(
    Figure(
        "visit.third-after",
        Topic.VISITS,
        WHOLE_NUMBER,
        3,
        N_("Third visit after an installation"),
        N_("How long after the completion it is due."),
        unit=N_("months"),
        rules=("V2",),
        least=1,
    )
)
FOURTH_AFTER = add(
    Figure(
        "visit.fourth-after",
        Topic.VISITS,
        WHOLE_NUMBER,
        6,
        N_("Fourth visit after an installation"),
        N_("How long after the completion it is due."),
        unit=N_("months"),
        rules=("V2",),
        least=1,
    )
)
ANNIVERSARY_AFTER = add(
    Figure(
        "visit.anniversary-after",
        Topic.VISITS,
        WHOLE_NUMBER,
        12,
        N_("Anniversary check"),
        N_("How long after the completion it is due."),
        unit=N_("months"),
        rules=("V2",),
        least=1,
    )
)
CALLBACK_WITHIN = add(
    Figure(
        "visit.callback-within",
        Topic.VISITS,
        WHOLE_NUMBER,
        3,
        N_("Callbacks"),
        N_("Within how many days after its day a callback is made."),
        unit=N_("days"),
        rules=("V7",),
        least=1,
    )
)
REST_UNTIL = add(
    Figure(
        "visit.rest-until",
        Topic.VISITS,
        TIME_OF_DAY,
        time(9, 0),
        N_("No calls before"),
        N_("Nobody is called or visited before this hour, by the clock at the customer."),
        rules=("V7",),
    )
)
NOON_REST_FROM = add(
    Figure(
        "visit.noon-rest-from",
        Topic.VISITS,
        TIME_OF_DAY,
        time(12, 0),
        N_("Midday rest from"),
        N_("From this hour on nobody is called, by the clock at the customer."),
        rules=("V7",),
    )
)
NOON_REST_UNTIL = add(
    Figure(
        "visit.noon-rest-until",
        Topic.VISITS,
        TIME_OF_DAY,
        time(14, 0),
        N_("Midday rest until"),
        N_("Until this hour nobody is called, by the clock at the customer."),
        rules=("V7",),
    )
)
REST_FROM = add(
    Figure(
        "visit.rest-from",
        Topic.VISITS,
        TIME_OF_DAY,
        time(20, 0),
        N_("No calls after"),
        N_("Nobody is called from this hour on, by the clock at the customer."),
        rules=("V7",),
    )
)
GROUP_SHARE = add(
    Figure(
        "visit.group-share",
        Topic.VISITS,
        PERCENT,
        Decimal(30),
        N_("Group accounts spoken with a month"),
        N_(
            "At least this share of the group accounts is talked to each month,"
            " with the written feedback form."
        ),
        unit="%",
        rules=("V4",),
    )
)
PROSPECT_CALL_DESK_DAYS = add(
    Figure(
        "visit.prospect-call-desk-days",
        Topic.VISITS,
        WHOLE_NUMBER,
        3,
        N_("Daily calls to a prospect"),
        N_("On how many working days the call desk calls before the general manager does."),
        unit=N_("days"),
        rules=("V3",),
        least=1,
    )
)
OPINION = add(
    Figure(
        "visit.opinion",
        Topic.VISITS,
        CLOCK,
        Clock(timedelta(days=2), timedelta(days=3), CalendarKind.WORKING_DAYS),
        N_("Follow-up of an opinion"),
        N_("The time from an opinion in a visit or a low score in a survey until it is answered."),
        rules=(
            "V5",
            "S4",
        ),
    )
)
UNVISITED_AFTER = add(
    Figure(
        "visit.unvisited-after",
        Topic.VISITS,
        WHOLE_NUMBER,
        92,
        N_("Unvisited for too long"),
        N_("After so many days without a visit a key account is pointed out in the coverage."),
        unit=N_("days"),
        rules=(
            "V1",
            "V9",
        ),
        least=1,
    )
)
REMIND_BEFORE = add(
    Figure(
        "visit.remind-before",
        Topic.VISITS,
        DURATION,
        timedelta(hours=20),
        N_("Reminder of an appointment"),
        N_("How long before an agreed visit both sides are reminded of it."),
        rules=("V5",),
    )
)
CONTACT_REPORT = add(
    Figure(
        "meeting.contact-report",
        Topic.VISITS,
        CLOCK,
        Clock(timedelta(hours=36), timedelta(hours=48), CalendarKind.ALWAYS),
        N_("Contact report"),
        N_("The time from a meeting, a visit or an important call until its report is sent."),
        rules=("M1",),
    )
)
CHECK_BEFORE = add(
    Figure(
        "meeting.check-before",
        Topic.VISITS,
        DURATION,
        timedelta(minutes=30),
        N_("Material and agenda checked again"),
        N_("How long before a meeting its material and agenda are checked again."),
        rules=("M2",),
    )
)
CONFIRM_BEFORE = add(
    Figure(
        "meeting.confirm-before",
        Topic.VISITS,
        DURATION,
        timedelta(hours=1),
        N_("Attendance confirmed"),
        N_("How long before leaving for a meeting attendance is confirmed."),
        rules=("M2",),
    )
)
