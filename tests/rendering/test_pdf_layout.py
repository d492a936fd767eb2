"""How paper behaves: pages, fonts, hostile and overlong text, the same bytes every time."""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, mult

from portal.rendering.i18n import LOCALES
from portal.rendering.pdf import PaperNotSet, render_quote, typeset
from tests.rendering.pdf_samples import fonts, line, pages, quote, text, unbroken

A4 = (595, 841)  # points


@pytest.fixture(scope="module")
def long_paper() -> bytes:
    return render_quote(quote(*(line(number) for number in range(1, 201))), "zh_Hans")


def test_every_page_of_a_long_quote_repeats_the_heads(long_paper: bytes) -> None:
    extracted = pages(long_paper)
    assert len(extracted) > 4
    for page in extracted:
        if "HD-1" in page:
            assert "品名规格" in page
            assert "不含税" in page


def test_every_page_says_which_of_how_many_it_is(long_paper: bytes) -> None:
    extracted = pages(long_paper)
    for number, page in enumerate(extracted, start=1):
        assert f"第{number}页，共{len(extracted)}页" in unbroken(page)


def test_following_pages_name_the_supplier_and_the_quote(long_paper: bytes) -> None:
    for page in pages(long_paper)[1:]:
        assert "恒达精工（苏州）有限公司" in page
        assert "报价单RFQ-2026-00042·2" in unbroken(page)


def test_no_line_is_lost_between_pages(long_paper: bytes) -> None:
    extracted = text(long_paper)
    assert [extracted.count(f"HD-{1000 + number}") for number in range(1, 201)] == [1] * 200


@pytest.mark.parametrize("locale", LOCALES)
def test_fonts_are_ours_embedded_and_cut_to_what_is_used(locale: str) -> None:
    pdf = render_quote(quote(line(description="⌀12 Ω")), locale)
    for name, embedded in fonts(pdf):
        tag, _, family = name.removeprefix("/").partition("+")
        assert len(tag) == 6
        assert family.startswith(("NotoSansCJKsc", "DejaVuSansMono"))
        assert embedded
    assert len(pdf) < 150_000


def test_paper_is_a4_tagged_archivable_and_says_its_language() -> None:
    reader = PdfReader(BytesIO(render_quote(quote(), "zh_Hant")))
    box = reader.pages[0].mediabox
    assert (int(box.width), int(box.height)) == A4
    assert reader.root_object["/Lang"] == "zh-TW"
    assert "/StructTreeRoot" in reader.root_object
    metadata = reader.root_object["/Metadata"].get_object().get_data()  # type: ignore[union-attr]
    assert b"<pdfaid:part>2" in metadata
    assert b"<pdfuaid:part>1" in metadata
    assert reader.metadata is not None
    assert reader.metadata.title == "報價單 RFQ-2026-00042 · 2"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_same_quote_gives_the_same_bytes(locale: str) -> None:
    first, second = (
        hashlib.sha256(render_quote(quote(line(), line(2)), locale)).hexdigest() for _ in range(2)
    )
    assert first == second


def test_the_file_was_created_when_the_quote_was_sent() -> None:
    reader = PdfReader(BytesIO(render_quote(quote(), "en")))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == datetime(2026, 8, 21, 8, 12, tzinfo=UTC)


MARKUP = [
    "#let x = 1; #x",
    '#read("/etc/passwd")',
    '#import "house.typ": *',
    "*bold* _emphasis_ `raw` $a^2$",
    "@reference <label> = Heading",
    "[content] {code} \\ backslash ~ tilde",
    "/* comment */ // line comment",
    "-- --- ... 'single' \"double\"",
    '"}, "watermark": "FORGED',
    "%(page)s %(pages)s",
]


