"""Two accounts, one of them foreign, with a record of every kind that an address can name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import Permission
from portal.settings import Settings
from tests.factories import Account, Factory, factory
from tests.scenarios import Filed, accepted_quote, sent_quote

# One value that leads nowhere for every parameter of the route table. A route with a parameter
# that is missing here (or in `_names_of`) fails the crawl: say what is foreign and what unknown.
UNKNOWN = {
    "reference": "RFQ-2020-99999",
    "order_reference": "SO-2020-99999",
    "code": "XX-202001-NOBODY-001",
    "public_id": "0" * 32,
    "revision": "77",
    "sku": "NO-SUCH-ITEM",
    "contact_id": "999999999",
    "address_id": "999999999",
    "ship_to_id": "999999999",
    "price_id": "999999999",
    "item_id": "999999999",
    "held_id": "999999999",
    "lot_id": "999999999",
    "file_id": "999999999",
    "session_id": "999999999",
    "staff_member_id": "999999999",
    "member_id": "999999999",
    "notice_id": "999999999",
    "view_id": "999999999",
    "draft_id": "999999999",
    "mail_id": "999999999",
    "figure_key": "no.such-figure",
    "matter": "mail",
    "matter_id": "999999999",
}


@dataclass(frozen=True)
class World:
    """`foreign` names records of an account that neither our customer nor an outsider may see."""

    ours: Account
    foreign: dict[str, str]
    unknown: dict[str, str]

    def hidden_from(self, actor: Actor) -> dict[str, str]:
        """What `actor` must not see: everything foreign, or nothing for who may see all (A6)."""
        sees_all = actor.side is Side.STAFF and actor.may(Permission.READ_ALL_ACCOUNTS)
        return {**self.unknown, "revision": "78"} if sees_all else self.foreign


@asynccontextmanager
async def build_world(settings: Settings) -> AsyncIterator[World]:
    async with factory(settings) as make:
        ours = (await sent_quote(make, settings)).cast.account
        theirs = await accepted_quote(make, settings)
        yield World(ours, await _names_of(make, theirs), dict(UNKNOWN))


async def _names_of(make: Factory, filed: Filed) -> dict[str, str]:
    account = filed.cast.account

    async def one(sql: str, *values: object) -> str:
        found = await make.owner.fetchval(sql, *values)
        assert found is not None, sql
        return str(found)

    buyer = filed.cast.buyer
    price = await make.insert(
        "account_price",
        account_id=account.id,
        item_id=filed.cast.item_id,
        unit_price=Decimal("11"),
        currency="CNY",
        valid_from=date(2026, 1, 1),
    )
    stock = await make.insert(
        "safety_stock", account_id=account.id, item_id=filed.cast.item_id, quantity=5
    )
    return {
        **UNKNOWN,
        "reference": filed.reference,
        "order_reference": filed.order.order_reference,
        "code": account.code,
        "revision": "1",
        "public_id": await one(
            "SELECT public_id FROM stored_file WHERE account_id = $1 LIMIT 1", account.id
        ),
        "contact_id": await one("SELECT id FROM contact WHERE account_id = $1", account.id),
        "address_id": str(account.ship_to_id),
        "ship_to_id": str(account.ship_to_id),
        "price_id": str(price),
        "held_id": str(stock),
        "file_id": await one("SELECT id FROM stored_file WHERE account_id = $1", account.id),
        "session_id": await _session_of(make, buyer),
        "notice_id": await _notice_of(make, buyer),
    }


async def _notice_of(make: Factory, actor: Actor) -> str:
    event = await make.insert("outbox", kind="crawl", account_id=actor.account_id, payload="{}")
    made = await make.insert(
        "notice",
        person_id=actor.person_id,
        account_id=actor.account_id,
        outbox_id=event,
        kind="message",
        path="/quotes",
        created_at=await make.owner.fetchval("SELECT now()"),
    )
    return str(made)


async def _session_of(make: Factory, actor: Actor) -> str:
    return str(
        await make.owner.fetchval(
            """INSERT INTO session
                   (token_hash, side, person_id, account_id, idle_seconds, expires_at)
               VALUES
                   (sha256($1::text::bytea), $2, $3, $4, 3600, now() + interval '1 hour')
               RETURNING id""",
            f"crawl {actor.person_id}",
            actor.side.value,
            actor.person_id,
            actor.account_id,
        )
    )
