"""What mails about orders say, in three languages."""

import pytest

from portal.domain.notices.kinds import NoticeKind, Reason
from portal.rendering.mails import write_mail
from tests.workers.test_written_mails import a_mail, text_of
from tests.workers.works import HEAD


@pytest.mark.parametrize(
    ("locale", "subject", "said"),
    [
        (
            "en",
            "SO-2026-00007 · Your order has shipped",
            (
                "Carrier: SF Express",
                "Parcels: 2",
                "Expected delivery: 27 Aug 2026",
                "Open the order",
            ),
        ),
        (
            "zh_Hans",
            "SO-2026-00007 · 您的订单已发货",
            ("承运商：SF Express", "件数：2", "预计送达：2026年8月27日", "此订单由您下达。"),
        ),
        (
            "zh_Hant",
            "SO-2026-00007 · 您的訂單已發貨",
            ("貨運公司：SF Express", "件數：2", "預計送達：2026年8月27日", "此訂單由您下單。"),
        ),
    ],
)
def test_a_shipment_is_told_with_carrier_and_day(
    locale: str, subject: str, said: tuple[str, ...]
) -> None:
    """Rules O14, O21."""
    words = {
        "carrier": "SF Express",
        "tracking": "SF123",
        "parcels": 2,
        "expected_on": "2026-08-27",
        "reason": Reason.ORDERER.value,
    }
    mail = a_mail(
        kind=NoticeKind.SHIPPED,
        reference="SO-2026-00007",
        path="/orders/SO-2026-00007",
        locale=locale,
        words=words,
    )
    message = write_mail(mail, HEAD)
    assert message["Subject"] == subject
    for part in (*said, "https://portal.hengda.example/orders/SO-2026-00007"):
        assert part in text_of(message)


@pytest.mark.parametrize(
    ("locale", "balance"),
    [("en", "CN¥1,234.50"), ("zh_Hans", "¥1,234.50"), ("zh_Hant", "CN¥1,234.50")],
)
def test_amounts_are_written_with_their_currency(locale: str, balance: str) -> None:
    """Rule O8."""
    words = {"balance": {"amount": "1234.500", "currency": "CNY"}, "reason": "orderer"}
    mail = a_mail(kind=NoticeKind.PAYMENT_RECEIVED, locale=locale, words=words)
    assert balance in text_of(write_mail(mail, HEAD))


def test_short_lines_are_listed_with_the_day_of_each() -> None:
    """Rule O15."""
    lines = [["6204-2RS · Bearing", "2026-09-01"], ["Shaft to drawing", "2026-09-04"]]
    words = {"lines": lines, "reason": "orderer"}
    mail = a_mail(kind=NoticeKind.SHORT_LINES, locale="en", words=words)
    said = "6204-2RS · Bearing: 1 Sep 2026; Shaft to drawing: 4 Sep 2026"
    assert said in text_of(write_mail(mail, HEAD)).replace("\n", " ")
