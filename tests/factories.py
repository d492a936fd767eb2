"""People, accounts and items to test with: each call makes new ones, so that tests do not meet.

Rows are written as the database's owner; the verbs under test run as the application's logins.
"""

import itertools
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
from argon2 import PasswordHasher

from portal.database import Login, UnitOfWork, unit_of_work
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.common.search import search_terms
from portal.domain.identity.password_hashing import Hasher
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.settings import Settings

_serial = itertools.count(1)

PASSWORD = "correct horse battery staple"
# Argon2id of PASSWORD with the least cost there is, so that tests do not wait for it.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

# Argon2 as the application has it, at a price that lets tests sign in hundreds of times.
CHEAP_HASHER = Hasher(memory_kib=64, passes=1)


def unique(prefix: str) -> str:
    """A name that no other test process and no other call uses."""
    return f"{prefix}{os.getpid()}x{next(_serial)}"


@dataclass(frozen=True)
class Account:
    id: int
    code: str
    name: str
    branch_id: int
    ship_to_id: int


@dataclass
class Factory:
    """Writes as the owner. `async with factory(settings) as make: await make.account()`."""

    owner: asyncpg.Connection

    async def insert(self, table: str, **values: Any) -> int:
        """Insert one row and return its id."""
        names = ", ".join(values)
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        sql = f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id"
        return int(await self.owner.fetchval(sql, *values.values()))

    async def branch(self, *, timezone: str = "Asia/Shanghai") -> int:
        code = unique("B")
        return await self.insert("branch", code=code, name=f"Branch {code}", timezone=timezone)

    async def staff(
        self,
        role: StaffRole = StaffRole.SALES_REPRESENTATIVE,
        *,
        branch_id: int | None = None,
        supervisor: Actor | None = None,
        name: str = "",
        locale: str = "en",
    ) -> Actor:
        branch_id = branch_id or await self.branch()
        name = name or unique("Staff ")
        email = f"{unique('staff')}@hengda.example"
        person_id = await self.insert(
            "person", side="staff", name=name, email=email, locale=locale, phone="+86 571 8888 0001"
        )
        staff_id = await self.insert(
            "staff_member",
            person_id=person_id,
            role=role.value,
            branch_id=branch_id,
            supervisor_id=supervisor.staff_member_id if supervisor else None,
        )
        return Actor(person_id, name, Side.STAFF, role, None, staff_id, branch_id)

    async def account(
        self,
        *,
        branch_id: int | None = None,
        tier: str = "key",
        representative: Actor | None = None,
        manager: Actor | None = None,
        assistant: Actor | None = None,
        name: str = "",
        currency: str = "CNY",
    ) -> Account:
        branch_id = branch_id or await self.branch()
        code = unique("HZ-202601-T-")
        name = name or f"Account {code}"
        account_id = await self.insert(
            "account",
            code=code,
            name=name,
            short_name=code,
            tier=tier,
            key_class={"key": "high_value", "strategic": "strategic"}.get(tier, ""),
            key_criteria=["large_orders"] if tier in {"key", "strategic"} else [],
            branch_id=branch_id,
            currency=currency,
            first_contact_on=date(2026, 1, 5),
            search_terms=search_terms(name, code),
        )
        ship_to_id = await self.insert(
            "ship_to",
            account_id=account_id,
            label="Plant 1",
            address="No. 1 Test Road",
            is_default=True,
        )
        positions = {
            "sales_representative": representative,
            "account_manager": manager,
            "sales_assistant": assistant,
        }
        for position, holder in positions.items():
            if holder:
                await self.insert(
                    "team_member",
                    account_id=account_id,
                    staff_member_id=holder.staff_member_id,
                    position=position,
                )
        return Account(account_id, code, name, branch_id, ship_to_id)

    async def buyer(
        self,
        account: Account,
        role: CustomerRole = CustomerRole.BUYER,
        *,
        name: str = "",
        locale: str = "en",
    ) -> Actor:
        name = name or unique("Buyer ")
        email = f"{unique('buyer')}@customer.example"
        person_id = await self.insert(
            "person", side="customer", name=name, email=email, locale=locale
        )
        await self.insert(
            "contact", account_id=account.id, person_id=person_id, name=name, email=email
        )
        await self.insert("membership", account_id=account.id, person_id=person_id, role=role.value)
        return Actor(person_id, name, Side.CUSTOMER, role, account.id)

    async def member(
        self, person: Actor, account: Account, role: CustomerRole = CustomerRole.BUYER
    ) -> None:
        """Make a customer's person a member of one more account."""
        await self.insert(
            "membership", account_id=account.id, person_id=person.person_id, role=role.value
        )

    async def password(
        self, person: Actor, password: str = "", *, hasher: Hasher = CHEAP_HASHER
    ) -> str:
        """Give a person a password and return it."""
        password = password or unique("correct horse battery ")
        await self.owner.execute(
            """INSERT INTO credential (person_id, password_hash) VALUES ($1, $2)
               ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash""",
            person.person_id,
            await hasher.hash(password),
        )
        return password

    async def email(self, person: Actor) -> str:
        return str(
            await self.owner.fetchval("SELECT email FROM person WHERE id = $1", person.person_id)
        )

    async def deputy(
        self, absent: Actor, deputy: Actor, starts_on: date, ends_on: date, reason: str = ""
    ) -> int:
        return await self.insert(
            "deputy",
            staff_member_id=absent.staff_member_id,
            deputy_id=deputy.staff_member_id,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
        )

    async def record_of(self, actor: Actor) -> Subject:
        """A request of the actor's account that is barely there: something to hang things on."""
        reference = unique("RFQ-T-")
        number = await self.owner.fetchval(
            """INSERT INTO quote_request
                   (account_id, reference, status, requested_by, created_at, updated_at)
               VALUES ($1, $2, 'draft', $3, now(), now()) RETURNING id""",
            actor.account_id,
            reference,
            actor.person_id,
        )
        return Subject("quote_request", number, reference, actor.account_id)

    async def item(
        self,
        *,
        price: str = "12.5000",
        kind: str = "standard",
        tax_rate: str = "0.13",
        name: str = "",
    ) -> int:
        sku = unique("HD-")
        name = name or f"Deep groove bearing {sku}"
        return await self.insert(
            "item",
            sku=sku,
            kind=kind,
            name_en=name,
            name_zh_hans=f"深沟球轴承 {sku}",
            name_zh_hant=f"深溝球軸承 {sku}",
            unit="pcs",
            tax_rate=Decimal(tax_rate),
            list_price=Decimal(price),
            search_terms=search_terms(sku, name, "深沟球轴承", "深溝球軸承"),
        )

    async def stock(
        self,
        item_id: int,
        quantity: Decimal | int | str,
        condition: str = "good",
        batch: str = "",
    ) -> None:
        """Let so many more be on hand, booked as opening stock."""
        mover = await self.staff(StaffRole.WAREHOUSE)
        await self.owner.execute(
            """WITH level AS (
                   INSERT INTO stock_level AS l (item_id, condition, on_hand) VALUES ($1, $2, $4)
                   ON CONFLICT (item_id, condition) DO UPDATE SET on_hand = l.on_hand + $4),
               lot AS (
                   INSERT INTO stock_lot AS l (item_id, condition, batch, on_hand,
                       first_received_at)
                   VALUES ($1, $2, $3, $4, business_now())
                   ON CONFLICT (item_id, condition, batch) DO UPDATE SET on_hand = l.on_hand + $4)
               INSERT INTO stock_movement (item_id, condition, batch, quantity, kind, reason,
                   moved_by, moved_at)
               VALUES ($1, $2, $3, $4, 'opening', 'Opening stock', $5, business_now())""",
            item_id,
            condition,
            batch,
            Decimal(quantity),
            mover.person_id,
        )

    async def password_for(self, actor: Actor) -> str:
        """Let `actor` sign in with `PASSWORD`; returns the e-mail address."""
        await self.owner.execute(
            """INSERT INTO credential (person_id, password_hash) VALUES ($1, $2)
               ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash""",
            actor.person_id,
            _HASH,
        )
        return str(
            await self.owner.fetchval("SELECT email FROM person WHERE id = $1", actor.person_id)
        )

    async def session_of(self, actor: Actor) -> str:
        """Open a session as signing in would have, at none of its price; returns its token."""
        token = new_token()
        await self.owner.execute(
            """INSERT INTO session (token_hash, side, person_id, account_id, idle_seconds,
                   expires_at)
               VALUES ($1, $2, $3, $4, 7200, now() + interval '12 hours')""",
            token_hash(token),
            actor.side.value,
            actor.person_id,
            actor.account_id,
        )
        return token

    async def move_clock(self, ahead: timedelta) -> None:
        """Set the business clock of this database `ahead` of the real one."""
        await self.owner.execute(
            """INSERT INTO clock_offset (ahead) VALUES ($1)
               ON CONFLICT (only_row) DO UPDATE SET ahead = excluded.ahead""",
            ahead,
        )

    async def events(self, kind: str, account_id: int | None = None) -> list[dict[str, Any]]:
        """Payloads of the outbox events of a kind, oldest first."""
        rows = await self.owner.fetch(
            """SELECT payload FROM outbox
               WHERE kind = $1 AND ($2::bigint IS NULL OR account_id = $2) ORDER BY id""",
            kind,
            account_id,
        )
        return [json.loads(row["payload"]) for row in rows]


@asynccontextmanager
async def factory(settings: Settings) -> AsyncIterator[Factory]:
    connection = await asyncpg.connect(settings.owner_url)
    try:
        yield Factory(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def acting(actor: Actor) -> AsyncIterator[UnitOfWork]:
    """A unit of work as the application opens it for this person."""
    login = Login.STAFF if actor.is_staff else Login.CUSTOMER
    async with unit_of_work(login, account_id=actor.account_id, person_id=actor.person_id) as unit:
        yield unit
