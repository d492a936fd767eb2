"""Addresses that leave the portal only on purpose."""

import pytest

from portal.rendering.links import absolute, own_path, with_query


def test_absolute_links_use_the_configured_origin() -> None:
    assert absolute("https://portal.example/", "/quotes/7") == "https://portal.example/quotes/7"
    for path in ("quotes", "//evil.example", "https://evil.example"):
        with pytest.raises(ValueError, match="not a path of ours"):
            absolute("https://portal.example", path)


@pytest.mark.parametrize(
    "path", ["/", "/quotes?state=open&q=轴承", "/staff/quotes/RFQ-2026-00042#t"]
)
def test_paths_of_ours_are_followed(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "quotes",
        "//evil.example",
        "/\\evil.example",
        "/quotes\\@evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/quotes\r\nSet-Cookie: x=1",
        "/\tevil",
        " /quotes",
    ],
)
def test_everything_else_is_refused(path: str | None) -> None:
    assert own_path(path, "/staff") == "/staff"


def test_filters_keep_only_what_has_a_value() -> None:
    assert with_query("/quotes", state="open", q="", after=None, page=2) == (
        "/quotes?state=open&page=2"
    )
    assert with_query("/quotes") == "/quotes"