def test_markup_in_any_text_is_printed_as_it_was_typed() -> None:
    everywhere = "\n".join(MARKUP)
    pdf = render_quote(
        quote(
            *(
                line(number, description=markup, note=markup, unit=str(number))
                for number, markup in enumerate(MARKUP, start=1)
            ),
            note=everywhere,
            payment_terms=everywhere,
            promised_ship_note=everywhere,
            transport=everywhere,
            ship_to=everywhere,
        ),
        "en",
    )
    paper = unbroken(text(pdf))
    for markup in MARKUP:
        # twice in the table, five times around it
        assert paper.count(unbroken(markup)) >= 7


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_no_text_keeps_a_quote_from_being_printed(anything: str) -> None:
    described = line(description=anything, sku=anything[:20], note=anything)
    assert render_quote(quote(described, note=anything), "zh_Hans").startswith(b"%PDF")


def test_characters_that_turn_or_hide_text_are_dropped() -> None:
    paper = text(render_quote(quote(note="total\u202e 001\u200f\u0007 end"), "en"))
    assert "total 001 end" in paper


def test_a_character_that_no_font_has_does_not_stop_the_paper() -> None:
    paper = text(render_quote(quote(note="before 🙂 after"), "en"))
    assert "before" in paper
    assert "after" in paper


def test_rare_characters_of_names_are_in_the_fonts() -> None:
    names = "赟镕旸堃喆犇骉翀玥珺頔"
    pdf = render_quote(quote(note=names), "zh_Hans")
    assert names in text(pdf)
    assert all("NotoSansCJKsc" in name for name, _ in fonts(pdf))


@pytest.mark.parametrize(
    "description", ["高压液压软管总成，两端锥密封接头，" * 25, "A1" * 200, "word " * 80]
)
def test_long_descriptions_wrap_inside_their_column(description: str) -> None:
    number = "SKU-" + "9" * 40
    pdf = render_quote(quote(line(description=description, sku=number)), "zh_Hans")
    extracted = unbroken(text(pdf))
    assert unbroken(description) in extracted
    assert number in extracted
    heights = _heights_of_text(pdf)
    assert len(heights) >= len(_heights_of_text(render_quote(quote(), "zh_Hans"))) + 8


def _heights_of_text(pdf: bytes) -> set[int]:
    """Where the first page's lines of text stand, in points from the bottom."""
    heights = set()

    def visit(part: str, cm: list[float], tm: list[float], *_: object) -> None:
        if part.strip():
            heights.add(round(mult(tm, cm)[5]))

    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    return heights


def test_amounts_of_a_large_project_leave_room_for_the_description() -> None:
    large = line(
        quantity=Decimal("9999999.999"),
        unit_price=Decimal("9999999.9999"),
        discount_percent=Decimal("12.75"),
        description="深沟球轴承 " * 4,
    )
    paper = text(render_quote(quote(large), "en"))
    assert "87,249,999,990,402.50" in paper
    assert "深沟球轴承 深沟球轴承" in paper


@pytest.mark.parametrize("count", range(6, 40, 3))
def test_signatures_and_conditions_stay_together_on_one_page(count: int) -> None:
    extracted = pages(render_quote(quote(*(line(n) for n in range(1, count + 1))), "en"))
    closing = [page for page in extracted if "For the supplier" in page]
    assert len(closing) == 1
    for part in ("Confirmed by the customer", "Acceptance"):
        assert part in closing[0]
    for part in ("Authorised signature", "Name", "Company seal"):
        assert closing[0].count(part) == 2


def test_remarks_longer_than_a_page_flow_on_to_the_signatures() -> None:
    extracted = pages(render_quote(quote(note="备注长文，需要换页。" * 600), "zh_Hans"))
    assert len(extracted) > 2
    assert "".join(extracted).count("换") == 600
    assert "公司盖章" in extracted[-1]


def test_a_template_that_does_not_compile_is_an_error_with_typsts_words() -> None:
    with pytest.raises(PaperNotSet, match="does not contain key"):
        typeset("quote.typ", {"title": "x"}, created=datetime(2026, 1, 1, tzinfo=UTC))
