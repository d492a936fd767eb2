"""Papers of one order, to be set and read back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portal.rendering.order_documents import (
    DeliveredLine,
    DeliveryNote,
    OrderConfirmation,
    PickedLine,
    PickList,
)
from tests.rendering.pdf_samples import CUSTOMER, SUPPLIER, line

ORDER_URL = "https://portal.example.com/orders/SO-2026-00007"
SHIP_TO = "常州项目工地\n江苏省常州市新北区黄河东路 88 号，3 号仓\n收货人 周强 138 0000 1234"


def confirmation(*lines: Any, **changes: Any) -> OrderConfirmation:
    """SO-2026-00007, placed and confirmed on 24 August 2026."""
    facts = {
        "supplier": SUPPLIER,
        "customer": CUSTOMER,
        "reference": "SO-2026-00007",
        "currency": "CNY",
        "placed_at": datetime(2026, 8, 24, 1, 10, tzinfo=UTC),
        "confirmed_at": datetime(2026, 8, 24, 3, 40, tzinfo=UTC),
        "confirmed_by": "李婷",
        "ordered_by": "王建国",
        "lines": lines or (line(), line(2, gift=True, unit_price=Decimal(0))),
        "page_url": ORDER_URL,
        "promised_ship_on": date(2026, 9, 4),
        "promise": "报价单上承诺的日期",
        "payment_terms": "货到 30 天，银行转账",
        "transport": "快递",
        "ship_to": SHIP_TO,
        "customer_reference": "PO-88-1187",
        "quote": "RFQ-2026-00042 · 2",
    }
    return OrderConfirmation(**{**facts, **changes})


def delivered(position: int = 1, **changes: Any) -> DeliveredLine:
    facts = {
        "position": position,
        "description": "深沟球轴承 6204-2RS Φ20×47×14",
        "ordered": Decimal(40),
        "delivered": Decimal(25),
        "to_follow": Decimal(15),
        "unit": "件",
        "sku": f"HD-{1000 + position}",
        "batch": "B260801",
    }
    return DeliveredLine(**{**facts, **changes})


def delivery_note(*lines: DeliveredLine, **changes: Any) -> DeliveryNote:
    """DN-2026-00003 of the same order, handed over on 25 August 2026."""
    facts = {
        "supplier": SUPPLIER,
        "customer": CUSTOMER,
        "reference": "DN-2026-00003",
        "order_reference": "SO-2026-00007",
        "shipped_at": datetime(2026, 8, 25, 8, 5, tzinfo=UTC),
        "lines": lines or (delivered(),),
        "page_url": ORDER_URL,
        "form_number": "TQ/QEO-ZY-11-01",
        "ordered_at": datetime(2026, 8, 24, 1, 10, tzinfo=UTC),
        "customer_reference": "PO-88-1187",
        "ship_to": SHIP_TO,
        "carrier": "顺丰速运",
        "tracking_number": "SF1408851234567",
        "parcels": 3,
        "expected_on": date(2026, 8, 27),
    }
    return DeliveryNote(**{**facts, **changes})


def picked(position: int = 1, **changes: Any) -> PickedLine:
    facts = {
        "position": position,
        "description": "深沟球轴承 6204-2RS Φ20×47×14",
        "quantity": Decimal(25),
        "unit": "件",
        "sku": f"HD-{1000 + position}",
    }
    return PickedLine(**{**facts, **changes})


def pick_list(*lines: PickedLine, **changes: Any) -> PickList:
    """What is picked for DN-2026-00003."""
    facts = {
        "supplier": SUPPLIER,
        "customer": CUSTOMER,
        "reference": "DN-2026-00003",
        "order_reference": "SO-2026-00007",
        "prepared_at": datetime(2026, 8, 25, 2, 0, tzinfo=UTC),
        "prepared_by": "赵磊",
        "lines": lines or (picked(), picked(2, batch="B260801", gift=True)),
        "page_url": "https://portal.example.com/staff/orders/SO-2026-00007",
        "ship_to": SHIP_TO,
        "transport": "快递",
        "promised_ship_on": date(2026, 8, 25),
        "notices": ("送货地点已变更：发往常州项目工地，不发往上海总部。",),
    }
    return PickList(**{**facts, **changes})
