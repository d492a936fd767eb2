"""An order's page for staff: where it stands, what it still needs, and the form open on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from litestar import Response

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.files.attachments import by_message
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part, story
from portal.domain.common.words import N_, Phrase
from portal.domain.orders.guarantees import guarantee_until
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.project_size import looks_like_project
from portal.domain.orders.record_page import order_page
from portal.domain.orders.release_facts import shown_verdict
from portal.domain.orders.release_words import CheckKind, Step
from portal.domain.orders.reserving import available
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.story import phrase_of
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.orders.verdict import Check, Verdict
from portal.domain.service_levels.escalation import escalation_of
from portal.domain.visits.marking import CARRIED_OUT, installations_of
from portal.rendering.phrases import phrase_words
from portal.staff.orders.form_choices import choices_of
from portal.staff.orders.panels import (
    COMPOSERS,
    INTERNAL,
    Panel,
    at_the_top,
    offered_panels,
    resolving,
)
from portal.staff.story import Told
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.story_parts import shown_messages, shown_part
from portal.web.uploads import LIMITS, kept_files, offered
from portal.web.viewer import Viewer

PATH = "/staff/orders"
FILES = f"{PATH}/files"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check of the release decision with the forms by which this viewer can resolve it."""

    check: Check
    words: Phrase
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Release:
    """The decision as the checklist shows it; `aside` are the checks that are not needed."""

    verdict: Verdict
    rows: Sequence[CheckRow]
    aside: Sequence[Check]

    @property
    def is_incomplete(self) -> bool:
        """Whether something is missing without which nothing is processed (rule O1)."""
        return any(check.kind is CheckKind.COMPLETE for check in self.verdict.open_checks)

    @property
    def before_scheduling(self) -> int:
        return len(self.verdict.blocking(Step.SCHEDULE))

    @property
    def before_shipping(self) -> int:
        return len(self.verdict.blocking(Step.SHIP))


