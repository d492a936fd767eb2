"""What a list of complaints can be narrowed to, as addresses and saved views name it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.complaints.states import ComplaintStatus

_S = ComplaintStatus
OPEN = frozenset(status for status in _S if status.is_open)


class StatusGroup(StrEnum):
    """What the filter offers besides single states."""

    OPEN = "open"
    FOR_US = "for_us"  # we have to do something
    WITH_CUSTOMER = "with_customer"  # an outcome has been told, or something was asked
    WITH_CAPA = "with_capa"  # a corrective action holds it (rule C9)
    TO_FOLLOW_UP = "to_follow_up"  # closed; nobody has asked yet how it went (rule C11)
    CLOSED = "closed"


class OwnerFilter(StrEnum):
    """Whose: mine and offered to me, what I and my line own, or all that I may see.

    `ME` includes colleagues I stand in for today.
    """

    ME = "me"
    TEAM = "team"
    ALL = "all"


class Sort(StrEnum):
    DUE = "due"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class ComplaintFilter:
    """What a list is narrowed to. `status` is a `ComplaintStatus` or a `StatusGroup` value, or
    empty for any.

    `late`: something is owed and overdue. `text` searches reference, goods, batch, customer and who
    said it. What is unknown is treated as not given, so that old links keep working.
    """

    owner: str = OwnerFilter.ALL
    status: str = ""
    kind: str = ""
    category: str = ""
    severity: str = ""
    late: bool = False
    account_id: int | None = None
    order_id: int | None = None
    branch_id: int | None = None
    department_id: int | None = None
    text: str = ""
    sort: str = Sort.DUE
    after: str = ""
    before: str = ""
    size: int = 50


GROUPS: dict[str, Collection[ComplaintStatus]] = {
    StatusGroup.OPEN: OPEN,
    StatusGroup.FOR_US: (_S.RECEIVED, _S.JUDGED, _S.INVESTIGATED, _S.PROPOSED, _S.CHOSEN),
    StatusGroup.WITH_CUSTOMER: OPEN,
    StatusGroup.WITH_CAPA: OPEN,
    StatusGroup.TO_FOLLOW_UP: (_S.CLOSED,),
    StatusGroup.CLOSED: (_S.CLOSED, _S.WITHDRAWN),
}


def statuses_of(status: str) -> list[ComplaintStatus]:
    """The states that a filter's value stands for, in their order; empty for any."""
    if status in GROUPS:
        return [each for each in ComplaintStatus if each in GROUPS[status]]
    return [ComplaintStatus(status)] if status in set(ComplaintStatus) else []
