"""Jobs: they take ids, do one thing, and can run twice."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from portal import logs, metrics
from portal.database import is_database_away
from portal.domain.notices import expansion, mails
from portal.domain.notices.due import Due, Task
from portal.rendering.mails import write_mail
from portal.workers.smtp_replies import NotNow, Refused
from portal.workers.survey_mails import send_surveys
from portal.workers.work import Work

logger = logging.getLogger("portal.workers")

# A job that takes longer is cut off; whatever it claimed is taken up again. Under 30 because a
# killed worker's jobs come back that much later (arq).
JOB_SECONDS = 25


async def expand(work: Work, event_id: int) -> None:
    """Tell people of an event."""
    try:
        async with work.unit():
            await expansion.expand(event_id, mail_domain=work.head.domain)
    except Exception as error:
        if is_database_away(error):
            raise
        logger.exception("event %s could not be told", event_id)
        async with work.unit():
            await expansion.note_failure(event_id, error)


async def send(work: Work, mail_id: int, attempts: int) -> None:
    """Make the attempt after `attempts` earlier ones, if nobody else has."""
    async with work.unit():
        mail = await mails.claim(mail_id, attempts)
    if mail is None:
        return
    try:
        await work.transport.deliver(write_mail(mail, work.head))
    except Refused as error:
        async with work.unit():
            await mails.note_bounced(mail, error.reason)
    except NotNow as error:
        logger.warning("mail %s waits: %s", mail_id, error.reason)
        async with work.unit():
            await mails.note_failed(mail, error.reason)
    except Exception as error:
        logger.exception("mail %s could not be written", mail_id)
        async with work.unit():
            await mails.note_failed(mail, type(error).__name__)
    else:
        async with work.unit():
            await mails.note_sent(mail)


async def do(work: Work, due: Due) -> None:
    """Do a due row here and now. Log lines of it carry the job's key."""
    with logs.job(due.key):
        try:
            await JOBS[due.task](work, due)
        except BaseException:
            metrics.JOBS.labels(due.task.value, "broke off").inc()
            raise
        metrics.JOBS.labels(due.task.value, "done").inc()


JOBS: Mapping[Task, Callable[[Work, Due], Awaitable[object]]] = {
    Task.EXPAND: lambda work, due: expand(work, due.id),
    Task.SEND: lambda work, due: send(work, due.id, due.attempts),
    Task.SEND_SURVEYS: lambda work, _: send_surveys(work),
}
