"""What accounts ask of somebody, for the first page of their day."""

from typing import Any

from portal.domain.onboarding.clock import owed_by
from portal.web.viewer import Viewer

_MOST = 8


async def account_work(viewer: Viewer) -> dict[str, Any]:
    """New customers that this viewer has to contact, due first (rule A7)."""
    return {"owed_contacts": await owed_by(viewer.actor, limit=_MOST)}
