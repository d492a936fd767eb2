"""What somebody owes on a clock beside requests, orders and complaints, for the first page of
their day."""

from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.service_levels.owed import owed_by
from portal.domain.service_levels.promise import TargetKind
from portal.web.viewer import Viewer

_MOST = 8
_STEPS = (TargetKind.CORRECTIVE_STEP, TargetKind.EFFECTIVENESS_CHECK)
# Visits and calls to make, opinions to answer, reports to write, actions agreed: where to do it.
_RELATIONS = {
    TargetKind.VISIT: "/staff/visits",
    TargetKind.CALLBACK: "/staff/visits",
    TargetKind.OPINION: "/staff/opinions",
    TargetKind.MEETING_NOTICE: "/staff/meetings",
    TargetKind.CONTACT_REPORT: "/staff/contact-reports",
    TargetKind.ACTION_ITEM: "/staff/contact-reports",
}


async def owed_work(viewer: Viewer) -> dict[str, Any]:
    """New customers to contact (rule A7), steps and checks of corrective actions (rule C9), and
    what visits, meetings, reports and opinions ask of this viewer, each due first."""
    kinds = [TargetKind.FIRST_CONTACT, *_STEPS]
    if viewer.actor.may(Permission.READ_VISITS):
        kinds += _RELATIONS
    owed = await owed_by(viewer.actor, kinds, limit=_MOST)
    relations = [each for each in owed if each.kind in _RELATIONS]
    return {
        "owed_contacts": [each for each in owed if each.kind is TargetKind.FIRST_CONTACT],
        "owed_steps": [each for each in owed if each.kind in _STEPS][:_MOST],
        "owed_relations": relations[:_MOST],
        "relation_places": _RELATIONS,
        "has_more_relations": len(relations) >= _MOST,
    }
