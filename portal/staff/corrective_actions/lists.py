"""The queue of corrective actions, due first, and the complaints that wait for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.corrective_actions.access import may_verify
from portal.domain.corrective_actions.listing import (
    ActionFilter,
    ActionGroup,
    ActionListing,
    actions,
)
from portal.domain.corrective_actions.owed import action_counts, demanding
from portal.domain.corrective_actions.states import CorrectiveActionStatus
from portal.domain.corrective_actions.tables import SUBJECT_KIND
from portal.domain.organisation.departments import departments
from portal.staff.corrective_actions.page import PATH
from portal.staff.queue_page import ANY, Query, Queue, QueuePage, in_words, whole
from portal.web.answers import Answer
from portal.web.viewer import Viewer

PAGE = "corrective-actions"
_GROUPS = {
    ActionGroup.OPEN: N_("Under way"),
    ActionGroup.TO_VERIFY: N_("To be verified"),
    ActionGroup.CLOSED: N_("Verified or cancelled"),
    ANY: N_("Any"),
}
_SINGLE = [state for state in CorrectiveActionStatus if state is not CorrectiveActionStatus.CHECKED]


def wanted_of(query: Query) -> ActionFilter:
    """The filters of an address; what is unknown counts as not given."""
    status = str(query.get("status") or ActionGroup.OPEN)
    return ActionFilter(
        status="" if status == ANY else status,
        mine=bool(query.get("mine")),
        late=bool(query.get("late")),
        department_id=whole(query.get("department")),
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


async def _listing(query: Query, viewer: Viewer) -> ActionListing:
    return await actions(wanted_of(query), by=viewer.actor)


async def rail_of(viewer: Viewer) -> Sequence[Queue]:
    """What of corrective actions waits for this viewer, for the rail."""
    counts = await action_counts(by=viewer.actor)
    queues = [Queue("mine", N_("Mine"), counts.owed, f"{PATH}?mine=yes")]
    if await may_verify(viewer.actor):
        to_verify = f"{PATH}?status={ActionGroup.TO_VERIFY}"
        queues.append(Queue("to_verify", N_("To be verified"), counts.to_verify, to_verify))
    if viewer.actor.may(Permission.WORK_ON_CORRECTIVE_ACTIONS):
        queues.append(
            Queue("demanded", N_("To be opened"), counts.demanded, f"{PATH}/new#complaints")
        )
    return queues


async def _choices(viewer: Viewer, answer: Answer) -> Mapping[str, Any]:
    singles = {state.value: state.label for state in _SINGLE}
    return {
        "statuses": [*in_words(_GROUPS, answer), *in_words(singles, answer)],
        "departments": [(each.id, each.name) for each in await departments()],
        "demanding": await demanding(by=viewer.actor, limit=20),
    }


QUEUE = QueuePage(
    path=PATH,
    page=PAGE,
    title=N_("Corrective actions"),
    everything=N_("All under way"),
    template="staff/corrective_actions/queue.html",
    rows_template="staff/corrective_actions/_queue.html",
    filters=("status", "mine", "late", "department", "q"),
    asks=Permission.READ_CORRECTIVE_ACTIONS,
    listing=_listing,
    rail=rail_of,
    choices=_choices,
    lists=SUBJECT_KIND,
)
ROUTES = QUEUE.routes()
