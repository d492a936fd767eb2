"""The list of account files, narrowed, searched in any language, page by page (rule A6)."""

from typing import Any, TypeVar

from litestar import Request, Response, get

from portal.domain.accounts.classification import KeyClass, Tier
from portal.domain.accounts.queries import FileFilter, FilePage, files_visible_to
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.organisation.branches import branches
from portal.rendering.links import with_query
from portal.staff.accounts.reading import HOME
from portal.staff.choices import choices
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires

_READ = [requires(Permission.READ_ACCOUNTS)]
_SUGGESTIONS = 12
_FILTERS = ("q", "tier", "class", "branch", "mine")

State = TypeVar("State", bound=Worded)


@get(HOME, guards=_READ)
async def list_page(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Files by name."""
    asked = {name: request.query_params.get(name, "")[:200] for name in _FILTERS}
    page = await files_visible_to(
        viewer.actor,
        _filter(asked),
        after=request.query_params.get("after", "")[:100],
        before=request.query_params.get("before", "")[:100],
    )
    return answer.page(
        "staff/accounts/list.html",
        title=N_("Customers"),
        section="accounts",
        rows=page.rows,
        filters=Form.showing(**asked),
        tiers=choices(Tier, answer),
        key_classes=choices(KeyClass, answer),
        branches=[(branch.id, branch.name) for branch in await branches()],
        is_narrowed=any(asked.values()),
        views=_views(asked, answer),
        **_pager(page, asked),
    )


@get(f"{HOME}/suggestions", guards=_READ)
async def suggestions(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Codes and names for a field that asks for an account."""
    text = next((value for value in request.query_params.values() if value), "")[:200]
    if not visit.is_htmx:
        return answer.see_other(with_query(HOME, q=text))
    page = await files_visible_to(viewer.actor, FileFilter(text=text), limit=_SUGGESTIONS)
    options = [(row.code, row.name) for row in page.rows]
    return answer.fragment("staff/_suggestions.html", options=options)


def _filter(asked: dict[str, str]) -> FileFilter:
    branch = asked["branch"]
    return FileFilter(
        text=asked["q"],
        tier=one_of(Tier, asked["tier"]),
        key_class=one_of(KeyClass, asked["class"]),
        branch_id=int(branch) if branch.isdecimal() and len(branch) < 19 else None,
        mine=asked["mine"] == "yes",
    )


def one_of(kind: type[State], value: str) -> State | None:
    """The state of this value; None for a value that the address should not have."""
    return next((state for state in kind if state.value == value), None)


def _views(asked: dict[str, str], answer: AnAnswer) -> list[dict[str, Any]]:
    kept = {name: value for name, value in asked.items() if name != "mine"}
    is_mine = asked["mine"] == "yes"
    return [
        {
            "label": answer.translated(N_("All")),
            "url": with_query(HOME, **kept),
            "current": not is_mine,
        },
        {
            "label": answer.translated(N_("My customers")),
            "url": with_query(HOME, **kept, mine="yes"),
            "current": is_mine,
        },
    ]


def _pager(page: FilePage, asked: dict[str, str]) -> dict[str, Any]:
    return {
        "next_url": with_query(HOME, **asked, after=page.after) if page.after else None,
        "previous_url": with_query(HOME, **asked, before=page.before) if page.before else None,
    }


ROUTES = [list_page, suggestions]
