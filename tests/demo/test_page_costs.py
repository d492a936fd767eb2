"""Pages stay cheap: statements, requests and bytes of every list and record, on the whole demo."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import asyncpg
import httpx
import pytest
from asyncpg.connection import LoggedQuery

from portal import database
from portal.app import create_app
from portal.database import Login
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import CustomerRole, StaffRole
from tests.architecture.routes import Route, all_routes
from tests.conftest import OWNER, Servers
from tests.demo.conftest import Seeded
from tests.demo.page_costs import EXCEPTIONS, MORE_BY_THE_HOUR, STATEMENTS, STATEMENTS_OF_A_MESSAGE
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

BUYER, CLERK = "fang.min@qjwater.example", "chen.li@hengda.example"
FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS, FRAGMENT_BYTES = 100_000, 6, 15_000

# A list, a record, or a part of one that the page asks for anew.
_HOT = re.compile(
    r"/|(/staff)?(/[a-z-]+)?(/\{((\w+_)?reference|code|sku):str\})?(/fragments/[a-z]+)?"
)
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "RESET", "CLOSE ALL")
_OF_A_SESSION = ("UNLISTEN", "SELECT PG_ADVISORY_UNLOCK_ALL")
_NAMED = re.compile(r'<(?:script|img)[^>]*\ssrc="([^"]+)"|<link[^>]*\shref="([^"]+)"')
# Who sees what a representative does not.
_COLLEAGUES = (
    StaffRole.SALES_REPRESENTATIVE,
    StaffRole.SERVICE_SUPERVISOR,
    StaffRole.GENERAL_MANAGER,
    StaffRole.WAREHOUSE,
    StaffRole.FINANCE,
    StaffRole.ADMINISTRATOR,
)
# Records with most written in their threads come first.
_RECORDS = """SELECT {name} AS name FROM {table} r ORDER BY (SELECT count(*) FROM message m
    WHERE m.subject_kind = '{table}' AND m.subject_id = r.id) DESC, id LIMIT 40"""
_TABLES = {
    "quotes": ("quote_request", "reference"),
    "orders": ("sales_order", "reference"),
    "complaints": ("complaint", "reference"),
    "visits": ("visit", "reference"),
    "meetings": ("meeting", "reference"),
    "contact-reports": ("contact_report", "reference"),
    "opinions": ("opinion", "reference"),
    "corrective-actions": ("corrective_action", "reference"),
    "registrations": ("project_registration", "reference"),
    "accounts": ("account", "code"),
    "catalogue": ("item", "sku"),
}


@dataclass
class Counted:
    """The demo's application, and what its connections have been asked."""

    site: Any
    make: Factory
    asked: list[str] = field(default_factory=list)
    visitors: dict[object, Visitor] = field(default_factory=dict)

    def note(self, query: LoggedQuery) -> None:
        self.asked.append(query.query)

    async def statements(self, visitor: Visitor, path: str) -> tuple[int, list[str]]:
        """Status of a second view of `path`, and what it asked."""
        await self.view(visitor, path)
        self.asked.clear()
        answer = await self.view(visitor, path)
        await asyncio.sleep(0)  # the driver tells of a statement in the next round of the loop
        return answer.status_code, list(_questions(self.asked))

    async def view(self, visitor: Visitor, path: str) -> httpx.Response:
        """The page, or the part of one as htmx asks for it."""
        visitor.htmx = "/fragments/" in path
        try:
            return await visitor.get(path)
        finally:
            visitor.htmx = False

    async def visitor(self, who: StaffRole | str) -> Visitor:
        """Somebody of the demo who has signed in: a colleague by role, or a person by address."""
        if who not in self.visitors:
            actor = await self._actor(who)
            self.visitors[who] = await signed_in(self.site, self.make, actor)
        return self.visitors[who]

    async def _actor(self, who: StaffRole | str) -> Actor:
        row = await self.make.owner.fetchrow(
            """SELECT p.id, p.name, p.side, s.role AS post, s.id AS staff_member_id, m.account_id
               FROM person p LEFT JOIN staff_member s ON s.person_id = p.id
               LEFT JOIN membership m ON m.person_id = p.id
               WHERE $1 IN (p.email, s.role) ORDER BY p.email <> $2, p.id LIMIT 1""",
            str(who),
            CLERK,
        )
        if row["side"] == Side.STAFF:
            role = StaffRole(row["post"])
            staff_id = row["staff_member_id"]
            return Actor(row["id"], row["name"], Side.STAFF, role, staff_member_id=staff_id)
        return Actor(row["id"], row["name"], Side.CUSTOMER, CustomerRole.BUYER, row["account_id"])


@pytest.fixture(scope="module")
async def demo_site(seeded: Seeded, servers: Servers, site: Any) -> AsyncIterator[Counted]:
    """The application on a copy of the demo, every statement noted."""
    name = "page_costs"
    administrator = await asyncpg.connect(servers.postgres.url())
    await administrator.execute(
        f"CREATE DATABASE {name} TEMPLATE {seeded.shell.database} OWNER {OWNER}"
    )
    await administrator.close()
    owner = await asyncpg.connect(servers.owner_url(name))
    settings = servers.settings(name)
    counted = Counted(create_app(settings), Factory(owner))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "_pools", {})
        patched.setattr(asyncpg, "create_pool", _noting(counted))
        urls = servers.database_urls(name)
        await database.open_pools({login: urls[login] for login in Login}, size=2)
        yield counted
        await database.close_pools()
    await owner.close()


