"""Quotes to be set on paper, and ways to read the paper back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from portal.domain.common.money import round_to_currency
from portal.rendering.document_parts import PaperLine, Party
from portal.rendering.quote_document import QuoteDocument

SUPPLIER = Party(
    name="恒达精工（苏州）有限公司",
    address="江苏省苏州市工业园区星湖街 328 号",
    contact="李婷 销售代表",
    phone="+86 512 6288 0000",
    email="liting@hengda.example",
    tax_number="91320594MA1XXXXX0X",
)
CUSTOMER = Party(
    name="上海申远轨道交通装备有限公司",
    address="上海市闵行区沪闵路 1688 号",
    contact="王建国",
    phone="021-5488 6600",
)


def line(position: int = 1, **changes: Any) -> PaperLine:
    """A line at 13 % unless `changes` say otherwise, with net and tax worked out."""
    quantity = changes.pop("quantity", Decimal(20))
    unit_price = changes.pop("unit_price", Decimal("12.3450"))
    discount = changes.pop("discount_percent", Decimal(0))
    tax_rate = changes.pop("tax_rate", Decimal("0.13"))
    net = round_to_currency(quantity * unit_price * (100 - discount) / 100, "CNY")
    return PaperLine(
        position=position,
        sku=changes.pop("sku", f"HD-{1000 + position}"),
        description=changes.pop("description", "深沟球轴承 6204-2RS Φ20×47×14"),
        quantity=quantity,
        unit=changes.pop("unit", "件"),
        unit_price=unit_price,
        discount_percent=discount,
        tax_rate=tax_rate,
        net=net,
        tax=round_to_currency(net * tax_rate, "CNY"),
        **changes,
    )


def quote(*lines: PaperLine, **changes: Any) -> QuoteDocument:
    """Revision 2 of RFQ-2026-00042, sent on 21 August 2026 at 08:12 UTC."""
    return QuoteDocument(
        supplier=changes.pop("supplier", SUPPLIER),
        customer=changes.pop("customer", CUSTOMER),
        reference="RFQ-2026-00042",
        revision=2,
        currency=changes.pop("currency", "CNY"),
        sent_at=changes.pop("sent_at", datetime(2026, 8, 21, 8, 12, tzinfo=UTC)),
        lines=lines or (line(),),
        valid_until=changes.pop("valid_until", date(2026, 9, 20)),
        promised_ship_on=changes.pop("promised_ship_on", date(2026, 9, 4)),
        payment_terms=changes.pop("payment_terms", "预付30%，发货前付清余款"),
        **changes,
    )


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def unbroken(extracted: str) -> str:
    """Text without the spaces and line breaks that setting it put in."""
    return "".join(extracted.split())


def fonts(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """The name of every font in the file and whether its glyphs are inside."""
    reader = PdfReader(BytesIO(pdf))
    seen = set()
    for page in reader.pages:
        for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = reference.get_object()
            descendant = font["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            seen.add(
                (str(font["/BaseFont"]), "/FontFile3" in descriptor or "/FontFile2" in descriptor)
            )
    return iter(seen)
