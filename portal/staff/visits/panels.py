"""The forms of a visit's page: what each is called and who may open it now.

The value is its address: `?do=proposal`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal.domain.common.words import N_, Worded
from portal.domain.visits.page_view import VisitPage
from portal.domain.visits.states import VisitKind, VisitStatus

_S = VisitStatus


class Panel(Worded):
    """A form that can stand open on the page."""

    PROPOSAL = "proposal", N_("Propose a time")
    PHONE_AGREEMENT = "phone-agreement", N_("Note what was agreed by phone")
    AGREEMENT = "agreement", N_("Agree to their time")
    MOVE = "move", N_("Move the appointment")
    GOAL = "goal", N_("Set the goal")
    ITEM = "item", N_("Add to the preparation")
    PERSON = "person", N_("Add somebody who takes part")
    OWNER = "owner", N_("Give it to a colleague")
    CANCELLATION = "cancellation", N_("Cancel the visit")


# Opened from the section of the page that they change.
IN_PLACE = frozenset({Panel.GOAL, Panel.ITEM, Panel.PERSON})


def offered_panels(visit: VisitPage) -> Sequence[Panel]:
    """The forms that this viewer can open now, in the order of their links."""
    offers: Mapping[Panel, bool] = {
        Panel.AGREEMENT: visit.can_agree_to_other,
        Panel.PROPOSAL: visit.can_propose,
        Panel.PHONE_AGREEMENT: visit.can_agree_by_phone,
        Panel.MOVE: visit.can_move,
        Panel.GOAL: visit.can_work,
        Panel.ITEM: visit.can_work,
        Panel.PERSON: visit.can_work,
        Panel.OWNER: visit.can_work,
        Panel.CANCELLATION: visit.can_cancel,
    }
    return [panel for panel, is_offered in offers.items() if is_offered]


def next_panel(visit: VisitPage, offers: Sequence[Panel]) -> Panel | None:
    """The one form that takes it further now; a callback needs no appointment (rule V7)."""
    if visit.kind is VisitKind.CALLBACK and visit.status is _S.PLANNED:
        return None
    wanted = {_S.PLANNED: Panel.PROPOSAL, _S.COUNTERED: Panel.AGREEMENT}.get(visit.status)
    return wanted if wanted in offers else None


def is_record_next(visit: VisitPage) -> bool:
    """Whether the record is what comes next: the day on which it was to take place has come."""
    starts_at: datetime | None = visit.record.starts_at
    if not visit.can_record or visit.status is _S.COUNTERED:
        return False
    today = visit.account.day_of(visit.now)
    if starts_at is not None:
        return visit.account.day_of(starts_at) <= today
    return visit.kind is VisitKind.CALLBACK and bool(visit.record.due_on <= today)
