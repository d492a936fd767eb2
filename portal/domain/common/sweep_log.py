"""When each sweep last ran, by real time, for the administrators' page. Kept by the workers."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import execute, fetch


@dataclass(frozen=True, slots=True)
class SweepRun:
    """The last run of a sweep. `failures` counts those in a row, 0 after a run that went well."""

    name: str
    started_at: datetime
    ended_at: datetime | None
    dealt_with: int
    failures: int
    last_error: str


async def note_run(name: str, *, seconds: float, dealt_with: int) -> None:
    """A run that took `seconds` has ended well."""
    await execute(
        """INSERT INTO sweep_run (name, started_at, ended_at, dealt_with)
           VALUES ($1, now() - make_interval(secs => $2), now(), $3)
           ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at,
               ended_at = excluded.ended_at, dealt_with = excluded.dealt_with, failures = 0,
               last_error = ''""",
        name,
        seconds,
        dealt_with,
    )


async def note_broken(name: str, error: str) -> None:
    """A run broke off. `error` is its kind, no words: they may carry personal data."""
    await execute(
        """INSERT INTO sweep_run (name, started_at, failures, last_error) VALUES ($1, now(), 1, $2)
           ON CONFLICT (name) DO UPDATE SET started_at = now(), ended_at = NULL,
               failures = sweep_run.failures + 1, last_error = excluded.last_error""",
        name,
        error,
    )


async def sweep_runs() -> list[SweepRun]:
    """The last run of every sweep, by name."""
    rows = await fetch(
        """SELECT name, started_at, ended_at, dealt_with, failures, last_error
           FROM sweep_run ORDER BY name"""
    )
    return [SweepRun(**dict(row)) for row in rows]
