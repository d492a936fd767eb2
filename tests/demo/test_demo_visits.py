"""The visits of a demo: a year by the rules, with reports, opinions, meetings and surveys."""

import asyncpg

from portal.domain.opinions.states import OpinionStatus, Sentiment
from portal.domain.visits.states import VisitRule, VisitStatus


async def values(demo: asyncpg.Connection, sql: str) -> set[object]:
    return {row[0] for row in await demo.fetch(sql)}


async def test_key_accounts_were_visited_every_quarter(demo: asyncpg.Connection) -> None:  # rule V1
    rows = await demo.fetch(
        """SELECT a.name, count(*) FILTER (WHERE v.status = 'made') AS made FROM account a
           LEFT JOIN visit v ON v.account_id = a.id AND v.rule = 'quarterly'
           WHERE a.tier IN ('strategic', 'key') GROUP BY a.id"""
    )
    assert len(rows) >= 7
    assert all(row["made"] >= 3 for row in rows), rows


async def test_visits_are_of_every_rule_and_in_every_state_but_cancelled(
    demo: asyncpg.Connection,
) -> None:
    assert await values(demo, "SELECT rule FROM visit") == {rule.value for rule in VisitRule}
    states = {status.value for status in VisitStatus} - {VisitStatus.CANCELLED.value}
    assert await values(demo, "SELECT status FROM visit") == states
    moods = await values(demo, "SELECT satisfaction FROM visit WHERE status = 'made'")
    assert moods == {"satisfied", "neutral", "dissatisfied"}  # rule V7
    late = await demo.fetchval(
        """SELECT count(*) FROM target WHERE kind IN ('visit', 'callback') AND met_at IS NULL
             AND cancelled_at IS NULL AND due_at < now()"""
    )
    assert 1 <= late <= 4


async def test_nobody_was_visited_on_a_closed_day_or_in_rest_hours(  # rule V7
    demo: asyncpg.Connection,
) -> None:
    hours = await values(
        demo,
        """SELECT extract(hour FROM v.starts_at AT TIME ZONE a.timezone)::integer
           FROM visit v JOIN account a ON a.id = v.account_id WHERE v.starts_at IS NOT NULL""",
    )
    assert hours <= {10, 14}


async def test_opinions_were_answered_and_a_few_are_open(demo: asyncpg.Connection) -> None:  # V5
    assert await values(demo, "SELECT sentiment FROM opinion") == {each.value for each in Sentiment}
    rows = await demo.fetch("SELECT status, count(*) AS n FROM opinion GROUP BY status")
    found = {row["status"]: row["n"] for row in rows}
    assert found[OpinionStatus.ANSWERED] > 20
    assert found.get(OpinionStatus.OPEN, 0) <= 8


async def test_reports_were_sent_within_48_hours_and_answered(  # rule M1
    demo: asyncpg.Connection,
) -> None:
    sent = await demo.fetch(
        """SELECT t.met_at <= t.due_at AS kept FROM target t
           WHERE t.kind = 'contact_report' AND t.met_at IS NOT NULL"""
    )
    assert len(sent) > 30
    assert sum(row["kept"] for row in sent) >= len(sent) - 2
    assert await values(demo, "SELECT kind FROM report_answer") == {"acknowledged", "comment"}
    states = await values(demo, "SELECT status FROM meeting")
    assert states == {"planned", "held"}  # rule M2
    assert await demo.fetchval("SELECT count(*) FROM communication") >= 5  # rule M6


async def test_one_half_yearly_survey_is_over_and_one_runs(  # rules S1, S4
    demo: asyncpg.Connection,
) -> None:
    rows = await demo.fetch(
        """SELECT c.status, count(r.id) AS answers FROM survey_campaign c
           LEFT JOIN survey_response r ON r.campaign_id = c.id GROUP BY c.id"""
    )
    found = {row["status"]: row["answers"] for row in rows}
    assert set(found) == {"ended", "running"}
    assert found["ended"] >= 8
    assert found["running"] >= 1
    assert await demo.fetchval(
        "SELECT count(*) FROM survey_invitation WHERE status = 'sent'"
    )  # somebody is still asked
    assert await demo.fetchval("SELECT count(*) FROM opinion WHERE response_id IS NOT NULL")
