"""The queue of requests: due first, its filters in the address, saved under names of one's own."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.common.errors import Conflict, FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import handling
from portal.domain.quotes.access import find
from portal.domain.quotes.listing import OwnerFilter, QueueFilter, StatusGroup, queue
from portal.domain.quotes.queue_counts import MOST, QueueCounts, queue_counts
from portal.domain.quotes.saved_views import View, remove_view, save_view, views_of
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.tables import SUBJECT_KIND
from portal.rendering.links import with_query
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.live import live_lists_url
from portal.web.viewer import Viewer

PATH = "/staff/quotes"
PAGE = "quotes"
_READS = [requires(Permission.READ_QUOTES)]
_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_FILTERS = ("owner", "status", "urgent", "overdue", "account", "q")
_ANY = "any"
_MOST_TAKEN = 50
_OWNERS = {
    OwnerFilter.ALL: N_("Everybody"),
    OwnerFilter.ME: N_("Me"),
    OwnerFilter.TEAM: N_("My team"),
    OwnerFilter.UNASSIGNED: N_("Nobody yet"),
}
_GROUPS = {
    StatusGroup.WORKABLE: N_("To be answered"),
    StatusGroup.WAITING_FOR_CUSTOMER: N_("Waiting for the customer"),
    StatusGroup.CLOSED: N_("Closed"),
    _ANY: N_("Any"),
}
AnyRequest = Request[Any, Any, Any]


@get(PATH, guards=_READS)
async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The queue, as its address narrows it down."""
    return await _page(request.query_params, viewer, answer)


