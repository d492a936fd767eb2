"""What falls due without an event: each in its rhythm, in every worker, harmless if done twice."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from portal import logs, metrics
from portal.database import DatabaseAway
from portal.domain.common import form_keys, sweep_log
from portal.domain.common.files import sweeping
from portal.domain.common.words import N_
from portal.domain.complaints import reminding
from portal.domain.identity import sessions
from portal.domain.meetings.reminding import remind_of_meetings
from portal.domain.notices import digest, survey_mails, weekly_status
from portal.domain.orders import fulfilment_watch, promises, registrations, waiting
from portal.domain.quotes import expiry, presence
from portal.domain.service_levels import recomputing
from portal.domain.service_levels import sweep as service_levels
from portal.domain.surveys import closing, inviting
from portal.domain.visits import planning
from portal.domain.visits import reminding as visit_reminding
from portal.workers.figures import take_figures
from portal.workers.work import Work

logger = logging.getLogger("portal.workers")

MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Sweep:
    """`name` is a message id, for administrators. `run` returns how many things it dealt with."""

    name: str
    every_seconds: float
    run: Callable[[Work], Awaitable[int]]


def _in_rounds(sweep: Callable[[], Awaitable[int]]) -> Callable[[Work], Awaitable[int]]:
    """A sweep that deals with a limited number at once: a transaction each, until none is left."""

    async def run(work: Work) -> int:
        total = 0
        for _ in range(MOST_ROUNDS):
            async with work.unit():
                count = await sweep()
            total += count
            if not count:
                break
        return total

    return run


def _owing_surveys(owe: Callable[..., Awaitable[int]]) -> Callable[[Work], Awaitable[int]]:
    """As `_in_rounds`, for what writes mails: their ids end in the sender's domain."""

    async def run(work: Work) -> int:
        return await _in_rounds(partial(owe, mail_domain=work.head.domain))(work)

    return run


def _once(sweep: Callable[[], Awaitable[int]]) -> Callable[[Work], Awaitable[int]]:
    async def run(work: Work) -> int:
        async with work.unit():
            return await sweep()

    return run


SWEEPS = (
    Sweep(N_("due dates"), 10, _in_rounds(service_levels.stamp_due)),
    Sweep(N_("changed policy"), 5, _in_rounds(recomputing.recompute_due)),
    Sweep(N_("published holidays"), 21_600, _once(recomputing.ask_for_published_years)),
    Sweep(N_("expired quotes"), 30, _in_rounds(expiry.expire_due)),
    Sweep(N_("quotes about to expire"), 300, _in_rounds(expiry.remind_of_expiry)),
    Sweep(N_("digests"), 60, _once(digest.call_for_digests)),
    Sweep(N_("weekly status"), 60, _once(weekly_status.call_for_weekly_status)),
    Sweep(N_("waiting orders"), 60, _in_rounds(waiting.hand_out)),
    Sweep(N_("agreed parts"), 60, _once(promises.reconsider_agreed)),
    Sweep(N_("short lines"), 30, _in_rounds(fulfilment_watch.watch_short_lines)),
    Sweep(N_("unpaid orders"), 60, _in_rounds(fulfilment_watch.watch_unpaid)),
    Sweep(N_("registered projects"), 30, _in_rounds(registrations.watch_new_orders)),
    Sweep(N_("unconfirmed outcomes"), 60, _in_rounds(reminding.remind_unconfirmed)),
    Sweep(N_("surveys to send"), 5, _owing_surveys(survey_mails.owe_due)),
    Sweep(N_("surveys after events"), 60, _in_rounds(inviting.invite_after_events)),
    Sweep(N_("surveys that are over"), 300, _in_rounds(closing.expire_due)),
    Sweep(N_("campaigns that are over"), 300, _once(closing.close_over)),
    Sweep(N_("spent survey links"), 21_600, _once(closing.forget_spent_links)),
    Sweep(N_("reminders of surveys"), 60, _owing_surveys(survey_mails.owe_reminders)),
    Sweep(N_("planned visits"), 120, _in_rounds(planning.plan_by_rules)),
    Sweep(N_("visits on closed days"), 3600, _in_rounds(planning.leave_closed_days)),
    Sweep(N_("visits soon"), 60, _in_rounds(visit_reminding.remind_of_appointments)),
    Sweep(N_("meetings ahead"), 60, _once(remind_of_meetings)),
    Sweep(N_("figures"), 15, take_figures),
    Sweep(N_("presence"), 600, _once(presence.forget_gone)),
    Sweep(N_("ended sessions"), 600, _once(sessions.remove_ended)),
    Sweep(N_("form keys"), 3600, _once(form_keys.forget_old)),
    Sweep(N_("staged files"), 600, lambda work: sweeping.sweep_expired(work.storage)),
    Sweep(
        N_("quarantine"), 300, lambda work: sweeping.scan_quarantined(work.storage, work.scanner)
    ),
    Sweep(N_("orphaned bytes"), 21_600, lambda work: sweeping.remove_orphans(work.storage)),
)


async def sweep_for_ever(work: Work, sweep: Sweep) -> None:
    """Run a sweep in its rhythm until cancelled; what it cannot do now it does next time."""
    while True:
        with logs.job(f"sweep:{sweep.name}"):
            try:
                await _sweep_once(work, sweep)
            except DatabaseAway:
                logger.warning("%s: the database is away", sweep.name)
            except Exception as error:
                logger.exception("%s: broke off", sweep.name)
                await _note_broken(work, sweep, error)
        await asyncio.sleep(sweep.every_seconds)


async def _sweep_once(work: Work, sweep: Sweep) -> None:
    began = time.monotonic()
    count = await sweep.run(work)
    seconds = time.monotonic() - began
    metrics.SWEEP_SECONDS.labels(sweep.name).observe(seconds)
    if count:
        logger.info("%s: %s", sweep.name, count)
    async with work.unit():
        await sweep_log.note_run(sweep.name, seconds=seconds, dealt_with=count)


async def _note_broken(work: Work, sweep: Sweep, error: Exception) -> None:
    metrics.SWEEP_FAILURES.labels(sweep.name).inc()
    try:
        async with work.unit():
            await sweep_log.note_broken(sweep.name, type(error).__name__)
    except DatabaseAway:
        logger.warning("%s: that it broke off is not noted", sweep.name)
