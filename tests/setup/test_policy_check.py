"""`portal policy check`: where the policy differs from the rulebook, at the shell."""

import json

import asyncpg
import pytest

from portal.domain.policy.figures import QUOTE_VALIDITY
from tests.conftest import Servers
from tests.factories import unique
from tests.setup.test_cli import portal


@pytest.fixture
async def database(servers: Servers) -> str:
    """A database of its own: what holds for the company is everybody's."""
    name = unique("policy_check").lower()
    await servers.new_database(name)
    owner = await asyncpg.connect(servers.owner_url(name))
    await owner.execute("DELETE FROM policy_figure")  # what tests set for all of them
    await owner.close()
    return name


async def set_figure(servers: Servers, name: str, value: object, when: str = "now()") -> None:
    owner = await asyncpg.connect(servers.owner_url(name))
    await owner.execute(
        f"""INSERT INTO policy_figure (key, scope_kind, value, version, valid_from, reason)
            SELECT $1, 'company', $2::jsonb, count(*) + 1, {when}, 'Agreed with sales'
            FROM policy_figure""",
        QUOTE_VALIDITY.key,
        json.dumps(value),
    )
    await owner.close()


async def test_defaults_are_no_difference(servers: Servers, database: str) -> None:
    await set_figure(servers, database, QUOTE_VALIDITY.default)
    said = portal(servers, database, "policy", "check")
    assert (said.returncode, said.stdout) == (0, "Every figure is as the rulebook says.\n")


async def test_differences_are_listed_and_the_status_says_so(
    servers: Servers, database: str
) -> None:
    await set_figure(servers, database, 60)
    await set_figure(servers, database, 90, "now() + interval '7 days'")
    said = portal(servers, database, "policy", "check")
    assert said.returncode == 1
    now, later = said.stdout.splitlines()
    assert now.startswith("quote.validity for company: 60 instead of 30, since ")
    assert later.startswith("quote.validity for company: 90 instead of 30, from ")
    assert now.endswith("(Agreed with sales)")
