"""What tests of clocks share: something that can be owed, and the staff's unit of work."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from portal.database import Login, unit_of_work
from portal.domain.common.activity import Subject
from tests.factories import Account

_ids = itertools.count(7_000_000)


def something_of(account: Account) -> Subject:
    """A new subject of this account, which no table knows."""
    number = next(_ids)
    return Subject("clocked", number, f"X-{number}", account.id)


@asynccontextmanager
async def as_staff() -> AsyncIterator[None]:
    """A unit of work of the staff login in which nobody in particular acts."""
    async with unit_of_work(Login.STAFF):
        yield
