"""One corrective action: its page, its head alone, and who else is at it."""

from collections.abc import Mapping
from typing import Any

from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.corrective_actions.record_page import action_page
from portal.staff.corrective_actions.desk import CONCERNED
from portal.staff.corrective_actions.page import ACTION, body_of, show_action
from portal.staff.record_page import record_routes
from portal.web.viewer import Viewer


async def _body(reference: str, viewer: Viewer) -> Mapping[str, Any]:
    return await body_of(await action_page(reference, by=viewer.actor), viewer)


ROUTES = record_routes(
    ACTION,
    asks=CONCERNED,
    load=action_by_reference,
    show=show_action,
    partials={
        "head": ("staff/corrective_actions/_head.html", _body),
        "history": ("staff/corrective_actions/_history.html", _body),
    },
)
