"""A seeded database, made as a person at the shell makes it, and read as its owner."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from portal.cli import VARIABLES
from tests.conftest import Servers

SECONDS = 180


@dataclass(frozen=True)
class Shell:
    """Runs `portal` against one database of the test's server."""

    servers: Servers
    database: str
    data_dir: Path

    def start(self, *command: str) -> subprocess.Popen[str]:
        settings = self.servers.settings(self.database)
        urls = {variable: getattr(settings, name) for name, variable in VARIABLES.items()}
        return subprocess.Popen(
            [sys.executable, "-m", "portal.cli", *command],
            env=os.environ | urls | {"PORTAL_DATA_DIR": str(self.data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str) -> tuple[int, str]:
        """Exit status and what it said."""
        with self.start(*command) as process:
            said, _ = process.communicate(timeout=SECONDS)
            return process.returncode, said


@dataclass(frozen=True)
class Seeded:
    """A demo whose first seeding was killed half-way and whose second one went through."""

    shell: Shell
    said: str

    @property
    def owner_url(self) -> str:
        return self.shell.servers.owner_url(self.shell.database)


@pytest.fixture(scope="session")
def seeded(servers: Servers) -> Seeded:
    asyncio.run(servers.new_database("demo", untouched=True))
    shell = Shell(servers, "demo", servers.place.root / "demo-data")
    with shell.start("seed") as interrupted:
        assert interrupted.stdout is not None
        while "accounts." not in (line := interrupted.stdout.readline()):
            assert line, "the seeding ended before it could be interrupted"
        interrupted.kill()
    status, said = shell.run("seed")
    assert status == 0, said
    return Seeded(shell, said)


@pytest.fixture
async def demo(seeded: Seeded) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to the seeded database."""
    connection = await asyncpg.connect(seeded.owner_url)
    yield connection
    await connection.close()
