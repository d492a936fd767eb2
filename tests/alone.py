"""A database of a module's own: for tests of what goes through the rows of everybody.

A test module that imports both fixtures has them in place of the shared ones; those that need
`site` cannot.
"""

from collections.abc import AsyncIterator

import pytest

from portal import database
from portal.database import Login
from portal.settings import Settings
from tests.conftest import Servers
from tests.factories import unique


@pytest.fixture(scope="module", name="settings")
async def settings_alone(servers: Servers) -> Settings:
    """Those of a new database."""
    name = unique("alone")
    await servers.new_database(name)
    return servers.settings(name)


@pytest.fixture(scope="module", name="pools")
async def pools_alone(settings: Settings) -> AsyncIterator[None]:
    """While the module's tests run, the application's pools lead to its database."""
    outside = dict(database._pools)
    database._pools.clear()
    await database.open_pools(
        {
            Login.CUSTOMER: settings.customer_url,
            Login.STAFF: settings.staff_url,
            Login.WORKER: settings.worker_url,
        }
    )
    yield
    await database.close_pools()
    database._pools.update(outside)
