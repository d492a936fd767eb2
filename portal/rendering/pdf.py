"""Paper: PDFs set by typst from the templates in `templates/print/`.

The same data give the same bytes on every machine: only the fonts shipped here and in typst's wheel
are used, and the file's creation time is the document's. Every paper is set by a process of its
own, so that the caller neither grows nor stands still; a quote of 40 lines takes about 0.2 s. In
an event loop call it by `asyncio.to_thread`.
"""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

from portal.rendering.order_documents import DeliveryNote, OrderConfirmation, PickList
from portal.rendering.order_sheets import (
    confirmation_sheet,
    delivery_note_sheet,
    pick_list_sheet,
)
from portal.rendering.quote_document import QuoteDocument
from portal.rendering.quote_sheet import quote_sheet
from portal.rendering.sheet import Json
from portal.settings import data_path

_HERE = Path(__file__).parent
_TIME_LIMIT = 30  # seconds; a quote of a thousand lines takes about one
_ROOM = BoundedSemaphore(os.cpu_count() or 1)

_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n"), ord("\r")}
_DIRECTIONS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_SURROGATES = range(0xD800, 0xE000)
_UNPRINTABLE = dict.fromkeys([*_CONTROLS, *_DIRECTIONS, *_SURROGATES])


class PaperNotSet(Exception):
    """typst refused or did not finish; the message is its own, for the log."""


def render_quote(document: QuoteDocument, locale: str) -> bytes:
    """The quote 报价单 as an A4 PDF in one of `i18n.LOCALES` (rule Q3); its SHA-256 may be kept.

    Blocks for about 0.2 s. Raises `PaperNotSet`.
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
        "fonts": str(_HERE / "fonts"),
        "data": _printable(data),
        "created": int(created.timestamp()),
    }
    # -P: the program's own directory has modules named like the standard library's.
    command = [sys.executable, "-P", str(_HERE / "typesetter.py")]
    with _ROOM:
        try:
            done = subprocess.run(
                command,
                input=json.dumps(job).encode(),
                capture_output=True,
                timeout=_TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PaperNotSet(f"{template} took more than {_TIME_LIMIT} s") from error
    if done.returncode != 0:
        raise PaperNotSet(done.stderr.decode(errors="replace"))
    return done.stdout


def _printable(value: Json) -> Json:
    """`value` without what could turn a line around or has no shape; line breaks stay."""
    if isinstance(value, str):
        return value.translate(_UNPRINTABLE)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value
