"""Reads forms out of a page as a browser without script would send them."""

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._select = ""
        self._area: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        elif self.forms and given.get("name") and tag == "input":
            self._take_input(given)
        elif self.forms and given.get("name") and tag == "select":
            self._select = str(given["name"])
        elif tag == "option" and self._select and "selected" in given:
            self._keep(self._select, given.get("value") or "")
        elif self.forms and given.get("name") and tag == "textarea":
            self._area = (str(given["name"]), "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area = (self._area[0], self._area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self._keep(self._area[0], self._area[1].removeprefix("\n"))
            self._area = None
        elif tag == "select":
            self._select = ""

    def _take_input(self, given: dict[str, Any]) -> None:
        kind = given.get("type", "text")
        if kind == "file" or (kind in {"radio", "checkbox"} and "checked" not in given):
            return
        self._keep(str(given["name"]), given.get("value") or "")

    def _keep(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)


def fields_of(page: str, action: str) -> dict[str, Any]:
    """What the form that posts to `action` would send if no button with a name were pressed."""
    parser = _Forms()
    parser.feed(page)
    for where, fields in parser.forms:
        if where == action:
            return {
                name: values[0] if len(values) == 1 else values
                for name, values in fields.items()
                if name != "_csrf_token"
            }
    raise AssertionError(f"no form posts to {action}")
