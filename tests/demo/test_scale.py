"""`portal seed --scale`: many more of what a demo has, with every constraint kept."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from tests.conftest import OWNER, Servers
from tests.demo.conftest import Seeded, Shell

COUNT = 1500
_TABLES = (
    "quote_request",
    "quote",
    "sales_order",
    "sales_order_line",
    "shipment",
    "complaint",
    "visit",
    "message",
)
_READ = """
import asyncio, json, sys
from portal.database import Login, open_pools, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.orders import listing
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.release_facts import verdict_of
from portal.domain.quotes.listing import CustomerFilter, QueueFilter, own_requests, queue

async def main(customer_url, staff_url, account_id, person_id, manager_id, staff_id):
    await open_pools({Login.CUSTOMER: customer_url, Login.STAFF: staff_url}, size=1)
    buyer = Actor(person_id, "B", Side.CUSTOMER, CustomerRole.BUYER, account_id)
    manager = Actor(manager_id, "M", Side.STAFF, StaffRole.GENERAL_MANAGER, None, staff_id)
    async with unit_of_work(Login.CUSTOMER, account_id=account_id, person_id=person_id):
        own = await own_requests(CustomerFilter(size=200), by=buyer)
        orders = await listing.orders(listing.OrderFilter(size=200), by=buyer)
    async with unit_of_work(Login.STAFF, person_id=manager_id):
        asked = await queue(QueueFilter(status="open", size=200), by=manager)
        owed = await listing.orders(listing.OrderFilter(status="to_confirm", size=200), by=manager)
        first = await order_by_reference(owed.rows[0].reference, by=manager)
        verdict = await verdict_of(first, by=manager)
    print(json.dumps([len(own.rows), len(orders.rows), len(asked.rows), len(owed.rows),
                      verdict.may_ship]))

