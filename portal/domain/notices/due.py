"""What the relay looks for: events to expand and mails to send that are due."""

from dataclasses import dataclass
from enum import StrEnum

from portal.database import fetch
from portal.domain.common.outbox import Queue

# Mails of surveys go in batches: while any is due, each stretch of so many seconds starts one run,
# whose number is that of the stretch.
SURVEYS_SECONDS = 3


class Task(StrEnum):
    """What is to be done with a due row; the names of the jobs."""

    EXPAND = "expand"
    SEND = "send"
    SEND_SURVEYS = "send_surveys"


@dataclass(frozen=True, slots=True)
class Due:
    """A due row. `attempts` tells the tries of one row apart, `key` names this try."""

    task: Task
    id: int
    attempts: int
    queue: Queue

    @property
    def key(self) -> str:
        return f"{self.task}:{self.id}:{self.attempts}"


async def due_rows(limit: int) -> list[Due]:
    """The oldest due rows, up to `limit` of each task and queue, the urgent queue first.

    Locks nothing: whoever does the work claims the row.
    """
    rows = await fetch(
        """SELECT q.name AS queue, due.* FROM unnest($1::text[]) WITH ORDINALITY q(name, rank)
           CROSS JOIN LATERAL (
               (SELECT 'expand' AS task, id, attempts FROM outbox
                WHERE queue = q.name AND done_at IS NULL AND given_up_at IS NULL
                  AND due_at <= now()
                ORDER BY due_at, id LIMIT $2)
               UNION ALL
               (SELECT 'send', id, attempts FROM mail
                WHERE queue = q.name AND status = 'waiting' AND next_attempt_at <= now()
                  AND template <> 'survey'
                ORDER BY next_attempt_at, id LIMIT $2)
               UNION ALL
               (SELECT 'send_surveys', floor(extract(epoch FROM now()) / $3)::bigint, 0
                WHERE q.name = $4 AND EXISTS (SELECT FROM mail
                    WHERE status = 'waiting' AND next_attempt_at <= now()
                      AND template = 'survey'))) due
           ORDER BY q.rank""",
        [queue.value for queue in Queue],
        limit,
        SURVEYS_SECONDS,
        Queue.BULK.value,
    )
    return [Due(Task(row["task"]), row["id"], row["attempts"], Queue(row["queue"])) for row in rows]
