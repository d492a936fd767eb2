"""A stage and a browser page for each test of components."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.components.stage import Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()


@pytest.fixture
def visit(browser: Browser, stage: Stage) -> Iterator[Callable[..., Page]]:
    """Opens a page of the stage in a context of its own; nothing may be refused by the policy."""
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def opened(path: str, **options: Any) -> Page:
        context = browser.new_context(
            **{"base_url": stage.url, "locale": "en-US", "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(5_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: refused.append(str(error)))
        page.on(
            "console",
            lambda said: (
                refused.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert refused == []
