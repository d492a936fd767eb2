"""The history of visits across accounts, and of one account read through (rules V5, V6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.visits.coverage import CoveredAccount, coverage_of
from portal.domain.visits.history import (
    ANY,
    OPEN_OPINIONS,
    Facets,
    HistoryFilter,
    PastVisit,
    facets,
    history,
    owners,
)
from portal.domain.visits.said import Said, said_in
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus
from portal.rendering.charts import Bar, columns
from portal.rendering.i18n import translations
from portal.staff.choices import choices
from portal.staff.queue_page import Query, Queue, QueuePage, in_words, whole
from portal.staff.visit_history.periods import days_of, offered
from portal.web.answers import Answer
from portal.web.viewer import Viewer

PATH = "/staff/visits/history"
FILTERS = (
    "account",
    "period",
    "owner",
    "kind",
    "rule",
    "satisfaction",
    "status",
    "opinions",
    "q",
)
_STATES = {ANY: N_("Made and cancelled"), VisitStatus.CANCELLED: N_("Cancelled")}
_OPINIONS = {ANY: N_("With opinions"), OPEN_OPINIONS: N_("With open opinions")}
# No account has it: what was asked for is not there, so neither is any visit.
_NO_ACCOUNT = 0


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """A page of the history with what all of it comes to.

    `account` is set where it is one account's: then `said` has what was said, by visits' ids.
    `chart` stands for several months only.
    """

    rows: Sequence[PastVisit]
    after: str | None
    before: str | None
    facets: Facets
    chart: Markup | None
    account: CoveredAccount | None
    said: Mapping[int, Sequence[Said]]


def today_of(viewer: Viewer) -> date:
    """The date on the viewer's clock."""
    return viewer.reader.local(viewer.now).date()


def wanted_of(query: Query, viewer: Viewer) -> HistoryFilter:
    """The filters of an address besides the account; what is unknown counts as not given."""
    first, last = days_of(str(query.get("period") or ""), today_of(viewer))
    return HistoryFilter(
        owner_id=whole(query.get("owner")),
        kind=str(query.get("kind") or ""),
        rule=str(query.get("rule") or ""),
        satisfaction=str(query.get("satisfaction") or ""),
        status=str(query.get("status") or ""),
        opinions=str(query.get("opinions") or ""),
        first=first,
        last=last,
        text=str(query.get("q") or "")[:200],
        timezone=viewer.reader.timezone,
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


async def of_account(
    wanted: HistoryFilter, query: Query, viewer: Viewer
) -> tuple[HistoryFilter, CoveredAccount | None]:
    """The filter with the account of the address; a read from outside its team is noted (A6)."""
    code = str(query.get("account") or "")[:60]
    if not code:
        return wanted, None
    account = await coverage_of(code, by=viewer.actor)
    if account is None:
        return replace(wanted, account_id=_NO_ACCOUNT), None
    if not viewer.actor.may(Permission.READ_ALL_VISITS):
        await note_read(account.account_id, viewer.actor, f"{PATH}?account={code}")
    return replace(wanted, account_id=account.account_id), account


async def _listing(query: Query, viewer: Viewer) -> ReadHistory:
    wanted, account = await of_account(wanted_of(query, viewer), query, viewer)
    page = await history(wanted, by=viewer.actor)
    sums = await facets(wanted, by=viewer.actor)
    return ReadHistory(
        rows=page.rows,
        after=page.after,
        before=page.before,
        facets=sums,
        chart=_chart(sums, viewer) if len(sums.months) > 1 else None,
        account=account,
        said=await said_in([row.id for row in page.rows]) if account else {},
    )


def _chart(sums: Facets, viewer: Viewer) -> Markup:
    say = translations(viewer.reader.locale).gettext
    return columns(
        say(N_("Visits by month")),
        say(N_("How many were made; after the darker part they were not satisfied.")),
        [Bar(f"{each.month:%Y-%m}", each.visits, each.dissatisfied) for each in sums.months],
    )


async def _rail(_: Viewer) -> Sequence[Queue]:
    return []


async def _choices(viewer: Viewer, answer: Answer) -> Mapping[str, Any]:
    return {
        "periods": offered(today_of(viewer), answer),
        "owners": await owners(by=viewer.actor),
        "kinds": choices(VisitKind, answer),
        "rules": choices(VisitRule, answer),
        "satisfactions": choices(Satisfaction, answer),
        "states": in_words(_STATES, answer),
        "with_opinions": in_words(_OPINIONS, answer),
    }


QUEUE = QueuePage(
    path=PATH,
    page="visit-history",
    title=N_("Visit history"),
    everything=N_("Everything"),
    template="staff/visit_history/history.html",
    rows_template="staff/visit_history/_history.html",
    filters=FILTERS,
    asks=Permission.READ_VISITS,
    listing=_listing,
    rail=_rail,
    choices=_choices,
    section="visits",
)
ROUTES = QUEUE.routes()
