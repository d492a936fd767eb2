"""What differs from the rulebook, whomever it holds for."""

import json
from datetime import timedelta

from portal.database import Login, database_now, unit_of_work
from portal.domain.policy.comparison import differences
from portal.domain.policy.figures import QUOTE_NORMAL
from tests.factories import Factory


async def test_an_accounts_own_figure_is_a_difference_and_an_ended_one_is_none(
    make: Factory,
) -> None:
    kept, ended = await make.account(), await make.account()
    async with unit_of_work(Login.STAFF):
        now = await database_now()
    for account, value, version, ago in (
        (kept, {"warn": 3600, "due": 7200, "calendar": "always"}, 1, 5),
        (ended, {"warn": 3600, "due": 7200, "calendar": "always"}, 1, 5),
        (ended, None, 2, 3),
    ):
        await make.insert(
            "policy_figure",
            key=QUOTE_NORMAL.key,
            scope_kind="account",
            scope_value=str(account.id),
            value=None if value is None else json.dumps(value),
            version=version,
            valid_from=now - timedelta(hours=ago),
            reason="Frame contract",
        )
    async with unit_of_work(Login.STAFF):
        found = {each.scope: each for each in await differences()}
    assert f"account {ended.id}" not in found
    said = str(found[f"account {kept.id}"])
    assert said.startswith(f"quote.normal for account {kept.id}: ")
    assert '"due": 7200' in said
    assert '"due": 172800' in said
    assert said.endswith("(Frame contract)")
