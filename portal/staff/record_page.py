"""What the page of every record has: parts that keep themselves up to date, a thread, open forms.

The forms themselves are `portal.web.record_forms`; `ui.record_form`, `ui.composers`,
`staff/_story.html` and `ui.presence` draw what is made here.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.types import Guard

from portal.domain.common.activity import Entry, Subject
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.files.attachments import by_message
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part, story
from portal.domain.common.words import Phrase
from portal.domain.quotes.presence import look_at
from portal.rendering.phrases import phrase_words
from portal.staff.story import Told
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.record_forms import Load, Show
from portal.web.story_parts import part_of, shown_messages, shown_part, thread_fragment
from portal.web.uploads import offered
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
# What a partial of the record of this reference shows. Raises `NotFound`.
Context = Callable[[str, Viewer], Awaitable[Mapping[str, Any]]]
# What the story of the record of this reference shows of a part. Raises `NotFound`.
StoryContext = Callable[[str, Viewer, Part], Awaitable[Mapping[str, Any]]]
# An entry of the timeline in words; None where this viewer does not read it.
InWords = Callable[[Entry], Phrase | None]
# What is written stands open on every page, beside the form that was opened.
REPLY, NOTE = "reply", "note"
COMPOSERS = frozenset({REPLY, NOTE})


class ShowInParts(Protocol):
    """A `Show` that takes which part of the thread and the history it shows."""

    async def __call__(
        self,
        reference: str,
        viewer: Viewer,
        answer: Answer,
        /,
        *,
        panel: str = "",
        about: str = "",
        part: Part = NEWEST,
    ) -> Response[str]: ...


def record_routes(
    path: str,
    *,
    asks: Permission,
    load: Load[Any],
    show: Show,
    partials: Mapping[str, tuple[str, Context]],
    in_parts: tuple[ShowInParts, StoryContext] | None = None,
) -> list[HTTPRouteHandler]:
    """The page at `path`, its partials by name under `/fragments`, and who else is at the record.

    `?do=` opens one of its forms, `about=` says about which part of the record. A record with a
    thread gives `in_parts`: its `show` once more, and what its story shows.
    """
    guards = [requires(asks)]
    base, parameter = path[: path.index("{")], path[path.index("{") + 1 : path.index(":")]

    @get(path, guards=guards)
    async def page(
        request: AnyRequest,
        viewer: AViewer,
        answer: AnAnswer,
        do: FromQuery[str] = "",
        about: FromQuery[str] = "",
    ) -> Response[str]:
        """A record with everything that belongs to it."""
        reference = request.path_params[parameter]
        if in_parts is None:
            shown = await show(reference, viewer, answer, panel=do, about=about)
        else:
            wanted = part_of(request.query_params)
            shown = await in_parts[0](reference, viewer, answer, panel=do, about=about, part=wanted)
        await page_opened(viewer, f"{base}{reference}")
        return shown

    @get(f"{path}/fragments/presence", guards=guards)
    async def presence(
        request: AnyRequest,
        viewer: AViewer,
        visit: AVisit,
        answer: AnAnswer,
        writing: FromQuery[str] = "",
    ) -> Response[str]:
        """Who else is at this record; asking says that one is there oneself."""
        reference = request.path_params[parameter]
        if not visit.is_htmx:
            return await show(reference, viewer, answer)
        record = await load(reference, by=viewer.actor)
        others = await look_at(record.subject, by=viewer.actor, writing=bool(writing))
        return answer.fragment("staff/_presence.html", base=f"{base}{reference}", others=others)

    def part(name: str, template: str, context: Context) -> HTTPRouteHandler:
        @get(f"{path}/fragments/{name}", guards=guards)
        async def partial(
            request: AnyRequest, viewer: AViewer, visit: AVisit, answer: AnAnswer
        ) -> Response[str]:
            """A part of the page as it stands now."""
            reference = request.path_params[parameter]
            if not visit.is_htmx:
                return await show(reference, viewer, answer)
            return answer.fragment(template, **await context(reference, viewer))

        return partial

    routes = [page, presence, *(part(name, *given) for name, given in partials.items())]
    return [*routes, _story_route(path, guards, *in_parts)] if in_parts else routes


def _story_route(
    path: str, guards: list[Guard], show: ShowInParts, context: StoryContext
) -> HTTPRouteHandler:
    parameter = path[path.index("{") + 1 : path.index(":")]

    @get(f"{path}/fragments/story", guards=guards)
    async def told(
        request: AnyRequest, viewer: AViewer, visit: AVisit, answer: AnAnswer
    ) -> Response[str]:
        """The thread as it stands now, or what came before."""
        reference = request.path_params[parameter]
        part = part_of(request.query_params, of_fragment=visit.is_htmx)
        if not visit.is_htmx:
            return await show(reference, viewer, answer, part=part)
        shown = await context(reference, viewer, part)
        return thread_fragment(answer, "staff/_story.html", part, shown, shown["messages"])

    return told


async def story_of(
    subject: Subject,
    viewer: Viewer,
    *,
    in_words: InWords,
    page: str,
    files_at: str,
    part: Part = NEWEST,
) -> dict[str, Any]:
    """A `part` of the story: `messages`, `entries` (the newest first), and the record's `files`.

    `page` is the record's path, `files_at` the address before a file's public id.
    """
    told = await story(subject.kind, subject.id, visible_to=viewer.actor.reads, part=part)
    files = by_message(told.files)
    happened = [(entry, in_words(entry)) for entry in reversed(told.events)]
    entries = [
        Told(
            entry.at,
            entry.actor_name,
            phrase_words(phrase, viewer.reader),
            entry.audience == Audience.INTERNAL,
        )
        for entry, phrase in happened
        if phrase is not None
    ]
    return {
        "messages": shown_messages(told.messages, files, files_at),
        "files": [offered(file, files_at) for file in files.get(None, [])],
        "entries": entries,
        "part": shown_part(
            told, part, page=page, place="conversation", fragment="story", events=len(entries)
        ),
    }


def forms_of(
    opened: str | None,
    sent: Form | None,
    viewer: Viewer,
    *,
    version: int,
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    """The forms of a page by name: `reply`, `note`, and the `panel` that stands `opened`.

    `sent` takes the place of the one it was sent by, whose name is `sent`. `defaults` is what an
    opened form first says.
    """
    forms = {REPLY: Form(), NOTE: Form(), "panel": Form.showing(**defaults)}
    place = opened if opened in COMPOSERS else "panel"
    if sent is not None and opened is not None:
        forms[place] = sent
    # What is sent next was written in sight of what the page shows now.
    forms["panel"].put("version", version)
    for form in forms.values():
        form.say_in(viewer.reader.locale)
    return {**forms, "sent": place if sent is not None else ""}


def conflict_words(conflict: Conflict | None, viewer: Viewer) -> dict[str, Any] | None:
    """What stood in the way, for `ui.conflict_notice`: a colleague, or what has to come first."""
    if conflict is None:
        return None
    return {
        "words": phrase_words(Phrase(conflict.message, conflict.words), viewer.reader),
        "is_faster": type(conflict) in {Conflict, WrongState},
    }


def is_read_openly(actor: Actor, card: Any, permission: Permission) -> bool:
    """Whether no read is logged: the team's own, and of those who handle them all (rule A6)."""
    return actor.may(permission) or bool(card.has(actor.staff_member_id))
