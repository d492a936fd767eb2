"""A demo's clock is moved: a promise warns, breaks and escalates before one's eyes (rule C10).

This module moves the clock, so it has a portal of its own.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import RunningPortal, running_portal
from tests.e2e.people import Person
from tests.e2e.scene import Scene
from tests.scenarios import filed_request

# How often the page was told that something in its list has changed.
_LISTEN = (
    "document.body.addEventListener('changed', () => { window.told = (window.told || 0) + 1 })"
)


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningPortal]:
    with running_portal(demo=True) as running:
        yield running


def lets_pass(person: Person, leap: str) -> None:
    """Move the clock of the demo by its page."""
    person.opens("/demo/clock")
    person.page.get_by_role("radio", name=leap, exact=True).check()
    person.presses("Move the clock")
    person.is_told("The clock was moved.")


def shows(row: Locator, state: str) -> None:
    """The promise of an open page's row is in this state, for the sweep has told the page."""
    expect(row.locator(f".promise-{state}")).to_be_visible()


def test_a_promise_warns_breaks_and_escalates_before_ones_eyes(scene: Scene) -> None:
    portal, account = scene.portal, scene.cast.account.name
    portal.make(lambda make: make.move_clock(timedelta(0)))
    filed = portal.make_by_verbs(
        lambda make: filed_request(make, scene.cast, urgent=True, urgent_reason="Line 3 stands.")
    )
    sales, supervisor = scene.sales, scene.supervisor
    sales.opens("/quotes")
    sales.page.evaluate(_LISTEN)
    row = sales.page.get_by_role("row").filter(has_text=filed.reference)
    shows(row, "running")

    lets_pass(supervisor, "4 hours")
    shows(row, "warning")
    assert scene.mail_to(sales, f"A promise to {account} is due soon")

    lets_pass(supervisor, "1 day")
    shows(row, "breached")
    assert sales.page.evaluate("window.told") >= 2  # the page was never loaded again
    assert scene.mail_to(supervisor, f"A promise to {account} has been missed")
    assert scene.mail_to(supervisor, f"A promise to {account} is still not kept")

    sales.opens_request(filed.reference)
    steps = sales.page.get_by_role("region", name="Escalation Quote").get_by_role("listitem")
    expect(steps.filter(has_text="Due soon")).to_contain_text(f"{sales.name} owner")
    expect(steps.filter(has_text="Missed")).to_contain_text(f"{supervisor.name} supervisor")
    buyer = scene.buyer
    buyer.opens_request(filed.reference)
    buyer.sees("Overdue by")
    buyer.sees_nothing_of("Escalation")
