"""What somebody owes on a clock beside requests, orders and complaints, for the first page of
their day."""

from typing import Any

from portal.domain.service_levels.owed import owed_by
from portal.domain.service_levels.promise import TargetKind
from portal.web.viewer import Viewer

_MOST = 8
_STEPS = (TargetKind.CORRECTIVE_STEP, TargetKind.EFFECTIVENESS_CHECK)
# What else has a clock, and where it is done. A closed complaint still owes the contact that asks
# how it went (rule C11), an order the date for what is short of stock (rule O15).
_OTHERS = {
    TargetKind.SHORT_LINES: "/staff/orders",
    TargetKind.FOLLOW_UP: "/staff/complaints",
    TargetKind.VISIT: "/staff/visits",
    TargetKind.CALLBACK: "/staff/visits",
    TargetKind.OPINION: "/staff/opinions",
    TargetKind.MEETING_NOTICE: "/staff/meetings",
    TargetKind.CONTACT_REPORT: "/staff/contact-reports",
    TargetKind.ACTION_ITEM: "/staff/contact-reports",
}


async def owed_work(viewer: Viewer) -> dict[str, Any]:
    """New customers to contact (rule A7), steps and checks of corrective actions (rule C9), and
    what else this viewer owes: visits, calls, reports, answers, dates, each due first."""
    kinds = (TargetKind.FIRST_CONTACT, *_STEPS, *_OTHERS)
    owed = await owed_by(viewer.actor, kinds, limit=_MOST)
    others = [each for each in owed if each.kind in _OTHERS]
    return {
        "owed_contacts": [each for each in owed if each.kind is TargetKind.FIRST_CONTACT],
        "owed_steps": [each for each in owed if each.kind in _STEPS][:_MOST],
        "owed_others": others[:_MOST],
        "places_of_others": _OTHERS,
        "has_more_others": len(others) >= _MOST,
    }
