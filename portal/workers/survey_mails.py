"""Mails of surveys: many of them at a time, over a few connections, outcomes noted together."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.domain.notices import mails, survey_batches
from portal.domain.notices.mails import MailToSend
from portal.rendering.bulk_mails import write_bulk_mail
from portal.workers.smtp_replies import NotNow, Refused
from portal.workers.work import Work

logger = logging.getLogger("portal.workers")

# A run ends soon: where Valkey is away, what is urgent waits for the round of jobs under way. While
# there is more, the next run begins before this one ends.
RUN_SECONDS = 4.0
BATCH = 40
AT_ONCE = 6
# A server that is slow: what it has not taken by then is given back, well within the lease.
BATCH_SECONDS = 15.0


@dataclass(slots=True)
class _Outcome:
    """What became of the mails of a batch."""

    left: list[MailToSend]
    sent: list[MailToSend] = field(default_factory=list)
    refused: list[tuple[MailToSend, str]] = field(default_factory=list)
    failed: list[tuple[MailToSend, str]] = field(default_factory=list)


async def send_surveys(work: Work) -> int:
    """Send what is due, a batch after the other, for a few seconds; returns how many were taken."""
    until = time.monotonic() + RUN_SECONDS
    total = 0
    while time.monotonic() < until:
        async with work.unit():
            batch = await survey_batches.claim_batch(BATCH)
        if not batch:
            break
        outcome = await _deliver(work, batch)
        async with work.unit():
            await _note(outcome)
        total += len(outcome.sent)
        if not outcome.sent:  # the server is away or slow: leave it alone a while
            break
    return total


async def _deliver(work: Work, batch: Sequence[MailToSend]) -> _Outcome:
    outcome = _Outcome(left=list(reversed(batch)))

    async def send_some() -> None:
        # While the server takes none at all, nobody begins another mail.
        while outcome.left and (outcome.sent or not outcome.failed):
            await _send(work, outcome.left.pop(), outcome)

    try:
        async with asyncio.timeout(BATCH_SECONDS), asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(send_some())
    except TimeoutError:
        logger.warning("the mail server is slow: %s mails wait", len(outcome.left))
    return outcome


async def _send(work: Work, mail: MailToSend, outcome: _Outcome) -> None:
    try:
        await work.transport.deliver(write_bulk_mail(mail, work.head))
    except Refused as error:
        outcome.refused.append((mail, error.reason))
    except NotNow as error:
        logger.warning("mail %s waits: %s", mail.id, error.reason)
        outcome.failed.append((mail, error.reason))
    except Exception as error:
        logger.exception("mail %s could not be written", mail.id)
        outcome.failed.append((mail, type(error).__name__))
    else:
        outcome.sent.append(mail)


async def _note(outcome: _Outcome) -> None:
    await survey_batches.note_batch_sent(outcome.sent)
    await survey_batches.give_back(outcome.left)
    for mail, reason in outcome.refused:
        await mails.note_bounced(mail, reason)
    for mail, reason in outcome.failed:
        await mails.note_failed(mail, reason)
