"""`portal seed`: what a demo holds, what it refuses, and that it can be interrupted."""

import asyncio
import hashlib
import json
from collections import Counter
from datetime import timedelta

import asyncpg

from portal.domain.accounts.classification import KeyClass, Tier
from portal.domain.catalogue.kinds import ItemKind
from portal.domain.common.permissions import StaffRole
from portal.domain.identity.password_hashing import HASHER
from portal.domain.quotes.states import Channel, RequestStatus
from portal.web.demo_people import FILE_NAME
from tests.conftest import Servers
from tests.demo.conftest import Seeded, Shell


def test_what_an_interrupted_seeding_left_is_removed_first(seeded: Seeded) -> None:
    assert "Seeding was interrupted last time: it begins anew." in seeded.said
    assert "12 accounts, 60 items" in seeded.said


def test_a_second_seeding_changes_nothing(seeded: Seeded) -> None:
    async def what_there_is() -> list[int]:
        connection = await asyncpg.connect(seeded.owner_url)
        tables = ("activity", "quote_request", "sales_order", "shipment", "payment", "outbox")
        counts = [await connection.fetchval(f"SELECT count(*) FROM {each}") for each in tables]
        await connection.close()
        return counts

    before = asyncio.run(what_there_is())
    assert seeded.shell.run("seed") == (0, "The demo data are there already.\n")
    assert asyncio.run(what_there_is()) == before


def test_a_database_of_somebody_else_is_refused(servers: Servers) -> None:
    async def has_one_branch() -> None:
        await servers.new_database("not_a_demo", untouched=True)
        connection = await asyncpg.connect(servers.owner_url("not_a_demo"))
        await connection.execute("INSERT INTO branch (code, name) VALUES ('B', 'A real branch')")
        await connection.close()

    asyncio.run(has_one_branch())
    shell = Shell(servers, "not_a_demo", servers.place.root / "not-a-demo")
    status, said = shell.run("seed")
    assert status == 1
    assert said == (
        "portal: This database is neither empty nor a demo: demo data go into an empty one only.\n"
    )
    assert not (shell.data_dir / FILE_NAME).exists()


async def _values(demo: asyncpg.Connection, sql: str) -> list[object]:
    return [row[0] for row in await demo.fetch(sql)]


async def test_the_company_has_two_branches_and_every_role(demo: asyncpg.Connection) -> None:
    assert await demo.fetchval("SELECT count(*) FROM branch") == 2
    roles = await _values(demo, "SELECT role FROM staff_member")
    assert set(roles) == {role.value for role in StaffRole}
    assert len(roles) >= 25
    # Everybody but the two at the head of the house answers to somebody.
    assert await demo.fetchval("SELECT count(*) FROM staff_member WHERE supervisor_id IS NULL") == 2
    assert await demo.fetchval(
        "SELECT count(*) FROM deputy WHERE business_now()::date BETWEEN starts_on AND ends_on"
    )


async def test_accounts_show_every_tier_class_and_a_group(demo: asyncpg.Connection) -> None:
    """Rules A1 to A3."""
    accounts = await demo.fetch("SELECT * FROM account")
    assert len(accounts) == 12
    assert {row["tier"] for row in accounts} == {tier.value for tier in Tier}
    assert {row["key_class"] for row in accounts} - {""} == {each.value for each in KeyClass}
    heads = Counter(row["parent_id"] for row in accounts if row["parent_id"])
    assert list(heads.values()) == [2]
    assert all(row["bank_account"] for row in accounts)
    assert await demo.fetchval("SELECT count(*) FROM safety_stock")  # rule O5
    assert {row["locale"] for row in accounts} == {"en", "zh_Hans", "zh_Hant"}


async def test_managers_have_spoken_with_every_account(demo: asyncpg.Connection) -> None:
    """Rule A7: they are customers of long standing, so nobody owes a first contact."""
    assert await demo.fetchval("SELECT count(*) FROM first_contact") == 12
    assert not await demo.fetchval("SELECT count(*) FROM target WHERE kind = 'first_contact'")


async def test_forty_people_read_three_languages(demo: asyncpg.Connection) -> None:
    locales = Counter(await _values(demo, "SELECT locale FROM person"))
    assert set(locales) == {"en", "zh_Hans", "zh_Hant"}
    assert locales.total() >= 40
    memberships = await _values(
        demo, "SELECT count(*) FROM membership GROUP BY person_id ORDER BY 1 DESC"
    )
    assert memberships[:2] == [2, 1]
    assert await demo.fetchval("SELECT count(*) FROM membership WHERE role = 'reader'")


async def test_the_catalogue_has_sixty_items_of_every_kind(demo: asyncpg.Connection) -> None:
    kinds = Counter(await _values(demo, "SELECT kind FROM item"))
    assert set(kinds) == {kind.value for kind in ItemKind}
    assert kinds.total() == 60


