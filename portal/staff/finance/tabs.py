"""What stands above the lists of finance: where money waits."""

from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.finance_list import FinanceCounts, finance_counts
from portal.staff.quotes import shown_count
from portal.web.answers import Answer
from portal.web.viewer import Viewer

PATH = "/staff/finance"
CREDIT = f"{PATH}/credit"
REFUNDS = f"{PATH}/to-give-back"


async def tabs_of(current: str, viewer: Viewer, answer: Answer) -> dict[str, Any]:
    """The tabs with their counts, as far as this viewer works there."""
    counts = await finance_counts(by=viewer.actor)
    return {
        "section": "finance",
        "tabs": [
            {
                "label": answer.translated(label),
                "url": url,
                "count": shown_count(count),
                "current": name == current,
            }
            for name, label, url, count in _tabs(counts, viewer)
        ],
    }


def _tabs(counts: FinanceCounts, viewer: Viewer) -> list[tuple[str, str, str, int]]:
    credit = ("credit", N_("Credit limits asked for"), CREDIT, counts.credit)
    if not viewer.actor.may(Permission.RECORD_PAYMENTS):
        return [credit]
    return [
        ("waiting", N_("Waiting for payment"), PATH, counts.waiting),
        ("to_invoice", N_("To be invoiced"), f"{PATH}/to-invoice", counts.to_invoice),
        ("to_settle", N_("To be paid"), f"{PATH}/to-settle", counts.to_settle),
        ("to_give_back", N_("To be given back"), REFUNDS, counts.to_give_back),
        credit,
    ]
