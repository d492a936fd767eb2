"""What follows an answer, done by a worker at once (rules S4, V4)."""

from portal.database import fetch_value
from portal.domain.surveys import low_scores
from portal.domain.visits import inquiry
from portal.domain.visits.tables import Visit


async def work_on(response_id: int) -> None:
    """Follow up a low score (rule S4); note that the feedback form of a visit came back (V4).

    Doing it twice changes nothing. Raises `NotFound`.
    """
    await low_scores.follow_up(response_id)
    visit_id = await fetch_value(
        """SELECT i.visit_id FROM survey_response r
           JOIN survey_invitation i ON i.id = r.invitation_id
           JOIN survey_version v ON v.id = r.survey_version_id JOIN survey s ON s.id = v.survey_id
           WHERE r.id = $1 AND s.occasion = 'inquiry'""",
        response_id,
    )
    visit = await Visit.objects().where(Visit.id == visit_id).first() if visit_id else None
    if visit is not None:
        await inquiry.returned(visit)
