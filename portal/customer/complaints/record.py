"""What the page of a complaint shows its customer, gathered in a handful of statements."""

from dataclasses import replace
from typing import Any

from portal.customer.complaints.new_form import PATH, file_limits
from portal.customer.record import Happened
from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.activity import Entry
from portal.domain.common.files.attachments import by_message
from portal.domain.common.story import NEWEST, Part
from portal.domain.complaints.page_view import CustomerComplaint
from portal.domain.complaints.shown_names import shown_story
from portal.domain.complaints.states import CapaState
from portal.domain.complaints.story import phrase_of
from portal.domain.complaints.tables import SUBJECT_KIND
from portal.rendering.phrases import phrase_words
from portal.rendering.reader import Reader
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.story_parts import shown_messages, shown_part
from portal.web.uploads import kept_files, offered
from portal.web.viewer import Viewer

FILES = f"{PATH}/files"
# Where a corrective action has been linked, its customer can follow it (rule C9).
_ACTION_IS_THERE = frozenset({CapaState.OPEN, CapaState.VERIFIED})
_WAITS_FOR_ACTION = frozenset({CapaState.DEMANDED, CapaState.OPEN})


async def record_context(
    complaint: CustomerComplaint,
    viewer: Viewer,
    *,
    form: Form | None = None,
    panel: str = "",
    part: Part = NEWEST,
) -> dict[str, Any]:
    """Everything that the page's templates read.

    `panel` names the form that stands open; `form` is what was refused in it. `part` is which part
    of the thread and the history is shown.
    """
    record = complaint.record
    told = await shown_story(record, by=viewer.actor, part=part)
    files = by_message(told.files)
    return {
        "complaint": complaint,
        "thread": shown_messages(told.messages, files, FILES),
        "history": [_happened(entry, viewer.reader) for entry in told.events],
        "part": shown_part(
            told, part, page=f"{PATH}/{record.reference}", place="thread", fragment="thread"
        ),
        "files": [offered(file, FILES) for file in files.get(None, [])],
        # The question itself stands above the clock that waits for its answer.
        "promises": [replace(each, pause_reason="") for each in complaint.promises if each.is_open],
        "forms": _forms(complaint, viewer, panel, form),
        "panel": panel,
        "kept": await kept_files(form, viewer) if form and panel == "messages" else (),
        **file_limits(),
        "action_is_there": record.capa in _ACTION_IS_THERE,
        "waits_for_action": record.capa in _WAITS_FOR_ACTION,
        "live": live_url(viewer, PATH, SUBJECT_KIND, record.id),
        "unit_label": unit_label,
        "conflict": "",
        "is_swap": False,
    }


def _forms(
    complaint: CustomerComplaint, viewer: Viewer, panel: str, refused: Form | None
) -> dict[str, Form]:
    """The forms of the page by name; the refused one with everything that was typed."""
    asked: dict[str, dict[str, str]] = {
        "messages": {},
        "confirm": {"confirmed_by": viewer.name},
        "object": {"objected_by": viewer.name},
        "settle": {},
        "ask-again": {},
        "withdraw": {},
        "reopen": {},
    }
    version = complaint.record.version
    return {
        name: refused if refused and name == panel else Form.showing(version=version, **values)
        for name, values in asked.items()
    }


def _happened(entry: Entry, reader: Reader) -> Happened:
    return Happened(entry.at, entry.actor_name, phrase_words(phrase_of(entry), reader))