async def test_requests_are_in_every_state_and_came_by_every_channel(
    demo: asyncpg.Connection,
) -> None:
    """Rule Q1."""
    rows = await demo.fetch("SELECT status, channel, submitted_at FROM quote_request")
    assert {row["status"] for row in rows} == {status.value for status in RequestStatus}
    assert {row["channel"] for row in rows} == {channel.value for channel in Channel}
    filed = [row["submitted_at"] for row in rows if row["submitted_at"]]
    assert max(filed) - min(filed) > timedelta(days=170)
    assert await demo.fetchval("SELECT max(submitted_at) < now() FROM quote_request")


async def test_references_follow_the_order_of_time(demo: asyncpg.Connection) -> None:
    by_time = await _values(demo, "SELECT reference FROM quote_request ORDER BY created_at")
    assert by_time == sorted(by_time)


async def test_promises_were_kept_missed_and_wait(demo: asyncpg.Connection) -> None:
    """Rule Q2: some late for good, one overdue, some paused, some due within hours."""
    targets = await demo.fetch(
        "SELECT *, due_at - now() AS remaining FROM target WHERE subject_kind = 'quote_request'"
    )
    running = [row for row in targets if not (row["met_at"] or row["cancelled_at"])]
    assert sum(1 for row in targets if row["met_at"] and row["breached_at"]) >= 3
    due = [row["remaining"] for row in running if row["paused_since"] is None]
    assert sum(1 for remaining in due if remaining < timedelta(0)) == 1
    assert any(timedelta(0) < remaining < timedelta(hours=4) for remaining in due)
    assert any(row["paused_since"] for row in running)


async def test_quotes_wait_for_customers_one_until_tomorrow(demo: asyncpg.Connection) -> None:
    days = await _values(
        demo,
        """SELECT q.valid_until - (now() AT TIME ZONE a.timezone)::date
           FROM quote q JOIN account a ON a.id = q.account_id WHERE q.status = 'sent'""",
    )
    assert len(days) >= 6
    # The seeding may have been just before midnight.
    assert min(days) in {0, 1}
    # Rule Q6, and a discount beyond the policy.
    assert await demo.fetchval(
        "SELECT count(*) FROM quote_line WHERE gift AND gift_document_id > 0"
    )
    assert await demo.fetchval(
        "SELECT count(*) FROM quote WHERE effective_discount > discount_limit"
    )


async def test_every_sent_revision_has_its_paper(demo: asyncpg.Connection, seeded: Seeded) -> None:
    """Rule Q5: the stored document is the one whose hash the revision keeps."""
    rows = await demo.fetch(
        """SELECT q.document_sha256, f.storage_key FROM quote q
           JOIN stored_file f ON f.id = q.document_id WHERE q.sent_at IS NOT NULL"""
    )
    assert len(rows) > 60
    kept = {path.name: path for path in (seeded.shell.data_dir / "files").rglob("*")}
    for row in rows:
        paper = kept[row["storage_key"]].read_bytes()
        assert hashlib.sha256(paper).hexdigest() == row["document_sha256"]


async def test_only_what_happened_lately_is_still_to_be_mailed(demo: asyncpg.Connection) -> None:
    pending = await demo.fetch("SELECT payload FROM outbox WHERE done_at IS NULL")
    payloads = [json.loads(row["payload"]) for row in pending]
    ids = [payload["request_id"] for payload in payloads if "request_id" in payload]
    assert ids
    assert any("order_id" in payload for payload in payloads)
    assert await demo.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NOT NULL") > 400
    oldest = await demo.fetchval(
        "SELECT min(updated_at) FROM quote_request WHERE id = ANY($1)", ids
    )
    assert oldest > await demo.fetchval("SELECT now() - interval '14 days'")


async def test_business_time_is_real_time_again(demo: asyncpg.Connection) -> None:
    assert await demo.fetchval("SELECT ahead = interval '0' FROM clock_offset")


async def test_one_sign_in_for_every_role_of_both_sides(
    demo: asyncpg.Connection, seeded: Seeded
) -> None:
    people = json.loads((seeded.shell.data_dir / FILE_NAME).read_text(encoding="utf-8"))
    staff = [person["role"] for person in people if person["side"] == "staff"]
    assert sorted(staff) == sorted(role.label for role in StaffRole)
    assert {person["role"] for person in people if person["side"] == "customer"} == {
        "Buyer",
        "Reader",
    }
    hashes = await _values(demo, "SELECT DISTINCT password_hash FROM credential")
    assert len(hashes) == 1
    assert await HASHER.verifies(people[0]["password"], str(hashes[0]))
    known = await _values(demo, "SELECT email FROM person")
    assert {person["email"] for person in people} <= set(known)
