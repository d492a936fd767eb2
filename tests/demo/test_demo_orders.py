"""The orders of a demo: in every state, with a case for every rule of theirs."""

from decimal import Decimal

import asyncpg
import pytest

from portal.domain.orders.states import OrderStatus, Origin, PromiseBasis, ShipmentStatus
from portal.domain.policy.notice_figures import MAIL_HOURS
from tests.demo.conftest import Seeded

# By rule and what of it there is to see: at least one order shows it.
CASES = {
    "O1: by phone, something is missing": """origin = 'phone' AND status = 'placed'
        AND (wanted_on IS NULL OR transport = '')""",
    "O1: ordered again, not confirmed": "origin = 'reorder' AND status = 'placed'",
    "O1: off contract, without consent": """off_contract AND status = 'confirmed'
        AND NOT EXISTS (SELECT FROM order_approval a WHERE a.order_id = o.id)""",
    "O1: off contract, with consent": """off_contract AND EXISTS (SELECT FROM order_approval a
        WHERE a.order_id = o.id AND a.kind = 'stock_consent')""",
    "O2: in stock, ships the same day": "promise_basis = 'today' AND released_at IS NOT NULL",
    "O4: on the day of the quote": "promise_basis = 'quote' AND status <> 'placed'",
    "O6: an urgent part on its way within six hours": """urgent AND EXISTS (SELECT FROM target t
        WHERE t.subject_kind = 'sales_order' AND t.subject_id = o.id AND t.kind = 'urgent_delivery'
          AND t.met_at IS NULL AND t.due_at > now())""",
    "O6: an urgent part in time": """EXISTS (SELECT FROM target t WHERE t.subject_id = o.id
        AND t.subject_kind = 'sales_order' AND t.kind = 'urgent_delivery' AND met_at <= due_at)""",
    "O6: an urgent part too late": """EXISTS (SELECT FROM target t WHERE t.subject_id = o.id
        AND t.subject_kind = 'sales_order' AND t.kind = 'urgent_delivery' AND met_at > due_at)""",
    "O7: production moved forward": """EXISTS (SELECT FROM order_approval a
        WHERE a.order_id = o.id AND a.kind = 'production_moved' AND a.date_after < a.date_before)
        AND promise_basis = 'production'""",
    "O8: project with a deposit and an open balance": """project AND status = 'scheduled'
        AND paid * 2 > gross_total AND paid < gross_total""",
    "O9: unpaid with a guarantee": """payment_terms = 'in_advance' AND paid = 0
        AND EXISTS (SELECT FROM payment_guarantee g WHERE g.order_id = o.id)""",
    "O9: unpaid without a guarantee": """payment_terms = 'in_advance' AND paid = 0
        AND status = 'confirmed'
        AND NOT EXISTS (SELECT FROM payment_guarantee g WHERE g.order_id = o.id)""",
    "O10: beyond the credit limit": """status = 'scheduled' AND released_at IS NULL
        AND gross_total > (SELECT amount FROM credit_limit c
            WHERE c.account_id = o.account_id AND approved)""",
    "O11: cancelled in time": "status = 'cancelled' AND cancel_reason <> ''",
    "O12: on hold in a place of its own": "held_at IS NOT NULL AND hold_place <> ''",
    "O12: travels with another": "combine_with_id IS NOT NULL",
    "O13: another place, not seen yet": """EXISTS (SELECT FROM ship_to_change m
        WHERE m.order_id = o.id AND m.seen_at IS NULL)""",
    "O14: exception with a new day": """EXISTS (SELECT FROM transit_exception x
        JOIN shipment s ON s.id = x.shipment_id
        WHERE s.order_id = o.id AND x.expected_on > x.expected_before)""",
    "O15: short, the day was told": """status = 'confirmed' AND EXISTS (
        SELECT FROM sales_order_line l WHERE l.order_id = o.id AND l.available_on > now())""",
    "O15: in parts with agreement": "status = 'partly_shipped' AND partial_agreed_by <> ''",
    "O11: paid and cancelled, to be given back": "status = 'cancelled' AND paid > 0",
    "O14: lost on the way and sent again": """status = 'confirmed' AND EXISTS (
        SELECT FROM shipment s WHERE s.order_id = o.id AND s.status = 'lost' AND s.sent_again)""",
    "O22: invoiced and open": "status = 'invoiced' AND paid < gross_total",
}
ORDERS = "SELECT count(*) FROM sales_order o WHERE "


