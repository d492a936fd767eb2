"""What tests of the staff's pages share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import asyncpg
import pytest

# A unit's frame, and what the driver says to a connection that is given back.
_OF_THE_POOL = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT pg_advisory_unlock_all()")
CountStatements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def count_statements(monkeypatch: pytest.MonkeyPatch) -> CountStatements:
    """`with count_statements() as statements:` collects what our connections are asked."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        asked: list[str] = []
        with monkeypatch.context() as patch:
            for name in ("execute", "fetch", "fetchrow", "fetchval"):
                patch.setattr(asyncpg.Connection, name, _noting(name, asked))
            yield asked

    return counting


def _noting(name: str, asked: list[str]) -> Any:
    original = getattr(asyncpg.Connection, name)

    async def noted(self: Any, sql: str, *values: Any, **options: Any) -> Any:
        if not sql.startswith(_OF_THE_POOL):
            asked.append(" ".join(sql.split())[:90])
        return await original(self, sql, *values, **options)

    return noted
