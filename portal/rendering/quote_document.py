"""What a quote on paper says: plain data, filled by whoever sends or previews a quote (rule Q3)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.domain.common.words import N_, Worded
from portal.rendering.document_parts import PaperLine, Party, Priced, must_be_aware


class PreviewMark(Worded):
    """Written across every page of a quote that is not the valid one."""

    DRAFT = "draft", N_("Draft")
    SUPERSEDED = "superseded", N_("Superseded")


@dataclass(frozen=True, slots=True)
class QuoteDocument(Priced):
    """One revision of a quote. Two equal documents give the same PDF, byte by byte.

    `reference` is the request's ("RFQ-2026-00042"). `sent_at` is aware; for a preview of what was
    not sent yet, the moment of its last change. Its day is shown in `timezone`, an IANA name: the
    account's. `valid_until` and `promised_ship_on` are whole days and only a draft may lack them.
    `discount_percent` is a discount on the whole quote that the lines' `net` already contains.
    `alternative` says that this is not quite what was asked for (rule Q4). Texts are the
    reader's; line breaks in them are kept.
    """

    supplier: Party
    customer: Party
    reference: str
    revision: int
    currency: str
    sent_at: datetime
    lines: tuple[PaperLine, ...]
    valid_until: date | None = None
    promised_ship_on: date | None = None
    promised_ship_note: str = ""
    payment_terms: str = ""
    transport: str = ""
    ship_to: str = ""
    customer_reference: str = ""
    requested_at: datetime | None = None
    discount_percent: Decimal = Decimal(0)
    alternative: bool = False
    note: str = ""
    timezone: str = "Asia/Shanghai"
    preview: PreviewMark | None = None

    def __post_init__(self) -> None:
        must_be_aware(self.sent_at, self.requested_at)