@get(f"{PATH}/fragments/queue", guards=_READS)
async def rows(
    request: AnyRequest, viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The rows alone, asked for again while the page stays open."""
    if not visit.is_htmx:
        return await _page(request.query_params, viewer, answer)
    return answer.fragment("staff/quotes/_queue.html", **await _rows(request.query_params, viewer))


@post(f"{PATH}/views", guards=_READS)
async def keep_view(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Keep the filters of the address under a name."""
    form = await Form.sent(request)
    query = {name: form.value(name) for name in _FILTERS}
    try:
        await save_view(PAGE, form.value("name"), urlencode(_given(query)), by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _page(query, viewer, answer, view=form)
    return answer.see_other(with_query(PATH, **_given(query)), toast=N_("View saved."))


@post(f"{PATH}/views/{{view_id:int}}/delete", guards=_READS)
async def drop_view(view_id: FromPath[int], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Remove a view of one's own."""
    if view_id not in {view.id for view in await views_of(PAGE, by=viewer.actor)}:
        raise NotFound
    await remove_view(view_id, by=viewer.actor)
    return answer.see_other(PATH, toast=N_("View deleted."))


@post(f"{PATH}/take-over", guards=_WORKS)
async def take_several(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Take over every request that was ticked; what meanwhile ended is left out."""
    form = await Form.sent(request)
    taken = 0
    # In the order of their ids everywhere, so that two who tick the same rows never wait in turn.
    for reference in sorted(set(form.values("reference")))[:_MOST_TAKEN]:
        record = await find(reference, by=viewer.actor)
        try:
            await handling.take_over(record, by=viewer.actor)
            taken += 1
        except Conflict:
            continue
    return answer.see_other(
        with_query(PATH, **_given({name: form.value(name) for name in _FILTERS})),
        toast=N_("%(count)s requests are yours now.")
        if taken
        else N_("Tick at least one request."),
        tone="done" if taken else "warning",
        count=taken,
    )


async def rail(viewer: Viewer) -> list[dict[str, Any]]:
    """The queues with their counts, for the rail of the staff's pages."""
    return rail_of(await queue_counts(by=viewer.actor))


def rail_of(counts: QueueCounts, current: str = "") -> list[dict[str, Any]]:
    """The same from counts that were loaded already; labels are message ids."""
    queues = (
        ("me", N_("My requests"), counts.me, with_query(PATH, owner="me")),
        ("team", N_("My team"), counts.team, with_query(PATH, owner="team")),
        ("unassigned", N_("Nobody yet"), counts.unassigned, with_query(PATH, owner="unassigned")),
        ("overdue", N_("Overdue"), counts.overdue, with_query(PATH, overdue="yes")),
        ("review", N_("To review"), counts.review, "/staff#reviews"),
    )
    return [
        {"label": label, "url": url, "count": shown_count(count), "current": name == current}
        for name, label, count, url in queues
    ]


def shown_count(count: int) -> str:
    """A count is bounded: "99+" says that there are more."""
    return f"{MOST - 1}+" if count >= MOST else str(count)


async def _page(
    query: Mapping[str, Any], viewer: Viewer, answer: Answer, *, view: Form | None = None
) -> Response[str]:
    filters = Form.showing(**{name: query.get(name) for name in _FILTERS})
    counts = await queue_counts(by=viewer.actor)
    name = _queue_name(query)
    queues = rail_of(counts, name)
    for each in queues:
        each["label"] = answer.translated(each["label"])
    return answer.page(
        "staff/quotes/queue.html",
        title=N_("Quotes"),
        section="quotes",
        form=view,
        view=view or Form(),
        filters=filters,
        queues=queues,
        owners=_said(_OWNERS, answer),
        statuses=[*_said(_GROUPS, answer), *_said(_single_states(), answer)],
        views=_tabs(await views_of(PAGE, by=viewer.actor), query, answer),
        live=live_lists_url(viewer, PATH, SUBJECT_KIND),
        **await _rows(query, viewer),
    )


async def _rows(query: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    listing = await queue(wanted_of(query), by=viewer.actor)
    kept = _given({name: query.get(name) for name in _FILTERS})
    places = {name: _given({name: query.get(name)}) for name in ("after", "before")}
    return {
        "listing": listing,
        "kept": kept,
        "query": urlencode(kept),
        "fragment_url": with_query(
            f"{PATH}/fragments/queue", **kept, **places["after"], **places["before"]
        ),
        "next_url": with_query(PATH, **kept, after=listing.after) if listing.after else None,
        "previous_url": with_query(PATH, **kept, before=listing.before) if listing.before else None,
    }


def wanted_of(query: Mapping[str, Any]) -> QueueFilter:
    """The filters of an address; what is unknown counts as not given."""
    account = str(query.get("account") or "")
    status = str(query.get("status") or StatusGroup.WORKABLE)
    return QueueFilter(
        owner=str(query.get("owner") or OwnerFilter.ALL),
        status="" if status == _ANY else status,
        urgent=bool(query.get("urgent")),
        overdue=bool(query.get("overdue")),
        account_id=int(account) if account.isdecimal() and len(account) < 18 else None,
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


def _queue_name(query: Mapping[str, Any]) -> str:
    given = _given({name: query.get(name) for name in _FILTERS})
    if given == {"overdue": "yes"}:
        return "overdue"
    return str(given.get("owner", "")) if set(given) == {"owner"} else ""


def _tabs(views: Sequence[View], query: Mapping[str, Any], answer: Answer) -> list[dict[str, Any]]:
    """Everything, and each saved view; the one whose filters are in the address is current."""
    now = urlencode(_given({name: query.get(name) for name in _FILTERS}))
    every = {"label": answer.translated(N_("All to be answered")), "url": PATH, "current": not now}
    return [
        every,
        *(
            {
                "id": view.id,
                "label": view.name,
                "url": f"{PATH}?{view.query}" if view.query else PATH,
                "current": bool(now) and view.query == now,
            }
            for view in views
        ),
    ]


def _single_states() -> dict[str, str]:
    return {state.value: state.label for state in RequestStatus if state is not RequestStatus.DRAFT}


def _said(labels: Mapping[Any, str], answer: Answer) -> list[tuple[str, str]]:
    return [(str(value), answer.translated(label)) for value, label in labels.items()]


def _given(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value}


ROUTES = [show, rows, keep_view, drop_view, take_several]
