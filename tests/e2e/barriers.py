"""What stands in somebody's way on a page: axe's objections, and scrolling sideways."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

# Of what axe finds only violations are worked out and handed over: most of its time goes elsewhere.
_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_RUN = f"""async within => {{
    const found = await axe.run(within ?? document, {json.dumps(_OPTIONS)});
    return found.violations.flatMap(one => one.nodes.map(
        node => `${{one.id}}: ${{node.target}} ${{node.html.slice(0, 200)}}`));
}}"""
_SCRIPT = Axe().axe_script


def barriers(page: Page, *, within: str | None = None) -> list[str]:
    """What axe objects to, on the whole page or `within` what a selector names.

    The window is as high as the page: nothing lies under a fixed bar.
    """
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height + 200})
    page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_RUN, within)
    page.set_viewport_size(size)
    return found


def scrolls_sideways(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def met_on(page: Page, path: str) -> list[str]:
    """Go there and name what stands in the way; of a form that is opened by `?do=`, the form.

    The page around it is visited without the form, too.
    """
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    form = "#panel" if "?do=" in path and "/warehouse/" not in path else None
    if form:
        expect(page.locator(form), path).to_be_visible()
    size = page.viewport_size
    assert size is not None
    at = f"{path} at {size['width']} px"
    sideways = [f"{at}: scrolls sideways"] if scrolls_sideways(page) else []
    return sideways + [f"{at}: {one}" for one in barriers(page, within=form)]
