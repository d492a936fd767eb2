"""The form of a revision as a browser would send it back."""

from html.parser import HTMLParser

from tests.visitor import Visitor


class _Fields(HTMLParser):
    """Collects what the form `price-form` would send: fields and chosen options, no buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == "price-form"
        name = given.get("name", "")
        if not self._inside:
            return
        if tag == "input" and name and given.get("type") not in {"file", "submit"}:
            if given.get("type") != "checkbox" or "checked" in given:
                self.fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # The line end right behind the tag is not part of the text.
            typed = self.fields[self._textarea]
            self.fields[self._textarea] = typed + data if typed else data.removeprefix("\n")


async def pricing_form(clerk: Visitor, reference: str, query: str = "") -> dict[str, str]:
    """What the page of the revision in work would send if nothing was typed."""
    page = await clerk.get(f"/staff/quotes/{reference}/revision{query}")
    assert page.status_code == 200, page.text
    return fields_of(page.text)


def fields_of(page: str) -> dict[str, str]:
    """The fields of the pricing form on this page."""
    reader = _Fields()
    reader.feed(page)
    assert "version" in reader.fields, "there is no form to price with"
    return {name: value for name, value in reader.fields.items() if name != "_csrf_token"}