asyncio.run(main(*sys.argv[1:3], *map(int, sys.argv[3:])))
"""


@dataclass(frozen=True)
class Multiplied:
    """A copy of the seeded demo that was multiplied, with its row counts before."""

    shell: Shell
    said: str
    before: dict[str, int]

    @property
    def owner_url(self) -> str:
        return self.shell.servers.owner_url(self.shell.database)


async def _copied(servers: Servers, name: str) -> dict[str, int]:
    admin = await asyncpg.connect(servers.postgres.url())
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE demo OWNER {OWNER}")
    await admin.close()
    connection = await asyncpg.connect(servers.owner_url(name))
    counts = {
        table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in _TABLES
    }
    await connection.close()
    return counts


@pytest.fixture(scope="module")
def multiplied(seeded: Seeded) -> Multiplied:
    servers = seeded.shell.servers
    before = asyncio.run(_copied(servers, "demo_scaled"))
    shell = Shell(servers, "demo_scaled", seeded.shell.data_dir)
    status, said = shell.run("seed", "--scale", str(COUNT))
    assert status == 0, said
    return Multiplied(shell, said, before)


@pytest.fixture
async def many(multiplied: Multiplied) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(multiplied.owner_url)
    yield connection
    await connection.close()


async def test_requests_come_with_quotes_orders_and_messages(
    many: asyncpg.Connection, multiplied: Multiplied
) -> None:
    added = {
        table: await many.fetchval(f"SELECT count(*) FROM {table}") - before
        for table, before in multiplied.before.items()
    }
    assert added["quote_request"] == COUNT
    assert added["quote"] > COUNT * 0.9
    assert added["sales_order_line"] >= added["sales_order"] > COUNT * 0.5
    assert added["shipment"] > COUNT * 0.4
    assert added["complaint"] == COUNT // 4
    assert added["message"] == pytest.approx(COUNT / 10 * 5 + added["complaint"] * 5, abs=50)
    assert added["visit"] > COUNT * 0.3
    assert f"{COUNT:,} of {COUNT:,} requests with what belongs to them." in multiplied.said
    running = "SELECT count(*) FROM target WHERE met_at IS NULL AND cancelled_at IS NULL"
    assert await many.fetchval(running) > COUNT / 50 * 0.5


async def test_accounts_states_and_years_are_spread(many: asyncpg.Connection) -> None:
    accounts = await many.fetch("SELECT count(*) FROM sales_order GROUP BY account_id")
    assert len(accounts) == 12
    assert min(row["count"] for row in accounts) > 10
    assert await many.fetchval("SELECT count(DISTINCT status) FROM quote_request") == 11
    years = "SELECT count(DISTINCT extract(year FROM submitted_at)) FROM quote_request"
    assert await many.fetchval(years) >= 3
    assert await many.fetchval("SELECT max(placed_at) < now() FROM sales_order")
    to_confirm = "SELECT count(*) FROM sales_order WHERE status = 'placed'"
    assert await many.fetchval(to_confirm) > 10


async def test_indexes_keys_and_triggers_are_all_there_again(
    many: asyncpg.Connection, demo: asyncpg.Connection
) -> None:
    for sql in (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        """SELECT conrelid::regclass::text || conname || pg_get_constraintdef(oid), convalidated
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1""",
        """SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger
           WHERE NOT tgisinternal ORDER BY 1, 2""",
    ):
        assert [tuple(row) for row in await many.fetch(sql)] == [
            tuple(row) for row in await demo.fetch(sql)
        ]


async def test_sums_agree_and_stock_is_left_alone(
    many: asyncpg.Connection, demo: asyncpg.Connection
) -> None:
    assert not await many.fetch(
        """SELECT o.reference FROM sales_order o JOIN sales_order_line l ON l.order_id = o.id
           GROUP BY o.id HAVING sum(l.net) <> o.net_total OR sum(l.tax) <> o.tax_total"""
    )
    assert not await many.fetch(
        """SELECT o.reference FROM sales_order o WHERE o.status = 'settled' AND o.gross_total <>
               (SELECT coalesce(sum(amount), 0) FROM payment p WHERE p.order_id = o.id)"""
    )
    assert not await many.fetch(
        """SELECT l.id FROM sales_order_line l
           LEFT JOIN LATERAL (SELECT coalesce(sum(x.quantity), 0) AS left FROM shipment_line x
               JOIN shipment s ON s.id = x.shipment_id AND s.status IN ('shipped', 'delivered')
               WHERE x.order_line_id = l.id) AS x ON true
           WHERE l.shipped <> x.left"""
    )
    held = "SELECT sum(on_hand) FROM stock_level"
    reserved = "SELECT sum(reserved) FROM sales_order_line"
    for sql in (held, reserved):
        assert await many.fetchval(sql) == await demo.fetchval(sql)


async def test_new_numbers_follow_the_multiplied_ones(many: asyncpg.Connection) -> None:
    """What people do next neither meets a used reference nor a used id."""
    for sequence, table in (
        ("request_reference", "quote_request"),
        ("order_reference", "sales_order"),
        ("shipment_reference", "shipment"),
    ):
        used = f"""SELECT max(split_part(reference, '-', 3)::bigint) FROM {table}
            WHERE reference !~ '-.*-.*-'"""
        assert await many.fetchval(f"SELECT nextval('{sequence}')") > await many.fetchval(used)
        highest = await many.fetchval(f"SELECT max(id) FROM {table}")
        identity = await many.fetchval("SELECT nextval(pg_get_serial_sequence($1, 'id'))", table)
        assert identity > highest


async def test_a_multiplied_request_is_found_by_its_number(many: asyncpg.Connection) -> None:
    row = await many.fetchrow("SELECT reference, search_terms FROM quote_request ORDER BY id DESC")
    assert row["reference"].rsplit("-", 1)[1] in row["search_terms"]


async def test_lists_and_the_release_decision_still_answer(
    many: asyncpg.Connection, multiplied: Multiplied
) -> None:
    settings = multiplied.shell.servers.settings("demo_scaled")
    buyer = await many.fetchrow(
        "SELECT account_id, person_id FROM membership WHERE role = 'buyer' ORDER BY id LIMIT 1"
    )
    manager = await many.fetchrow(
        "SELECT person_id, id FROM staff_member WHERE role = 'general_manager'"
    )
    arguments = [buyer["account_id"], buyer["person_id"], manager["person_id"], manager["id"]]
    read = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", _READ, settings.customer_url, settings.staff_url, *map(str, arguments)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    answered, failure = await asyncio.wait_for(read.communicate(), timeout=60)
    assert read.returncode == 0, failure.decode()
    own, orders, asked, to_confirm, may_ship = json.loads(answered)
    assert own > 50
    assert orders > 50
    assert asked
    assert to_confirm > 10
    assert may_ship is False


def test_only_a_demo_is_multiplied(servers: Servers) -> None:
    async def has_a_branch() -> None:
        await servers.new_database("not_to_scale", untouched=True)
        connection = await asyncpg.connect(servers.owner_url("not_to_scale"))
        await connection.execute("INSERT INTO branch (code, name) VALUES ('B', 'A real branch')")
        await connection.close()

    asyncio.run(has_a_branch())
    shell = Shell(servers, "not_to_scale", servers.place.root / "not-to-scale")
    status, said = shell.run("seed", "--scale", "10")
    assert status == 1
    assert "neither empty nor a demo" in said


def test_how_many_is_a_whole_number(seeded: Seeded) -> None:
    status, said = seeded.shell.run("seed", "--scale", "none")
    assert status == 2
    assert "N is a whole number from 1 on" in said
