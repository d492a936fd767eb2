"""Surveys: a person of the portal is asked in it, too (rules S1, S2).

The mail with the link is one of its own, so the notice brings none. What was answered is worked on
rather than told: the opinion that a low score becomes tells of itself (rule S4).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import Side
from portal.domain.common.errors import NotFound
from portal.domain.notices.about import About
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.parts import Named
from portal.domain.notices.tellings import Telling, Told, when
from portal.domain.surveys.definition import read
from portal.domain.surveys.events import SurveyEvent
from portal.domain.surveys.states import InvitationStatus


async def about_survey(event: str, payload: Mapping[str, Any]) -> About:
    """What a person is asked. Raises `NotFound`. The payload says `is_open`: still to be answered.

    Nothing of it says what anybody answered.
    """
    row = await fetch_row(
        """SELECT i.public_id, i.account_id, i.person_id, i.status, i.locale, i.expires_at,
               v.definition::text AS definition, a.branch_id, a.name AS account
           FROM survey_invitation i JOIN account a ON a.id = i.account_id
           JOIN survey_version v ON v.id = i.survey_version_id
           WHERE i.id = $1""",
        payload["invitation_id"],
    )
    if row is None:
        raise NotFound
    return About(
        event=event,
        payload={**payload, "is_open": row["status"] == InvitationStatus.SENT},
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference="",
        thread="",
        words={
            "title": read(row["definition"]).title.in_language(row["locale"]),
            "account": row["account"],
            "answer_until": row["expires_at"].isoformat(),
        },
        branch_id=row["branch_id"],
        people={"invited": row["person_id"]},
        paths={Side.CUSTOMER: f"/surveys/{row['public_id']}", Side.STAFF: "/staff/surveys"},
        status=row["status"],
    )


async def _invited(about: About) -> Sequence[Named]:
    person = about.people["invited"]
    return [] if person is None else [Named(Reason.SURVEYED, person_id=person)]


TOLD_OF_SURVEYS: Mapping[str, Told] = {
    SurveyEvent.WAITS: Told(
        about_survey,
        (Telling(NoticeKind.SURVEY_WAITS, (_invited,), when("is_open"), by_mail=False),),
    ),
}
