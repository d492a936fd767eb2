"""When a promise is due, and why: pure calculation on a calendar that is handed in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.business_calendar import BusinessCalendar, in_utc

NOTHING = timedelta(0)


class Pause(NamedTuple):
    """A time in which a target waited. `ended_at` is missing while it still waits."""

    started_at: datetime
    ended_at: datetime | None
    reason: str = ""


class ExplainedPause(NamedTuple):
    """A pause, and the working time by which it moved the due moment."""

    started_at: datetime
    ended_at: datetime | None
    reason: str
    worked: timedelta


class EarlierPromise(NamedTuple):
    """A due moment that no longer holds: since when, and why. `late` if it had been missed."""

    due_at: datetime
    changed_at: datetime
    reason: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due moment came about, in parts that a page can put into words; moments in UTC.

    Either `duration` was counted on `calendar`, or `promised_at` was named by a rule: `rule` is its
    message id. `provisional` says that it rests on public holidays that are not published yet.
    `earlier` is what was promised before, oldest first.
    """

    duration: timedelta | None
    calendar: CalendarKind
    timezone: str
    opened_at: datetime
    pauses: tuple[ExplainedPause, ...]
    due_at: datetime
    provisional: bool = False
    rule: str = ""
    promised_at: datetime | None = None
    earlier: tuple[EarlierPromise, ...] = ()

    @property
    def paused(self) -> timedelta:
        """The working time spent in pauses."""
        return sum((pause.worked for pause in self.pauses), NOTHING)


def due_at(
    opened: datetime,
    duration: timedelta,
    calendar: BusinessCalendar,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> datetime:
    """The moment in UTC by which `duration` of working time has passed since `opened`.

    The working time spent in `pauses` (from, to) is added: what several of them cover once, what
    lies before `opened` not at all. A pause that still goes on has no end to hand in: while it
    lasts nothing is due. A breach stands, so a pause that began after it is not handed in.

    Raises `ValueError` for naive moments, a negative duration, a pause that ends before it starts.
    """
    waits = (Pause(started, ended) for started, ended in pauses)
    return calendar.add(opened, duration + moved_by(waits, opened, calendar))


def explain(
    opened: datetime,
    duration: timedelta,
    calendar: BusinessCalendar,
    kind: CalendarKind,
    pauses: Iterable[Pause] = (),
    *,
    provisional: bool = False,
) -> Explanation:
    """Why a target of `duration`, counted on a calendar of `kind`, is due when it is.

    Pauses come out in the order of their start. Time that two of them cover is put down to the one
    that began first, so that what they moved adds up. A pause that still goes on has moved nothing
    yet: `due_at` then says when the target would be due had that pause never begun.

    Raises `ValueError` as `due_at` does.
    """
    explained = explained_pauses(pauses, opened, calendar)
    paused = sum((pause.worked for pause in explained), NOTHING)
    return Explanation(
        duration=duration,
        calendar=kind,
        timezone=calendar.timezone,
        opened_at=in_utc(opened),
        pauses=explained,
        due_at=calendar.add(opened, duration + paused),
        provisional=provisional,
    )


def moved_by(pauses: Iterable[Pause], opened: datetime, calendar: BusinessCalendar) -> timedelta:
    """The working time that pauses which ended took since `opened`, what several cover once."""
    return sum((pause.worked for pause in _explained(pauses, opened, calendar)), NOTHING)


def explained_pauses(
    pauses: Iterable[Pause], opened: datetime, calendar: BusinessCalendar
) -> tuple[ExplainedPause, ...]:
    """`pauses` by start, each with the working time by which it moved the due moment."""
    return tuple(_explained(pauses, opened, calendar))


def _explained(
    pauses: Iterable[Pause], opened: datetime, calendar: BusinessCalendar
) -> Iterator[ExplainedPause]:
    """`pauses` by start, each with the working time in it that no earlier one has counted."""
    counted_until = in_utc(opened)
    for started, ended, reason in sorted(map(_checked, pauses), key=lambda pause: pause.started_at):
        worked = NOTHING
        if ended is not None and ended > counted_until:
            worked = calendar.elapsed(max(started, counted_until), ended)
            counted_until = ended
        yield ExplainedPause(started, ended, reason, worked)


def _checked(pause: Pause) -> Pause:
    # In UTC: Python compares two moments of one zone by the wall clock, which may be set back.
    started = in_utc(pause.started_at)
    ended = None if pause.ended_at is None else in_utc(pause.ended_at)
    if ended is not None and ended < started:
        raise ValueError("a pause ends before it starts")
    return Pause(started, ended, pause.reason)
