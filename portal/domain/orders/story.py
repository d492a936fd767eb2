"""The timeline of an order in words."""

from collections.abc import Mapping
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Worded


class OrderHappening(Worded):
    """What can happen to an order. The value is the verb of the activity row."""

    PLACED = "orders.placed", N_("Order placed by accepting revision %(revision)s of %(request)s")


_VERBS = frozenset(OrderHappening)


def entry_words(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """Message id and parameters of a timeline entry; an unknown verb says itself."""
    if entry.verb not in _VERBS:
        return entry.verb, {}
    return OrderHappening(entry.verb).label, entry.after
