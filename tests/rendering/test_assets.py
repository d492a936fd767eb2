"""The front end: within its budget, under its hash, with nothing a strict policy forbids."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from portal.rendering.assets import Assets, assets

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]


def weight(path: str) -> int:
    asset = assets().plain(path)
    assert asset is not None
    return len(gzip.compress(asset.content, 9))


def test_the_first_view_is_light() -> None:
    assert weight("app.css") <= 20_000
    assert weight("app.js") <= 8_000
    assert weight("app.js") + weight("vendor/htmx-4.0.1.js") <= 40_000


def test_an_asset_is_found_by_its_hashed_name_only(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css/10-b.css").write_text("b{}")
    (tmp_path / "css/00-a.css").write_text("a{}")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/x.js").write_text("x")
    (tmp_path / "vendor/README.md").write_text("no")
    made = Assets(tmp_path)
    digest = hashlib.sha256(b"a{}\nb{}").hexdigest()[:8]
    assert made.url("app.css") == f"/static/app.{digest}.css"
    asset = made.named(f"app.{digest}.css")
    assert asset is not None
    assert asset.media_type == "text/css; charset=utf-8"
    assert asset.gzipped is not None
    assert gzip.decompress(asset.gzipped) == b"a{}\nb{}"
    assert made.url("vendor/x.js").startswith("/static/vendor/x.")
    for unknown in ("app.css", "css/00-a.css", "vendor/README.md", "../pyproject.toml"):
        assert made.named(unknown) is None
    with pytest.raises(KeyError):
        made.url("vendor/README.md")


def test_comments_in_rules_of_style_are_not_served(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css/00-a.css").write_text("/* Why. */\na{}\n/* And\nwhy. */ b{}\n")
    served = Assets(tmp_path).plain("app.css")
    assert served is not None
    assert served.content == b"a{}\n b{}\n"


def test_htmx_is_the_one_its_readme_describes() -> None:
    vendor = ROOT / "static/vendor"
    digest = hashlib.sha256((vendor / "htmx-4.0.1.js").read_bytes()).hexdigest()
    assert f"| `htmx-4.0.1.js` (ours) | `{digest}` |" in (vendor / "README.md").read_text()
    assert (vendor / "LICENSE-htmx.txt").exists()
    text = (vendor / "htmx-4.0.1.js").read_text(encoding="utf-8")
    assert 'registerExtension("sse"' in text
    assert "sourceMappingURL" not in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_needs_what_the_policy_forbids(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r"\shx-on", source)
    assert "js:" not in source
    assert "<style" not in source
    assert "javascript:" not in source
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script
    assert not re.search(r"(src|href)=\"(https?:)?//", source), "no host but ours"


def test_scripts_and_styles_stand_alone() -> None:
    script = "".join(path.read_text() for path in (ROOT / "static/js").glob("*.js"))
    style = "".join(path.read_text() for path in (ROOT / "static/css").glob("*.css"))
    for forbidden in (
        "eval(",
        "new Function",
        "innerHTML",
        "document.write",
        "http://",
        "https://",
    ):
        assert forbidden not in script
    assert "@import" not in style
    assert "url(" not in style


def test_sources_are_read_in_one_sitting() -> None:
    for folder in ("css", "js"):
        for path in (ROOT / "static" / folder).iterdir():
            assert len(path.read_text().splitlines()) <= 300, path.name
