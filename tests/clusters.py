"""The data of a stopped PostgreSQL, brought to other places: quicker than making them anew."""

import asyncio
import atexit
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from portal.database import Login
from portal.domain.migrations.runner import create_database, migrate
from portal.embedded import EmbeddedPostgres, Place
from portal.embedded.places import DATABASE_DIRECTORY

OWNER = "portal_owner"
PASSWORD = "only-in-tests"
# The database that every other one is a copy of: the newest schema and nothing in it.
BLANK = "blank"


@cache
def prepared() -> Path:
    """The root of a place with a cluster whose database `BLANK` has the schema and the logins."""
    place = Place.temporary()
    atexit.register(place.remove)
    with EmbeddedPostgres(place, fast=True) as postgres, ThreadPoolExecutor(1) as thread:
        # A loop may be running in this thread already.
        thread.submit(asyncio.run, _migrated(postgres)).result(timeout=120)
    return place.root


async def _migrated(postgres: EmbeddedPostgres) -> None:
    await create_database(postgres.url(), BLANK, OWNER, PASSWORD)
    logins = {login: postgres.url(login.value, PASSWORD, BLANK) for login in Login}
    await migrate(postgres.url(OWNER, PASSWORD, BLANK), logins)


def bring(root: Path, place: Place) -> None:
    """Copy the cluster and the secret of the stopped place at `root` to an empty `place`."""
    parts = [str(root / name) for name in (DATABASE_DIRECTORY, "secret")]
    subprocess.run(["cp", "-Rp", *parts, str(place.root)], check=True, timeout=60)
