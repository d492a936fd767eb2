"""What the pages of one delivery note share: reading, answering, forms that were refused."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from litestar import Request, Response

from portal.domain.catalogue.kinds import StockCondition, unit_label
from portal.domain.catalogue.stock_figures import condition_of
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.files.attachments import attached_files
from portal.domain.common.words import N_, Worded
from portal.domain.orders.batches import free_lots
from portal.domain.orders.finding import lines_of
from portal.domain.orders.shipments_view import PickList, pick_list, shipment_by_reference
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.tables import SHIPMENT, Shipment
from portal.staff.orders.page import FILES
from portal.staff.warehouse.preparing import conflict_words
from portal.staff.warehouse.tabs import PATH
from portal.web.answers import Answer
from portal.web.forms import Form, FormModel, Whole
from portal.web.once import led_to, remember
from portal.web.uploads import LIMITS, kept_files, offered
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


class Panel(Worded):
    """A form that can stand open on a delivery note. The value is in the address: `?do=batches`."""

    HAND_OVER = "hand-over", N_("Hand over to the carrier")
    BATCHES = "batches", N_("Choose other batches")
    WITHDRAW = "withdraw", N_("Put the goods back")
    DELIVERY = "delivery", N_("Record the delivery")
    EXCEPTION = "exception", N_("Something went wrong on the way")
    LOST = "lost", N_("Lost on the way")


_OF_STATUS: Mapping[ShipmentStatus, tuple[Panel, ...]] = {
    ShipmentStatus.IN_PREPARATION: (Panel.HAND_OVER, Panel.BATCHES, Panel.WITHDRAW),
    ShipmentStatus.SHIPPED: (Panel.DELIVERY, Panel.EXCEPTION, Panel.LOST),
}


class Versioned(FormModel):
    """What every form about a delivery note sends: the version that its page showed."""

    version: Whole


Given = TypeVar("Given", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Choice:
    """A batch that could be picked for a line, and how much of it is picked now."""

    row: int
    line_id: int
    batch: str
    free: Decimal
    picked: Decimal


@dataclass(frozen=True, slots=True)
class Bench:
    """Which delivery note is worked on, by whom, and how they are answered."""

    reference: str
    viewer: Viewer
    answer: Answer

    @property
    def path(self) -> str:
        return f"{PATH}/shipments/{self.reference}"

    async def do(
        self,
        request: AnyRequest,
        model: type[Given],
        verb: Callable[[Shipment, Given, Form], Awaitable[Any]],
        said: str,
        panel: Panel,
        *,
        back: str = "",
    ) -> Response[str]:
        """Read `model`, let `verb` act on the shipment, say what was done and go `back`.

        A form sent twice acts once.
        """
        form = await Form.sent(request)
        shipment = await shipment_by_reference(self.reference, by=self.viewer.actor)
        if path := await led_to(form, self.viewer):
            return self.answer.see_other(path)
        given, conflict = form.read(model), None
        if given is not None:
            try:
                await verb(shipment, given, form)
            except (FieldError, FieldErrors) as error:
                form.refuse_by(error)
            except Conflict as error:
                conflict = error
            else:
                await remember(form, self.viewer, back or self.path)
                return self.answer.see_other(back or self.path, toast=said)
        return await self.show(panel, form=form, conflict=conflict)

    async def show(
        self,
        panel: str = "",
        *,
        form: Form | None = None,
        conflict: Conflict | None = None,
    ) -> Response[str]:
        """The page of the delivery note. Raises `NotFound` for unknown and hidden ones (A6)."""
        shipment = await shipment_by_reference(self.reference, by=self.viewer.actor)
        picks = await pick_list(shipment)
        offers = _OF_STATUS.get(shipment.state, ())
        opened = Panel(panel) if panel in set(Panel) else None
        if form is None and opened not in offers:
            opened = next(iter(offers), None)
        now = self.viewer.reader.local(self.viewer.now)
        shown = form or Form.showing(delivered_at=f"{now:%Y-%m-%dT%H:%M}")
        shown.put("version", shipment.version)
        shown.say_in(self.viewer.reader.locale)
        papers = await attached_files(SHIPMENT, shipment.id, visible_to=Audience.INTERNAL)
        return self.answer.page(
            "staff/warehouse/shipment.html",
            title=N_("Delivery note %(reference)s"),
            words={"reference": self.reference},
            section="warehouse",
            form=form,
            shown=shown,
            status=409 if conflict else 200,
            picks=picks,
            unit_label=unit_label,
            shipment=picks.shipment,
            panels=offers,
            panel=opened,
            choices=await _choices(shipment, picks) if opened is Panel.BATCHES else {},
            papers=[offered(file, FILES) for file in papers],
            kept=await kept_files(form, self.viewer) if form else (),
            limits=LIMITS,
            **conflict_words(conflict, self.viewer),
        )


async def _choices(shipment: Shipment, picks: PickList) -> dict[int, list[Choice]]:
    """For every line of the pick list the batches there are, the oldest first."""
    wanted = {pick.order_line_id for pick in picks.lines}
    lines = [line for line in await lines_of(shipment.order_id) if line.id in wanted]
    lots = await free_lots(lines, shipment_id=shipment.id)
    picked = {(pick.order_line_id, pick.batch): pick.quantity for pick in picks.lines}
    found: dict[int, list[Choice]] = {}
    row = 0
    for line in lines:
        condition: StockCondition = condition_of(gift=line.gift)
        there = lots.get((line.item_id, condition), {}) if line.item_id else {"": line.quantity}
        found[line.id] = []
        for batch, free in there.items():
            chosen = picked.get((line.id, batch), Decimal(0))
            found[line.id].append(Choice(row, line.id, batch, free, chosen))
            row += 1
    return found
