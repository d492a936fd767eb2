"""What the release decision says, in the words of three languages, on both sides."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import Phrase
from portal.domain.orders import release_words
from portal.domain.orders.release import CheckKind, CheckState, Guarantee, Resolver, Step
from portal.domain.orders.release_story import ReleaseHappening
from portal.rendering.i18n import LOCALES, translations
from portal.rendering.phrases import phrase_words
from portal.rendering.reader import Reader
from tests.domain.orders.release_samples import TODAY, TOMORROW, YESTERDAY, check, cny, line

NOW = datetime(2026, 8, 24, 2, 10, tzinfo=UTC)
LATEST = date(2026, 8, 27)


def said(phrase: Phrase | None) -> list[str]:
    """The sentence in English, simplified and traditional Chinese."""
    assert phrase
    return [phrase_words(phrase, Reader(locale, "Asia/Shanghai", NOW)) for locale in LOCALES]


STAFF: list[tuple[CheckKind, dict[str, Any], list[str]]] = [
    (
        CheckKind.COMPLETE,
        {"missing": ("price", "transport", "place of delivery")},
        [
            "Missing: price, transport, and place of delivery.",
            "缺少：价格、运输方式和交货地点。",
            "缺少：價格、運輸方式和交貨地點。",
        ],
    ),
    (
        CheckKind.DEPOSIT,
        {"terms": PaymentTerms.DEPOSIT, "paid": cny(5_000)},
        [
            "More than CN¥5,000.00 (50% of CN¥10,000.00) must be paid before the order is"
            " scheduled; CN¥5,000.00 is paid.",
            "排单前须付超过 ¥5,000.00（¥10,000.00 的 50%），已付 ¥5,000.00。",
            "排程前須付超過 CN¥5,000.00（CN¥10,000.00 的 50%），已付 CN¥5,000.00。",
        ],
    ),
    (
        CheckKind.PAYMENT,
        {"terms": PaymentTerms.IN_ADVANCE, "latest_guarantee": LATEST},
        [
            "CN¥10,000.00 of CN¥10,000.00 is unpaid. Unpaid at 15:30, it ships only if the sales"
            " representative guarantees payment by Thu 27 Aug at the latest.",
            "总额 ¥10,000.00 中 ¥10,000.00 未付。到 15:30 仍未付的，须由销售代表担保最迟"
            " 8月27日 周四 付款才能发货。",
            "總額 CN¥10,000.00 中 CN¥10,000.00 未付。到 15:30 仍未付的，須由業務代表擔保最遲"
            " 8月27日 週四 付款才能發貨。",
        ],
    ),
    (
        CheckKind.CREDIT,
        {"credit_ahead": cny(95_000)},
        [
            "With this order CN¥105,000.00 is used, CN¥5,000.00 beyond the limit of CN¥100,000.00.",
            "含本订单共占用 ¥105,000.00，超出额度 ¥100,000.00 达 ¥5,000.00。",
            "含本訂單共占用 CN¥105,000.00，超出額度 CN¥100,000.00 達 CN¥5,000.00。",
        ],
    ),
    (
        CheckKind.HOLD,
        {"held": True, "hold_reason": "site not ready", "hold_place": "Bay 7"},
        [
            "On hold at Bay 7: site not ready",
            "暂缓发货，存放于 Bay 7：site not ready",
            "暫緩發貨，存放於 Bay 7：site not ready",
        ],
    ),
]

CUSTOMERS: list[tuple[CheckKind, dict[str, Any], list[str]]] = [
    (
        CheckKind.BALANCE,
        {"terms": PaymentTerms.DEPOSIT, "paid": cny(6_000)},
        [
            "We ship when the balance of CN¥4,000.00 has arrived.",
            "余款 ¥4,000.00 到账后我们发货。",
            "尾款 CN¥4,000.00 入帳後我們發貨。",
        ],
    ),
    (
        CheckKind.PAYMENT,
        {"terms": PaymentTerms.IN_ADVANCE},
        [
            "We ship when the payment of CN¥10,000.00 has arrived.",
            "款项 ¥10,000.00 到账后我们发货。",
            "款項 CN¥10,000.00 入帳後我們發貨。",
        ],
    ),
    (
        CheckKind.GUARANTEE,
        {
            "terms": PaymentTerms.IN_ADVANCE,
            "guarantee": Guarantee(TOMORROW),
            "latest_guarantee": LATEST,
        },
        [
            "We ship before your payment. CN¥10,000.00 is due by Tue 25 Aug.",
            "我们先行发货，请于 8月25日 周二 前支付 ¥10,000.00。",
            "我們先行發貨，請於 8月25日 週二 前支付 CN¥10,000.00。",
        ],
    ),
    (
        CheckKind.STOCK,
        {"lines": (line(), line(5, reserved=2, available_on=TOMORROW))},
        [
            "Not in stock yet: 1 of 2 lines, expected on Tue 25 Aug. We ship when all are here, or"
            " in parts if you agree.",
            "2 行中有 1 行暂无库存，预计 8月25日 周二 到货。到齐后我们发货；如您同意，也可"
            "分批发货。",
            "2 行中有 1 行暫無庫存，預計 8月25日 週二 到貨。到齊後我們發貨；如您同意，也可"
            "分批發貨。",
        ],
    ),
    (
        CheckKind.HOLD,
        {"held": True, "hold_reason": "they pay late", "held_as_asked": True},
        [
            "The order is on hold, as you asked.",
            "按您的要求，订单暂缓发货。",
            "依您的要求，訂單暫緩發貨。",
        ],
    ),
]


@pytest.mark.parametrize(("kind", "facts", "sentences"), STAFF)
def test_staff_read_the_reason_with_its_figure(
    kind: CheckKind, facts: dict[str, Any], sentences: list[str]
) -> None:  # rules O1, O8, O9, O10, O12
    assert said(check(kind, **facts).words) == sentences


@pytest.mark.parametrize(("kind", "facts", "sentences"), CUSTOMERS)
def test_customers_read_their_part_of_it(
    kind: CheckKind, facts: dict[str, Any], sentences: list[str]
) -> None:  # rules O8, O9, O12, O15, O21
    assert said(check(kind, **facts).for_customer) == sentences


def test_a_guarantee_that_is_over_says_so_to_staff_alone() -> None:  # rule O9
    over = check(
        CheckKind.PAYMENT,
        terms=PaymentTerms.IN_ADVANCE,
        guarantee=Guarantee(YESTERDAY, "Chen Jie"),
        latest_guarantee=LATEST,
        today=TODAY,
    )
    assert said(over.words)[0] == (
        "The guarantee ended on Sun 23 Aug and CN¥10,000.00 is still unpaid."
    )
    assert said(over.for_customer)[0] == "We ship when the payment of CN¥10,000.00 has arrived."


def test_the_warehouse_reads_no_amounts() -> None:
    owing = {"terms": PaymentTerms.DEPOSIT, "paid": cny(6_000)}
    assert said(check(CheckKind.BALANCE, **owing).without_amounts) == [
        "Still open: Balance.",
        "未满足：余款。",
        "未滿足：尾款。",
    ]
    assert said(check(CheckKind.CREDIT).without_amounts)[0] == "Fulfilled: Credit limit."
    held = check(CheckKind.HOLD, held=True, hold_reason="wet", hold_place="Bay 7")
    assert held.without_amounts is held.words


def test_every_word_of_the_decision_is_translated_with_all_its_figures() -> None:
    sentences = [
        text
        for name, text in vars(release_words).items()
        if name.isupper() and isinstance(text, str)
    ]
    labels = [each.label for room in (CheckKind, CheckState, Resolver, Step) for each in room]
    happenings = [each.label for each in ReleaseHappening]
    assert len(sentences) > 50
    for locale in LOCALES[1:]:
        words = translations(locale)
        for text in [*sentences, *labels, *happenings]:
            translated = words.gettext(text)
            assert translated != text
            assert _figures(translated) == _figures(text)


def _figures(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}
