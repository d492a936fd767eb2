"""A mail's HTML shown inside a page of ours: its text and links, none of its style or script."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_KEPT = frozenset({"p", "h1", "h2", "strong", "em", "table", "tbody", "tr", "td", "a", "div"})
_DROPPED = frozenset({"head", "style", "script", "title", "iframe", "object", "svg", "template"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col", "base", "embed"})


def plain_html(html: str) -> Markup:
    """The visible text of `html` in plain elements; of attributes only web addresses of links."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.result()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[Markup] = []
        self._open: list[tuple[str, bool]] = []  # the element, and whether it is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if tag == "br" and self._is_shown():
                self._out.append(Markup("<br>"))
            return
        given = dict(attrs)
        hidden = tag in _DROPPED or "display:none" in (given.get("style") or "").replace(" ", "")
        self._open.append((tag, hidden))
        if tag in _KEPT and self._is_shown():
            self._out.append(_opening(tag, given.get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        # Up to the element that is meant: what was left open inside ends with it.
        while any(name == tag for name, _ in self._open):
            shown = self._is_shown()
            name, _ = self._open.pop()
            if name in _KEPT and shown:
                self._out.append(Markup("</{}>").format(name))
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._is_shown():
            self._out.append(escape(data))

    def result(self) -> Markup:
        while self._open:
            self.handle_endtag(self._open[-1][0])
        return Markup("").join(self._out)

    def _is_shown(self) -> bool:
        return not any(hidden for _, hidden in self._open)


def _opening(tag: str, href: str) -> Markup:
    if tag == "a" and urlsplit(href).scheme in {"http", "https"}:
        return Markup('<a href="{}" rel="noreferrer">').format(href)
    return Markup("<{}>").format(tag)
