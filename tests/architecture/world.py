"""Two accounts, one of them foreign, with a record of every kind that an address can name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import Permission
from portal.settings import Settings
from tests.factories import Account, Factory, factory, unique
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
    "shipment_reference": "DN-2020-99999",
    "registration_reference": "PR-2020-99999",
    "line_id": "999999999",
    "payment_id": "999999999",
    "limit_id": "999999999",
    "alert_id": "999999999",
    "figure_key": "no.such-figure",
    "day_id": "999999999",
    "matter": "mail",
    "matter_id": "999999999",
    "absence_id": "999999999",
    "action_reference": "CA-2020-99999",
    "complaint_reference": "CP-2020-99999",
    "visit_reference": "VS-2020-99999",
    "opinion_reference": "OP-2020-99999",
    "meeting_reference": "MT-2020-99999",
    "report_reference": "CR-2020-99999",
    "round_key": "quarterly-2099-Q4",
    "dealer_id": "999999999",
    "countermeasure_id": "999999999",
    "name": "no-such-paper",
    "survey_key": "no-such-survey",
    "section_key": "no-such-section",
    "question_key": "no-such-question",
    "number": "77",
    "campaign_reference": "SU-2020-99999",
}


# What names an order or a part of one.
OF_ORDERS = ("order_reference", "shipment_reference", "line_id", "payment_id")
OF_COMPLAINTS = ("complaint_reference",)
OF_ACTIONS = ("action_reference",)
OF_VISITS = ("visit_reference", "opinion_reference", "meeting_reference", "report_reference")


@dataclass(frozen=True)
class World:
    """`foreign` names records of an account that neither our customer nor an outsider may see."""

    ours: Account
    foreign: dict[str, str]
    unknown: dict[str, str]

    def hidden_from(self, actor: Actor) -> dict[str, str]:
        """What `actor` must not see: everything foreign, or nothing for who may see all (A6)."""
        if actor.side is Side.STAFF and actor.may(Permission.READ_ALL_ACCOUNTS):
            return {**self.unknown, "revision": "78"}
        seen = [
            *(OF_ORDERS if actor.may(Permission.READ_ALL_ORDERS) else ()),
            *(OF_COMPLAINTS if actor.may(Permission.READ_ALL_COMPLAINTS) else ()),
            *(OF_ACTIONS if actor.may(Permission.READ_CORRECTIVE_ACTIONS) else ()),
            *(OF_VISITS if actor.may(Permission.READ_ALL_VISITS) else ()),
        ]
        return {**self.foreign, **{name: self.unknown[name] for name in seen}}


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
        **await _names_of_order(make, filed),
        "action_reference": await _corrective_action(make, filed.cast.supervisor),
        "complaint_reference": await _complaint(make, filed),
        **await _names_of_visit(make, filed),
    }


async def _names_of_visit(make: Factory, filed: Filed) -> dict[str, str]:
    """A visit, what was said in it, a meeting and a report, all of them shown to that customer."""
    account, by = filed.cast.account, filed.cast.representative
    now = await make.owner.fetchval("SELECT now()")
    of_account = {"account_id": account.id, "created_at": now, "updated_at": now}
    visit = await make.insert(
        "visit",
        **of_account,
        reference="VS-2026-77777",
        kind="visit",
        rule="by_hand",
        occasion=unique("crawl"),
        status="proposed",
        owner_id=by.staff_member_id,
        due_on=now.date(),
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=1),
        goal="Look at line 3",
        shown_at=now,
    )
    await make.insert(
        "opinion",
        **of_account,
        reference="OP-2026-77777",
        source="visit",
        visit_id=visit,
        sentiment="wish",
        text="Earlier in the day.",
        owner_id=by.staff_member_id,
        status="open",
        is_shown=True,
    )
    meeting = await make.insert(
        "meeting",
        **of_account,
        reference="MT-2026-77777",
        status="planned",
        title="Line 3",
        starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=1),
        way="on_site",
        organiser_id=by.staff_member_id,
        notice_sent_at=now,
        noticed_sequence=0,
        created_by=by.person_id,
    )
    await make.insert(
        "contact_report",
        **of_account,
        reference="CR-2026-77777",
        status="sent",
        meeting_id=meeting,
        title="Line 3",
        happened_at=now,
        owner_id=by.staff_member_id,
        conclusions="Grease it.",
        reasons="It squeaks.",
        sent_at=now,
        sent_by=by.person_id,
    )
    return {
        "visit_reference": "VS-2026-77777",
        "opinion_reference": "OP-2026-77777",
        "meeting_reference": "MT-2026-77777",
        "report_reference": "CR-2026-77777",
    }


async def _complaint(make: Factory, filed: Filed) -> str:
    """A complaint that the other account's representative took by phone."""
    by = filed.cast.representative
    reference, now = "CP-2026-77777", await make.owner.fetchval("SELECT now()")
    await make.insert(
        "complaint",
        account_id=filed.cast.account.id,
        reference=reference,
        kind="complaint",
        category="quality",
        status="received",
        title="Bearings run hot",
        description="Two of them.",
        channel="phone",
        reported_name="Li Wei",
        taken_by=by.staff_member_id,
        owner_id=by.staff_member_id,
        received_at=now,
        updated_at=now,
    )
    return reference


async def _corrective_action(make: Factory, by: Actor) -> str:
    """A corrective action in which nobody of ours has a part but the other account's supervisor."""
    reference, now = "CA-2026-77777", await make.owner.fetchval("SELECT now()")
    await make.insert(
        "corrective_action",
        reference=reference,
        status="opened",
        title="Bearings run hot",
        origin="audit",
        department_id=await make.insert("department", code=unique("W"), name="Assembly"),
        leader_id=by.staff_member_id,
        problem="They run hot.",
        opened_by=by.person_id,
        opened_at=now,
        updated_at=now,
    )
    return reference


async def _names_of_order(make: Factory, filed: Filed) -> dict[str, str]:
    """What hangs on the order and on the account's money: as it lies in the database."""
    account, by = filed.cast.account, filed.cast.representative
    now = await make.owner.fetchval("SELECT now()")
    order = {"account_id": account.id, "order_id": filed.order.order_id}
    line = await make.owner.fetchval(
        "SELECT id FROM sales_order_line WHERE order_id = $1", filed.order.order_id
    )
    await make.insert(
        "shipment",
        **order,
        reference="DN-2026-77777",
        status="in_preparation",
        ship_to_id=account.ship_to_id,
        prepared_by=by.person_id,
        prepared_at=now,
    )
    payment = await make.insert(
        "payment",
        **order,
        amount=Decimal(10),
        currency="CNY",
        received_on=now.date(),
        reference="Bank 1",
        recorded_by=by.person_id,
        recorded_at=now,
    )
    limit = await make.insert(
        "credit_limit",
        account_id=account.id,
        amount=Decimal(10),
        currency="CNY",
        reason="Grows",
        requested_by=by.person_id,
        requested_at=now,
    )
    project = await make.insert(
        "project_registration",
        account_id=account.id,
        reference="PR-2026-77777",
        project_name="Terminal 2",
        item_id=filed.cast.item_id,
        quantity=Decimal(5),
        starts_on=now.date(),
        ends_on=now.date(),
        registered_by=by.person_id,
        registered_at=now,
    )
    alert = await make.insert(
        "registration_alert", registration_id=project, order_line_id=line, raised_at=now
    )
    return {
        "shipment_reference": "DN-2026-77777",
        "registration_reference": "PR-2026-77777",
        "line_id": str(line),
        "payment_id": str(payment),
        "limit_id": str(limit),
        "alert_id": str(alert),
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
