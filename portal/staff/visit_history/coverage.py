"""Coverage: whom nobody has seen, for how long, and how evenly accounts are seen (V1, V9)."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get

from portal.domain.accounts.classification import Tier
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.organisation.branches import branches
from portal.domain.visits.coverage import (
    MOST_EXPORTED,
    Coverage,
    CoverageFilter,
    CoverageOfManager,
    coverage,
    managers,
)
from portal.rendering.charts import Bar, bars
from portal.rendering.links import with_query
from portal.rendering.spreadsheets import Sheet, xlsx
from portal.staff.choices import choices
from portal.staff.queue_page import given, whole
from portal.staff.visit_history.downloads import xlsx_download
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires

PATH = "/staff/visits/coverage"
_READS = [requires(Permission.READ_VISITS)]
_FILTERS = ("manager", "tier", "branch", "every", "late", "q")
_SIZE = 100
_MANAGERS_DRAWN = 20
AnyRequest = Request[Any, Any, Any]


@get(PATH, guards=_READS)
async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Accounts, the longest unvisited first, and what each manager's come to."""
    query = request.query_params
    wanted = _wanted(query, size=_SIZE)
    seen = await coverage(wanted, by=viewer.actor)
    kept = given({name: query.get(name) for name in _FILTERS})
    before = max(0, wanted.start - _SIZE)
    return answer.page(
        "staff/visit_history/coverage.html",
        title=N_("Coverage"),
        section="visits",
        path=PATH,
        filters=Form.showing(**{name: query.get(name) for name in _FILTERS}),
        kept=kept,
        coverage=seen,
        chart=_chart(seen, answer),
        managers=await managers(by=viewer.actor),
        tiers=choices(Tier, answer),
        branches=[(each.id, each.name) for each in await branches()],
        export_url=with_query(f"{PATH}/coverage.xlsx", **kept),
        next_url=with_query(PATH, **kept, start=wanted.start + _SIZE) if seen.has_more else None,
        previous_url=with_query(PATH, **kept, start=before or None) if wanted.start else None,
    )


@get(f"{PATH}/coverage.xlsx", guards=_READS)
async def export(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[bytes]:
    """The same as a workbook: the accounts, and the figures by account manager."""
    seen = await coverage(_wanted(request.query_params, size=MOST_EXPORTED), by=viewer.actor)
    return xlsx_download(
        "coverage.xlsx", xlsx([_of_accounts(seen, answer), _of_managers(seen)], viewer.reader)
    )


def _wanted(query: Mapping[str, Any], *, size: int) -> CoverageFilter:
    """The filters of an address; what is unknown counts as not given."""
    return CoverageFilter(
        every=bool(query.get("every")),
        late=bool(query.get("late")),
        tier=str(query.get("tier") or ""),
        manager_id=whole(query.get("manager")),
        branch_id=whole(query.get("branch")),
        text=str(query.get("q") or "")[:200],
        start=min(whole(query.get("start")) or 0, MOST_EXPORTED),
        size=size,
    )


def _chart(seen: Coverage, answer: Answer) -> Any:
    """A bar for each manager, where there are several to compare."""
    if len(seen.managers) < 2:
        return None
    return bars(
        answer.translated(N_("By account manager")),
        answer.translated(N_("How many accounts; the darker part is unvisited for too long.")),
        [Bar(_name(each, answer), each.accounts, each.late) for each in _drawn(seen)],
    )


def _drawn(seen: Coverage) -> list[CoverageOfManager]:
    return sorted(seen.managers, key=lambda each: -each.late)[:_MANAGERS_DRAWN]


def _name(manager: CoverageOfManager, answer: Answer) -> str:
    return manager.name or answer.translated(N_("Nobody"))


def _of_accounts(seen: Coverage, answer: Answer) -> Sheet:
    say = answer.translated
    return Sheet(
        N_("Coverage"),
        [
            N_("Customer code"),
            N_("Customer"),
            N_("Tier"),
            N_("Class"),
            N_("Account manager"),
            N_("Last visited"),
            N_("Last visit"),
            N_("Satisfaction"),
            N_("Days since"),
            N_("May be"),
            N_("Too long"),
            N_("Visits in 12 months"),
            N_("Next visit"),
            N_("Next on"),
            N_("Opinions open"),
        ],
        (
            (
                each.code,
                each.name,
                say(each.tier.label),
                say(each.key_class.label) if each.key_class else "",
                each.manager,
                each.last_at,
                each.last_reference,
                say(each.last_satisfaction.label) if each.last_satisfaction else "",
                each.days,
                each.limit_days,
                say(N_("Yes")) if each.is_late else "",
                each.visits_in_a_year,
                each.next_reference,
                each.next_on,
                each.open_opinions,
            )
            for each in seen.rows
        ),
        (22, 30, 12, 14, 18, 17, 18, 12, 10, 10, 10, 12, 18, 12, 12),
    )


def _of_managers(seen: Coverage) -> Sheet:
    return Sheet(
        N_("By account manager"),
        [
            N_("Account manager"),
            N_("Accounts"),
            N_("Seen in time"),
            N_("Too long"),
            N_("Never visited"),
            N_("Longest, days"),
        ],
        (
            (each.name, each.accounts, each.seen, each.late, each.never, each.longest)
            for each in seen.managers
        ),
        (24, 10, 12, 12, 14, 14),
    )


ROUTES = [show, export]
