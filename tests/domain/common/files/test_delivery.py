"""A download is kept, never run, and arrives under its own name."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.files import kinds
from portal.domain.common.files.delivery import content_disposition, download_headers
from portal.domain.common.files.names import name_for
from portal.domain.common.files.tables import StoredFile


def test_a_download_can_do_nothing_in_the_browser() -> None:
    file = StoredFile(name="图纸.pdf", media_type="application/pdf", size_bytes=1234)
    assert download_headers(file) == {
        "Content-Type": "application/pdf",
        "Content-Length": "1234",
        "Content-Disposition": 'attachment; filename="file.pdf"; '
        "filename*=UTF-8''%E5%9B%BE%E7%BA%B8.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("order list (2).csv", "order list (2).csv"),
        ("Prüfung.pdf", "Prufung.pdf"),
        ('a"b\r\nX: y;.pdf', "a_b__X_ y_.pdf"),
        ("100%.pdf", "100_.pdf"),
        ("..", "file.."),
        ("", "file"),
    ],
)
def test_old_clients_get_a_plain_name(name: str, plain: str) -> None:
    assert content_disposition(name).startswith(f'attachment; filename="{plain}"; ')


@given(st.text(max_size=200), st.sampled_from(kinds.ACCEPTED))
def test_no_name_leaves_its_header(text: str, kind: kinds.Kind) -> None:
    for name in (text.encode("utf-8", "ignore").decode(), name_for(text, kind)):
        header = content_disposition(name)
        assert re.fullmatch(
            r"attachment; filename=\"[A-Za-z0-9 ._()+-]+\"; filename\*=UTF-8''[A-Za-z0-9%._~-]*",
            header,
        )
        assert unquote(header.rsplit("''", 1)[1]) == name
