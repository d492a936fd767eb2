"""A request's page for staff: all there is to know, and the form that stands open on it."""

from collections.abc import Mapping
from typing import Any

from litestar import Response

from portal.domain.accounts.confidentiality import note_read
from portal.domain.accounts.contacts import contacts_of
from portal.domain.common.errors import Conflict
from portal.domain.common.files.attachments import by_message
from portal.domain.common.story import NEWEST, Part, story
from portal.domain.common.words import N_, Worded
from portal.domain.quotes.colleagues import colleagues_for
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import entry_words
from portal.domain.quotes.tables import SUBJECT_KIND
from portal.domain.service_levels.escalation import escalation_of
from portal.staff.story import told
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.story_parts import shown_messages, shown_part
from portal.web.uploads import LIMITS, kept_files, offered
from portal.web.viewer import Viewer


class Panel(Worded):
    """A form that can stand open on the page. The value is in the address: `?do=ask`."""

    ASK = "ask", N_("Ask for information")
    ANSWERED = "answered", N_("Record the answer")
    ACCEPTED = "accepted", N_("Record the acceptance")
    WISHED = "another-revision", N_("Record a wish for another revision")
    DECLINED = "declined", N_("Record that the customer declines")
    JUDGE = "judge", N_("Judge the request")
    CALL = "call", N_("Record a call")
    HAND_OVER = "hand-over", N_("Hand over")
    URGENCY = "urgency", N_("Change the urgency")
    DECLINE = "decline", N_("Decline")
    WITHDRAW = "withdraw", N_("Withdraw for the customer")
    REPLY = "reply", N_("Reply to customer")
    NOTE = "note", N_("Internal note")


# What the customer answers to a quote, recorded for them (rule Q5).
_FILES = "/staff/files"
_ANSWERS = frozenset({Panel.ACCEPTED, Panel.WISHED, Panel.DECLINED})
_AT_THE_TOP = frozenset(Panel) - {Panel.REPLY, Panel.NOTE}


def offered_panels(request: RequestPage) -> list[Panel]:
    """The forms that this viewer can open now, in the order of the work."""
    waiting = request.status is RequestStatus.WAITING_FOR_CUSTOMER
    offers = {
        Panel.ASK: request.can_ask,
        Panel.ANSWERED: waiting and request.can_handle,
        Panel.ACCEPTED: request.can_accept,
        Panel.WISHED: request.can_ask_for_revision,
        Panel.DECLINED: request.can_accept,
        Panel.JUDGE: request.can_handle,
        Panel.CALL: request.can_handle,
        Panel.HAND_OVER: request.can_handle,
        Panel.URGENCY: request.can_handle,
        Panel.DECLINE: request.can_decline,
        Panel.WITHDRAW: request.can_decline,
    }
    return [panel for panel, is_offered in offers.items() if is_offered]


async def show_request(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    *,
    panel: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
    part: Part = NEWEST,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    Reads in the caller's unit. Raises `NotFound` for unknown and confidential requests (rule A6).
    """
    request = await request_page(reference, by=viewer.actor)
    context = await story_of(request, viewer, answer, part)
    card = request.card
    if card is None or not card.has(viewer.actor.staff_member_id):
        await note_read(request.record.account_id, viewer.actor, f"/staff/quotes/{reference}")
    opened = _opened(request, panel, form)
    forms = await _forms(request, opened, form, viewer)
    for each in forms.values():
        each.say_in(viewer.reader.locale)
    return answer.page(
        "staff/quotes/show.html",
        title=N_("Request %(reference)s"),
        words={"reference": reference},
        section="quotes",
        form=form,
        status=409 if conflict else 200,
        card=card,
        panel=opened if opened in _AT_THE_TOP else None,
        forms=forms,
        conflict=_said(conflict, answer),
        colleagues=await _colleagues(request, opened),
        contacts=await contacts_of(request.record.account_id) if opened in _ANSWERS else (),
        kept=await kept_files(form, viewer) if form else (),
        live=live_url(viewer, "/staff/quotes", SUBJECT_KIND, request.id),
        limits=LIMITS,
        **await head_of(request),
        **context,
    )


async def head_of(request: RequestPage) -> dict[str, Any]:
    """Title, promise, what became of it, and what can be done."""
    return {
        "request": request,
        "panels": offered_panels(request),
        "escalations": await escalation_of(request.promises),
    }


async def story_of(
    request: RequestPage, viewer: Viewer, answer: Answer, part: Part
) -> dict[str, Any]:
    """Thread with its files, the files of the request itself, and what happened: a part of it."""
    told_ = await story(SUBJECT_KIND, request.id, visible_to=viewer.actor.reads, part=part)
    files = by_message(told_.files)
    own = files.get(None, [])
    papers = {revision.document_id for revision in request.revisions}
    page = f"/staff/quotes/{request.reference}"
    return {
        "messages": shown_messages(told_.messages, files, _FILES),
        "part": shown_part(told_, part, page=page, place="conversation", fragment="story"),
        "files": [_offered(file) for file in own if file.id not in papers],
        "papers": {file.id: _offered(file) for file in own if file.id in papers},
        "entries": told(told_.events, entry_words, answer),
    }


def _offered(file: Any) -> Any:
    return offered(file, _FILES)


def _opened(request: RequestPage, panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    if wanted in _ANSWERS and request.offer is None:
        return None
    return wanted if form is not None or wanted in offered_panels(request) else None


async def _forms(
    request: RequestPage, opened: Panel | None, form: Form | None, viewer: Viewer
) -> dict[str, Form]:
    forms = {"reply": Form(), "note": Form(), "panel": Form.showing(**_defaults(request, viewer))}
    if form is not None and opened is not None:
        forms[opened.value if opened not in _AT_THE_TOP else "panel"] = form
    # What is sent next was written in sight of what the page shows now.
    forms["panel"].put("version", request.version)
    return forms


def _defaults(request: RequestPage, viewer: Viewer) -> Mapping[str, Any]:
    defaults: dict[str, Any] = {
        "caller": request.requested_by or request.contact_name,
        "called_at": f"{viewer.reader.local(viewer.now):%Y-%m-%dT%H:%M}",
    }
    if request.judgement is not None:
        judged = request.judgement.judgement
        for name in ("feasible", "resources_available", "time_sufficient"):
            defaults[name] = "yes" if getattr(judged, name) else "no"
        defaults["note"] = judged.note
    return defaults


async def _colleagues(request: RequestPage, opened: Panel | None) -> list[tuple[int, str]]:
    if opened is not Panel.HAND_OVER:
        return []
    own = {request.record.owner_id}
    return [
        (each.id, each.name)
        for each in await colleagues_for(request.record.account_id)
        if each.id not in own
    ]


def _said(conflict: Conflict | None, answer: Answer) -> str:
    return answer.translated(conflict.message, **conflict.words) if conflict else ""
