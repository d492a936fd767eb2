"""Places and clients for the tests of the set-up; every server started here is stopped here."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place


@pytest.fixture
def place() -> Iterator[Place]:
    with Place.temporary() as place:
        yield place


@pytest.fixture
def postgres(place: Place) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(place, fast=True) as server:
        yield server


@pytest.fixture
def valkey(place: Place) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(place, fast=True) as server:
        yield server


def query(url: str, statement: str) -> Any:
    """The first value of the answer, on a connection of its own."""

    async def ask() -> Any:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())
