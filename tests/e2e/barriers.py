"""What stands in somebody's way on a page: axe's objections, and scrolling sideways."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Of what axe finds only violations are worked out and handed over: most of its time goes elsewhere.
_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_RUN = f"""async () => {{
    const found = await axe.run(document, {json.dumps(_OPTIONS)});
    return found.violations.flatMap(one => one.nodes.map(
        node => `${{one.id}}: ${{node.target}} ${{node.html.slice(0, 200)}}`));
}}"""
_SCRIPT = Axe().axe_script


def barriers(page: Page) -> list[str]:
    """What axe objects to. The window is as high as the page: nothing lies under a fixed bar."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height + 200})
    page.evaluate(_SCRIPT)
    found: list[str] = page.evaluate(_RUN)
    page.set_viewport_size(size)
    return found


def scrolls_sideways(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )
