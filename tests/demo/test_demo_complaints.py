"""The demo's complaints: in every state, with corrective actions, over several months (C1-C15)."""

import asyncpg

from portal.domain.complaints.states import CaseKind


async def test_cases_are_of_every_kind_and_at_every_stage(demo: asyncpg.Connection) -> None:
    rows = await demo.fetch("SELECT kind, status, channel, judgement FROM complaint")
    assert {row["kind"] for row in rows} == {kind.value for kind in CaseKind}
    assert {row["status"] for row in rows} >= {
        "received",
        "judged",
        "proposed",
        "chosen",
        "carried_out",
        "explained",
        "confirmed",
        "closed",
        "withdrawn",
    }
    assert {row["channel"] for row in rows} == {"portal", "phone"}
    assert {row["judgement"] for row in rows} == {"", "founded", "unfounded"}


async def test_they_came_over_months_and_have_causes(demo: asyncpg.Connection) -> None:
    months = await demo.fetchval(
        "SELECT count(DISTINCT date_trunc('month', received_at)) FROM complaint"
    )
    assert months >= 4
    assert await demo.fetchval("SELECT count(DISTINCT cause) FROM complaint WHERE cause <> ''") >= 5


async def test_one_action_is_verified_and_one_holds_its_complaint(  # rule C9
    demo: asyncpg.Connection,
) -> None:
    rows = await demo.fetch(
        """SELECT a.status, c.status AS complaint FROM corrective_action a
           JOIN corrective_action_complaint l ON l.corrective_action_id = a.id
           JOIN complaint c ON c.id = l.complaint_id"""
    )
    assert {tuple(row) for row in rows} == {("verified", "closed"), ("planned", "confirmed")}


async def test_compensation_was_allowed_by_whom_the_rule_names(  # rule C7
    demo: asyncpg.Connection,
) -> None:
    rows = await demo.fetch("SELECT role, approved FROM complaint_approval")
    assert {row["role"] for row in rows if row["approved"]} == {
        "after_sales",
        "sales_supervisor",
        "duty_manager",
        "general_manager",
    }
    assert any(row["approved"] is None for row in rows)
    assert await demo.fetchval("SELECT count(*) FROM dealer_task WHERE failed_at IS NOT NULL") == 1
