"""What the quote on paper says, in three languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.rendering.i18n import LOCALES
from portal.rendering.pdf import render_quote
from portal.rendering.quote_document import PreviewMark
from tests.rendering.pdf_samples import CUSTOMER, SUPPLIER, line, quote, text, unbroken

TITLES = {"en": "Quote", "zh_Hans": "报价单", "zh_Hant": "報價單"}


def said(document, locale="en"):
    return unbroken(text(render_quote(document, locale)))


@pytest.mark.parametrize("locale", LOCALES)
def test_paper_names_both_sides_and_the_revision(locale: str) -> None:
    paper = said(quote(customer_reference="SY-PR-26-1187"), locale)
    assert TITLES[locale] in paper
    for fact in (
        SUPPLIER.name,
        SUPPLIER.address,
        SUPPLIER.phone,
        SUPPLIER.tax_number,
        CUSTOMER.name,
        CUSTOMER.address,
        CUSTOMER.contact,
        "RFQ-2026-00042·2",
        "SY-PR-26-1187",
    ):
        assert unbroken(fact) in paper


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Valid until", "20 Sep 2026", "Promised ship date", "4 Sep 2026", "21 Aug 2026")),
        ("zh_Hans", ("有效期至", "2026年9月20日", "承诺发货日期", "2026年9月4日", "2026年8月21日")),
        ("zh_Hant", ("有效期限", "2026年9月20日", "承諾發貨日期", "2026年9月4日", "2026年8月21日")),
    ],
)
def test_price_validity_and_promised_ship_date_are_stated(
    locale: str, words: tuple[str, ...]
) -> None:  # rule Q3
    paper = said(quote(promised_ship_note="from stock"), locale)
    for word in (*words, "from stock", "预付30%，发货前付清余款", "246.90", "279.00"):
        assert unbroken(word) in paper


def test_dates_are_those_of_the_accounts_zone() -> None:
    late = datetime(2026, 8, 21, 20, 0, tzinfo=UTC)
    assert "22Aug2026" in said(quote(sent_at=late, timezone="Asia/Shanghai"))
    assert "21Aug2026" in said(quote(sent_at=late, timezone="Europe/Berlin"))


@pytest.mark.parametrize(
    ("locale", "heads"),
    [
        ("en", "No. Item no. Description Qty Unit Unit price Discount Net Tax rate Tax Amount"),
        ("zh_Hans", "序号 品号 品名规格 数量 单位 单价 折扣 净额 税率 税额 金额"),
        ("zh_Hant", "項次 料號 品名規格 數量 單位 單價 折扣 淨額 稅率 稅額 金額"),
    ],
)
def test_lines_show_how_their_amount_comes_about(locale: str, heads: str) -> None:
    priced = line(
        7,
        sku="HD-77",
        quantity=Decimal("1234.5"),
        unit_price=Decimal("9.8765"),
        discount_percent=Decimal("2.5"),
        tax_rate=Decimal("0.06"),
        note="EN 10204 3.1",
    )
    paper = said(quote(priced), locale)
    for head in heads.split():
        assert head in paper
    cells = ("7HD-77", "1,234.5件9.87652.5%11,887.736%713.2612,600.99", "EN102043.1")
    for cell in cells:
        assert cell in paper


def test_discount_column_is_left_out_when_nothing_is_discounted() -> None:
    assert "Discount" not in said(quote())


def test_item_column_is_left_out_when_nothing_is_from_the_catalogue() -> None:
    assert "Itemno." not in said(quote(line(sku="")))


def test_totals_are_the_sums_of_the_lines_with_tax_by_rate() -> None:
    paper = said(
        quote(
            line(1, quantity=Decimal(1), unit_price=Decimal("0.05")),
            line(2, quantity=Decimal(3), unit_price=Decimal(100), tax_rate=Decimal("0.06")),
            line(3, quantity=Decimal(1), unit_price=Decimal("0.05")),
        )
    )
    # 0.05 at 13 % is 0.0065, rounded to 0.01 on each line.
    for total in (
        "Total,taxexcluded300.10",
        "Tax13%0.02",
        "Tax6%18.00",
        "Totaltax18.02",
        "Total,taxincludedCN¥318.12",
    ):
        assert total in paper


def test_a_discount_on_the_whole_quote_is_said_where_the_totals_are() -> None:
    paper = said(quote(discount_percent=Decimal(3)))
    assert unbroken("Net amounts contain a discount of 3% on the whole quote.") in paper


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "人民币贰佰柒拾玖元整"),
        ("zh_Hans", "人民币贰佰柒拾玖元整"),
        ("zh_Hant", "人民幣貳佰柒拾玖元整"),
    ],
)
def test_amounts_in_cny_are_written_in_words_too(locale: str, words: str) -> None:
    priced = line(quantity=Decimal(1), unit_price=Decimal(279), tax_rate=Decimal(0))
    assert words in said(quote(priced), locale)


def test_other_currencies_are_not_written_in_words() -> None:
    paper = said(quote(line(quantity=Decimal(2), unit_price=Decimal(3)), currency="EUR"))
    assert "Amountinwords" not in paper
    assert "€6.78" in paper


def test_gifts_are_marked_free_of_charge() -> None:  # rule Q6
    gift = line(2, description="螺纹量规", unit_price=Decimal(0), gift=True)
    assert "螺纹量规免费赠品" in said(quote(line(), gift), "zh_Hans")


def test_an_alternative_is_said_to_be_one() -> None:  # rule Q4
    sentence = "本報價為替代方案，與原詢價內容有所不同。"
    assert sentence in said(quote(alternative=True), "zh_Hant")
    assert sentence not in said(quote(), "zh_Hant")


def test_the_customer_is_told_how_and_by_when_to_accept() -> None:  # rule Q5
    sentence = "Accept in the portal, or return this quote signed and sealed, by 20 Sep 2026."
    assert unbroken(sentence) in said(quote())


def test_long_payment_terms_become_a_condition_and_stay_whole() -> None:
    terms = "合同签订后预付百分之三十，发货前付百分之六十；" * 6
    assert terms in said(quote(payment_terms=terms), "zh_Hans")


@pytest.mark.parametrize(
    ("mark", "locale", "word"),
    [
        (PreviewMark.DRAFT, "en", "Draft"),
        (PreviewMark.DRAFT, "zh_Hans", "草稿"),
        (PreviewMark.SUPERSEDED, "zh_Hant", "已被取代"),
    ],
)
def test_only_previews_carry_a_watermark(mark: PreviewMark, locale: str, word: str) -> None:
    assert word in said(quote(preview=mark), locale)
    assert word not in said(quote(), locale)


def test_a_draft_may_still_lack_dates_and_lines() -> None:
    empty = quote(valid_until=None, promised_ship_on=None, preview=PreviewMark.DRAFT, note="x")
    paper = said(empty)
    assert "Validuntil—" in paper
    assert "Acceptintheportal" not in paper


def test_chinese_paper_has_no_english_labels_left() -> None:
    full = quote(
        line(discount_percent=Decimal(1), note="备注"),
        line(2, unit_price=Decimal(0), gift=True, tax_rate=Decimal("0.06")),
        customer_reference="1",
        requested_at=datetime(2026, 8, 20, tzinfo=UTC),
        transport="公路",
        ship_to="上海",
        note="备注",
        alternative=True,
        discount_percent=Decimal(1),
        valid_until=date(2026, 9, 20),
    )
    for locale in ("zh_Hans", "zh_Hant"):
        paper = text(render_quote(full, locale)).lower()
        for label in ("page", "price", "tax", "total", "unit", "date", "name", "seal", "contact"):
            assert label not in paper


def test_moments_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        quote(sent_at=datetime(2026, 8, 21))  # noqa: DTZ001
