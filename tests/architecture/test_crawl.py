"""Every route × foreign and unknown reference × role: the same answer, and no write.

A new route is crawled by itself; one with a parameter that this file cannot fill fails.
"""

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.settings import Settings
from tests.architecture.routes import Route, all_routes
from tests.architecture.world import World, build_world
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

# Written by looking: access log of account files (A6), sessions, security log, presence.
MAY_BE_WRITTEN = {"session", "security_event", "file_read", "form_key", "presence", "credential"}
# What differs between any two answers.
_CHANGES = re.compile(
    r'(csrf-token" content="|name="_csrf_token" value="|_form_key" value="|data-now=")[^"]*"'
)


@pytest.fixture(scope="module")
async def world(settings: Settings, pools: None, site: Any) -> AsyncIterator[World]:
    async with build_world(settings) as built:
        yield built


def parameter_routes(*, staff: bool) -> list[Route]:
    return [
        route
        for route in all_routes()
        if route.parameters and not route.is_public and route.is_staff == staff
    ]


@pytest.mark.parametrize("role", list(CustomerRole), ids=lambda role: role.value)
async def test_customers_cannot_tell_foreign_from_unknown(
    role: CustomerRole, site: Any, make: Factory, world: World
) -> None:
    await crawl(
        parameter_routes(staff=False), await make.buyer(world.ours, role), site, make, world
    )


@pytest.mark.parametrize("role", list(StaffRole), ids=lambda role: role.value)
async def test_staff_cannot_tell_hidden_from_unknown(  # rule A6
    role: StaffRole, site: Any, make: Factory, world: World
) -> None:
    outsider = await make.staff(role)
    await crawl(parameter_routes(staff=True), outsider, site, make, world)


async def test_nobody_signed_in_gets_nowhere(site: Any, world: World) -> None:
    for route in all_routes():
        if route.is_public:
            continue
        visitor = Visitor(site)
        await visitor.get("/sign-in")
        path = place(route, world.foreign)
        answer = await (visitor.get(path) if route.method == "GET" else visitor.post(path))
        assert answer.status_code in {303, 401}, str(route)
        if answer.status_code == 303:
            assert "/sign-in" in answer.headers["location"], str(route)


async def crawl(routes: list[Route], actor: Actor, site: Any, make: Factory, world: World) -> None:
    assert routes
    plain = await signed_in(site, make, actor)
    fragments = Visitor(site, plain.side, htmx=True)
    fragments.cookies, fragments.token = plain.cookies, plain.token
    before = await contents(make.owner)
    for route in routes:
        for visitor in (plain, fragments):
            hidden = await ask(visitor, route, world.hidden_from(actor))
            unknown = await ask(visitor, route, world.unknown)
            assert hidden == unknown, f"{route} as {actor.role}"
            assert hidden[0] in {403, 404}, f"{route} as {actor.role}: {hidden[0]}"
    assert await contents(make.owner) == before


async def ask(visitor: Visitor, route: Route, values: dict[str, str]) -> tuple[int, str]:
    path = place(route, values)
    token = visitor.token
    answer = await (
        visitor.get(path) if route.method == "GET" else visitor.post(path, world_form())
    )
    visitor.token = token
    body = _CHANGES.sub("", answer.text)
    for value in {path, html.escape(path)}:
        body = body.replace(value, "…")
    return answer.status_code, body


def place(route: Route, values: dict[str, str]) -> str:
    """The address of `route` for these references. A parameter we know no value of fails here."""
    names = {name: values[name] for name in route.parameters}
    if "/orders/" in route.path:
        names["reference"] = values["order_reference"]
    return route.filled(names)


def world_form() -> dict[str, str]:
    """A body with something in every field that a form of ours has, ids of others included."""
    return {
        "body": "crawled",
        "reason": "crawled",
        "name": "crawled",
        "version": "1",
        "revision": "1",
        "account_id": "1",
        "status": "accepted",
        "price": "0",
        "quantity": "1",
        "condition": "good",
        "to": "damaged",
        "counted": "0",
        "booked": "0",
        "audience": "customer",
        "role": "administrator",
        "about": "1",
        "told": "crawled",
        "item": "1",
        "severity": "major",
    }


async def contents(owner: asyncpg.Connection) -> dict[str, str]:
    """A digest of every table that a refused request must not have changed."""
    tables = await owner.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return {
        row["relname"]: await owner.fetchval(
            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
            f"FROM {row['relname']} t"
        )
        for row in tables
        if row["relname"] not in MAY_BE_WRITTEN
    }
