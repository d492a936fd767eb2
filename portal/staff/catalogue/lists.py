"""The list of items, searched in three languages, page by page."""

from typing import Any

from litestar import Request, Response, get

from portal.domain.catalogue.kinds import ItemKind
from portal.domain.catalogue.queries import ItemFilter, items_for_staff
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.rendering.links import with_query
from portal.staff.choices import choices
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires

HOME = "/staff/catalogue"
_READ = [requires(Permission.READ_CATALOGUE)]
_SUGGESTIONS = 12
_FILTERS = ("q", "kind", "archived")


@get(HOME, guards=_READ)
async def list_page(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Items by number."""
    asked = {name: request.query_params.get(name, "")[:200] for name in _FILTERS}
    is_archived = asked["archived"] == "yes"
    page = await items_for_staff(
        ItemFilter(
            text=asked["q"],
            kind=next((kind for kind in ItemKind if kind.value == asked["kind"]), None),
            archived=is_archived,
        ),
        locale=viewer.reader.locale,
        after=request.query_params.get("after", "")[:40],
        before=request.query_params.get("before", "")[:40],
    )
    kept = {name: value for name, value in asked.items() if name != "archived"}
    return answer.page(
        "staff/catalogue/list.html",
        title=N_("Catalogue"),
        section="catalogue",
        rows=page.rows,
        filters=Form.showing(**asked),
        kinds=choices(ItemKind, answer),
        is_narrowed=any(kept.values()),
        is_archived=is_archived,
        views=[
            {
                "label": answer.translated(N_("On sale")),
                "url": with_query(HOME, **kept),
                "current": not is_archived,
            },
            {
                "label": answer.translated(N_("Archived")),
                "url": with_query(HOME, **kept, archived="yes"),
                "current": is_archived,
            },
        ],
        next_url=with_query(HOME, **asked, after=page.after) if page.after else None,
        previous_url=with_query(HOME, **asked, before=page.before) if page.before else None,
    )


@get(f"{HOME}/suggestions", guards=_READ)
async def suggestions(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Numbers and names for a field that asks for an item."""
    text = next((value for value in request.query_params.values() if value), "")[:200]
    if not visit.is_htmx:
        return answer.see_other(with_query(HOME, q=text))
    page = await items_for_staff(
        ItemFilter(text=text), locale=viewer.reader.locale, limit=_SUGGESTIONS
    )
    options = [(row.sku, row.name) for row in page.rows]
    return answer.fragment("staff/_suggestions.html", options=options)


ROUTES = [list_page, suggestions]
