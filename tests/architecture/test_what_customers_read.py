"""No query and no page for customers has a note of ours, rows of others, or a hidden name.

New tables, columns and routes are looked at by themselves: a table that customers may read belongs
to an account or a person, or stands in `FOR_EVERYBODY`; whatever is written into a column that they
may not read is looked for on every page.
"""

import html
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import asyncpg
import pytest
from pypdf import PdfReader

from portal.database import Login, fetch, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.notices.mails import claim
from portal.rendering.mails import letterhead, write_mail
from portal.settings import Settings
from tests.architecture.complaint_world import (
    OF_COMPLAINTS,
    OF_NO_CASE,
    ComplaintWorld,
    build_complaint_world,
)
from tests.architecture.routes import Route, all_routes
from tests.architecture.world import UNKNOWN
from tests.factories import Factory, factory
from tests.visitor import Visitor, signed_in

# The house, its offer and its rules: the same for every customer.
FOR_EVERYBODY = {"branch", "branch_day", "clock_offset", "item", "staff_member"}
# Which rows are one's own where a row does not say so by its account or person.
OWN = {
    "account": "id = {account}",
    "policy_figure": "scope_kind <> 'account' OR scope_value = '{account}'",
    "person": "side = 'staff' OR id IN (SELECT person_id FROM membership)",
    "corrective_action": "id IN (SELECT corrective_action_id FROM corrective_action_complaint)",
    "corrective_action_step": "corrective_action_id IN (SELECT id FROM corrective_action)",
}
# A stream never ends; it says that something changed, never what (tests/web).
STREAMS = {"/live"}


@pytest.fixture(scope="module")
async def world(settings: Settings, pools: None) -> AsyncIterator[ComplaintWorld]:
    async with factory(settings) as make:
        yield await build_complaint_world(make)


async def readable(owner: asyncpg.Connection) -> dict[str, set[str]]:
    """The tables that customers' login may read, each with the columns."""
    rows = await owner.fetch(
        """SELECT c.relname AS tab, a.attname AS col FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE c.relkind IN ('r', 'v', 'm', 'p') AND c.relnamespace = 'public'::regnamespace
             AND has_column_privilege('portal_customer', c.oid, a.attnum, 'SELECT')"""
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["tab"], set()).add(row["col"])
    return found


async def rows_as(by: Actor, sql: str) -> list[Any]:
    async with unit_of_work(Login.CUSTOMER, account_id=by.account_id, person_id=by.person_id):
        return list(await fetch(sql))


async def test_the_world_has_rows_in_every_table_of_complaints(
    make: Factory, world: ComplaintWorld
) -> None:
    tables = await make.owner.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    of_complaints = {row["relname"] for row in tables if OF_COMPLAINTS.fullmatch(row["relname"])}
    assert len(of_complaints) > 15
    for table in of_complaints - OF_NO_CASE:
        assert await make.owner.fetchval(f"SELECT count(*) FROM {table}"), table


async def test_customers_read_complaints_by_named_columns(make: Factory) -> None:
    rows = await make.owner.fetch(
        """SELECT table_name FROM information_schema.role_table_grants
           WHERE grantee = 'portal_customer' AND privilege_type IN ('SELECT', 'UPDATE')"""
    )
    # A grant of the whole table would give away the next column.
    assert [row["table_name"] for row in rows if OF_COMPLAINTS.fullmatch(row["table_name"])] == []


async def test_no_table_shows_a_customer_rows_of_others(  # rule A6
    make: Factory, world: ComplaintWorld
) -> None:
    for table, columns in (await readable(make.owner)).items():
        for by in (world.stranger, world.buyer):
            if table not in FOR_EVERYBODY:
                # What is for everybody, or is known to be one's own otherwise, is named above.
                assert not await shows_others(by, table, columns), (table, by)


async def shows_others(by: Actor, table: str, columns: set[str]) -> bool:
    """Whether `by` reads rows that are neither their account's nor their own."""
    own = OWN.get(table, "false")
    for column, value in (("person_id", by.person_id), ("account_id", by.account_id)):
        if column in columns:
            own = f"{column} = {value}"
    of_others = f"SELECT 1 FROM {table} WHERE ({own.format(account=by.account_id)}) IS NOT TRUE"
    return bool(await rows_as(by, f"{of_others} LIMIT 1"))


