"""Surveys that fall due become mails that are owed, many in one statement (rules S1, S2, V7).

An invitation and its mail are written together: a worker that dies leaves both or neither. The
link's token is not here: it is made when the mail is written (`survey_batches`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import current_unit, database_now, execute, fetch, fetch_value
from portal.domain import policy
from portal.domain.common.actor import Side
from portal.domain.common.outbox import Queue
from portal.domain.common.words import N_
from portal.domain.notices.mail_timing import quiet_for
from portal.domain.policy.survey_figures import REMIND_AFTER, REMINDERS, REST_BETWEEN
from portal.domain.surveys.audience import LAST_ASKED
from portal.domain.surveys.events import SurveyEvent
from portal.domain.surveys.states import Occasion

AT_ONCE = 500
TEMPLATE = "survey"

LEFT_THE_FILE = N_("no longer in the account's file")
ASKED_LATELY = N_("was sent another survey lately")
# Two that give out at once could each miss what the other has just sent to somebody.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('survey.dispatch', 0))"

# Of a complaint that was reopened nobody is asked how it went before it is closed again.
_DUE = f"""
    SELECT i.id, i.campaign_id, i.send_at, i.expires_at, i.person_id, k.email, a.timezone,
        k.archived_at IS NOT NULL OR k.email = '' OR a.archived_at IS NOT NULL AS has_left,
        s.occasion, {LAST_ASKED.format(email="k.email")} AS last_asked
    FROM survey_invitation i
    JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
    JOIN contact k ON k.id = i.contact_id JOIN account a ON a.id = i.account_id
    LEFT JOIN survey_campaign c ON c.id = i.campaign_id
    LEFT JOIN complaint p ON p.id = i.complaint_id
    WHERE i.status = 'waiting' AND i.send_at <= $1 AND i.expires_at > $1
      AND (c.id IS NULL OR c.status = 'running')
      AND (p.id IS NULL OR p.closed_at IS NOT NULL)
    ORDER BY i.send_at, i.id LIMIT $2 FOR UPDATE OF i SKIP LOCKED"""  # noqa: S608 - constants

_SENT = """
    UPDATE survey_invitation i SET status = 'sent', sent_at = $2, remind_at = $3,
        email = each.email, version = version + 1
    FROM unnest($1::bigint[], $4::text[]) AS each (id, email) WHERE i.id = each.id"""
_REMINDED = """
    UPDATE survey_invitation i SET reminders = reminders + 1, version = version + 1,
        remind_at = CASE WHEN reminders + 1 < $3 THEN $2::timestamptz END
    WHERE id = ANY ($1::bigint[])"""

# What waited in a back-up may have been mailed by the original: it is held for a person.
_MAILS = """
    INSERT INTO mail (outbox_id, contact_id, name, account_id, template, queue, address, locale,
        words, message_id, next_attempt_at, status)
    SELECT $2, i.contact_id, i.name, i.account_id, 'survey', 'bulk', i.email, i.locale,
        jsonb_build_object('invitation_id', i.id, 'title', v.definition -> 'title' ->> i.locale,
            'intro', v.definition -> 'intro' ->> i.locale, 'expires_at', i.expires_at,
            'is_anonymous', s.is_anonymous, 'is_reminder', i.reminders > 0,
            'has_access', i.person_id IS NOT NULL),
        format('<survey.%s.%s.%s@%s>', i.id, i.reminders, i.public_id, $3::text),
        now() + each.wait,
        CASE WHEN each.due_at < (SELECT restored_at FROM installation) THEN 'held'
            ELSE 'waiting' END
    FROM unnest($1::bigint[], $4::interval[], $5::timestamptz[]) AS each (id, wait, due_at)
    JOIN survey_invitation i ON i.id = each.id
    JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
    ORDER BY i.send_at, i.id"""


@dataclass(frozen=True, slots=True)
class _Due:
    """An invitation whose moment has come."""

    id: int
    campaign_id: int | None
    send_at: datetime
    expires_at: datetime
    person_id: int | None
    email: str
    timezone: str
    has_left: bool
    occasion: str
    last_asked: datetime | None


async def owe_due(*, mail_domain: str, limit: int = AT_ONCE) -> int:
    """Owe mails for the invitations that are due; returns how many were dealt with.

    Nobody is sent two within the rest between surveys: a campaign asks them later if it still can,
    otherwise they are not asked. `mail_domain` goes into the ids of the mails.
    """
    await execute(_ONE_AT_A_TIME)
    now = await database_now()
    due = [_Due(**row) for row in await fetch(_DUE, now, limit)]
    if not due:
        return 0
    rest = timedelta(days=(await policy.figure(REST_BETWEEN)).value)
    await _stop([each.id for each in due if each.has_left], LEFT_THE_FILE)
    asked, resting = _sorted_out([each for each in due if not each.has_left], now - rest)
    await _wait_or_stop(resting, rest, now)
    if asked:
        remind_at = await _first_reminder(now)
        ids = [each.id for each in asked]
        await execute(_SENT, ids, now, remind_at, [each.email for each in asked])
        zones, moments = [each.timezone for each in asked], [each.send_at for each in asked]
        await _owe(ids, zones, moments, mail_domain)
        await _tell_in_the_portal([each.id for each in asked if each.person_id is not None])
    return len(due)


async def owe_reminders(*, mail_domain: str, limit: int = AT_ONCE) -> int:
    """Owe reminders to who has not answered; returns how many."""
    now = await database_now()
    most = (await policy.figure(REMINDERS)).value
    rows = await fetch(
        """SELECT i.id, i.email, i.remind_at, a.timezone FROM survey_invitation i
           JOIN account a ON a.id = i.account_id
           LEFT JOIN survey_campaign c ON c.id = i.campaign_id
           WHERE i.status = 'sent' AND i.remind_at <= $1 AND i.expires_at > $1
             AND (c.id IS NULL OR c.status = 'running')
           ORDER BY i.remind_at, i.id LIMIT $2 FOR UPDATE OF i SKIP LOCKED""",
        now,
        limit,
    )
    # One mail an address at once: the next round has the others.
    chosen = list({row["email"]: row for row in reversed(rows)}.values())
    if not chosen:
        return 0
    ids = [row["id"] for row in chosen]
    again = now + timedelta(days=(await policy.figure(REMIND_AFTER)).value)
    await execute(_REMINDED, ids, again, most)
    zones, moments = [row["timezone"] for row in chosen], [row["remind_at"] for row in chosen]
    await _owe(ids, zones, moments, mail_domain)
    return len(ids)


def _sorted_out(due: Sequence[_Due], asked_before: datetime) -> tuple[list[_Due], list[_Due]]:
    """Who is sent theirs now, and who rests after a survey since `asked_before`.

    One mail an address at once: a feedback form besides a survey comes with the next round.
    """
    asked: dict[str, _Due] = {}
    resting = []
    for each in due:
        is_form = each.occasion == Occasion.INQUIRY  # part of a talk, no survey that wants a rest
        rests = each.last_asked is not None and each.last_asked > asked_before
        if not is_form and (rests or _is_survey(asked.get(each.email))):
            resting.append(each)
        else:
            asked.setdefault(each.email, each)
    return list(asked.values()), resting


def _is_survey(due: _Due | None) -> bool:
    return due is not None and due.occasion != Occasion.INQUIRY


async def _wait_or_stop(resting: Sequence[_Due], rest: timedelta, now: datetime) -> None:
    """Those who rest: asked once the rest is over, or not at all where that is too late."""
    later = {each.id: (each.last_asked or now) + rest for each in resting}
    late = [
        each.id for each in resting if not each.campaign_id or later[each.id] >= each.expires_at
    ]
    await _stop(late, ASKED_LATELY)
    waiting = [each.id for each in resting if each.id not in set(late)]
    if waiting:
        await execute(
            """UPDATE survey_invitation i SET send_at = each.later, version = version + 1
               FROM unnest($1::bigint[], $2::timestamptz[]) AS each (id, later)
               WHERE i.id = each.id""",
            waiting,
            [later[number] for number in waiting],
        )


async def _stop(ids: Sequence[int], because: str) -> None:
    if ids:
        await execute(
            """UPDATE survey_invitation SET status = 'stopped', stopped_because = $2,
                   version = version + 1
               WHERE id = ANY ($1::bigint[])""",
            ids,
            because,
        )


async def _first_reminder(now: datetime) -> datetime | None:
    if not (await policy.figure(REMINDERS)).value:
        return None
    return now + timedelta(days=(await policy.figure(REMIND_AFTER)).value)


async def _owe(
    ids: Sequence[int], timezones: Sequence[str], due_at: Sequence[datetime], mail_domain: str
) -> None:
    """Write the mails; outside the hours for mails at the customer's place they wait (rule V7)."""
    quiet = {zone: await quiet_for(Side.CUSTOMER, zone) for zone in set(timezones)}
    event = await fetch_value(
        """INSERT INTO outbox (kind, queue, payload, done_at)
           VALUES ($1, $2, $3::jsonb, now()) RETURNING id""",
        SurveyEvent.DISPATCHED.value,
        Queue.BULK.value,
        json.dumps({"mails": len(ids)}),
    )
    await execute(_MAILS, ids, event, mail_domain, [quiet[zone] for zone in timezones], due_at)
    current_unit().outbox_written = True


async def _tell_in_the_portal(ids: Sequence[int]) -> None:
    """Who has a way into the portal finds it there, too."""
    if ids:
        await execute(
            """INSERT INTO outbox (kind, queue, account_id, payload, dedupe_key)
               SELECT $2, $3, i.account_id,
                   jsonb_build_object('invitation_id', i.id, 'reference', '', 'actor_id', NULL),
                   format('survey.waits:%s', i.id)
               FROM survey_invitation i WHERE i.id = ANY ($1::bigint[])
               ON CONFLICT (dedupe_key) DO NOTHING""",
            ids,
            SurveyEvent.WAITS.value,
            Queue.BULK.value,
        )
