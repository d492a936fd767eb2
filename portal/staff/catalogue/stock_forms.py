"""Stock is booked: receipts, goods moved to another condition, adjustments (rule O19)."""

from collections.abc import Awaitable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import Field, StringConstraints

from portal.domain.catalogue.items import by_sku
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey, NotEnoughStock, ReservedForOrders, StockMoved
from portal.domain.catalogue.stock_view import LotRow, lot_of
from portal.domain.catalogue.tables import Item
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.stock_changes import (
    Effect,
    book_adjustment,
    book_receipt,
    book_regrade,
)
from portal.staff.catalogue.stock import STOCK, stock_path
from portal.staff.choices import choices
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form, FormModel, Number
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
_WORKS = [requires(Permission.WORK_IN_WAREHOUSE)]
_ADJUSTS = [requires(Permission.ADJUST_STOCK)]
_LOT = f"{STOCK}/lots/{{lot_id:int}}"

_Quantity = Annotated[Number, Field(gt=0, lt=Decimal(10) ** 11, decimal_places=3)]
_Counted = Annotated[Number, Field(ge=0, lt=Decimal(10) ** 11, decimal_places=3)]
_Batch = Annotated[str, StringConstraints(max_length=60)]
_Reason = Annotated[str, StringConstraints(max_length=500)]


class Receipt(FormModel):
    condition: StockCondition
    quantity: _Quantity
    batch: _Batch = ""
    reason: _Reason


class Regrade(FormModel):
    to: StockCondition
    quantity: _Quantity
    reason: _Reason


class Adjustment(FormModel):
    counted: _Counted
    booked: _Counted
    reason: _Reason


class Found(Adjustment):
    condition: StockCondition
    batch: _Batch = ""


@dataclass(frozen=True, slots=True)
class _Desk:
    """One form of an item: how it is shown, and how it ends."""

    template: str
    title: str
    item: Item
    viewer: Viewer
    answer: Answer
    lot: LotRow | None = None

    def page(self, form: Form, *, conflict: Conflict | None = None) -> Response[str]:
        return self.answer.page(
            f"staff/catalogue/{self.template}",
            title=self.title,
            words={"sku": self.item.sku},
            section="catalogue",
            form=form,
            status=409 if conflict else 200,
            conflict=self.answer.translated(conflict.message, **conflict.words)
            if conflict
            else None,
            item=self.item,
            name=self.item.name(self.viewer.reader.locale),
            lot=self.lot,
            conditions=choices(StockCondition, self.answer),
            others=choices(
                [each for each in StockCondition if not self.lot or each != self.lot.condition],
                self.answer,
            ),
        )

    async def finish(self, form: Form, booking: Awaitable[Effect] | None) -> Response[str]:
        """Book, or show the form again with what is wrong and everything that was typed."""
        if booking is None:
            return self.page(form)
        try:
            effect = await booking
        except FieldError as error:
            form.refuse_by(error)
            return self.page(form)
        except (NotEnoughStock, ReservedForOrders, StockMoved) as error:
            if isinstance(error, StockMoved):
                form.put("booked", error.words["booked"])
            return self.page(form, conflict=error)
        path = stock_path(self.item.sku)
        await remember(form, self.viewer, path)
        said, tone = _said(effect)
        return self.answer.see_other(
            path,
            toast=said,
            tone=tone,
            served=", ".join(effect.served),
            short=", ".join(effect.short_again),
        )


def _said(effect: Effect) -> tuple[str, str]:
    if effect.served and effect.short_again:
        return N_("Booked. Short again: %(short)s. Reserved for: %(served)s."), "warning"
    if effect.short_again:
        return N_("Booked. Short again: %(short)s."), "warning"
    if effect.served:
        return N_("Booked, and reserved for who waited: %(served)s."), "done"
    return N_("Booked."), "done"


async def _receiving(sku: str, viewer: Viewer, answer: Answer) -> _Desk:
    item = await by_sku(sku)
    return _Desk("receive.html", N_("Book a receipt of %(sku)s"), item, viewer, answer)