async def test_no_table_shows_a_customer_what_is_internal(
    make: Factory, world: ComplaintWorld
) -> None:
    read = await readable(make.owner)
    with_audience = {table for table, columns in read.items() if "audience" in columns}
    assert with_audience >= {"message", "activity", "stored_file"}
    for table in with_audience:
        found = await rows_as(world.buyer, f"SELECT DISTINCT audience FROM {table}")
        assert {row["audience"] for row in found} <= {"customer"}, table
    for table in ("message", "activity"):
        assert await make.owner.fetchval(
            f"SELECT count(*) FROM {table} WHERE audience = 'internal' AND account_id = $1",
            world.buyer.account_id,
        )


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    """What a customer can look at; the crawl learns of a new route by itself."""
    return [
        route
        for route in all_routes()
        if route.method == "GET" and not (route.is_staff or route.is_public)
    ]


async def written_for_us(owner: asyncpg.Connection, account_id: int | None) -> set[str]:
    """Sentences of this account's records in columns, or rows, that customers may not read."""
    read = await readable(owner)
    columns = await owner.fetch(
        """SELECT c.relname AS tab, a.attname AS col FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
             AND a.atttypid = 'text'::regtype AND EXISTS (SELECT FROM pg_attribute o
                 WHERE o.attrelid = c.oid AND o.attname = 'account_id' AND NOT o.attisdropped)"""
    )
    found = {"They threaten to leave us."}
    for row in columns:
        table, column = row["tab"], row["col"]
        if OF_COMPLAINTS.fullmatch(table) and column not in read.get(table, set()):
            said = await owner.fetch(
                f"SELECT {column} FROM {table} WHERE account_id = $1", account_id
            )
            found |= {each[0] for each in said if each[0] and " " in each[0]}
    return found


async def test_no_page_shows_a_customer_what_is_ours_or_hidden(  # rules A6, C2
    site: Any, make: Factory, world: ComplaintWorld, routes: list[Route]
) -> None:
    names = world.names_of_ours
    secrets = await written_for_us(make.owner, world.buyer.account_id)
    assert len(secrets) > 10, secrets
    plain = await signed_in(site, make, world.buyer)
    swaps = Visitor(site, plain.side, htmx=True)
    swaps.cookies, swaps.token = plain.cookies, plain.token
    shown = set()
    for at in (world.closed, world.asked):
        values = {**UNKNOWN, "complaint_reference": at.reference}
        for route in routes:
            if route.path in STREAMS:
                continue
            path = route.filled(values)
            for visitor, query in ((plain, f"?q={at.reference}&find={at.reference}"), (swaps, "")):
                answer = await visitor.get(f"{path}{query}")
                assert answer.status_code < 500, path
                if answer.status_code == 200:
                    shown.add(route.path)
                said = text_of(answer)
                assert told_of(said, names) == set(), path
                assert told_of(said, secrets) == set(), path
    of_complaints = {route.path for route in routes if "complaint_reference" in route.parameters}
    assert of_complaints <= shown


def text_of(answer: Any) -> str:
    """What an answer says, a PDF's text too."""
    if answer.headers.get("content-type", "").startswith("application/pdf"):
        return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    return str(answer.text)


def told_of(said: str, words: set[str]) -> set[str]:
    """Which of these stand in it, however its lines are broken."""
    close = "".join(said.split())
    return {
        each for each in words if re.search(re.escape("".join(each.split())) + r"(?!\d)", close)
    }


async def test_no_notice_or_mail_tells_a_customer_what_is_ours_or_hidden(  # rules A6, C2
    make: Factory, world: ComplaintWorld, settings: Settings
) -> None:
    secrets = await written_for_us(make.owner, world.buyer.account_id)
    words = world.names_of_ours | secrets
    notices = await rows_as(world.buyer, "SELECT words::text FROM notice")
    assert len(notices) > 5
    for row in notices:
        assert told_of(row["words"], words) == set(), row["words"]
    waiting = await make.owner.fetch(
        "SELECT id, attempts FROM mail WHERE person_id = $1", world.buyer.person_id
    )
    assert len(waiting) > 5
    for row in waiting:
        async with unit_of_work(Login.WORKER):
            mail = await claim(row["id"], row["attempts"])
        assert mail is not None
        written = write_mail(mail, letterhead(settings))
        said = " ".join([str(written["Subject"]), str(written["From"]), bodies_of(written)])
        assert world.closed.reference in said or world.asked.reference in said
        assert told_of(said, words) == set(), said


def bodies_of(mail: EmailMessage) -> str:
    """Its text and its HTML."""
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    return " ".join(html.unescape(part.get_content()) for part in parts)
