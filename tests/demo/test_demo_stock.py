"""The demo's warehouse: batches, damaged goods, gifts, items that run short (rules O5, O19)."""

import asyncpg


async def test_stock_lies_in_batches_and_in_every_condition(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch(
        """SELECT condition, count(DISTINCT item_id) AS items, count(DISTINCT batch) AS batches
           FROM stock_lot WHERE on_hand > 0 GROUP BY condition"""
    )
    found = {row["condition"]: row for row in rows}
    assert set(found) == {"good", "damaged", "gift"}
    assert found["good"]["items"] > 40
    assert found["good"]["batches"] > 20
    assert found["gift"]["items"] >= 4


async def test_some_safety_stock_is_not_there(demo: asyncpg.Connection) -> None:  # rule O5
    short = await demo.fetchval(
        """SELECT count(*) FROM safety_stock s LEFT JOIN stock_level l
               ON l.item_id = s.item_id AND l.condition = 'good'
           WHERE coalesce(l.on_hand, 0) < s.quantity"""
    )
    assert short >= 3


async def test_the_warehouse_has_booked_of_every_kind(demo: asyncpg.Connection) -> None:
    kinds = {row["kind"] for row in await demo.fetch("SELECT DISTINCT kind FROM stock_movement")}
    assert {"opening", "receipt", "regraded", "adjustment"} <= kinds
    wrong = await demo.fetchval(
        """SELECT count(*) FROM stock_lot l WHERE l.on_hand <> (
               SELECT sum(m.quantity) FROM stock_movement m
               WHERE (m.item_id, m.condition, m.batch) = (l.item_id, l.condition, l.batch))"""
    )
    assert wrong == 0
