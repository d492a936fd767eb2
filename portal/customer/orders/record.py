"""What the page of an order shows, gathered in a handful of statements (rule O21)."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.customer.record import Happened
from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.actor import Audience
from portal.domain.common.amount_in_words import CURRENCY_IN_WORDS, amount_in_words
from portal.domain.common.files.attachments import by_message
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part, story
from portal.domain.common.words import N_, Phrase
from portal.domain.complaints.about_order import ComplaintAbout, complaints_about
from portal.domain.orders.cut_off import cut_off_today
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.release import CheckKind, Verdict
from portal.domain.orders.release_facts import shown_verdict
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.story import phrase_of
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.policy import Scope
from portal.domain.service_levels.promise import Promise, TargetKind
from portal.rendering.phrases import phrase_words
from portal.rendering.reader import Reader
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.story_parts import shown_messages, shown_part
from portal.web.uploads import kept_files, offered
from portal.web.viewer import Viewer

PATH = "/orders"
FILES = f"{PATH}/files"
_MOST_COMPLAINTS = 5
_OF_GOODS = (TargetKind.URGENT_DELIVERY, TargetKind.SHIPMENT)
# Where the next step is the customer's: what they pay, and that somebody of theirs ordered.
_FROM_CUSTOMER = frozenset(
    {
        CheckKind.CUSTOMER_CONFIRMED,
        CheckKind.DEPOSIT,
        CheckKind.BALANCE,
        CheckKind.PAYMENT,
        CheckKind.GUARANTEE,
        CheckKind.CREDIT,
    }
)
_OF_GOODS_AT_HAND = frozenset({CheckKind.STOCK, CheckKind.PRODUCTION})
# What the message form asks for when it was opened with a purpose.
ABOUT: Mapping[str, Mapping[str, str]] = {
    "ship-to": {
        "title": N_("Another delivery place"),
        "label": N_("Where should it go instead?"),
        "hint": N_(
            "Name the place, who receives it and their phone number. It can be changed until"
            " the goods are prepared; %(name)s confirms it here."
        ),
        "send": N_("Ask for it"),
    },
}


async def record_context(
    order: OrderPage,
    viewer: Viewer,
    *,
    form: Form | None = None,
    about: str = "",
    part: Part = NEWEST,
) -> dict[str, Any]:
    """Everything that the page's templates read; `form` is the message form if it was refused.

    `part` is which part of the thread and the history is shown.
    """
    told = await story(SUBJECT_KIND, order.id, visible_to=Audience.CUSTOMER, part=part)
    files = by_message(told.files)
    verdict = await shown_verdict(order.record, by=viewer.actor)
    return {
        **shown(order, viewer.reader),
        "shipments": order.shipments,
        "signed": {
            each.id: [offered(file, FILES) for file in each.papers]
            for each in order.shipments
            if each.delivered_at
        },
        "thread": shown_messages(told.messages, files, FILES),
        "part": shown_part(
            told, part, page=f"{PATH}/{order.reference}", place="thread", fragment="thread"
        ),
        "history": [
            Happened(entry.at, entry.actor_name, phrase_words(phrase_of(entry), viewer.reader))
            for entry in told.events
        ],
        "files": [offered(file, FILES) for file in files.get(None, [])],
        "complaints": await _complaints(order, viewer),
        "waiting": _said(_from_customer(order, verdict), viewer.reader),
        "next": _said(_from_us(order, verdict), viewer.reader),
        "cut_off": await cut_off_today(order.branch_id, scope=Scope(account_id=viewer.account_id))
        if order.awaits_release
        else None,
        "promise": _promise(order),
        "answer_promise": _owed_answer(order),
        "live": live_url(viewer, PATH, SUBJECT_KIND, order.id),
        "form": form or Form(),
        "kept": await kept_files(form, viewer) if form else (),
        "about": ABOUT.get(about),
        "about_name": about if about in ABOUT else "",
        "conflict": "",
        "is_swap": False,
    }


def shown(order: OrderPage, reader: Reader) -> dict[str, Any]:
    """What every page about one order needs."""
    in_words = order.gross.currency == CURRENCY_IN_WORDS
    return {
        "order": order,
        "team": order.team,
        "progress": order.progress,
        "in_words": amount_in_words(order.gross, reader.locale) if in_words else "",
        "price": Money,
        "unit_label": unit_label,
    }


async def _complaints(order: OrderPage, viewer: Viewer) -> Sequence[ComplaintAbout]:
    """What was complained about in this order, the newest."""
    if not viewer.can(Permission.READ_OWN_COMPLAINTS):
        return ()
    return await complaints_about(order.id, limit=_MOST_COMPLAINTS)


def _promise(order: OrderPage) -> Promise | None:
    """What is owed of the goods now: the delivery of an urgent order before its shipment (O6)."""
    owed = [each for each in order.promises if each.is_open and each.kind in _OF_GOODS]
    return min(owed, key=lambda each: _OF_GOODS.index(each.kind), default=None)


def _owed_answer(order: OrderPage) -> Promise | None:
    return next(
        (each for each in order.promises if each.is_open and each.kind is TargetKind.NEXT_RESPONSE),
        None,
    )


def _from_customer(order: OrderPage, verdict: Verdict) -> list[Phrase]:
    """What waits for the customer: their part of the release, and the invoice (rule O22)."""
    phrases = _parts(order, verdict, theirs=True)
    if order.status is OrderStatus.INVOICED and order.balance.amount > 0:
        number = order.record.invoice_number
        said = {"amount": order.balance, "number": number}
        phrases.append(Phrase(N_("%(amount)s of invoice %(number)s is to be paid."), said))
    return phrases


def _from_us(order: OrderPage, verdict: Verdict) -> list[Phrase]:
    return _parts(order, verdict, theirs=False)


def _parts(order: OrderPage, verdict: Verdict, *, theirs: bool) -> list[Phrase]:
    # Goods are set aside when the order is confirmed: before it, all of them are missing.
    unknown: frozenset[CheckKind] = (
        _OF_GOODS_AT_HAND if order.record.confirmed_at is None else frozenset()
    )
    return [
        check.for_customer
        for check in verdict.checks
        if check.for_customer
        and check.kind not in unknown
        and (check.kind in _FROM_CUSTOMER) is theirs
    ]


def _said(phrases: Sequence[Phrase], reader: Reader) -> list[str]:
    return [phrase_words(phrase, reader) for phrase in phrases]
