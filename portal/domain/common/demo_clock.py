"""A demo's clock, moved forward by hand so that promises warn and break while one looks on."""

from datetime import timedelta

from portal.database import current_unit, execute, fetch_value
from portal.domain.common.activity import Subject, record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.words import N_, Worded

_CLOCK = Subject("demo_clock", 1, "", None)


class Leap(Worded):
    """How far the clock is moved at once. There is no way back: what fell due has fallen due."""

    QUARTER = "15", N_("15 minutes")
    HOUR = "60", N_("1 hour")
    FOUR_HOURS = "240", N_("4 hours")
    DAY = "1440", N_("1 day")
    WEEK = "10080", N_("1 week")

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=int(self.value))


async def ahead_of_real_time() -> timedelta | None:
    """How far business time is ahead; None where there is no demo and so no such clock."""
    ahead: timedelta | None = await fetch_value("SELECT ahead FROM clock_offset")
    return ahead


async def move_forward(leap: str, *, by: Actor) -> timedelta:
    """Let that much time pass for everybody and return how far ahead the clock is then.

    Raises `NotFound` outside a demo, `FieldError` for a leap that is not offered.
    """
    if leap not in set(Leap):
        raise FieldError("leap", N_("Choose one of the options."))
    await execute("UPDATE clock_offset SET ahead = ahead + $1", Leap(leap).length)
    ahead = await ahead_of_real_time()
    if ahead is None:
        raise NotFound
    current_unit().now = None
    await record(
        _CLOCK, "demo.clock_moved", by=by, visible_to=Audience.INTERNAL, after={"minutes": leap}
    )
    return ahead
