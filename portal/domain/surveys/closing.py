"""What is over: links whose time has passed, campaigns with nobody left to wait for (rule S1)."""

from portal.database import database_now, fetch
from portal.domain.common.activity import record
from portal.domain.common.actor import SYSTEM, Audience
from portal.domain.surveys.states import CampaignStatus
from portal.domain.surveys.story import SurveyHappening
from portal.domain.surveys.tables import Campaign

MOST_AT_ONCE = 1000


async def expire_due(limit: int = MOST_AT_ONCE) -> int:
    """Close invitations whose time has passed; returns how many. For the worker."""
    rows = await fetch(
        """UPDATE survey_invitation i SET status = 'expired', remind_at = NULL,
               version = version + 1
           FROM (SELECT id FROM survey_invitation
                 WHERE status IN ('waiting', 'sent') AND expires_at <= $1
                 ORDER BY expires_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) due
           WHERE i.id = due.id RETURNING i.id""",
        await database_now(),
        limit,
    )
    return len(rows)


async def close_over() -> int:
    """End campaigns that have nobody to send to or wait for any more; returns how many."""
    now = await database_now()
    found = await (
        Campaign.objects()
        .where(
            Campaign.status.is_in([CampaignStatus.RUNNING.value, CampaignStatus.PAUSED.value])
            & (Campaign.closes_on < now.date())
        )
        .order_by(Campaign.id)
        .lock_rows("NO KEY UPDATE", skip_locked=True)
    )
    ended = 0
    for campaign in found:
        if await _has_open(campaign):
            continue
        await campaign.change(status=CampaignStatus.ENDED.value, ended_at=now, updated_at=now)
        await record(
            campaign.subject,
            SurveyHappening.CAMPAIGN_CLOSED,
            by=SYSTEM,
            visible_to=Audience.INTERNAL,
        )
        ended += 1
    return ended


async def forget_spent_links() -> int:
    """Remove links of what was over long ago; returns how many. For the worker."""
    rows = await fetch(
        """DELETE FROM survey_link l USING survey_invitation i
           WHERE i.id = l.invitation_id AND i.status NOT IN ('waiting', 'sent')
             AND i.expires_at < business_now() - interval '90 days'
           RETURNING l.invitation_id"""
    )
    return len(rows)


async def _has_open(campaign: Campaign) -> bool:
    rows = await fetch(
        """SELECT 1 FROM survey_invitation
           WHERE campaign_id = $1 AND status IN ('waiting', 'sent') LIMIT 1""",
        campaign.id,
    )
    return bool(rows)
