"""The papers of an order: the facts of the domain put into what the typesetter takes.

`locale` is the language of the paper, `origin` the configured one of this site
(`Settings.base_url`): a QR code never takes its address from a request. Rendering blocks for about
0.2 s; hold no connection meanwhile.
"""

from decimal import Decimal

from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.words import N_, Phrase
from portal.domain.orders.page_view import OrderLine, OrderPage
from portal.domain.orders.paper_facts import DeliveryNoteFacts, PaperFacts, PickListFacts
from portal.domain.orders.shipments_view import PickList as Picks
from portal.domain.orders.shipments_view import ShipmentView
from portal.domain.quotes.document import PartyFacts
from portal.rendering import pdf
from portal.rendering.document_parts import PaperLine, Party
from portal.rendering.i18n import translations
from portal.rendering.links import absolute
from portal.rendering.numbers import format_decimal
from portal.rendering.order_documents import (
    DeliveredLine,
    DeliveryNote,
    OrderConfirmation,
    PickedLine,
    PickList,
)

_OTHER_PLACE = N_("The delivery place was changed. Send it to %(place)s.")
_TOGETHER = N_("Travels together with %(orders)s.")
_HELD = N_("On hold at %(place)s. Do not hand it over.")
_URGENT = N_("Urgent. It leaves first.")
_CANCELLED = N_("%(count)s of %(ordered)s cancelled")
_IN_PARTS = N_("A part of the order. The rest follows, as the customer agreed.")


def confirmation_pdf(facts: PaperFacts, supplier_name: str, origin: str, locale: str) -> bytes:
    """The order confirmation of a confirmed order (rule O1)."""
    page, order = facts.page, facts.page.record
    if order.confirmed_at is None:
        raise ValueError("only what is confirmed has a confirmation")
    basis = order.promised_ship_note or _said(order.basis.label, locale)
    quote = f"{page.request_reference} · {page.revision}" if page.request_reference else ""
    document = OrderConfirmation(
        supplier=_supplier(facts.supplier, supplier_name),
        customer=_party(facts.customer),
        reference=page.reference,
        currency=order.currency,
        placed_at=order.placed_at,
        confirmed_at=order.confirmed_at,
        confirmed_by=page.confirmed_by,
        ordered_by=page.ordered_by,
        lines=tuple(_priced(line, locale) for line in page.lines),
        page_url=absolute(origin, f"/orders/{page.reference}"),
        promised_ship_on=order.promised_ship_on,
        promise=basis if order.promised_ship_on else "",
        payment_terms=_said(order.terms.label, locale),
        transport=_said(page.transport.label, locale) if page.transport else "",
        ship_to=_place_of_order(page),
        customer_reference=order.purchase_order_number,
        quote=quote,
        parts_agreed=order.partial_agreed_at is not None,
        discount_percent=order.discount_percent,
        timezone=page.account_timezone,
    )
    return pdf.render_confirmation(document, locale)


def delivery_note_pdf(
    facts: DeliveryNoteFacts, supplier_name: str, origin: str, locale: str
) -> bytes:
    """The delivery note of a shipment (rule O16).

    Its QR code leads to a complaint about these goods: whoever unpacks them has the paper at hand.
    """
    page, shipment = facts.paper.page, facts.shipment
    document = DeliveryNote(
        supplier=_supplier(facts.paper.supplier, supplier_name),
        customer=_party(facts.paper.customer),
        reference=shipment.reference,
        order_reference=page.reference,
        shipped_at=shipment.shipped_at or shipment.prepared_at,
        lines=tuple(
            DeliveredLine(
                position=line.position,
                description=line.description,
                ordered=line.ordered,
                delivered=line.quantity,
                to_follow=line.to_follow,
                unit=_said(unit_label(line.unit), locale),
                sku=line.sku,
                batch=line.batch,
                gift=line.gift,
            )
            for line in shipment.lines
        ),
        page_url=absolute(origin, f"/complaints/new?shipment={shipment.reference}"),
        form_number=facts.form_number,
        ordered_at=page.record.placed_at,
        customer_reference=page.record.purchase_order_number,
        ship_to=_place_of_shipment(shipment),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        parcels=shipment.parcels,
        expected_on=shipment.expected_on,
        timezone=page.account_timezone,
    )
    return pdf.render_delivery_note(document, locale)


