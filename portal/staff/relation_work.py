"""What visits, opinions, meetings and reports ask of somebody, for the first page of their day."""

from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.service_levels.owed import owed_by
from portal.domain.service_levels.promise import TargetKind
from portal.web.viewer import Viewer

_MOST = 10
_KINDS = (
    TargetKind.VISIT,
    TargetKind.CALLBACK,
    TargetKind.OPINION,
    TargetKind.MEETING_NOTICE,
    TargetKind.CONTACT_REPORT,
    TargetKind.ACTION_ITEM,
)
# Where each is done.
PLACES = {
    TargetKind.VISIT: "/staff/visits",
    TargetKind.CALLBACK: "/staff/visits",
    TargetKind.OPINION: "/staff/opinions",
    TargetKind.MEETING_NOTICE: "/staff/meetings",
    TargetKind.CONTACT_REPORT: "/staff/contact-reports",
    TargetKind.ACTION_ITEM: "/staff/contact-reports",
}


async def relation_work(viewer: Viewer) -> dict[str, Any]:
    """Visits and calls to make, opinions to answer, reports to write, actions agreed: due first."""
    if not viewer.actor.may(Permission.READ_VISITS):
        return {"owed_relations": (), "relation_places": PLACES, "has_more_relations": False}
    owed = await owed_by(viewer.actor, _KINDS, limit=_MOST)
    return {
        "owed_relations": owed,
        "relation_places": PLACES,
        "has_more_relations": len(owed) == _MOST,
    }
