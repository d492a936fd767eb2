"""Figures of the whole installation, as gauges: what waits, how long, what is owed."""

from portal.database import fetch, fetch_row
from portal.domain.common.outbox import Queue
from portal.metrics import GIVEN_UP, OLDEST_SECONDS, TARGETS, WAITING
from portal.workers.work import Work

_WAITING = """
    SELECT 'event' AS what, queue, count(*) AS waiting,
        coalesce(extract(epoch FROM now() - min(due_at)), 0)::float AS seconds
    FROM outbox WHERE done_at IS NULL AND given_up_at IS NULL GROUP BY queue
    UNION ALL
    SELECT 'mail', queue, count(*),
        coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::float
    FROM mail WHERE status = 'waiting' GROUP BY queue"""


async def take_figures(work: Work) -> int:
    """Set the gauges of this process from the database. Changes nothing."""
    async with work.unit():
        waiting = await fetch(_WAITING)
        given_up = await fetch_row(
            """SELECT (SELECT count(*) FROM outbox WHERE given_up_at IS NOT NULL) AS event,
                   (SELECT count(*) FROM mail WHERE status IN ('bounced', 'given_up')) AS mail"""
        )
        owed = await fetch_row(
            """SELECT count(*) AS open, count(*) FILTER (WHERE breached_at IS NOT NULL) AS late,
                   count(*) FILTER (WHERE paused_since IS NOT NULL) AS paused
               FROM target WHERE met_at IS NULL AND cancelled_at IS NULL"""
        )
    seen = {(row["what"], row["queue"]): row for row in waiting}
    for what in ("event", "mail"):
        for queue in Queue:
            row = seen.get((what, queue.value))
            WAITING.labels(what, queue.value).set(row["waiting"] if row else 0)
            # What is to be tried later is not due yet: nothing has waited for it.
            OLDEST_SECONDS.labels(what, queue.value).set(max(0, row["seconds"]) if row else 0)
    for gauge, row in ((GIVEN_UP, given_up), (TARGETS, owed)):
        for name, count in dict(row or {}).items():
            gauge.labels(name).set(count)
    return 0
