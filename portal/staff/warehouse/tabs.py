"""What stands above every list of the warehouse: where work waits, and the cut-off of the day."""

from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.cut_off import cut_off_today
from portal.domain.orders.warehouse_list import WarehouseCounts, warehouse_counts
from portal.staff.quotes import shown_count
from portal.web.answers import Answer
from portal.web.viewer import Viewer

PATH = "/staff/warehouse"


async def tabs_of(current: str, viewer: Viewer, answer: Answer) -> dict[str, Any]:
    """The tabs with their counts, and until when what is released still ships today (O2, O9)."""
    counts = await warehouse_counts(by=viewer.actor)
    branch_id = viewer.actor.branch_id
    return {
        "section": "warehouse",
        "tabs": [
            {
                "label": answer.translated(label),
                "url": url,
                "count": shown_count(count),
                "current": name == current,
            }
            for name, label, url, count in _tabs(counts, viewer)
        ],
        "unseen": counts.unseen,
        "cut_off": await cut_off_today(branch_id) if branch_id else None,
    }


def _tabs(counts: WarehouseCounts, viewer: Viewer) -> list[tuple[str, str, str, int]]:
    short = ("short", N_("Short lines"), f"{PATH}/short", counts.short)
    if not viewer.actor.may(Permission.WORK_IN_WAREHOUSE):
        return [short]
    return [
        ("prepare", N_("To prepare"), PATH, counts.to_prepare),
        ("packing", N_("Being packed"), f"{PATH}/packing", counts.packing),
        ("way", N_("On the way"), f"{PATH}/on-the-way", counts.on_the_way),
        short,
        ("held", N_("On hold"), f"{PATH}/held", counts.held),
    ]