async def _values(demo: asyncpg.Connection, sql: str) -> set[object]:
    return {row[0] for row in await demo.fetch(sql)}


async def test_orders_are_in_every_state_and_of_every_origin(demo: asyncpg.Connection) -> None:
    states = await _values(demo, "SELECT status FROM sales_order")
    assert states == {status.value for status in OrderStatus}
    assert await _values(demo, "SELECT origin FROM sales_order") == {each.value for each in Origin}
    assert await _values(demo, "SELECT status FROM shipment") == {
        status.value for status in ShipmentStatus
    }
    bases = await _values(demo, "SELECT promise_basis FROM sales_order")
    assert bases == {basis.value for basis in PromiseBasis}


@pytest.mark.parametrize("case", CASES)
async def test_every_rule_has_its_case(demo: asyncpg.Connection, case: str) -> None:
    assert await demo.fetchval(ORDERS + CASES[case]), case


async def test_every_accepted_quote_has_become_one_order(demo: asyncpg.Connection) -> None:
    """Rule Q5."""
    accepted = await demo.fetchval("SELECT count(*) FROM quote WHERE status = 'accepted'")
    ordered = await demo.fetchval("SELECT count(DISTINCT quote_id) FROM sales_order")
    assert accepted == ordered > 50


async def test_stock_is_the_sum_of_its_lots_and_movements_and_covers_what_is_reserved(
    demo: asyncpg.Connection,
) -> None:
    """Rule O15: nothing below zero."""
    assert not await demo.fetch(
        """SELECT s.item_id FROM stock_level s
           LEFT JOIN LATERAL (SELECT coalesce(sum(on_hand), 0) AS lots FROM stock_lot x
               WHERE x.item_id = s.item_id AND x.condition = s.condition) AS x ON true
           WHERE s.on_hand < 0 OR s.on_hand <> x.lots"""
    )
    assert not await demo.fetch(
        """SELECT l.item_id FROM sales_order_line l
           WHERE l.item_id IS NOT NULL GROUP BY l.item_id, l.gift
           HAVING sum(l.reserved) > (SELECT coalesce(sum(on_hand), 0) FROM stock_level s
               WHERE s.item_id = l.item_id
                 AND s.condition = CASE WHEN l.gift THEN 'gift' ELSE 'good' END)"""
    )


async def test_sums_agree(demo: asyncpg.Connection) -> None:
    """Totals are sums of lines, what has shipped is on delivery notes, the settled is paid."""
    assert not await demo.fetch(
        """SELECT o.reference FROM sales_order o JOIN sales_order_line l ON l.order_id = o.id
           GROUP BY o.id HAVING sum(l.net) <> o.net_total OR sum(l.tax) <> o.tax_total"""
    )
    assert not await demo.fetch(
        """SELECT l.id FROM sales_order_line l
           LEFT JOIN LATERAL (SELECT coalesce(sum(x.quantity), 0) AS left FROM shipment_line x
               JOIN shipment s ON s.id = x.shipment_id AND s.status IN ('shipped', 'delivered')
               WHERE x.order_line_id = l.id) AS x ON true
           WHERE l.shipped <> x.left"""
    )
    assert not await demo.fetch(
        """SELECT o.reference FROM sales_order o
           WHERE o.paid <> (SELECT coalesce(sum(amount), 0) FROM payment p WHERE p.order_id = o.id)
              OR o.status = 'settled' AND o.paid <> o.gross_total"""
    )


