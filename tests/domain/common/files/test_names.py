"""File names keep people's words and lose everything that does something."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.files import kinds
from portal.domain.common.files.names import MAX_BYTES, MAX_CHARACTERS, name_for, readable_name

KINDS = st.sampled_from(kinds.ACCEPTED)


@pytest.mark.parametrize(
    ("given_name", "kind", "shown"),
    [
        ("图纸 第2版.PDF", kinds.PDF, "图纸 第2版.pdf"),
        ("../../etc/passwd", kinds.TEXT, "passwd.txt"),
        ("C:\\Users\\wang\\order.csv", kinds.CSV, "order.csv"),
        ("invoice\u202efdp.exe", kinds.PDF, "invoicefdp.pdf"),
        ("photo.jpeg", kinds.JPEG, "photo.jpeg"),
        ("photo.png", kinds.JPEG, "photo.jpg"),
        ("plan.pdf.exe", kinds.PDF, "plan.pdf"),
        ("bearing.step.pdf", kinds.PDF, "bearing.step.pdf"),
        ("Rev 1.2", kinds.PDF, "Rev 1.2.pdf"),
        ("", kinds.PNG, "file.png"),
        (".htaccess", kinds.TEXT, "htaccess.txt"),
        ("...", kinds.TEXT, "file.txt"),
        ("con.txt", kinds.TEXT, "_con.txt"),
        ('a"b;\r\nSet-Cookie: x=1.pdf', kinds.PDF, "a_b; Set-Cookie_ x=1.pdf"),
        ("zero\u200bwidth\x00.txt", kinds.TEXT, "zerowidth.txt"),
        ("e\u0301te\u0301.txt", kinds.TEXT, "été.txt"),
    ],
)
def test_names(given_name: str, kind: kinds.Kind, shown: str) -> None:
    assert name_for(given_name, kind) == shown


@given(st.text(max_size=400), KINDS)
def test_a_name_does_nothing(text: str, kind: kinds.Kind) -> None:
    name = name_for(text, kind)
    assert re.fullmatch(r'[^<>:"/\\|?*]+', name)
    assert all(unicodedata.category(part) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for part in name)
    assert not name.startswith((".", " "))
    assert name.rsplit(".", 1)[1] in kind.extensions
    assert len(name) <= MAX_CHARACTERS
    assert len(name.encode()) <= MAX_BYTES


@given(st.text(max_size=400), KINDS)
def test_a_safe_name_stays_as_it_is(text: str, kind: kinds.Kind) -> None:
    name = name_for(text, kind)
    assert name_for(name, kind) == name
    assert readable_name(readable_name(text)) == readable_name(text)


@given(st.text(alphabet="询价单图纸轴承型号报價單", min_size=1, max_size=40))
def test_chinese_names_are_kept(text: str) -> None:
    assert name_for(f"{text}.xlsx", kinds.XLSX) == f"{text}.xlsx"
