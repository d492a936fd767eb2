"""The figures that surveys are sent and read by (rules S1-S4)."""

from decimal import Decimal

from portal.domain.common.words import N_
from portal.domain.policy.registry import Figure, Topic, add
from portal.domain.policy.values import (
    PERCENT,
    WHOLE_NUMBER,
)

SATISFIED_FROM = add(
    Figure(
        "survey.satisfied-from",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        4,
        N_("Counts as satisfied"),
        N_("From this score of five on an answer counts as satisfied."),
        unit=N_("of 5"),
        rules=("S3",),
        least=1,
    )
)
LOW_SCORE = add(
    Figure(
        "survey.low-score",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        2,
        N_("Low score"),
        N_("A score of five that opens a follow-up: this one and those below it."),
        unit=N_("of 5"),
        rules=("S4",),
        least=1,
    )
)
LOW_NPS = add(
    Figure(
        "survey.low-nps",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        6,
        N_("Low recommendation"),
        N_("A recommendation of 0 to 10 that opens a follow-up: this one and those below it."),
        unit=N_("of 10"),
        rules=("S4",),
    )
)
GOAL = add(
    Figure(
        "survey.goal",
        Topic.SURVEYS,
        PERCENT,
        Decimal(95),
        N_("Satisfaction aimed at"),
        N_("The share of satisfied answers that is the goal in the first year."),
        unit="%",
        rules=("S3",),
    )
)
GOAL_RISE = add(
    Figure(
        "survey.goal-rise",
        Topic.SURVEYS,
        PERCENT,
        Decimal("0.5"),
        N_("Rise of the goal"),
        N_("By how many points the goal rises each year, up to 100."),
        unit=N_("points"),
        rules=("S3",),
    )
)
GOAL_YEAR = add(
    Figure(
        "survey.goal-year",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        2026,
        N_("First year of the goal"),
        N_("The calendar year from which the goal is reckoned."),
        rules=("S3",),
        least=2000,
    )
)
REST_BETWEEN = add(
    Figure(
        "survey.rest-between",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        60,
        N_("Rest between surveys"),
        N_("For how many days nobody is sent another survey."),
        unit=N_("days"),
    )
)
REMIND_AFTER = add(
    Figure(
        "survey.remind-after",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        5,
        N_("Reminder of a survey"),
        N_("After how many days without an answer somebody is reminded."),
        unit=N_("days"),
        least=1,
    )
)
REMINDERS = add(
    Figure(
        "survey.reminders",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        1,
        N_("Reminders of a survey"),
        N_("How often somebody is reminded of one survey."),
        unit=N_("reminders"),
    )
)
OPEN_DAYS = add(
    Figure(
        "survey.open-days",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        21,
        N_("Time to answer a survey"),
        N_("For how many days the link to a survey works."),
        unit=N_("days"),
        least=1,
    )
)
SMALLEST_GROUP = add(
    Figure(
        "survey.smallest-group",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        5,
        N_("Smallest group shown"),
        N_("Results of anonymous surveys are shown for groups of at least so many answers."),
        unit=N_("answers"),
        least=2,
    )
)
AFTER_EVENT_DAYS = add(
    Figure(
        "survey.after-event-days",
        Topic.SURVEYS,
        WHOLE_NUMBER,
        2,
        N_("Survey after an event"),
        N_("How many days after a complaint, a delivery or a visit its survey is sent."),
        unit=N_("days"),
        rules=("S2",),
    )
)
