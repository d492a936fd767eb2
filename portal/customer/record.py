"""What the record page of a request shows, gathered in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.customer.whom_to_call import people_for_urgent
from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Audience
from portal.domain.common.amount_in_words import CURRENCY_IN_WORDS, amount_in_words
from portal.domain.common.files.attachments import AttachedFile, by_message
from portal.domain.common.files.tables import StoredFile
from portal.domain.common.money import Money
from portal.domain.common.story import NEWEST, Part, story
from portal.domain.common.words import N_
from portal.domain.quotes.differences import Differences, differences
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import entry_words
from portal.domain.quotes.tables import SUBJECT_KIND
from portal.domain.quotes.views import Revision
from portal.domain.service_levels.promise import Promise
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.story_parts import shown_messages, shown_part
from portal.web.uploads import KeptFile, kept_files, offered
from portal.web.viewer import Viewer

FILES = "/files"
AnyFile = StoredFile | AttachedFile
_STEPS = (N_("Received"), N_("In work"), N_("Quoted"), N_("Ordered"))
_AT_STEP = {
    RequestStatus.OPEN: 1,
    RequestStatus.IN_WORK: 2,
    RequestStatus.WAITING_FOR_CUSTOMER: 2,
    RequestStatus.REVISION_REQUESTED: 2,
    RequestStatus.QUOTED: 3,
    RequestStatus.EXPIRED: 3,
    RequestStatus.ACCEPTED: 4,
}
# Where the promise that was kept (or not) still tells something.
_ANSWERED = frozenset({RequestStatus.QUOTED, RequestStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the history in the reader's language."""

    at: datetime
    actor_name: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownRevision:
    """A revision with what the page says beside its figures."""

    revision: Revision
    is_newest: bool
    in_words: str
    before: Revision | None
    differences: Differences | None
    document_url: str


async def record_context(
    request: RequestPage,
    viewer: Viewer,
    answer: Answer,
    *,
    revision: str = "",
    form: Form | None = None,
    part: Part = NEWEST,
) -> dict[str, Any]:
    """Everything that the record's templates read; `form` is the message form if it was refused.

    `part` is which part of the thread and the history is shown.
    """
    told = await story(SUBJECT_KIND, request.id, visible_to=Audience.CUSTOMER, part=part)
    of_messages = by_message(told.files)
    shown = _chosen(request, revision)
    page = f"/quotes/{request.reference}"
    return {
        "request": request,
        "shown": None
        if shown is None
        else shown_revision(request, shown, told.files, viewer.reader.locale),
        "thread": shown_messages(told.messages, of_messages, FILES),
        "history": [_happened(entry, answer) for entry in told.events],
        "part": shown_part(told, part, page=page, place="thread", fragment="thread"),
        "files": _own_files(request, of_messages.get(None, [])),
        "team": request.team,
        "on_call": people_for_urgent(request.team),
        "steps": [answer.translated(step) for step in _STEPS],
        "step": _AT_STEP.get(request.status),
        "promises": _promises(request),
        "live": live_url(viewer, "/quotes", SUBJECT_KIND, request.id),
        "form": form or Form(),
        "kept": await kept_files(form, viewer) if form else (),
        "price": Money,
        "unit_label": unit_label,
        "conflict": "",
        "is_swap": False,
    }


def shown_revision(
    request: RequestPage, revision: Revision, files: Sequence[AnyFile], locale: str
) -> ShownRevision:
    """The revision with its document, its amount in words and what it changes (rule Q5)."""
    before = request.revision_before(revision)
    document = next((file for file in files if file.id == revision.document_id), None)
    return ShownRevision(
        revision=revision,
        is_newest=revision is request.offer,
        in_words=amount_in_words(revision.gross, locale)
        if revision.currency == CURRENCY_IN_WORDS
        else "",
        before=before,
        differences=differences(before, revision) if before else None,
        document_url=offered(document, FILES).url if document else "",
    )


def _promises(request: RequestPage) -> list[Promise]:
    """What is owed, or how the quote that is there was owed; the question itself stands above."""
    answered = request.status in _ANSWERED
    return [
        replace(promise, pause_reason="") for promise in request.owed if promise.is_open or answered
    ]


def _chosen(request: RequestPage, number: str) -> Revision | None:
    wanted = request.revision(int(number)) if number.isdecimal() and len(number) < 6 else None
    return request.offer if wanted is None or wanted.sent_at is None else wanted


def _own_files(request: RequestPage, files: Sequence[AnyFile]) -> list[KeptFile]:
    """What came with the request itself: no quote of ours, that one is shown with its revision."""
    documents = {revision.document_id for revision in request.revisions}
    return [offered(file, FILES) for file in files if file.id not in documents]


def _happened(entry: Entry, answer: Answer) -> Happened:
    label, words = entry_words(entry)
    return Happened(entry.at, entry.actor_name, answer.translated(label, **words))
