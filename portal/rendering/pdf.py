"""Paper: PDFs set by typst from the templates in `templates/print/`.

The same data give the same bytes on every machine: only the fonts shipped here and in typst's wheel
are used, and the file's creation time is the document's. A quote of 40 lines takes about 0.1 s, the
first one of a process 0.4 s. In an event loop call it by `asyncio.to_thread`.
"""

from datetime import datetime

from portal.rendering.order_documents import DeliveryNote, OrderConfirmation, PickList
from portal.rendering.order_sheets import (
    confirmation_sheet,
    delivery_note_sheet,
    pick_list_sheet,
)
from portal.rendering.quote_document import QuoteDocument
from portal.rendering.quote_sheet import quote_sheet
from portal.rendering.sheet import Json
from portal.rendering.typesetting import PaperNotSet, set_paper
from portal.settings import data_path

__all__ = [
    "PaperNotSet",
    "render_confirmation",
    "render_delivery_note",
    "render_pick_list",
    "render_quote",
    "typeset",
]

_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n"), ord("\r")}
_DIRECTIONS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_SURROGATES = range(0xD800, 0xE000)
_UNPRINTABLE = dict.fromkeys([*_CONTROLS, *_DIRECTIONS, *_SURROGATES])


def render_quote(document: QuoteDocument, locale: str) -> bytes:
    """The quote 报价单 as an A4 PDF in one of `i18n.LOCALES` (rule Q3); its SHA-256 may be kept.

    Blocks meanwhile. Raises `PaperNotSet`.
    """
    return typeset("quote.typ", quote_sheet(document, locale), created=document.sent_at)


def render_confirmation(document: OrderConfirmation, locale: str) -> bytes:
    """The order confirmation 订单确认 as an A4 PDF (rule O1); otherwise like `render_quote`."""
    sheet = confirmation_sheet(document, locale)
    return typeset("order_confirmation.typ", sheet, created=document.confirmed_at)


def render_delivery_note(document: DeliveryNote, locale: str) -> bytes:
    """The delivery note 销货单 as an A4 PDF (rule O16); otherwise like `render_quote`."""
    sheet = delivery_note_sheet(document, locale)
    return typeset("delivery_note.typ", sheet, created=document.shipped_at)


def render_pick_list(document: PickList, locale: str) -> bytes:
    """The pick list 拣货单 as an A4 PDF; otherwise like `render_quote`."""
    return typeset("pick_list.typ", pick_list_sheet(document, locale), created=document.prepared_at)


def typeset(template: str, data: dict[str, Json], *, created: datetime) -> bytes:
    """The PDF of `templates/print/<template>`, which reads `data` as JSON from `sys.inputs.data`.

    `created` (aware) becomes the file's creation time. Raises `PaperNotSet` when the template does
    not compile; no text in `data` can cause that, because it is never read as markup.
    """
    directory = data_path("templates") / "print"
    job = {
        "template": str(directory / template),
        "root": str(directory),
        "data": _printable(data),
        "created": int(created.timestamp()),
    }
    return set_paper(job)


def _printable(value: Json) -> Json:
    """`value` without what could turn a line around or has no shape; line breaks stay."""
    if isinstance(value, str):
        return value.translate(_UNPRINTABLE)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value
