"""What a target keeps of how it is reckoned: a time that has to pass, or a moment that was named.

Pure. The two kinds answer the same questions, so that whoever opens, recomputes or explains a
target need not ask which it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from portal.domain.common.words import N_, Worded
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels.business_calendar import BusinessCalendar, in_utc
from portal.domain.service_levels.targets import (
    NOTHING,
    EarlierPromise,
    Explanation,
    Pause,
    due_at,
    explain,
    explained_pauses,
    moved_by,
)

# Moments are closing times of working days; a share of the time until then is counted likewise.
MOMENT_CALENDAR = CalendarKind.OFFICE_HOURS


class MomentRule(Worded):
    """Why something is due at a moment rather than after a time. The label opens a sentence."""

    CLOSING_TODAY = "closing_today", N_("By closing time of the same working day")
    NEXT_WORKING_DAY = "next_working_day", N_("By closing time of the next working day")
    PROMISED_DAY = "promised_day", N_("By closing time of the day promised on the quote")
    STATED_DAY = "stated_day", N_("By closing time of the day that was stated")
    PRODUCTION_DAY = "production_day", N_("By closing time of the earliest production day")
    NOON_NEXT_WORKING_DAY = "noon_next_working_day", N_("By noon of the next working day")
    ACTION_DAY = "action_day", N_("By closing time of the day set for the step")
    CHECK_DAY = "check_day", N_("By closing time of the day set for the check")
    VISIT_DAY = "visit_day", N_("By closing time of the day that the visit is due")
    DAY_BEFORE = "day_before", N_("By closing time of the working day before")
    BEFORE_START = "before_start", N_("By the time it begins")
    AGREED_DAY = "agreed_day", N_("By closing time of the day that was agreed")

    @property
    def rests_on_holidays(self) -> bool:
        """Whether the day was found by counting working days, not named by somebody."""
        return self in {
            MomentRule.CLOSING_TODAY,
            MomentRule.NEXT_WORKING_DAY,
            MomentRule.NOON_NEXT_WORKING_DAY,
        }


class Reckoned(NamedTuple):
    """When a target warns and is due, in UTC."""

    warn_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class After:
    """Due once a time has passed on a calendar."""

    clock: Clock

    @property
    def calendar(self) -> CalendarKind:
        return self.clock.calendar

    @property
    def may_be_provisional(self) -> bool:
        return True

    def reckon(
        self, opened: datetime, calendar: BusinessCalendar, pauses: Iterable[Pause] = ()
    ) -> Reckoned:
        """When this warns and is due, moved by the working time of those pauses that ended."""
        waits = [(wait.started_at, wait.ended_at) for wait in pauses if wait.ended_at]
        return Reckoned(
            due_at(opened, self.clock.warn, calendar, waits),
            due_at(opened, self.clock.due, calendar, waits),
        )

    def explain(
        self,
        opened: datetime,
        calendar: BusinessCalendar,
        pauses: Iterable[Pause] = (),
        *,
        provisional: bool = False,
        earlier: tuple[EarlierPromise, ...] = (),
    ) -> Explanation:
        """How the due moment came about, for people."""
        explanation = explain(
            opened, self.clock.due, calendar, self.clock.calendar, pauses, provisional=provisional
        )
        return replace(explanation, earlier=earlier)


@dataclass(frozen=True, slots=True)
class Until:
    """Due at a moment. `warn_share` per cent of the office hours until then may pass unwarned.

    What was promised for a moment before the opening is due, and late, from the start.
    """

    rule: MomentRule
    promised_at: datetime
    warn_share: Decimal

    @property
    def calendar(self) -> CalendarKind:
        return MOMENT_CALENDAR

    @property
    def may_be_provisional(self) -> bool:
        return self.rule.rests_on_holidays

    def reckon(
        self, opened: datetime, calendar: BusinessCalendar, pauses: Iterable[Pause] = ()
    ) -> Reckoned:
        """When this warns and is due, moved by the office hours of those pauses that ended."""
        moved = moved_by(pauses, opened, calendar)
        promised, warned = in_utc(self.promised_at), self._warned(opened, calendar)
        if not moved:
            return Reckoned(warned, promised)
        return Reckoned(calendar.add(warned, moved), calendar.add(promised, moved))

    def explain(
        self,
        opened: datetime,
        calendar: BusinessCalendar,
        pauses: Iterable[Pause] = (),
        *,
        provisional: bool = False,
        earlier: tuple[EarlierPromise, ...] = (),
    ) -> Explanation:
        """How the due moment came about, for people."""
        waits = tuple(pauses)
        return Explanation(
            duration=None,
            calendar=self.calendar,
            timezone=calendar.timezone,
            opened_at=in_utc(opened),
            pauses=explained_pauses(waits, opened, calendar),
            due_at=self.reckon(opened, calendar, waits).due_at,
            provisional=provisional,
            rule=self.rule.label,
            promised_at=in_utc(self.promised_at),
            earlier=earlier,
        )

    def _warned(self, opened: datetime, calendar: BusinessCalendar) -> datetime:
        start, promised = in_utc(opened), in_utc(self.promised_at)
        if promised <= start:
            return promised
        unwarned = calendar.elapsed(start, promised) * float(self.warn_share / 100)
        return calendar.add(start, unwarned) if unwarned > NOTHING else start


Terms = After | Until


def that_count(
    pauses: Iterable[Pause], terms: Terms, opened: datetime, calendar: BusinessCalendar
) -> list[Pause]:
    """The pauses that move the due moment, by start: a breach stands, whatever follows."""
    counting = list[Pause]()
    for pause in sorted(pauses, key=lambda each: each.started_at):
        if terms.reckon(opened, calendar, counting).due_at < pause.started_at:
            break
        counting.append(pause)
    return counting


# What `terms_of` reads of `target t`.
TERMS_COLUMNS = """t.calendar, t.warn_after, t.due_after, t.moment_rule, t.promised_at,
    t.warn_share"""


def terms_of(row: Mapping[str, Any]) -> Terms:
    """The terms of a row with `TERMS_COLUMNS`."""
    if row["moment_rule"] is None:
        return After(Clock(row["warn_after"], row["due_after"], CalendarKind(row["calendar"])))
    return Until(MomentRule(row["moment_rule"]), row["promised_at"], row["warn_share"])


def stored(terms: Terms) -> Sequence[timedelta | str | datetime | Decimal | None]:
    """`terms` as the columns `TERMS_COLUMNS` hold them."""
    match terms:
        case After(clock):
            return (clock.calendar.value, clock.warn, clock.due, None, None, None)
        case Until(rule, promised_at, warn_share):
            return (terms.calendar.value, None, None, rule.value, promised_at, warn_share)