def _noting(counted: Counted) -> Any:
    create_pool = asyncpg.create_pool

    async def noted(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(counted.note)

    return lambda *urls, **options: create_pool(*urls, init=noted, **options)


def _questions(asked: Sequence[str]) -> Iterator[str]:
    """Statements that ask something; several in one message count each."""
    for message in asked:
        for part in message.split(";") if "$1" not in message else [message]:
            statement = " ".join(part.split())
            if statement and not statement.upper().startswith((*_FRAME, *_OF_A_SESSION)):
                yield statement


def hot_routes() -> list[Route]:
    return [
        route
        for route in all_routes()
        if route.method == "GET" and not route.is_public and _HOT.fullmatch(route.path)
    ]


def test_every_list_and_record_has_its_limit() -> None:
    paths = {route.path for route in hot_routes()}
    assert sorted(paths - STATEMENTS.keys() - EXCEPTIONS.keys()) == []
    assert sorted((STATEMENTS.keys() | EXCEPTIONS.keys()) - paths) == []
    assert not STATEMENTS.keys() & EXCEPTIONS.keys()


async def test_no_list_or_record_asks_more_than_it_may(demo_site: Counted) -> None:
    too_many = {}
    for route in hot_routes():
        if route.path in EXCEPTIONS:
            continue
        most = STATEMENTS.get(route.path, 0) + MORE_BY_THE_HOUR
        asked = await _asked(demo_site, route)
        if len(asked) > most:  # what a process remembers for a while may just have run out
            asked = await _asked(demo_site, route)
        if len(asked) > most:
            too_many[route.path] = [len(asked), *asked]
    assert too_many == {}


async def _asked(demo_site: Counted, route: Route) -> list[str]:
    """The statements of a view by somebody of the demo who may read the page."""
    for who in _COLLEAGUES if route.is_staff else (BUYER,):
        visitor = await demo_site.visitor(who)
        for path in await _addresses(demo_site.make.owner, route):
            status, asked = await demo_site.statements(visitor, path)
            if status == 200:
                return asked
    raise AssertionError(f"nobody of the demo reads {route}")


async def _addresses(owner: asyncpg.Connection, route: Route) -> list[str]:
    if not route.parameters:
        return [route.path]
    noun = route.path.removeprefix("/staff").split("/")[1]
    table, name = _TABLES[noun]
    rows = await owner.fetch(_RECORDS.format(table=table, name=name))
    return [route.filled({route.parameters[0]: row["name"]}) for row in rows]


@pytest.mark.parametrize("who", [BUYER, StaffRole.SALES_REPRESENTATIVE])
async def test_a_first_view_is_light(demo_site: Counted, who: StaffRole | str) -> None:
    visitor = await demo_site.visitor(who)
    side = [route for route in hot_routes() if route.is_staff == isinstance(who, StaffRole)]
    heavy = {}
    for route in side:
        if route.parameters or "/fragments/" in route.path:
            continue
        page = await visitor.get(route.path)
        if page.status_code != 200:
            continue
        names = {unescape(one or other) for one, other in _NAMED.findall(page.text)}
        parts = [await visitor.get(name) for name in names if name.startswith("/")]
        size = sum(served(part) for part in (page, *parts))
        if size > FIRST_VIEW_BYTES or len(parts) + 1 > FIRST_VIEW_REQUESTS:
            heavy[route.path] = (size, len(parts) + 1)
    assert heavy == {}


async def test_what_pages_ask_for_anew_is_light(demo_site: Counted) -> None:
    heavy = {}
    for route in hot_routes():
        if "/fragments/" not in route.path:
            continue
        visitor = await demo_site.visitor(_COLLEAGUES[0] if route.is_staff else BUYER)
        for path in await _addresses(demo_site.make.owner, route):
            answer = await demo_site.view(visitor, path)
            if answer.status_code == 200:
                if served(answer) > FRAGMENT_BYTES:
                    heavy[path] = served(answer)
                break
    assert heavy == {}


async def test_a_message_is_sent_in_few_statements(demo_site: Counted) -> None:
    visitor = await demo_site.visitor(BUYER)
    route = next(each for each in hot_routes() if each.path == "/quotes/{reference:str}")
    for path in await _addresses(demo_site.make.owner, route):
        if (await visitor.get(path)).status_code == 200:
            break
    for number in range(2):
        demo_site.asked.clear()
        answer = await visitor.post(
            f"{path}/messages", {"body": "When?", "_form_key": f"page-costs-{number}-" + "k" * 24}
        )
        assert answer.status_code == 303
        await asyncio.sleep(0)
    assert len(list(_questions(demo_site.asked))) <= STATEMENTS_OF_A_MESSAGE


def served(answer: httpx.Response) -> int:
    """Bytes of the body as they go over the wire, compressed."""
    return answer.num_bytes_downloaded
