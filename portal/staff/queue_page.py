"""A queue: its filters in the address, kept under names of one's own, a page at a time.

    QUEUE = QueuePage(path="/staff/complaints", page="complaints", …)
    ROUTES = QUEUE.routes()

The template is given `listing`, `filters` (a form of what the address says), `kept` (what of it is
given), `views`, `queues`, `next_url`, `previous_url`, `fragment_url` and what `choices` brings; its
rows are a partial with the id `queue`, drawn by `ui.queue`. Where `lists` names a kind of record,
`live` is the address for `ui.live_updates` above them: rows change when any such record does.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.queue_counts import MOST
from portal.domain.quotes.saved_views import View, remove_view, save_view, views_of
from portal.rendering.links import with_query
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.live import live_lists_url
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Query = Mapping[str, Any]
# What the status filter says where no status narrows the list.
ANY = "any"


class Listing(Protocol):
    """One page of a list; `after` and `before` are keys for the neighbours, or None."""

    @property
    def after(self) -> str | None: ...

    @property
    def before(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the rail with its count, if it is counted; `name` as `queue_name` tells it."""

    name: str
    label: str
    count: int | None
    url: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What one queue is. Texts are message ids.

    `filters` are the names that the address may carry, `everything` what the list is called without
    any. `listing` reads a page of it, `rail` the queues at the side, `choices` what the filters
    offer, `lists` the kind (`SUBJECT_KIND`) of its records, `section` its place in the navigation,
    where that is not called like the page.
    """

    path: str
    page: str
    title: str
    everything: str
    template: str
    rows_template: str
    filters: Sequence[str]
    asks: Permission
    listing: Callable[[Query, Viewer], Awaitable[Listing]]
    rail: Callable[[Viewer], Awaitable[Sequence[Queue]]]
    choices: Callable[[Viewer, Answer], Awaitable[Mapping[str, Any]]]
    lists: str = ""
    section: str = ""

    def routes(self) -> list[HTTPRouteHandler]:
        """The page, its rows alone, and the views that people keep of it."""
        guards = [requires(self.asks)]

        @get(self.path, guards=guards)
        async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
            """The queue, as its address narrows it down."""
            return await self._page(request.query_params, viewer, answer)

        @get(f"{self.path}/fragments/queue", guards=guards)
        async def rows(
            request: AnyRequest, viewer: AViewer, visit: AVisit, answer: AnAnswer
        ) -> Response[str]:
            """The rows alone, asked for again while the page stays open."""
            if not visit.is_htmx:
                return await self._page(request.query_params, viewer, answer)
            return answer.fragment(
                self.rows_template, **await self._rows(request.query_params, viewer)
            )

        @post(f"{self.path}/views", guards=guards)
        async def keep_view(
            request: AnyRequest, viewer: AViewer, answer: AnAnswer
        ) -> Response[str]:
            """Keep the filters of the address under a name."""
            form = await Form.sent(request)
            query = {name: form.value(name) for name in self.filters}
            kept = self.kept(query)
            try:
                await save_view(self.page, form.value("name"), urlencode(kept), by=viewer.actor)
            except FieldError as error:
                form.refuse_by(error)
                return await self._page(query, viewer, answer, view=form)
            return answer.see_other(with_query(self.path, **kept), toast=N_("View saved."))

        @post(f"{self.path}/views/{{view_id:int}}/delete", guards=guards)
        async def drop_view(
            view_id: FromPath[int], viewer: AViewer, answer: AnAnswer
        ) -> Response[str]:
            """Remove a view of one's own."""
            if view_id not in {view.id for view in await views_of(self.page, by=viewer.actor)}:
                raise NotFound
            await remove_view(view_id, by=viewer.actor)
            return answer.see_other(self.path, toast=N_("View deleted."))

        return [show, rows, keep_view, drop_view]

    def kept(self, query: Query) -> dict[str, str]:
        """What the address narrows the list to, without the place in it."""
        return given({name: query.get(name) for name in self.filters})

    async def _page(
        self, query: Query, viewer: Viewer, answer: Answer, *, view: Form | None = None
    ) -> Response[str]:
        views = await views_of(self.page, by=viewer.actor)
        return answer.page(
            self.template,
            title=self.title,
            section=self.section or self.page,
            form=view,
            view=view or Form(),
            filters=Form.showing(**{name: query.get(name) for name in self.filters}),
            queues=shown(await self.rail(viewer), answer, current=queue_name(self.kept(query))),
            views=self._tabs(views, query, answer),
            live=live_lists_url(viewer, self.path, self.lists) if self.lists else "",
            **await self.choices(viewer, answer),
            **await self._rows(query, viewer),
        )

    async def _rows(self, query: Query, viewer: Viewer) -> dict[str, Any]:
        listing = await self.listing(query, viewer)
        kept = self.kept(query)
        place = given({name: query.get(name) for name in ("after", "before")})
        after, before = listing.after, listing.before
        return {
            "path": self.path,
            "listing": listing,
            "kept": kept,
            "fragment_url": with_query(f"{self.path}/fragments/queue", **kept, **place),
            "next_url": with_query(self.path, **kept, after=after) if after else None,
            "previous_url": with_query(self.path, **kept, before=before) if before else None,
        }

    def _tabs(self, views: Sequence[View], query: Query, answer: Answer) -> list[dict[str, Any]]:
        """Everything, and each kept view; the one whose filters are in the address is current."""
        now = urlencode(self.kept(query))
        every = {"label": answer.translated(self.everything), "url": self.path, "current": not now}
        return [
            every,
            *(
                {
                    "id": view.id,
                    "label": view.name,
                    "url": f"{self.path}?{view.query}" if view.query else self.path,
                    "current": bool(now) and view.query == now,
                }
                for view in views
            ),
        ]


def shown(queues: Sequence[Queue], answer: Answer, *, current: str = "") -> list[dict[str, Any]]:
    """The queues as the rail shows them."""
    return [
        {
            "name": queue.name,
            "label": answer.translated(queue.label),
            "url": queue.url,
            "count": "" if queue.count is None else shown_count(queue.count),
            "current": queue.name == current,
        }
        for queue in queues
    ]


def shown_count(count: int) -> str:
    """A count is bounded: "99+" says that there are more."""
    return f"{MOST - 1}+" if count >= MOST else str(count)


def queue_name(kept: Mapping[str, str]) -> str:
    """Which queue of the rail these filters are: `me` for owner=me, `late` for late=yes."""
    if len(kept) != 1:
        return ""
    name, value = next(iter(kept.items()))
    return name if value == "yes" else value


def given(query: Query) -> dict[str, str]:
    """What of it says something."""
    return {name: str(value) for name, value in query.items() if value}


def in_words(labels: Mapping[Any, str], answer: Answer) -> list[tuple[str, str]]:
    """The options of a filter: values and message ids, put into the reader's words."""
    return [(str(value), answer.translated(label)) for value, label in labels.items()]


def whole(value: Any) -> int | None:
    """The id in an address; what is none counts as not given."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 18 else None
