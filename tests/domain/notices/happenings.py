"""An account with its team and a request, and events about it as the verbs announce them."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.outbox import Queue, announce
from portal.domain.common.permissions import StaffRole
from portal.domain.common.thread import write
from portal.domain.notices.expansion import expand
from portal.domain.quotes.tables import QuoteRequest
from tests.factories import Account, Factory, acting, unique

DOMAIN = "hengda.example"


@dataclass
class Case:
    """A request of an account, and everybody who has a part in it."""

    make: Factory
    account: Account
    supervisor: Actor
    manager: Actor
    representative: Actor
    assistant: Actor
    buyer: Actor
    request: QuoteRequest

    async def announce(self, event: str, *, by: Actor | None, **payload: Any) -> int:
        """Write the event as a verb would, and return the id of its row."""
        urgent = bool(payload.get("urgent"))
        async with unit_of_work(Login.STAFF):
            await announce(
                event,
                {
                    "request_id": self.request.id,
                    "reference": self.request.reference,
                    "actor_id": by.person_id if by else None,
                    **payload,
                },
                account_id=self.account.id,
                queue=Queue.URGENT if urgent else Queue.MAIL,
            )
        return await newest_event(self.make, event)

    async def happens(self, event: str, *, by: Actor | None, **payload: Any) -> dict[str, str]:
        """Announce and tell; returns who was told what, by name and kind of notice."""
        event_id = await self.announce(event, by=by, **payload)
        await tell(event_id)
        return await told(self.make, event_id)

    async def says(self, author: Actor, body: str, audience: Audience = Audience.CUSTOMER) -> int:
        async with acting(author):
            return await write(self.request.subject, body, by=author, audience=audience)

    async def quote(self, *, revision: int = 1, preparer: Actor | None = None, **more: Any) -> int:
        """A revision that is being worked out."""
        today = date(2026, 8, 24)
        return await self.make.insert(
            "quote",
            account_id=self.account.id,
            request_id=self.request.id,
            revision=revision,
            status="draft",
            currency="CNY",
            payment_terms="days_30",
            valid_until=today,
            promised_ship_on=today + timedelta(days=14),
            prepared_by=(preparer or self.assistant).staff_member_id,
            created_at=await self.make.owner.fetchval("SELECT now()"),
            updated_at=await self.make.owner.fetchval("SELECT now()"),
            **more,
        )


async def case(make: Factory, *, title: str = "Bearings for line 3", locale: str = "en") -> Case:
    branch = await make.branch()
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch)
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER, branch_id=branch, supervisor=supervisor)
    representative = await make.staff(branch_id=branch, supervisor=supervisor)
    assistant = await make.staff(StaffRole.SALES_ASSISTANT, branch_id=branch, supervisor=supervisor)
    account = await make.account(
        branch_id=branch, manager=manager, representative=representative, assistant=assistant
    )
    buyer = await make.buyer(account, locale=locale)
    now = await make.owner.fetchval("SELECT now()")
    reference = unique("RFQ-2026-")
    request_id = await make.insert(
        "quote_request",
        account_id=account.id,
        reference=reference,
        status="open",
        title=title,
        requested_by=buyer.person_id,
        owner_id=representative.staff_member_id,
        created_at=now,
        submitted_at=now,
        updated_at=now,
    )
    request = QuoteRequest(id=request_id, account_id=account.id, reference=reference)
    return Case(make, account, supervisor, manager, representative, assistant, buyer, request)


async def newest_event(make: Factory, kind: str) -> int:
    return int(await make.owner.fetchval("SELECT max(id) FROM outbox WHERE kind = $1", kind))


async def tell(event_id: int) -> bool:
    """Expand an event as the worker does."""
    async with unit_of_work(Login.WORKER):
        return await expand(event_id, mail_domain=DOMAIN)


async def told(make: Factory, event_id: int) -> dict[str, str]:
    rows = await make.owner.fetch(
        """SELECT p.name, n.kind FROM notice n JOIN person p ON p.id = n.person_id
           WHERE n.outbox_id = $1 ORDER BY n.id""",
        event_id,
    )
    return {row["name"]: row["kind"] for row in rows}


async def notices(make: Factory, event_id: int) -> dict[str, dict[str, Any]]:
    """The notices of an event by the name of who is told."""
    rows = await make.owner.fetch(
        """SELECT p.name, n.* FROM notice n JOIN person p ON p.id = n.person_id
           WHERE n.outbox_id = $1 ORDER BY n.id""",
        event_id,
    )
    return {row["name"]: {**row, "words": json.loads(row["words"])} for row in rows}


async def mails(make: Factory, event_id: int) -> list[dict[str, Any]]:
    rows = await make.owner.fetch(
        """SELECT m.*, p.name FROM mail m JOIN person p ON p.id = m.person_id
           WHERE m.outbox_id = $1 ORDER BY m.id""",
        event_id,
    )
    return [{**row, "words": json.loads(row["words"])} for row in rows]