async def test_most_promises_of_shipment_were_kept_and_some_missed(
    demo: asyncpg.Connection,
) -> None:
    """Rule O3: more than nine in ten in time; a late one stays late."""
    rows = await demo.fetch(
        """SELECT met_at > due_at AS late, breached_at FROM target
           WHERE kind = 'shipment' AND met_at IS NOT NULL"""
    )
    late = [row for row in rows if row["late"]]
    assert 1 <= len(late) <= len(rows) / 10
    assert all(row["breached_at"] for row in late)
    overdue = """SELECT count(*) FROM target WHERE kind = 'shipment' AND met_at IS NULL
        AND cancelled_at IS NULL AND paused_since IS NULL AND due_at < now()"""
    assert await demo.fetchval(overdue) <= 3


async def test_every_delivery_was_signed_for_on_paper(
    demo: asyncpg.Connection, seeded: Seeded
) -> None:
    """Rule O16: who, when, and the signed note."""
    rows = await demo.fetch(
        """SELECT s.signed_by, f.storage_key, f.media_type FROM shipment s
           LEFT JOIN stored_file f ON f.subject_kind = 'shipment' AND f.subject_id = s.id
           WHERE s.status = 'delivered'"""
    )
    assert len(rows) > 40
    assert all(row["signed_by"] and row["media_type"] == "image/jpeg" for row in rows)
    kept = {path.name for path in (seeded.shell.data_dir / "files").rglob("*")}
    assert {row["storage_key"] for row in rows} <= kept


async def test_limits_are_approved_by_somebody_else_and_one_waits(
    demo: asyncpg.Connection,
) -> None:
    """Rule A16."""
    limits = await demo.fetch("SELECT * FROM credit_limit")
    assert sum(1 for row in limits if row["approved"]) >= 5
    assert sum(1 for row in limits if row["decided_at"] is None) == 1
    assert await demo.fetchval(
        "SELECT count(*) FROM account WHERE payment_standing = 'unstable'"
    )  # rule O9


async def test_two_projects_are_registered_and_one_raises_an_alert(
    demo: asyncpg.Connection,
) -> None:
    """Rule O17: signed by the duty manager, and seen in another account's order."""
    signed = await _values(demo, "SELECT signed_at IS NOT NULL FROM project_registration")
    assert signed == {True, False}
    alerts = await demo.fetch(
        """SELECT p.account_id, l.account_id AS other, x.settled_at, l.quantity, p.quantity AS like
           FROM registration_alert x JOIN project_registration p ON p.id = x.registration_id
           JOIN sales_order_line l ON l.id = x.order_line_id"""
    )
    assert [row["settled_at"] for row in alerts] == [None]
    assert alerts[0]["account_id"] != alerts[0]["other"]
    assert abs(alerts[0]["quantity"] - alerts[0]["like"]) <= alerts[0]["like"] * Decimal("0.2")


async def test_threads_are_in_the_language_of_the_customer(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch(
        """SELECT a.locale, m.body, m.author_side, m.audience FROM message m
           JOIN account a ON a.id = m.account_id WHERE m.subject_kind = 'sales_order'"""
    )
    assert {row["author_side"] for row in rows} == {"customer", "staff"}
    assert {row["audience"] for row in rows} == {"customer", "internal"}
    assert {row["locale"] for row in rows} == {"en", "zh_Hans", "zh_Hant"}
    assert all(row["body"].isascii() == (row["locale"] == "en") for row in rows)


async def test_mails_of_a_demo_come_at_any_hour(demo: asyncpg.Connection) -> None:
    """Version 2 of the figure, with its reason; the rulebook's hours stay version 1 (V7)."""
    versions = await demo.fetch(
        "SELECT version, value, reason FROM policy_figure WHERE key = $1 ORDER BY version",
        MAIL_HOURS.key,
    )
    assert [row["version"] for row in versions] == [1, 2]
    assert versions[1]["value"] == '[["00:00", "24:00"]]'
    assert versions[1]["reason"] == "In a demo mails come at any hour."