def pick_list_pdf(facts: PickListFacts, supplier_name: str, origin: str, locale: str) -> bytes:
    """The pick list of a shipment; its QR code leads to the warehouse's page of it."""
    page, picks = facts.paper.page, facts.picks
    shipment = picks.shipment
    document = PickList(
        supplier=_supplier(facts.paper.supplier, supplier_name),
        customer=Party(picks.account_name),
        reference=shipment.reference,
        order_reference=page.reference,
        prepared_at=shipment.prepared_at,
        prepared_by=shipment.prepared_by,
        lines=tuple(
            PickedLine(
                position=line.position,
                description=line.description,
                quantity=line.quantity,
                unit=_said(unit_label(line.unit), locale),
                sku=line.sku,
                batch=line.batch,
                gift=line.gift,
            )
            for line in picks.lines
        ),
        page_url=absolute(origin, f"/staff/warehouse/shipments/{shipment.reference}"),
        ship_to=_place_of_shipment(shipment),
        transport=_said(picks.transport.label, locale) if picks.transport else "",
        promised_ship_on=picks.promised_ship_on,
        notices=tuple(_notice(each, locale) for each in _notices(picks)),
        timezone=page.branch_timezone,
    )
    return pdf.render_pick_list(document, locale)


def _notices(picks: Picks) -> list[Phrase]:
    """What must not be overlooked while packing (rules O6, O12, O13, O15)."""
    notices = []
    if picks.urgent:
        notices.append(Phrase(_URGENT))
    if picks.held:
        notices.append(Phrase(_HELD, {"place": picks.hold_place}))
    if picks.place_changed:
        notices.append(Phrase(_OTHER_PLACE, {"place": picks.shipment.ship_to_label}))
    if picks.travels_with:
        notices.append(Phrase(_TOGETHER, {"orders": ", ".join(picks.travels_with)}))
    if any(line.to_follow for line in picks.shipment.lines):
        notices.append(Phrase(_IN_PARTS))
    return notices


def _notice(phrase: Phrase, locale: str) -> str:
    return _said(phrase.msgid, locale) % phrase.params


def _priced(line: OrderLine, locale: str) -> PaperLine:
    return PaperLine(
        position=line.position,
        description=line.description,
        quantity=line.quantity,
        unit=_said(line.unit_label, locale),
        unit_price=Decimal(0) if line.unit_price is None else line.unit_price,
        tax_rate=line.tax_rate,
        net=line.net.amount,
        tax=line.tax.amount,
        sku=line.sku,
        discount_percent=line.discount_percent,
        note=_cancelled(line, locale),
        gift=line.gift,
    )


def _cancelled(line: OrderLine, locale: str) -> str:
    """What of the line was ordered and does not hold any more (rule O11)."""
    if not line.cancelled:
        return ""
    words = {"count": format_decimal(line.cancelled), "ordered": format_decimal(line.ordered)}
    return _notice(Phrase(_CANCELLED, words), locale)


def _supplier(facts: PartyFacts, supplier_name: str) -> Party:
    address = "\n".join(part for part in (facts.name, facts.address) if part)
    return Party(supplier_name, address, facts.contact, facts.phone, facts.email)


def _party(facts: PartyFacts) -> Party:
    return Party(
        facts.name, facts.address, facts.contact, facts.phone, facts.email, facts.tax_number
    )


def _place_of_order(page: OrderPage) -> str:
    return _place(
        page.ship_to_label, page.ship_to_address, page.ship_to_contact, page.ship_to_phone
    )


def _place_of_shipment(shipment: ShipmentView) -> str:
    return _place(
        shipment.ship_to_label,
        shipment.ship_to_address,
        shipment.ship_to_contact,
        shipment.ship_to_phone,
    )


def _place(label: str, address: str, recipient: str, phone: str) -> str:
    """The place as a driver reads it: its name, its address, who takes the goods."""
    who = " ".join(part for part in (recipient, phone) if part)
    return "\n".join(part for part in (label, address, who) if part)


def _said(text: str, locale: str) -> str:
    return translations(locale).gettext(text) if text else ""
