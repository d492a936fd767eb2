"""A slow model of a clock: it walks through time in half minutes and counts what it sees."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.promise import PromiseState

TICK = timedelta(seconds=30)


@dataclass
class SlowClock:
    """Counts the open ticks in which nobody waited, until enough have passed.

    `waits` are all there were; those that began after it was due are passed over, because by then
    enough had been counted.
    """

    calendar: BusinessCalendar
    opened: datetime
    warn: timedelta
    due: timedelta
    waits: list[tuple[datetime, datetime]] = field(default_factory=list)
    waiting_since: datetime | None = None
    ended_at: datetime | None = None

    def due_at(self) -> datetime:
        """When enough has been counted."""
        at, counted = self.opened, timedelta(0)
        while counted < self.due:
            counted += self._worth(at)
            at += TICK
        return at

    def counted_until(self, now: datetime) -> timedelta:
        """How much has been counted."""
        at, counted = self.opened, timedelta(0)
        while at < now:
            counted += self._worth(at)
            at += TICK
        return counted

    def is_late(self, now: datetime) -> bool:
        """Whether it was due while nobody waited."""
        return self.due_at() < (self.waiting_since or now)

    def pause(self, now: datetime) -> None:
        if self.ended_at is None and self.waiting_since is None:
            self.waiting_since = now

    def resume(self, now: datetime) -> None:
        if self.waiting_since is not None:
            self.waits.append((self.waiting_since, now))
            self.waiting_since = None

    def end(self, now: datetime) -> None:
        if self.ended_at is None:
            self.resume(now)
            self.ended_at = now

    def reopen(self, now: datetime) -> None:
        if self.ended_at is not None:
            self.waits.append((self.ended_at, now))
            self.ended_at = None

    def state(self, now: datetime) -> PromiseState:
        if self.ended_at is not None:
            return PromiseState.MET_LATE if self.is_late(self.ended_at) else PromiseState.MET
        if self.is_late(now):
            return PromiseState.BREACHED
        if self.waiting_since is not None:
            return PromiseState.PAUSED
        warned = self.counted_until(now) >= self.warn
        return PromiseState.WARNING if warned else PromiseState.RUNNING

    def _worth(self, at: datetime) -> timedelta:
        waited = any(start <= at < end for start, end in self.waits)
        return TICK if self.calendar.is_open(at) and not waited else timedelta(0)
