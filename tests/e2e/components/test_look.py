"""All components at once: no barrier that axe knows, no sideways scroll, in light and dark."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from portal.domain.common.money import Money
from portal.domain.service_levels.promise import PromiseState
from portal.rendering.error_pages import render_error
from portal.rendering.i18n import LOCALES
from tests.e2e.barriers import barriers
from tests.e2e.components.stage import Stage
from tests.rendering.samples import NOW, Membership, Onlooker, Typed, message, promise, reader

Visit = Callable[..., Page]
GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
SEVERAL = (Membership("SH-1", "Huadong Valve 华东阀门"), Membership("SH-2", "Huadong Group"))


def gallery(stage: Stage, portal: str, locale: str) -> None:
    met = NOW - timedelta(hours=1)
    stage.show(
        "/gallery",
        GALLERY,
        portal=portal,
        locale=locale,
        viewer=Onlooker(portal, memberships=SEVERAL, unread_count=3),
        demo=True,
        queues=[{"label": "Overdue", "url": "#", "count": 7, "current": False}],
        promises=[
            promise(state, due=-2 if "breach" in state else 8, met_at=met) for state in PromiseState
        ],
        form=Typed(
            {"urgency": "normal"}, [("subject", "Write more."), ("lines-1-quantity", "A number.")]
        ),
        blank=Typed(),
        columns_of_lines=[
            {"name": "item", "label": "Item"},
            {"name": "quantity", "label": "Quantity", "kind": "number", "width": "s"},
            {"name": "wish", "label": "Wish date", "kind": "date", "width": "m", "optional": True},
        ],
        files=[SimpleNamespace(name="图纸 4711.pdf", size=482133, url="/f", token="t")],
        messages=[message("Which class?", side="staff"), SimpleNamespace(**note())],
        entries=[SimpleNamespace(at=NOW, actor_name="Chen Li")],
        amount=Money(Decimal("12345678.9"), "CNY"),
    )


def note() -> dict[str, object]:
    made = message("Ask purchasing.", internal=True, side="staff")
    return {name: getattr(made, name) for name in (*made.__slots__, "is_internal")} | {"id": 2}


@pytest.mark.parametrize("portal", ["customer", "staff"])
@pytest.mark.parametrize(
    "how",
    [
        (1280, "light", "en"),
        (1280, "dark", "zh_Hans"),
        (375, "light", "zh_Hant"),
        (375, "dark", "en"),
        (800, "light", "zh_Hans"),
    ],
)
def test_axe_finds_nothing(
    stage: Stage, visit: Visit, portal: str, how: tuple[int, str, str]
) -> None:
    width, scheme, locale = how
    gallery(stage, portal, locale)
    here = visit("/gallery", viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert barriers(here) == []


@pytest.mark.parametrize("portal", ["customer", "staff"])
@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_scrolls_sideways(stage: Stage, visit: Visit, portal: str, locale: str) -> None:
    gallery(stage, portal, locale)
    here = visit("/gallery")
    for width in (320, 375, 640, 800, 960, 1100):
        here.set_viewport_size({"width": width, "height": 800})
        assert here.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("portal", ["customer", "staff"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_error_pages_are_open_to_all(stage: Stage, visit: Visit, portal: str, scheme: str) -> None:
    stage.answer("GET", "/gone", 404, render_error(404, reader("zh_Hans"), portal=portal))
    here = visit("/gone", viewport={"width": 375, "height": 700}, color_scheme=scheme)
    assert barriers(here) == []


def test_an_open_dialog_and_an_open_menu_are_open_to_all(stage: Stage, visit: Visit) -> None:
    stage.show("/staff", "<h1>Work</h1>", portal="staff")
    here = visit("/staff")
    here.locator(".rail details summary").click()
    assert barriers(here) == []
    here.get_by_role("button", name="Keyboard").click()
    assert barriers(here) == []


def test_what_stands_still_stays_still(stage: Stage, visit: Visit) -> None:
    gallery(stage, "customer", "en")
    here = visit("/gallery")  # every visit asks for reduced motion
    moving = here.evaluate(
        "() => document.getAnimations().length"
        " + [...document.querySelectorAll('*')].filter("
        "   (one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    )
    assert moving == 0


def test_a_barrier_would_be_found(page: Page) -> None:
    page.set_content('<main><img src="/plan.png"><a href="#top" style="color:#ddd">Up</a></main>')
    found = "\n".join(barriers(page))
    assert "image-alt" in found
    assert "color-contrast" in found
