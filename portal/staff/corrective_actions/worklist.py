"""What corrective actions ask of somebody, for the first page of their day."""

from typing import Any

from portal.domain.corrective_actions.owed import to_verify
from portal.web.viewer import Viewer

_MOST = 8


async def action_work(viewer: Viewer) -> dict[str, Any]:
    """What waits to be verified by this viewer (rule C9)."""
    return {"actions_to_verify": await to_verify(by=viewer.actor, limit=_MOST)}
