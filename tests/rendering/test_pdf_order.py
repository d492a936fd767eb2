"""What the papers of an order say, in three languages, and that their code leads to the order."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import segno
from pypdf import PdfReader

from portal.rendering.i18n import LOCALES
from portal.rendering.order_sheets import (
    confirmation_sheet,
    delivery_note_sheet,
    pick_list_sheet,
)
from portal.rendering.pdf import render_confirmation, render_delivery_note, render_pick_list
from portal.rendering.qr import qr_svg
from tests.rendering.order_samples import (
    ORDER_URL,
    confirmation,
    delivered,
    delivery_note,
    pick_list,
    picked,
)
from tests.rendering.pdf_samples import CUSTOMER, SUPPLIER, fonts, line, pages, text, unbroken

TITLES = {
    "en": ("Order confirmation", "Delivery note", "Pick list"),
    "zh_Hans": ("订单确认", "销货单", "拣货单"),
    "zh_Hant": ("訂單確認單", "銷貨單", "揀貨單"),
}
EVERY_PAPER = (
    (render_confirmation, confirmation),
    (render_delivery_note, delivery_note),
    (render_pick_list, pick_list),
)


def said(pdf: bytes) -> str:
    return unbroken(text(pdf))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("place", range(3), ids=["confirmation", "delivery note", "pick list"])
def test_every_paper_has_its_title_and_parties_in_three_languages(locale: str, place: int) -> None:
    render, sample = EVERY_PAPER[place]
    paper = said(render(sample(), locale))
    assert unbroken(TITLES[locale][place]) in paper
    for fact in (SUPPLIER.name, CUSTOMER.name, "SO-2026-00007"):
        assert unbroken(fact) in paper
    for name, embedded in fonts(render(sample(), locale)):
        assert "NotoSansCJK" in name or "DejaVu" in name
        assert embedded


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Promised ship date", "4 Sep 2026", "Your order number", "Free of charge")),
        ("zh_Hans", ("承诺发货日期", "2026年9月4日", "贵方订单号", "免费赠品")),
        ("zh_Hant", ("承諾發貨日期", "2026年9月4日", "貴方訂單編號")),
    ],
)
def test_a_confirmation_repeats_what_was_agreed(
    locale: str, words: tuple[str, ...]
) -> None:  # rules O1, Q6
    paper = said(render_confirmation(confirmation(), locale))
    for word in (*words, "PO-88-1187", "RFQ-2026-00042·2", "246.90", "279.00", "李婷"):
        assert unbroken(word) in paper


def test_a_confirmation_says_whether_it_goes_in_parts() -> None:  # rule O15
    assert "Complete" in said(render_confirmation(confirmation(), "en"))
    assert "Inparts,asyouagreed" in said(render_confirmation(confirmation(parts_agreed=True), "en"))


def test_a_date_that_was_not_promised_yet_is_left_open() -> None:
    paper = said(render_confirmation(confirmation(promised_ship_on=None, promise=""), "en"))
    assert "Promisedshipdate" in paper
    assert "—" in paper


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Batch", "Qty ordered", "Qty delivered", "To follow", "Received by")),
        ("zh_Hans", ("批号", "订购数量", "本次数量", "待发", "收货方", "公司盖章")),
        ("zh_Hant", ("批號", "訂購數量", "本次數量", "待發", "收貨方")),
    ],
)
def test_a_delivery_note_is_signed_for_what_travels(
    locale: str, words: tuple[str, ...]
) -> None:  # rules O14, O16
    paper = said(render_delivery_note(delivery_note(), locale))
    for word in (*words, "B260801", "SF1408851234567", "TQ/QEO-ZY-11-01", "DN-2026-00003"):
        assert unbroken(word) in paper


def test_what_everything_has_needs_no_column() -> None:
    complete = delivered(batch="", to_follow=Decimal(0))
    paper = said(render_delivery_note(delivery_note(complete), "en"))
    assert "Batch" not in paper
    assert "Tofollow" not in paper


def test_neither_carrier_nor_warehouse_reads_a_price() -> None:
    for sheet in (delivery_note_sheet(delivery_note(), "en"), pick_list_sheet(pick_list(), "en")):
        keys = {column["key"] for column in sheet["table"]["columns"]}  # type: ignore[index,call-overload,union-attr]
        assert not keys & {"unit_price", "net", "tax", "gross", "discount"}
        assert "totals" not in sheet


def test_a_pick_list_points_out_what_must_not_be_overlooked() -> None:  # rules Q6, O13
    paper = said(render_pick_list(pick_list(), "en"))
    assert "送货地点已变更" in paper
    assert "Fromgiftstock" in paper
    for word in ("Topick", "Picked", "Pickedby", "Checkedby"):
        assert word in paper


@pytest.mark.parametrize("place", range(3), ids=["confirmation", "delivery note", "pick list"])
def test_the_code_is_a_link_to_the_page_of_the_order(place: int) -> None:
    render, sample = EVERY_PAPER[place]
    document = sample()
    page = PdfReader(BytesIO(render(document, "zh_Hans"))).pages[0]
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]  # type: ignore[index]
    assert set(links) == {document.page_url}
    assert document.page_url.startswith("https://portal.example.com/")


def test_the_code_says_the_address_and_survives_a_stamp() -> None:
    sheet = confirmation_sheet(confirmation(), "en")
    assert sheet["qr"]["svg"] == qr_svg(ORDER_URL)  # type: ignore[index,call-overload]
    code = segno.make(ORDER_URL, error="q", micro=False, boost_error=False)
    assert code.error == "Q"  # a quarter may be lost
    # As many modules as the code has, and the quiet zone that scanners need.
    assert f'viewBox="0 0 {code.symbol_size(border=4)[0]}' in qr_svg(ORDER_URL) or (
        f'width="{code.symbol_size(border=4)[0]}"' in qr_svg(ORDER_URL)
    )


def test_long_lists_repeat_their_heads_and_count_their_pages() -> None:
    note = delivery_note(*(delivered(number) for number in range(1, 121)))
    extracted = pages(render_delivery_note(note, "zh_Hans"))
    assert len(extracted) > 2
    for number, page in enumerate(extracted, start=1):
        assert f"第{number}页，共{len(extracted)}页" in unbroken(page)
        if "HD-1" in page:
            assert "本次数量" in page
    for page in extracted[1:]:
        assert "销货单DN-2026-00003" in unbroken(page)
    listed = text(render_pick_list(pick_list(*(picked(n) for n in range(1, 81))), "en"))
    assert [listed.count(f"HD-{1000 + n}") for n in range(1, 81)] == [1] * 80


@pytest.mark.parametrize("count", range(2, 40, 5))
def test_what_is_signed_and_the_signature_stand_on_one_page(count: int) -> None:
    note = delivery_note(*(delivered(number) for number in range(1, count + 1)))
    signed = [page for page in pages(render_delivery_note(note, "en")) if "Received by" in page]
    assert len(signed) == 1
    assert "Received complete and undamaged" in signed[0]


@pytest.mark.parametrize("place", range(3), ids=["confirmation", "delivery note", "pick list"])
def test_the_same_paper_gives_the_same_bytes(place: int) -> None:
    render, sample = EVERY_PAPER[place]
    assert render(sample(), "zh_Hant") == render(sample(), "zh_Hant")


def test_days_are_those_of_the_accounts_zone_and_moments_are_aware() -> None:
    late = datetime(2026, 8, 21, 20, 0, tzinfo=UTC)
    assert "22Aug2026" in said(render_delivery_note(delivery_note(shipped_at=late), "en"))
    abroad = delivery_note(shipped_at=late, timezone="Europe/Berlin")
    assert "21Aug2026" in said(render_delivery_note(abroad, "en"))
    with pytest.raises(ValueError, match="aware"):
        delivery_note(shipped_at=datetime(2026, 8, 21))  # noqa: DTZ001


def test_markup_in_any_text_is_printed_as_it_was_typed() -> None:
    hostile = '#read("/etc/passwd") *bold* $x$ <label>'
    note = delivery_note(delivered(description=hostile, batch="#x"), carrier=hostile)
    assert said(render_delivery_note(note, "en")).count(unbroken(hostile)) == 2
    paper = confirmation(line(description=hostile), ship_to=hostile, transport=hostile)
    assert said(render_confirmation(paper, "en")).count(unbroken(hostile)) == 3
    picks = pick_list(picked(description=hostile), notices=(hostile,))
    assert said(render_pick_list(picks, "en")).count(unbroken(hostile)) == 2
