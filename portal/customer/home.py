"""The customer's home page: what waits for you, what we owe you by when, what is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from litestar import Response, get

from portal.customer.visits.lists import waiting_surveys
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.complaints.complaint_rows import ComplaintRow
from portal.domain.complaints.home import ComplaintsAtHome, complaints_at_home
from portal.domain.notices.news_of_customer import News, news_of_customer
from portal.domain.notices.relations_of_customer import RelationsAtHome, relations_at_home
from portal.domain.orders.home import OrdersAtHome, orders_at_home
from portal.domain.orders.order_rows import OrderRow
from portal.domain.orders.states import OrderStatus
from portal.domain.quotes.home import CustomerHome, customer_home
from portal.domain.quotes.views import RequestRow
from portal.domain.service_levels.promise import Promise, PromiseClock, TargetKind
from portal.rendering.phrases import phrase_words
from portal.rendering.reader import Reader
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires

_MOST = 6
# Where the customer reads what is owed to them: the report itself is not there yet.
_PLACES = {
    TargetKind.CONTACT_REPORT: "/visits#%s",
    TargetKind.ACTION_ITEM: "/contact-reports/%s",
    TargetKind.OPINION: "/visits?view=opinions#opinion-%s",
}
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of news in the reader's language."""

    path: str
    reference: str
    title: str
    text: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """Something of ours to do. Where no clock runs, `text` says where it stands."""

    path: str
    reference: str
    title: str
    urgent: bool
    what: str
    who: str = ""
    promise: PromiseClock | None = None
    text: str = ""

    @property
    def due_at(self) -> datetime:
        return self.promise.due_at if self.promise else _NEVER


@get("/", guards=[requires(Permission.READ_OWN_QUOTES)])
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Three answers on one page."""
    by = viewer.actor
    home = await customer_home(by=by, limit=_MOST)
    orders = OrdersAtHome()
    if viewer.can(Permission.READ_OWN_ORDERS):
        orders = await orders_at_home(by=by, limit=_MOST)
    complaints = ComplaintsAtHome()
    if viewer.can(Permission.READ_OWN_COMPLAINTS):
        complaints = await complaints_at_home(by=by, limit=_MOST)
    relations = RelationsAtHome()
    if viewer.can(Permission.READ_OWN_VISITS):
        relations = await relations_at_home(by=by, limit=_MOST)
    reader = viewer.reader
    return answer.page(
        "customer/home.html",
        title=N_("Home"),
        section="home",
        home=home,
        waiting_orders=[(each.row, phrase_words(each.what, reader)) for each in orders.waiting],
        waiting_complaints=complaints.waiting,
        relations=relations,
        surveys=await waiting_surveys(viewer),
        owed=_owed(home, orders, complaints, relations, reader),
        has_more_requests=len(home.owed) == _MOST,
        has_more_orders=len(orders.owed) == _MOST,
        has_more_complaints=len(complaints.owed) == _MOST,
        most=_MOST,
        news=[_told(each, answer) for each in await news_of_customer(by=by, limit=_MOST)],
    )


def _owed(
    home: CustomerHome,
    orders: OrdersAtHome,
    complaints: ComplaintsAtHome,
    relations: RelationsAtHome,
    reader: Reader,
) -> list[Owed]:
    """Requests, orders, complaints and what reports and opinions ask of us together, due first."""
    owed: Iterable[Owed] = (
        *(_owed_answer(row) for row in home.owed),
        *(_owed_goods(row, reader) for row in orders.owed),
        *(_owed_cure(row, reader) for row in complaints.owed),
        *(_owed_word(promise) for promise in relations.owed),
    )
    return sorted(owed, key=lambda each: each.due_at)


def _owed_answer(row: RequestRow) -> Owed:
    return Owed(
        path=f"/quotes/{row.reference}",
        reference=row.reference,
        title=row.title,
        urgent=row.urgent,
        what=row.promise.kind_label if row.promise else "",
        who=row.owner.name if row.owner else "",
        promise=row.promise,
    )


def _owed_goods(row: OrderRow, reader: Reader) -> Owed:
    promise = row.promise if row.promise and row.promise.is_open else None
    return Owed(
        path=f"/orders/{row.reference}",
        reference=row.reference,
        title=row.title or row.reference,
        urgent=row.urgent,
        what=promise.kind_label if promise else row.status.label,
        promise=promise,
        text="" if promise else phrase_words(_where(row), reader),
    )


def _owed_cure(row: ComplaintRow, reader: Reader) -> Owed:
    promise = row.promise if row.promise and row.promise.is_open else None
    return Owed(
        path=f"/complaints/{row.reference}",
        reference=row.reference,
        title=row.title,
        urgent=False,
        what=promise.kind_label if promise else row.shown_status.label,
        promise=promise,
        text="" if promise else phrase_words(Phrase(N_("we carry it out")), reader),
    )


def _owed_word(promise: Promise) -> Owed:
    """A contact report, an answer to what they said, or something that was agreed (rule M1)."""
    place, title = _PLACES[promise.kind], promise.title
    return Owed(
        path=place % promise.reference,
        reference=promise.reference,
        title=title,
        urgent=False,
        what=promise.kind_label,
        promise=promise,
    )


def _where(row: OrderRow) -> Phrase:
    if row.status is OrderStatus.SHIPPED:
        return Phrase(N_("On its way"))
    if row.promised_ship_on:
        return Phrase(N_("Ships by %(day)s"), {"day": row.promised_ship_on})
    if row.status is OrderStatus.PLACED:
        return Phrase(N_("We confirm it next"))
    return Phrase(N_("The ship date follows"))


def _told(news: News, answer: Answer) -> Told:
    return Told(
        path=news.path,
        reference=news.reference,
        title=news.title or answer.translated(news.label),
        text=phrase_words(news.phrase, answer.visit.reader),
        actor_name=news.actor_name,
        at=news.at,
    )


ROUTES = [show]
