"""The papers of an order in the reader's language, in the order they show what they say."""

from portal.domain.common.words import N_
from portal.rendering.document_parts import Party
from portal.rendering.numbers import format_decimal
from portal.rendering.order_documents import (
    DeliveredLine,
    DeliveryNote,
    OrderConfirmation,
    PickedLine,
    PickList,
)
from portal.rendering.priced_sheet import PricedSheet
from portal.rendering.qr import qr_svg
from portal.rendering.quote_sheet import LONGEST_PROMISE
from portal.rendering.sheet import Column, Json, Sheet

_CONFIRMATION = N_("Order confirmation")
_NOTE = N_("Delivery note")
_PICK_LIST = N_("Pick list")
_FREE = N_("Free of charge")

_DELIVERED: tuple[Column, ...] = (
    ("position", N_("No."), "", "right"),
    ("code", N_("Item no."), "", "left"),
    ("description", N_("Description"), "", "left"),
    ("batch", N_("Batch"), "", "left"),
    ("unit", N_("Unit"), "", "left"),
    ("ordered", N_("Qty ordered"), "", "right"),
    ("delivered", N_("Qty delivered"), "", "right"),
    ("to_follow", N_("To follow"), "", "right"),
)
_PICKED: tuple[Column, ...] = (
    ("done", N_("Done"), "", "left"),
    ("position", N_("No."), "", "right"),
    ("code", N_("Item no."), "", "left"),
    ("description", N_("Description"), "", "left"),
    ("quantity", N_("To pick"), "", "right"),
    ("unit", N_("Unit"), "", "left"),
    ("picked", N_("Picked"), "", "left"),
    ("batch", N_("Batch"), "", "left"),
)


def confirmation_sheet(document: OrderConfirmation, locale: str) -> dict[str, Json]:
    """What `templates/print/order_confirmation.typ` prints; `locale` is one of `i18n.LOCALES`."""
    sheet = PricedSheet(document, locale, document.timezone)
    terms = document.payment_terms
    short = len(terms) <= LONGEST_PROMISE
    promises = [(N_("Promised ship date"), sheet.day(document.promised_ship_on), document.promise)]
    if short:
        promises.append((N_("Payment terms"), terms, ""))
    parts = N_("In parts, as you agreed") if document.parts_agreed else N_("Complete")
    promises.append((N_("Delivery"), sheet.say(parts), ""))  # rule O15
    return {
        **sheet.frame(_CONFIRMATION, document.reference, document.supplier),
        "qr": _qr(sheet, document.page_url, N_("Scan to see where the order is.")),
        **_customer(sheet, document.customer),
        "facts": sheet.facts(
            [
                (N_("Order"), document.reference),
                (N_("Ordered on"), sheet.day(document.placed_at)),
                (N_("Ordered by"), document.ordered_by),
                (N_("Your order number"), document.customer_reference),
                (N_("Quote"), document.quote),
                (N_("Confirmed on"), sheet.day(document.confirmed_at)),
                (N_("Confirmed by"), document.confirmed_by),
                (N_("Currency"), sheet.currency_name(document.currency)),
            ]
        ),
        "promises": sheet.promises(promises),
        "table": sheet.priced_table(),
        "totals": sheet.totals(
            N_("Net amounts contain a discount of %(discount)s on the whole order.")
        ),
        "in_words": sheet.in_words(),
        "texts": sheet.facts(
            [
                (N_("Payment terms"), "" if short else terms),
                (N_("Transport"), document.transport),
                (N_("Ship to"), document.ship_to),
                (
                    N_("Changes"),
                    sheet.say(
                        N_(
                            "Compare this confirmation with your order. Tell us what differs "
                            "before the goods are prepared; after that we can no longer change it."
                        )
                    ),
                ),
            ]
        ),
        "signatures": sheet.signatures(
            [
                (N_("For the supplier"), document.supplier.name),
                (N_("Confirmed by the customer"), document.customer.name),
            ],
            [N_("Authorised signature"), N_("Name"), N_("Date")],
        ),
    }


