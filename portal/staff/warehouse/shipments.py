"""One delivery note: batches chosen, handed over, delayed, lost, signed for (rules O14, O16)."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.batches import BatchFacts, set_batches
from portal.domain.orders.delivery import note_exception, record_delivery
from portal.domain.orders.lost_shipments import report_lost
from portal.domain.orders.preparation import withdraw_preparation
from portal.domain.orders.redirecting import ship_to_seen
from portal.domain.orders.shipment_locking import lock_with_order
from portal.domain.orders.shipments_view import shipment_by_reference
from portal.domain.orders.shipping import HandOver, hand_over
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.tables import Shipment
from portal.staff.warehouse.bench import AnyRequest, Bench, Panel, Versioned
from portal.staff.warehouse.tabs import PATH
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, Number, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.notices import page_opened
from portal.web.uploads import is_dropping, keep_chosen, shown_files
from portal.web.viewer import Viewer

SHIPMENT = f"{PATH}/shipments/{{shipment_reference:str}}"
LINES = "lines"
_PACKS = [requires(Permission.WORK_IN_WAREHOUSE)]
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Handed(Versioned):
    carrier: Text = ""
    tracking_number: Text = ""
    parcels: Whole | None = None
    expected_on: Day | None = None


class Reason(Versioned):
    reason: Text = ""


class Delay(Versioned):
    what: Text = ""
    expected_on: Day


class Lost(Versioned):
    what: Text = ""


class Delivered(Versioned):
    signed_by: Text = ""
    delivered_at: datetime


class BatchFields(FormModel):
    line: Whole
    batch: Text = ""
    quantity: Number | None = None


class Batches(Versioned):
    lines: list[BatchFields] = []


@get(SHIPMENT, guards=_PACKS)
async def show(
    shipment_reference: FromPath[str], viewer: AViewer, answer: AnAnswer, do: FromQuery[str] = ""
) -> Response[str]:
    """A delivery note and what is to be done with it; `do` opens one of its forms."""
    shown = await Bench(shipment_reference, viewer, answer).show(do)
    await page_opened(viewer, f"{PATH}/shipments/{shipment_reference}")
    return shown


@post(f"{SHIPMENT}/hand-over", guards=_PACKS)
async def give_to_carrier(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let it leave with a carrier; whether it may is decided once more now (rule O14)."""

    async def verb(shipment: Shipment, given: Handed, _: Form) -> Any:
        handed = HandOver(given.carrier, given.tracking_number, given.parcels, given.expected_on)
        await hand_over(shipment, handed, by=viewer.actor, expected_version=given.version)

    said = N_("Handed over. The customer has been told.")
    bench = Bench(shipment_reference, viewer, answer)
    return await bench.do(request, Handed, verb, said, Panel.HAND_OVER, back=PATH)


@post(f"{SHIPMENT}/ship-to/seen", guards=_PACKS)
async def place_seen(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The warehouse has seen, while packing, that it goes to another place now (rule O13)."""

    async def verb(shipment: Shipment, given: Versioned, _: Form) -> Any:
        order = await lock_with_order(
            shipment, status=ShipmentStatus.IN_PREPARATION, expected_version=given.version
        )
        await ship_to_seen(order, by=viewer.actor)

    said = N_("Noted: the warehouse has seen the new delivery place.")
    bench = Bench(shipment_reference, viewer, answer)
    return await bench.do(request, Versioned, verb, said, Panel.HAND_OVER)


@post(f"{SHIPMENT}/batches", guards=_PACKS)
async def choose_batches(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Take other batches than those that came first."""

    async def verb(shipment: Shipment, given: Versioned, form: Form) -> Any:
        fields = form.read(Batches, lines=(LINES,))
        if fields is None:
            raise FieldErrors(())
        chosen = [
            BatchFacts(row, line.line, line.quantity, line.batch)
            for row, line in enumerate(fields.lines)
            if line.quantity
        ]
        await set_batches(shipment, chosen, by=viewer.actor, expected_version=given.version)

    said = N_("Batches noted.")
    bench = Bench(shipment_reference, viewer, answer)
    return await bench.do(request, Versioned, verb, said, Panel.BATCHES)


@post(f"{SHIPMENT}/withdrawal", guards=_PACKS)
async def put_back(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Put the goods back on the shelf; they stay reserved."""

    async def verb(shipment: Shipment, given: Reason, _: Form) -> Any:
        await withdraw_preparation(
            shipment, given.reason, by=viewer.actor, expected_version=given.version
        )

    said = N_("Put back. The order is scheduled again.")
    bench = Bench(shipment_reference, viewer, answer)
    return await bench.do(request, Reason, verb, said, Panel.WITHDRAW, back=PATH)


@post(f"{SHIPMENT}/exceptions", guards=_PACKS)
async def delay(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Note what went wrong on the way, with a new day; the customer is told at once (rule O14)."""

    async def verb(shipment: Shipment, given: Delay, _: Form) -> Any:
        await note_exception(
            shipment,
            given.what,
            given.expected_on,
            by=viewer.actor,
            expected_version=given.version,
        )

    said = N_("Noted. The customer has been told the new day.")
    bench = Bench(shipment_reference, viewer, answer)
    return await bench.do(request, Delay, verb, said, Panel.EXCEPTION)


@post(f"{SHIPMENT}/loss", guards=_PACKS)
async def lose(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """It never arrives: its goods are to be sent again, and the customer is told (rule O14)."""

    async def verb(shipment: Shipment, given: Lost, _: Form) -> Any:
        await report_lost(
            shipment,
            given.what,
            send_again=True,
            by=viewer.actor,
            expected_version=given.version,
        )

    said = N_("Noted as lost. The goods are to be sent again; the customer and sales know.")
    bench = Bench(shipment_reference, viewer, answer)
    return await bench.do(request, Lost, verb, said, Panel.LOST)


@post(f"{SHIPMENT}/delivery", guards=_PACKS, opt=OWN_UNITS)
async def deliver(
    shipment_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record who signed for it and when, with the signed note photographed (rule O16)."""
    bench = Bench(shipment_reference, viewer, answer)
    async with viewer.unit():
        await shipment_by_reference(shipment_reference, by=viewer.actor)
    form = await Form.sent(request)
    await keep_chosen(form, viewer)
    conflict = None
    given = form.read(Delivered)
    if given is not None and not is_dropping(form) and not form.is_refused:
        try:
            async with viewer.unit() as unit:
                shipment = await shipment_by_reference(shipment_reference, by=viewer.actor)
                await record_delivery(
                    shipment,
                    signed_by=given.signed_by,
                    delivered_at=_at(given.delivered_at, viewer),
                    by=viewer.actor,
                    form_key=form.key,
                    shown_files=shown_files(form),
                    expected_version=given.version,
                )
            tell_after_commit(unit)
            said = N_("Delivered. The signed note is kept.")
            return answer.see_other(f"{PATH}/on-the-way", toast=said)
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except Conflict as error:
            conflict = error
    async with viewer.unit():
        return await bench.show(Panel.DELIVERY, form=form, conflict=conflict)


def _at(moment: datetime, viewer: Viewer) -> datetime:
    """What was typed without a zone is meant in the viewer's."""
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(viewer.reader.timezone))


ROUTES = [show, give_to_carrier, place_seen, choose_batches, put_back, delay, lose, deliver]