async def show_order(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    *,
    panel: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
    part: Part = NEWEST,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    Reads in the caller's unit. Raises `NotFound` for unknown and confidential orders (rule A6).
    """
    order = await order_page(reference, by=viewer.actor)
    card = order.card
    if not _is_theirs(viewer, card):
        await note_read(order.record.account_id, viewer.actor, f"{PATH}/{reference}")
    head = await head_of(order)
    offers, travelling = head.pop("offers"), head.pop("travelling")
    opened = _opened(offers, panel, form)
    forms = _forms(order, opened, form, viewer)
    for each in forms.values():
        each.say_in(viewer.reader.locale)
    return answer.page(
        "staff/orders/show.html",
        title=N_("Order %(reference)s"),
        words={"reference": reference},
        section="orders",
        form=form,
        status=409 if conflict else 200,
        card=card,
        panel=opened if opened not in COMPOSERS else None,
        panel_check=next(
            (row.check.kind for row in head["release"].rows if opened in row.panels), ""
        ),
        is_internal=opened in INTERNAL,
        forms=forms,
        conflict=_said(conflict, viewer),
        choices=await choices_of(order, opened, travelling),
        guarantee_until=await guarantee_until(order.record, by=viewer.actor)
        if opened is Panel.GUARANTEE
        else None,
        stock=await stock_of(order, viewer),
        installations=await installations_of(order.record.account_id, order_id=order.id)
        if order.status in CARRIED_OUT and viewer.actor.may(Permission.READ_VISITS)
        else (),
        may_mark=order.status in CARRIED_OUT and viewer.actor.may(Permission.MAKE_VISITS),
        kept=await kept_files(form, viewer) if form else (),
        live=live_url(viewer, PATH, SUBJECT_KIND, order.id),
        limits=LIMITS,
        **head,
        **await story_of(order, viewer, part),
    )


async def head_of(order: OrderPage) -> dict[str, Any]:
    """Title, promise, what can be done, and the release checklist."""
    verdict = await shown_verdict(order.record, by=order.actor)
    travelling = [each for each in order.shipments if each.status is ShipmentStatus.SHIPPED]
    offers = offered_panels(order, verdict, is_travelling=bool(travelling))
    rows = [
        CheckRow(
            check,
            check.words if _sees_money(order.actor) else check.without_amounts,
            resolving(check.kind, offers) if check.is_open else (),
        )
        for check in verdict.checks
        if check.state != "not_needed"
    ]
    aside = [check for check in verdict.checks if check.state == "not_needed"]
    return {
        "order": order,
        "offers": offers,
        "release": Release(verdict, rows, aside),
        "panels": at_the_top(offers),
        "project_size": looks_like_project(order.record, order.policy, order.read_at)
        if Panel.MARK in offers and _sees_money(order.actor)
        else None,
        "shipments": order.shipments,
        "travelling": travelling,
        "escalations": await escalation_of(order.promises),
        "signed": {
            each.id: [offered(file, FILES) for file in each.papers]
            for each in order.shipments
            if each.signed_by
        },
    }


async def story_of(order: OrderPage, viewer: Viewer, part: Part) -> dict[str, Any]:
    """Thread with its files, the files of the order itself, and what happened: a part of it."""
    told = await story(SUBJECT_KIND, order.id, visible_to=viewer.actor.reads, part=part)
    files = by_message(told.files)
    happened = [(entry, phrase_of(entry)) for entry in told.events]
    entries = [
        Told(
            entry.at,
            entry.actor_name,
            phrase_words(phrase, viewer.reader),
            entry.audience == Audience.INTERNAL,
        )
        for entry, phrase in reversed(happened)
        if _sees_money(viewer.actor) or not phrase.has_amounts
    ]
    return {
        "messages": shown_messages(told.messages, files, FILES),
        "files": [offered(file, FILES) for file in files.get(None, [])],
        "entries": entries,
        "part": shown_part(
            told,
            part,
            page=f"{PATH}/{order.reference}",
            place="conversation",
            fragment="story",
            events=len(entries),
        ),
    }


def _sees_money(actor: Actor) -> bool:
    """Whether prices, payments and credit are theirs to read: not the warehouse's (rule A6)."""
    return actor.may(Permission.READ_QUOTES)


async def stock_of(order: OrderPage, viewer: Viewer) -> Mapping[int, Decimal]:
    """How many more the order could have now of what is short, for who may know (rule O5)."""
    if not (order.is_short and order.status.is_open and viewer.actor.may(Permission.READ_STOCK)):
        return {}
    short = {line.item_id for line in order.lines if line.item_id is not None and line.missing > 0}
    return await available(short, account_id=order.record.account_id) if short else {}


def _is_theirs(viewer: Viewer, card: Any) -> bool:
    """Whether no read is logged: the team's own, and of those who handle every order (rule A6)."""
    actor = viewer.actor
    return actor.may(Permission.READ_ALL_ORDERS) or card.has(actor.staff_member_id)


def _opened(offers: list[Panel], panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    return wanted if form is not None or wanted in offers else None


def _forms(
    order: OrderPage, opened: Panel | None, form: Form | None, viewer: Viewer
) -> dict[str, Form]:
    forms = {
        "reply": Form(),
        "note": Form(),
        "panel": Form.showing(**_defaults(order, opened, viewer)),
    }
    if form is not None and opened is not None:
        forms[opened.value if opened in COMPOSERS else "panel"] = form
    # What is sent next was written in sight of what the page shows now.
    forms["panel"].put("version", order.version)
    return forms


def _defaults(order: OrderPage, opened: Panel | None, viewer: Viewer) -> dict[str, Any]:
    today = viewer.reader.local(viewer.now).date()
    return {
        "ship_to": order.record.ship_to_id,
        "urgent": order.record.urgent,
        "project": order.record.project,
        "place": order.record.hold_place,
        "received_on": today,
        "given_on": today,
        "amount": _amount(order, opened),
        "name": order.ordered_by,
    }


def _amount(order: OrderPage, opened: Panel | None) -> Decimal | None:
    """What is still to come, or to be given back."""
    if opened is Panel.REFUND:
        return order.to_give_back.amount if order.to_give_back else None
    return order.balance.amount if order.balance.amount > 0 else None


def _said(conflict: Conflict | None, viewer: Viewer) -> str:
    if conflict is None:
        return ""
    return phrase_words(Phrase(conflict.message, conflict.words), viewer.reader)
