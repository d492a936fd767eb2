"""How far a campaign has come (rule S1)."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import fetch_row
from portal.domain.common.actor import Actor
from portal.domain.surveys.listing import require_reader
from portal.domain.surveys.tables import Campaign

_PROGRESS = """
    count(*) AS people,
    count(*) FILTER (WHERE i.status = 'waiting') AS waiting,
    count(*) FILTER (WHERE i.sent_at IS NOT NULL) AS sent,
    count(*) FILTER (WHERE i.status = 'answered') AS answered,
    count(*) FILTER (WHERE i.status = 'expired') AS expired,
    count(*) FILTER (WHERE i.status = 'stopped') AS stopped,
    count(*) FILTER (WHERE i.reminders > 0) AS reminded,
    min(i.send_at) FILTER (WHERE i.status = 'waiting') AS next_at,
    max(i.sent_at) AS last_at"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come, in people. `next_at` is when the next one is asked (UTC)."""

    people: int = 0
    waiting: int = 0
    sent: int = 0
    answered: int = 0
    expired: int = 0
    stopped: int = 0
    reminded: int = 0
    undelivered: int = 0
    next_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def answered_percent(self) -> int:
        """Of those who were sent it, how many answered, in whole percent."""
        return round(100 * self.answered / self.sent) if self.sent else 0


async def progress_of(campaign: Campaign, *, by: Actor) -> Progress:
    """How far it has come. Raises `NotAllowed`."""
    require_reader(by)
    row = await fetch_row(
        f"""SELECT {_PROGRESS},
                (SELECT count(DISTINCT u.id) FROM survey_invitation u
                 JOIN mail m ON (m.words ->> 'invitation_id')::bigint = u.id
                 WHERE u.campaign_id = $1 AND m.template = 'survey'
                   AND m.status IN ('bounced', 'given_up')) AS undelivered
            FROM survey_invitation i WHERE i.campaign_id = $1""",  # noqa: S608 - a constant
        campaign.id,
    )
    return Progress(**dict(row)) if row else Progress()
