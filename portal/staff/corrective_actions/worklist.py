"""What corrective actions ask of somebody, for the first page of their day."""

from typing import Any

from portal.domain.corrective_actions.owed import owed_by, to_verify
from portal.web.viewer import Viewer

_MOST = 8


async def action_work(viewer: Viewer) -> dict[str, Any]:
    """Steps and checks that this viewer owes, due first, and what waits to be verified by them."""
    return {
        "owed_steps": await owed_by(viewer.actor, limit=_MOST),
        "actions_to_verify": await to_verify(by=viewer.actor, limit=_MOST),
    }