def delivery_note_sheet(document: DeliveryNote, locale: str) -> dict[str, Json]:
    """What `templates/print/delivery_note.typ` prints; `locale` is one of `i18n.LOCALES`."""
    sheet = Sheet(locale, document.timezone)
    parcels = "" if document.parcels is None else str(document.parcels)
    empty = set()
    if not any(line.sku for line in document.lines):
        empty.add("code")
    if not any(line.batch for line in document.lines):
        empty.add("batch")
    if not any(line.to_follow for line in document.lines):
        empty.add("to_follow")
    return {
        **sheet.frame(_NOTE, document.reference, document.supplier),
        "qr": _qr(sheet, document.page_url, N_("Scan if something is wrong.")),
        "form_number": document.form_number,
        **_customer(sheet, document.customer),
        "facts": sheet.facts(
            [
                (N_("Delivery note"), document.reference),
                (N_("Order"), document.order_reference),
                (N_("Ordered on"), sheet.day(document.ordered_at)),
                (N_("Your order number"), document.customer_reference),
                (N_("Carrier"), document.carrier),
                (N_("Tracking number"), document.tracking_number),
            ]
        ),
        "promises": sheet.promises(
            [
                (N_("Shipped on"), sheet.day(document.shipped_at), ""),
                (N_("Expected on"), sheet.day(document.expected_on), ""),
                (N_("Parcels"), parcels, ""),
            ]
        ),
        "table": {
            "columns": sheet.columns(_DELIVERED, without=empty),
            "rows": [_delivered(sheet, line) for line in document.lines],
        },
        "texts": sheet.facts([(N_("Ship to"), document.ship_to)]),
        "receipt": sheet.say(
            N_(
                "Received complete and undamaged, unless noted here. Count the parcels before you "
                "sign; open what looks damaged in the carrier's presence."
            )
        ),
        "signatures": sheet.signatures(
            [
                (N_("Handed over by"), document.supplier.name),
                (N_("Received by"), document.customer.name),
            ],
            [N_("Signature"), N_("Name"), N_("Date and time")],
        ),
    }


def pick_list_sheet(document: PickList, locale: str) -> dict[str, Json]:
    """What `templates/print/pick_list.typ` prints; `locale` is one of `i18n.LOCALES`."""
    sheet = Sheet(locale, document.timezone)
    empty = set() if any(line.sku for line in document.lines) else {"code"}
    return {
        **sheet.frame(_PICK_LIST, document.reference, document.supplier),
        "qr": _qr(sheet, document.page_url, N_("Scan to open the order.")),
        **_customer(sheet, Party(document.customer.name)),
        "facts": sheet.facts(
            [
                (N_("Order"), document.order_reference),
                (N_("Delivery note"), document.reference),
                (N_("Prepared on"), sheet.day(document.prepared_at)),
                (N_("Prepared by"), document.prepared_by),
            ]
        ),
        "promises": sheet.promises(
            [
                (N_("Promised ship date"), sheet.day(document.promised_ship_on), ""),
                (N_("Transport"), document.transport, ""),
                (N_("Lines"), str(len(document.lines)), ""),
            ]
        ),
        "notices": list[Json](document.notices),
        "table": {
            "columns": sheet.columns(_PICKED, without=empty),
            "rows": [_picked(sheet, line) for line in document.lines],
        },
        "texts": sheet.facts([(N_("Ship to"), document.ship_to)]),
        "blanks": [
            sheet.say(blank)
            for blank in (N_("Picked by"), N_("Checked by"), N_("Parcels"), N_("Date and time"))
        ],
    }


def _customer(sheet: Sheet, customer: Party) -> dict[str, Json]:
    return {"customer": sheet.party(customer), "customer_label": sheet.say(N_("Customer"))}


def _qr(sheet: Sheet, url: str, caption: str) -> Json:
    return {"svg": qr_svg(url), "url": url, "alt": url, "caption": sheet.say(caption)}


def _delivered(sheet: Sheet, line: DeliveredLine) -> Json:
    return {
        "position": str(line.position),
        "code": line.sku,
        "description": _described(sheet, line.description, _FREE if line.gift else ""),
        "batch": line.batch,
        "unit": line.unit,
        "ordered": format_decimal(line.ordered),
        "delivered": format_decimal(line.delivered),
        "to_follow": format_decimal(line.to_follow) if line.to_follow else "",
    }


def _picked(sheet: Sheet, line: PickedLine) -> Json:
    # Rule Q6: what is given away leaves from gift stock.
    note = N_("From gift stock") if line.gift else ""
    return {
        "done": "",
        "position": str(line.position),
        "code": line.sku,
        "description": _described(sheet, line.description, note),
        "quantity": format_decimal(line.quantity),
        "unit": line.unit,
        "picked": "",
        "batch": line.batch,
    }


def _described(sheet: Sheet, text: str, note: str) -> Json:
    return {"text": text, "notes": [sheet.say(note)] if note else []}
