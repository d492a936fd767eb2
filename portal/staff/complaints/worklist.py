"""What complaints ask of somebody, for the first page of their day."""

from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.complaints.approvals import waiting_for
from portal.domain.complaints.listing import ComplaintFilter, OwnerFilter, StatusGroup, complaints
from portal.web.viewer import Viewer

MOST = 8
_MINE = ComplaintFilter(owner=OwnerFilter.ME, status=StatusGroup.OPEN, size=MOST)


async def complaint_work(viewer: Viewer) -> dict[str, Any]:
    """Complaints that are this viewer's, due first, and what waits for their approval (C7, C14)."""
    if not viewer.actor.may(Permission.READ_COMPLAINTS):
        return {"complaint_rows": (), "approvals": ()}
    return {
        "complaint_rows": (await complaints(_MINE, by=viewer.actor)).rows,
        "approvals": await waiting_for(viewer.actor),
    }
