"""A form that makes a record makes one, however often it is sent."""

from portal.domain.common import form_keys
from portal.web.forms import Form
from portal.web.viewer import Viewer

_LENGTHS = range(16, 65)


async def led_to(form: Form, viewer: Viewer) -> str | None:
    """Where the first post of this form led; None for the first one. Waits for one under way."""
    if viewer.actor.person_id is None or len(form.key) not in _LENGTHS:
        return None
    return await form_keys.made_by(viewer.actor.person_id, form.key)


async def remember(form: Form, viewer: Viewer, path: str) -> None:
    """Note where this form led, in the transaction that made the record."""
    if viewer.actor.person_id is not None and len(form.key) in _LENGTHS:
        await form_keys.remember(viewer.actor.person_id, form.key, path)
