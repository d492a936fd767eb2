"""The sweep reads what is due and nothing else, however much is owed."""

import json
from typing import Any

import asyncpg
import pytest

from portal.domain.service_levels import sweep
from tests.conftest import Servers
from tests.factories import Factory, unique

MANY = 20_000

_FILL = """INSERT INTO target (account_id, account_name, subject_kind, subject_id, reference, kind,
        branch_id, policy_version, calendar, timezone, warn_after, due_after, opened_at, warn_at,
        due_at, warned_at, breach_told_at, breached_at, next_step, next_step_at)
    SELECT $1, 'Huadong', 'filled', n, 'X-' || n, 'quote', $2, 1, 'always', 'Asia/Shanghai',
        interval '4 h', interval '8 h', due - interval '8 h', due - interval '4 h', due,
        CASE WHEN n % 3 = 0 THEN due - interval '4 h' END,
        CASE WHEN n % 5 = 0 THEN due END, CASE WHEN n % 5 = 0 THEN due END,
        CASE WHEN n % 5 = 0 THEN 'department_head' END,
        CASE WHEN n % 5 = 0 THEN due + interval '30 d' END
    FROM (SELECT n, business_now() + interval '1 d' + n * interval '1 s' AS due
          FROM generate_series(1, $3) AS n) AS made"""


@pytest.fixture
async def filled(servers: Servers) -> Any:
    """A database of its own in which much is owed and nothing is due."""
    name = unique("many_targets").lower()
    await servers.new_database(name)
    owner = await asyncpg.connect(servers.owner_url(name))
    make = Factory(owner)
    account = await make.account()
    await owner.execute(_FILL, account.id, account.branch_id, MANY)
    await owner.execute("ANALYZE target")
    yield owner
    await owner.close()


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (sweep.WARN, "target_to_warn"),
        (sweep.BREACH, "target_to_breach"),
        (sweep.ESCALATE, "target_to_escalate"),
    ],
)
async def test_the_partial_index_finds_what_is_due(
    filled: asyncpg.Connection, which: sweep.Due, index: str
) -> None:
    plan = json.loads(
        await filled.fetchval(
            f"EXPLAIN (FORMAT JSON) {sweep.due_targets(which)}".replace("$2", "500").replace(
                "$1", "business_now()"
            )
        )
    )
    nodes = list(walked(plan[0]["Plan"]))
    assert {node.get("Index Name") for node in nodes} - {None} == {index}
    assert not [node for node in nodes if node["Node Type"] in {"Seq Scan", "Sort"}]


def walked(node: dict[str, Any]) -> Any:
    yield node
    for below in node.get("Plans", ()):
        yield from walked(below)
