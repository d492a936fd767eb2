"""Which part of a record's story a page shows, and the addresses of what came before it.

    part = part_of(request.query_params)                   # of a page
    story_ = await story(kind, id, visible_to=…, part=part)
    shown_part(story_, part, page="/quotes/RFQ-2026-00042", place="thread", fragment="thread")

A page opens with the newest part. `?before=` opens the messages before one, `?m=` the part that
begins with one, `?events=` what happened before an event. htmx asks the fragment: `?before=` puts
earlier messages above those that are shown, `?since=` refreshes these. `templates/story` and each
`_thread.html` draw it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from litestar import Response

from portal.domain.common.files.attachments import AttachedFile
from portal.domain.common.files.tables import StoredFile
from portal.domain.common.story import MOST_COUNTED, Part, Story
from portal.domain.common.thread import Message
from portal.rendering.links import with_query
from portal.web.answers import Answer
from portal.web.uploads import KeptFile, offered

# The anchor of what happened, on every record's page.
HISTORY = "history"


class ShownMessage(NamedTuple):
    """A message of a thread as pages show it, with the files that came with it."""

    id: int
    author_side: str
    author_name: str
    body: str
    written_at: datetime
    is_internal: bool
    files: Sequence[KeptFile]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The link to what came before: how many there are ("99+" at most), page and fragment."""

    count: str
    url: str
    fragment: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """What the templates of a story need besides what is in it.

    `is_alone` says that only the messages are drawn, as an open page asks for them again.
    `fragment` is the address at which it does; empty where nothing new can come, because later
    messages follow: those of `newest`. `events` is how many events there are.
    """

    earlier: Earlier | None
    earlier_events: Earlier | None
    events: str
    shows_past_events: bool
    is_alone: bool
    fragment: str
    newest: str


def part_of(query: Mapping[str, Any], *, of_fragment: bool = False) -> Part:
    """The part that an address asks for; what is no number counts as not given."""
    return Part(
        before=_id(query.get("before")),
        since=_id(query.get("since")) if of_fragment else None,
        at=_id(query.get("m")),
        events_before=_id(query.get("events")),
    )


def shown_part(
    story: Story, part: Part, *, page: str, place: str, fragment: str, events: int | None = None
) -> ShownPart:
    """How `story` continues before and after. `page` is the record's path, `place` its anchor.

    `fragment` is the name of the part that keeps itself up to date. `events` is how many of the
    story's events this viewer reads, where that is not all of them.
    """
    first = story.messages[0].id if story.messages else 0
    first_event = story.events[0].id if story.events else 0
    at = f"{page}/fragments/{fragment}"
    # Where all of them are shown, whatever comes is shown, too.
    since = first if story.earlier_messages else part.since or 0
    return ShownPart(
        earlier=_earlier(story.earlier_messages, page, at, place, before=first),
        earlier_events=_earlier(story.earlier_events, page, at, HISTORY, events=first_event),
        events=_counted((len(story.events) if events is None else events) + story.earlier_events),
        shows_past_events=part.events_before is not None,
        is_alone=part.since is not None,
        fragment=f"{at}?since={since}" if story.is_newest else "",
        newest=f"{page}#{place}",
    )


def shown_messages(
    messages: Sequence[Message],
    files: Mapping[int | None, Sequence[StoredFile | AttachedFile]],
    base: str,
) -> list[ShownMessage]:
    """The messages of a thread. `files` stand under the id of theirs and are found below `base`."""
    return [
        ShownMessage(
            message.id,
            message.author_side,
            message.author_name,
            message.body,
            message.written_at,
            message.is_internal,
            [offered(file, base) for file in files.get(message.id, ())],
        )
        for message in messages
    ]


def thread_fragment(
    answer: Answer, template: str, part: Part, context: Mapping[str, Any], messages: Sequence[Any]
) -> Response[str]:
    """What an open page asks for: earlier messages to put above, or the thread as it stands now.

    `template` is the thread's; `context` has the `ShownPart` as `part`.
    """
    if part.before is None:
        return answer.fragment(template, **context)
    return answer.fragment("story/_before.html", part=context["part"], said=messages)


def _earlier(count: int, page: str, at: str, place: str, **key: int) -> Earlier | None:
    if not count:
        return None
    return Earlier(_counted(count), f"{with_query(page, **key)}#{place}", with_query(at, **key))


def _counted(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def _id(given: Any) -> int | None:
    text = str(given or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
