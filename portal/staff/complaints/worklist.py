"""What complaints ask of somebody, for the first page of their day."""

from dataclasses import replace
from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.complaints.approvals import waiting_for
from portal.domain.complaints.choosing import waits_for_choice_of_deputy
from portal.domain.complaints.listing import ComplaintFilter, OwnerFilter, StatusGroup, complaints
from portal.web.viewer import Viewer

MOST = 8
_MINE = ComplaintFilter(owner=OwnerFilter.ME, status=StatusGroup.OPEN, size=MOST)
_TEAMS = replace(_MINE, owner=OwnerFilter.TEAM, status=StatusGroup.FOR_US)


async def complaint_work(viewer: Viewer) -> dict[str, Any]:
    """Complaints that are this viewer's, due first, what waits for their approval or for their
    choice, and their team's for who supervises (rules C7, C8, C10, C14)."""
    by = viewer.actor
    if not by.may(Permission.READ_COMPLAINTS):
        return {"complaint_rows": (), "team_complaints": (), "approvals": (), "choices": ()}
    mine = (await complaints(_MINE, by=by)).rows
    own = {row.id for row in mine}
    supervises = by.may(Permission.SUPERVISE_COMPLAINTS)
    team = (await complaints(_TEAMS, by=by)).rows if supervises else ()
    return {
        "complaint_rows": mine,
        "team_complaints": [row for row in team if row.id not in own],
        "approvals": await waiting_for(by),
        "choices": await waits_for_choice_of_deputy(by),
    }
