"""Every page of the route table, visited by somebody who may see it: no barrier for anybody.

A new page is visited by itself; one with a parameter that `Places` does not know fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Response, ViewportSize

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.policy.figures import ORDER_CUT_OFF
from portal.domain.quotes import requests
from portal.settings import Settings
from tests.architecture.routes import Route, all_routes
from tests.complaint_scenarios import care_of, filed_complaint
from tests.corrective_action_scenarios import opened_action
from tests.domain.orders.fulfilling import Case, item_in_stock, scheduled
from tests.e2e.barriers import barriers, scrolls_sideways
from tests.e2e.conftest import RunningPortal
from tests.factories import PASSWORD, Factory, acting, unique
from tests.scenarios import (
    Cast,
    accepted_quote,
    cast_of,
    filed_request,
    quote_in_draft,
    sent_quote,
)
from tests.survey_places import survey_names
from tests.visit_places import visit_names

# Streams, files and papers are no pages; links of mails are walked in the journey of the
# invitation; the mails of a demo are there in a demo only.
NO_PAGES = (
    "/live",
    "/static",
    "/files/",
    "/paper",
    ".xlsx",
    "{feed_name",
    "/report",
    "/export/",
    "/preview",
    "{token",
    "/favicon",
    "/healthz",
    "/readyz",
    "/demo/",
)
NARROWEST = 320
NARROW = ViewportSize(width=NARROWEST, height=900)
WIDE = ViewportSize(width=1280, height=900)
# Each visits what nobody before may see.
SIDES = ["customer", "staff", "administrator", "warehouse", "finance", "duty manager"]


@dataclass(frozen=True)
class Places:
    """Who visits, and what the addresses name."""

    buyer: tuple[Actor, str]
    staff: list[tuple[Actor, str]]
    names: dict[str, str]
    drafted: str
    draft: str
    order: str

    def path(self, route: Route) -> str:
        names = dict(self.names)
        if "/drafts/" in route.path:
            names["reference"] = self.draft
        elif "/orders/" in route.path:
            names["reference"] = self.order
        elif route.path.endswith(("/revision", "/revision/send")):
            names["reference"] = self.drafted
        return route.filled({name: names[name] for name in route.parameters})


def pages(*, staff: bool) -> list[Route]:
    return [
        route
        for route in all_routes()
        if route.method == "GET"
        and route.is_staff == staff
        and not any(part in route.path for part in NO_PAGES)
    ]


@pytest.fixture(scope="module")
def places(portal: RunningPortal) -> Places:
    return portal.make_by_verbs(lambda make: _places(make, portal.settings))


async def _places(make: Factory, settings: Settings) -> Places:
    cast = await cast_of(make)
    await filed_request(make, cast, title="Nobody works on this yet")
    drafted = await quote_in_draft(make, await filed_request(make, cast, title="Being priced"))
    await accepted_quote(make, settings, await filed_request(make, cast))
    packed = await scheduled(make, (await item_in_stock(make, ("A-1", "20")), "10"), cast=cast)
    shipment = await packed.prepare()
    sent = await sent_quote(make, settings, await filed_request(make, cast, title="To answer"))
    async with acting(cast.buyer):
        draft = await requests.save_draft(
            {"title": ["Unfinished"]}, by=cast.buyer, account_id=cast.account.id
        )
    administrator = await make.staff(StaffRole.ADMINISTRATOR, branch_id=cast.account.branch_id)
    people = [cast.supervisor, administrator, packed.warehouse]
    for role in (StaffRole.FINANCE, StaffRole.DUTY_MANAGER):
        people.append(await make.staff(role, branch_id=cast.account.branch_id))
    # The phone order was at a price agreed with the account.
    price_id = await make.owner.fetchval(
        "SELECT min(id) FROM account_price WHERE account_id = $1", cast.account.id
    )
    held_id = await make.insert(
        "safety_stock", account_id=cast.account.id, item_id=cast.item_id, quantity=5
    )
    contact_id = await make.owner.fetchval(
        "SELECT min(id) FROM contact WHERE account_id = $1", cast.account.id
    )
    notice_id = await make.owner.fetchval("SELECT coalesce(min(id), 0) FROM notice")
    return Places(
        buyer=(cast.buyer, await make.password_for(cast.buyer)),
        staff=[(person, await make.password_for(person)) for person in people],
        names={
            "reference": sent.reference,
            "order_reference": packed.reference,
            "shipment_reference": shipment,
            **await _more_names(make, packed),
            **await _names_of_complaints(make, cast),
            **await survey_names(make, cast),
            **await visit_names(make, cast),
            "revision": str(sent.revision),
            "code": cast.account.code,
            "sku": cast.sku,
            "contact_id": str(contact_id),
            "address_id": str(cast.account.ship_to_id),
            "price_id": str(price_id),
            "held_id": str(held_id),
            "staff_member_id": str(cast.colleague.staff_member_id),
            "notice_id": str(notice_id),
            "mail_id": "0",
            "figure_key": "quote.normal",
            "day_id": str(await make.insert("branch_day", day=date(2031, 1, 6), reason="Fair")),
        },
        drafted=drafted.reference,
        draft=draft.reference,
        order=packed.reference,
    )


async def _names_of_complaints(make: Factory, cast: Cast) -> dict[str, str]:
    """A complaint with the corrective action that came of it, and a dealer."""
    filed = await filed_complaint(make, await care_of(make, cast))
    action = await opened_action(make, filed)
    return {
        "complaint_reference": filed.reference,
        "action_reference": action.reference,
        "dealer_id": str(await make.insert("dealer", name=unique("Dealer "))),
    }


async def _more_names(make: Factory, case: Case) -> dict[str, str]:
    """What hangs on an order, an item and a colleague: as it lies in the database."""
    account, by = case.cast.account, case.cast.representative
    now = await make.owner.fetchval("SELECT business_now()")
    payment_id = await make.insert(
        "payment",
        account_id=account.id,
        order_id=await case.order_id(),
        amount=Decimal(10),
        currency="CNY",
        received_on=now.date(),
        reference="Bank 1",
        recorded_by=by.person_id,
        recorded_at=now,
    )
    asked = {"account_id": account.id, "currency": "CNY", "amount": Decimal(9)}
    limit_id = await make.insert(
        "credit_limit", **asked, reason="Grows", requested_by=by.person_id, requested_at=now
    )
    await make.insert(
        "project_registration",
        account_id=account.id,
        reference=unique("PR-2026-"),
        project_name="Terminal 2",
        item_id=case.cast.item_id,
        quantity=Decimal(5),
        starts_on=now.date(),
        ends_on=now.date(),
        registered_by=by.person_id,
        registered_at=now,
    )
    project = await make.owner.fetchval(
        "SELECT reference FROM project_registration WHERE account_id = $1", account.id
    )
    await make.stock(case.cast.item_id, "5", batch="L-1")
    lot_id = await make.owner.fetchval(
        "SELECT id FROM stock_lot WHERE item_id = $1", case.cast.item_id
    )
    ahead = timedelta(days=9)
    absence_id = await make.deputy(case.cast.colleague, by, now.date(), now.date() + ahead)
    return {
        "payment_id": str(payment_id),
        "limit_id": str(limit_id),
        "registration_reference": str(project),
        "lot_id": str(lot_id),
        "absence_id": str(absence_id),
        "figure_key": ORDER_CUT_OFF.key,
        "matter": "mail",
        "matter_id": "0",
    }


def sign_in(page: Page, prefix: str, email: str) -> None:
    page.goto(f"{prefix}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.parametrize("side", SIDES)
def test_no_page_has_a_barrier(
    side: str,
    places: Places,
    new_page: Callable[..., Page],
) -> None:
    place = SIDES.index(side)
    actor, email = places.staff[place - 1] if place else places.buyer
    before = [colleague for colleague, _ in places.staff[: max(0, place - 1)]]
    page = new_page(viewport=WIDE, color_scheme="dark", locale="en-US")
    complaints: list[str] = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, "" if side == "customer" else "/staff", email)
    found = []
    visited = 0
    for route in pages(staff=side != "customer"):
        may_see = route.permission is None or actor.may(route.permission)
        seen_by_other = bool(before) and (
            route.permission is None or any(other.may(route.permission) for other in before)
        )
        if not may_see or seen_by_other:
            continue
        path = places.path(route)
        answer = page.goto(path)
        assert isinstance(answer, Response)
        # An unfinished draft is shown with what is missing; the notice may not be there yet.
        may_be_missing = "/notices/" in path or "/operations/" in path
        expected = 422 if path.endswith("/check") else 404 if may_be_missing else 200
        if answer.status not in {200, expected}:
            found.append(f"{path}: status {answer.status}")
            continue
        visited += 1
        # Opened directly, a fragment shows the page that it is part of.
        is_page = "/fragments/" not in path
        if is_page:
            found += [f"{path}: {one}" for one in barriers(page)]
        page.set_viewport_size(NARROW)
        if scrolls_sideways(page):
            found.append(f"{path}: scrolls sideways at {NARROWEST} px")
        if is_page and side == "customer":
            page.emulate_media(color_scheme="light")
            found += [f"{path} on a phone: {one}" for one in barriers(page)]
            page.emulate_media(color_scheme="dark")
        page.set_viewport_size(WIDE)
    assert visited
    assert "\n".join(found) == ""
    assert [one for one in complaints if "404" not in one and "422" not in one] == []
