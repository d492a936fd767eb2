"""An account manager looks back on a year of one account and on the coverage of all (V1-V9)."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from portal.domain.common.permissions import StaffRole
from tests.e2e.actors import Sales
from tests.e2e.barriers import met_on
from tests.e2e.scene import Scene
from tests.factories import Factory
from tests.past_visits import day_before, noon, open_visit, past_visit, round_of, said_in
from tests.rendering.pdf_samples import text, unbroken

CUSTOMER, NEGLECTED = "Shenyuan Rail Equipment", "Hailian Shipyard"


async def _a_year(make: Factory, scene: Scene) -> tuple[str, str]:
    """Visits of a year, one of which went badly, and an account nobody has seen for long.

    The opinion that is open, and the key of the round that the visits belong to.
    """
    cast = scene.cast
    account, manager = cast.account, cast.manager
    await make.owner.execute("UPDATE account SET name = $2 WHERE id = $1", account.id, CUSTOMER)
    number, key = await round_of(make, rule="quarterly")
    for days, mood, report in (
        (330, "satisfied", "The first line was put into use"),
        (240, "satisfied", "The new packing is liked"),
        (150, "neutral", "They ask for shorter notice"),
        (60, "dissatisfied", "Two bearings ran hot"),
    ):
        visit = await past_visit(
            make,
            account,
            manager,
            days_ago=days,
            satisfaction=mood,
            report=report,
            usage_note="Line three runs eighteen hours a day",
            round_id=number if days < 100 else None,
        )
        if mood == "neutral":
            answered: dict[str, Any] = {
                "sentiment": "wish",
                "status": "answered",
                "answer": "Four weeks of notice from May on",
                "ended_at": noon(day_before(140)),
            }
            await said_in(make, account, manager, visit, "Prices change at once", **answered)
        if mood == "dissatisfied":
            opinion = await said_in(make, account, manager, visit, "Deliveries come late")
    neglected = await make.account(branch_id=account.branch_id, manager=manager, name=NEGLECTED)
    await past_visit(make, neglected, manager, days_ago=130)
    await open_visit(make, neglected, manager, due_on=day_before(-6))
    return opinion, key


def test_a_year_of_one_account_and_the_coverage_of_all(scene: Scene) -> None:
    opinion, key = scene.portal.make(lambda make: _a_year(make, scene))
    manager = scene.manager
    page = manager.page

    # Whom nobody has seen for longest comes first (rules V1, V9).
    manager.opens("/visits/coverage")
    rows = page.get_by_role("table", name="Coverage").get_by_role("row")
    expect(rows.nth(1)).to_contain_text(NEGLECTED)
    expect(rows.nth(1)).to_contain_text("130 of 92")
    expect(rows.nth(2)).to_contain_text(CUSTOMER)
    page.get_by_label("Unvisited for too long").check()
    expect(page.get_by_role("table", name="Coverage")).not_to_contain_text(CUSTOMER)

    # The year of one account: from the table into what was said, and what became of it.
    manager.opens("/visits/history")
    page.get_by_label("When").select_option(label="Last 12 months")
    page.get_by_label("Satisfaction").select_option(label="Dissatisfied")
    expect(page.get_by_role("table", name="Visits")).to_contain_text("Two bearings ran hot")
    expect(page.get_by_role("table", name="Visits")).not_to_contain_text("The new packing")
    manager.follows(CUSTOMER)
    manager.sees("Line three runs eighteen hours a day")
    for words in ("The first line was put into use", "Four weeks of notice from May on"):
        manager.sees(words)
    manager.sees("50.0% satisfied")
    with page.expect_download() as workbook:
        manager.follows("XLSX")
    assert workbook.value.suggested_filename == "visits.xlsx"

    # What was said is followed up from there (rule V5).
    manager.follows(opinion)
    manager.follows("Say what was done")
    page.get_by_role("textbox", name="What was done").fill("Two lorries drive from Monday on")
    manager.presses("Record what was done")
    manager.is_told("Answered. Its clock has stopped.")
    manager.sees("Two lorries drive from Monday on")

    # A summary closes the round, and is a paper (rule V6).
    supervisor = _supervisor(scene)
    supervisor.opens("/visits/rounds")
    supervisor.page.locator(f'a[href="/staff/visits/rounds/{key}"]').click()
    supervisor.page.get_by_label("What came of it").fill("Nobody was left out")
    supervisor.presses("Close the round")
    supervisor.is_told("Closed.")
    expect(supervisor.page.get_by_role("button", name="Close the round")).to_have_count(0)
    with supervisor.page.expect_download() as paper:
        supervisor.follows("Summary as PDF")
    told = unbroken(text(paper.value.path().read_bytes()))
    assert unbroken("Nobody was left out") in told
    assert unbroken("Two lorries drive from Monday on") in told

    _nothing_in_the_way(page, scene.cast.account.code, opinion)
    _nothing_in_the_way(supervisor.page, scene.cast.account.code, opinion, key)


def _supervisor(scene: Scene) -> Sales:
    role = StaffRole.SERVICE_SUPERVISOR
    return scene.enters(Sales, scene.portal.make(lambda make: make.staff(role)))


def _nothing_in_the_way(page: Page, code: str, opinion: str, key: str = "") -> None:
    """On a desk and on a phone."""
    paths = [
        "/staff/visits/coverage",
        f"/staff/visits/history?account={code}",
        "/staff/visits/history",
        "/staff/opinions?status=any",
        f"/staff/opinions/{opinion}",
    ]
    if key:
        paths = ["/staff/visits/rounds", f"/staff/visits/rounds/{key}"]
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        met = [one for path in paths for one in met_on(page, path)]
        assert met == [], re.sub(r"\s+", " ", str(met))
