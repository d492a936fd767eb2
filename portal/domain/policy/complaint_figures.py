"""The figures that complaints are answered, judged and compensated by (rules C2, C7-C15)."""

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
    YES_OR_NO,
    CalendarKind,
    Clock,
)

ANSWER = add(
    Figure(
        "complaint.answer",
        Topic.COMPLAINTS,
        CLOCK,
        Clock(timedelta(hours=18), timedelta(hours=24), CalendarKind.ALWAYS),
        N_("First response to a complaint"),
        N_("The time from a complaint until the customer has an answer from a person."),
        rules=("C2",),
    )
)
SAME_DAY_UNTIL = add(
    Figure(
        "complaint.same-day-until",
        Topic.COMPLAINTS,
        TIME_OF_DAY,
        time(15, 0),
        N_("Solution the same day"),
        N_("An ordinary complaint taken until this hour has a workable solution the same day."),
        rules=("C2",),
    )
)
NEXT_DAY_BY = add(
    Figure(
        "complaint.next-day-by",
        Topic.COMPLAINTS,
        TIME_OF_DAY,
        time(12, 0),
        N_("Solution the next day"),
        N_("One taken later has it on the next working day by this hour."),
        rules=("C2",),
    )
)
MAJOR_SOLUTION = add(
    Figure(
        "complaint.major-solution",
        Topic.COMPLAINTS,
        CLOCK,
        Clock(timedelta(days=3), timedelta(days=5), CalendarKind.WORKING_DAYS),
        N_("Solution of a major quality incident"),
        N_("The time until there is a solution of a major incident."),
        rules=("C2",),
    )
)
CASE_ANSWER = add(
    Figure(
        "complaint.case-answer",
        Topic.COMPLAINTS,
        CLOCK,
        Clock(timedelta(hours=9), timedelta(hours=18), CalendarKind.OFFICE_HOURS),
        N_("Answer to a suggestion, an enquiry or a fault report"),
        N_("The time until one of the lighter cases is answered."),
        rules=("C15",),
    )
)
UNITS_AFTER_SALES = add(
    Figure(
        "complaint.units-after-sales",
        Topic.COMPLAINTS,
        WHOLE_NUMBER,
        3,
        N_("Compensation that after-sales approves"),
        N_("Up to this number of pieces; more needs the sales supervisor and the duty manager."),
        unit=N_("pieces"),
        rules=("C7",),
        least=1,
    )
)
ADVANCE_SHARE = add(
    Figure(
        "complaint.advance-share",
        Topic.COMPLAINTS,
        PERCENT,
        Decimal(50),
        N_("Advance where the factory does not cooperate"),
        N_("What the company normally advances at most; more needs the general manager."),
        unit="%",
        rules=("C7",),
    )
)
CAPA_REPEATS = add(
    Figure(
        "complaint.capa-repeats",
        Topic.COMPLAINTS,
        WHOLE_NUMBER,
        3,
        N_("Repeated complaints"),
        N_(
            "From this number of founded complaints about one item within the time below on,"
            " corrective action is demanded."
        ),
        unit=N_("complaints"),
        rules=("C9",),
        least=2,
    )
)
CAPA_REPEATS_WITHIN = add(
    Figure(
        "complaint.capa-repeats-within",
        Topic.COMPLAINTS,
        WHOLE_NUMBER,
        90,
        N_("Time in which complaints count as repeated"),
        N_("How many days back complaints about the same item are counted."),
        unit=N_("days"),
        rules=("C9",),
        least=1,
    )
)
EFFECTIVENESS_AFTER = add(
    Figure(
        "complaint.effectiveness-after",
        Topic.COMPLAINTS,
        WHOLE_NUMBER,
        30,
        N_("Effectiveness check"),
        N_("How many days after the last step a corrective action is checked, unless set."),
        unit=N_("days"),
        rules=("C9",),
        least=1,
    )
)
REMIND_AFTER = add(
    Figure(
        "complaint.remind-after",
        Topic.COMPLAINTS,
        DURATION,
        timedelta(days=3),
        N_("Reminder to confirm an outcome"),
        N_("How long after an outcome was told, and after a reminder, the customer is reminded."),
        rules=("C8",),
    )
)
REMINDERS = add(
    Figure(
        "complaint.reminders",
        Topic.COMPLAINTS,
        WHOLE_NUMBER,
        2,
        N_("Reminders before closing"),
        N_("After so many reminders without reaction the supervisor may close, with a reason."),
        unit=N_("reminders"),
        rules=("C8",),
        least=1,
    )
)
REOPEN_WITHIN = add(
    Figure(
        "complaint.reopen-within",
        Topic.COMPLAINTS,
        WHOLE_NUMBER,
        90,
        N_("Reopening by the customer"),
        N_("How many days after closing the customer may reopen a complaint."),
        unit=N_("days"),
        least=1,
    )
)
FOLLOW_UP = add(
    Figure(
        "complaint.follow-up",
        Topic.COMPLAINTS,
        CLOCK,
        Clock(timedelta(days=5), timedelta(days=7), CalendarKind.WORKING_DAYS),
        N_("Follow-up after a complaint"),
        N_("The time from closing until somebody asks how satisfied the customer is."),
        rules=("C11",),
    )
)
SHOW_OWNER = add(
    Figure(
        "complaint.show-owner",
        Topic.COMPLAINTS,
        YES_OR_NO,
        True,
        N_("The customer sees who handles a complaint"),
        N_("Without it the customer reads the department instead of a name."),
        rules=("C2",),
    )
)
