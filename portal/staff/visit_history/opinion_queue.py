"""The queue of opinions: open ones, the oldest first; the others newest first (rules V5, S4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.opinions.listing import (
    OpinionFilter,
    OpinionListing,
    OpinionOwner,
    count_mine,
    opinions,
)
from portal.domain.opinions.states import OpinionSource, OpinionStatus, Sentiment
from portal.domain.opinions.tables import SUBJECT_KIND
from portal.domain.visits.coverage import coverage_of
from portal.staff.choices import choices
from portal.staff.queue_page import ANY, Query, Queue, QueuePage, in_words
from portal.staff.visit_history.opinion_page import PATH
from portal.web.answers import Answer
from portal.web.viewer import Viewer

_OWNERS = {
    OpinionOwner.ME: N_("Mine"),
    OpinionOwner.TEAM: N_("Mine and my team's"),
}
_ANY_STATUS = {ANY: N_("Any")}
# No account has it: what was asked for is not there, so neither is any opinion.
_NO_ACCOUNT = 0


async def _listing(query: Query, viewer: Viewer) -> OpinionListing:
    status = str(query.get("status") or OpinionStatus.OPEN)
    wanted = OpinionFilter(
        owner=str(query.get("owner") or OpinionOwner.ALL),
        status="" if status == ANY else status,
        sentiment=str(query.get("sentiment") or ""),
        source=str(query.get("source") or ""),
        late=bool(query.get("late")),
        account_id=await _account_id(str(query.get("account") or ""), viewer),
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )
    return await opinions(wanted, by=viewer.actor)


async def _account_id(code: str, viewer: Viewer) -> int | None:
    if not code:
        return None
    account = await coverage_of(code[:60], by=viewer.actor)
    return account.account_id if account else _NO_ACCOUNT


async def _rail(viewer: Viewer) -> Sequence[Queue]:
    mine = await count_mine(by=viewer.actor)
    return [Queue(OpinionOwner.ME, N_("My opinions"), mine, f"{PATH}?owner={OpinionOwner.ME}")]


async def _choices(_: Viewer, answer: Answer) -> Mapping[str, Any]:
    ended = [status for status in OpinionStatus if status is not OpinionStatus.OPEN]
    return {
        "owners": in_words(_OWNERS, answer),
        "statuses": [*choices(ended, answer), *in_words(_ANY_STATUS, answer)],
        "sentiments": choices(Sentiment, answer),
        "sources": choices(OpinionSource, answer),
    }


QUEUE = QueuePage(
    path=PATH,
    page="opinions",
    title=N_("Opinions"),
    everything=N_("All open"),
    template="staff/opinions/queue.html",
    rows_template="staff/opinions/_queue.html",
    filters=("owner", "status", "sentiment", "source", "late", "account", "q"),
    asks=Permission.ANSWER_OPINIONS,
    listing=_listing,
    rail=_rail,
    choices=_choices,
    lists=SUBJECT_KIND,
    section="visits",
)
ROUTES = QUEUE.routes()