async def _regrading(sku: str, lot_id: int, viewer: Viewer, answer: Answer) -> _Desk:
    item = await by_sku(sku)
    lot = await lot_of(item.id, lot_id)
    return _Desk("regrade.html", N_("Move stock of %(sku)s"), item, viewer, answer, lot)


async def _adjusting(sku: str, lot_id: int | None, viewer: Viewer, answer: Answer) -> _Desk:
    item = await by_sku(sku)
    lot = await lot_of(item.id, lot_id) if lot_id else None
    return _Desk("adjust.html", N_("Adjust stock of %(sku)s"), item, viewer, answer, lot)


@get(f"{STOCK}/receipt", guards=_WORKS)
async def receipt_form(sku: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What came in, as which condition, of which batch, with which paper."""
    desk = await _receiving(sku, viewer, answer)
    return desk.page(Form.showing(condition=StockCondition.GOOD.value))


@post(f"{STOCK}/receipt", guards=_WORKS)
async def receive(
    sku: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Book it; orders that wait get theirs."""
    desk = await _receiving(sku, viewer, answer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    booking = None
    if given := form.read(Receipt):
        lot = LotKey(desk.item.id, given.condition, given.batch)
        booking = book_receipt(lot, given.quantity, reason=given.reason, by=viewer.actor)
    return await desk.finish(form, booking)


@get(f"{_LOT}/regrade", guards=_WORKS)
async def regrade_form(
    sku: FromPath[str], lot_id: AnId, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """How many pieces of the lot, and what they are now."""
    desk = await _regrading(sku, lot_id, viewer, answer)
    return desk.page(Form())


@post(f"{_LOT}/regrade", guards=_WORKS)
async def regrade(
    sku: FromPath[str], lot_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Move them; orders that counted on them are short again."""
    desk = await _regrading(sku, lot_id, viewer, answer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    booking = None
    if given := form.read(Regrade):
        booking = book_regrade(
            _key(desk), given.to, given.quantity, reason=given.reason, by=viewer.actor
        )
    return await desk.finish(form, booking)


@get(f"{_LOT}/adjustment", guards=_ADJUSTS)
async def adjustment_form(
    sku: FromPath[str], lot_id: AnId, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What is booked, and what was counted."""
    desk = await _adjusting(sku, lot_id, viewer, answer)
    return desk.page(Form.showing(booked=desk.lot.on_hand if desk.lot else 0))


@post(f"{_LOT}/adjustment", guards=_ADJUSTS)
async def adjust(
    sku: FromPath[str], lot_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Set the lot to what was counted."""
    desk = await _adjusting(sku, lot_id, viewer, answer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    booking = None
    if given := form.read(Adjustment):
        booking = book_adjustment(
            _key(desk), given.counted, booked=given.booked, reason=given.reason, by=viewer.actor
        )
    return await desk.finish(form, booking)


@get(f"{STOCK}/adjustment", guards=_ADJUSTS)
async def found_form(sku: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Goods that were counted and stand in no lot."""
    desk = await _adjusting(sku, None, viewer, answer)
    return desk.page(Form.showing(condition=StockCondition.GOOD.value, booked=0))


@post(f"{STOCK}/adjustment", guards=_ADJUSTS)
async def found(
    sku: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Book what was found."""
    desk = await _adjusting(sku, None, viewer, answer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    booking = None
    if given := form.read(Found):
        lot = LotKey(desk.item.id, given.condition, given.batch)
        booking = book_adjustment(
            lot, given.counted, booked=given.booked, reason=given.reason, by=viewer.actor
        )
    return await desk.finish(form, booking)


def _key(desk: _Desk) -> LotKey:
    assert desk.lot is not None  # noqa: S101 - the page is that of a lot
    return LotKey(desk.item.id, desk.lot.condition, desk.lot.batch)


ROUTES = [
    receipt_form,
    receive,
    regrade_form,
    regrade,
    adjustment_form,
    adjust,
    found_form,
    found,
]
