"""When a notice is mailed: at once, after the quiet hours, in the digest, or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.common.actor import Side
from portal.domain.common.words import N_, Worded
from portal.domain.notices.choices import NoticeTopic, topic_of
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.recipients import Recipient
from portal.domain.policy.notice_figures import MAIL_HOURS, MAILS_AN_HOUR
from portal.domain.policy.values import Hours
from portal.domain.service_levels.business_calendar import BusinessCalendar

# What choices about mails are kept under.
EMAIL = "email"
NO_WAIT = timedelta(0)
_ZONE = "Asia/Shanghai"


class ByMail(Worded):
    """When a notice is mailed besides being told in the portal."""

    AT_ONCE = "at_once", N_("At once")
    DIGEST = "digest", N_("Once a day, together")
    NEVER = "never", N_("Not by mail")


@dataclass(frozen=True, slots=True)
class Timing:
    """`wait` is real time, until the quiet hours are over; it counts for what is mailed at once."""

    by_mail: ByMail
    wait: timedelta = NO_WAIT


async def timing_of(kind: NoticeKind, recipient: Recipient, *, urgent: bool) -> Timing:
    """When this notice is mailed to this person. What is urgent always is, and at once.

    Outside the mail hours customers' mails wait (rule V7); a flood becomes a digest.
    """
    if urgent or kind.is_urgent:
        return Timing(ByMail.AT_ONCE)
    row = await fetch_row(
        """SELECT p.timezone,
               (SELECT c.way FROM notice_choice c
                WHERE c.person_id = p.id AND c.channel = $3 AND c.topic = $2) AS by_mail,
               (SELECT count(*) FROM mail m WHERE m.person_id = p.id AND m.template = 'notice'
                  AND m.created_at > now() - interval '1 hour') AS lately
           FROM person p WHERE p.id = $1""",
        recipient.person_id,
        topic_of(kind).value,
        EMAIL,
    )
    if row is None or row["by_mail"] == ByMail.NEVER:
        return Timing(ByMail.NEVER)
    most = (await policy.figure(MAILS_AN_HOUR)).value
    if row["by_mail"] == ByMail.DIGEST or row["lately"] >= most:
        return Timing(ByMail.DIGEST)
    return Timing(ByMail.AT_ONCE, await quiet_for(recipient.side, row["timezone"]))


async def quiet_for(side: Side, timezone: str) -> timedelta:
    """How long somebody in this zone is not to be mailed now; our own people always may be."""
    if side is Side.STAFF:
        return NO_WAIT
    hours = (await policy.figure(MAIL_HOURS)).value
    return until_open(await database_now(), hours, timezone or _ZONE)


def until_open(now: datetime, hours: Hours, timezone: str) -> timedelta:
    """The time from `now` (aware) until the hours of a day are open in that zone."""
    calendar = BusinessCalendar(timezone, dict.fromkeys(range(7), hours))
    return calendar.add(now, NO_WAIT) - now


async def wants_status(person_id: int) -> bool:
    """Whether a person gets the weekly status (rule M3)."""
    row = await fetch_row(
        "SELECT way FROM notice_choice WHERE person_id = $1 AND channel = $2 AND topic = $3",
        person_id,
        EMAIL,
        NoticeTopic.STATUS.value,
    )
    return row is None or row["way"] != ByMail.NEVER
