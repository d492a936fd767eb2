"""Brings a database to the newest schema: one history of SQL files, each in one transaction.

Not Piccolo's runner: it notes a migration after that one has committed, so a crash between the
two leaves a history that lies; and everything that matters here (policies, grants, checks, partial
indexes) is SQL in any case. An architecture test holds the `Table` classes against the result.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from portal.database import Login

_SQL = Path(__file__).parent / "sql"
_LOCK = 7_305_112_026


class MigrationError(Exception):
    """The database cannot be brought to the newest schema; the message says why."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the history. `checksum` tells whether an applied file was changed afterwards."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def history() -> list[Migration]:
    """Every migration in order."""
    files = sorted(_SQL.glob("*.sql"))
    return [Migration(file.stem, file.read_text(encoding="utf-8")) for file in files]


async def migrate(owner_url: str, logins: dict[Login, str] | None = None) -> list[str]:
    """Apply what is missing and return the names of what was applied.

    `logins` maps a login to its URL: a password in it becomes the login's password. Two hosts may
    call this at once: the second waits. Raises `MigrationError` when an applied file has changed.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await _ensure_logins(connection, logins or {})
        applied = await _applied(connection)
        done = []
        for step in history():
            if step.name in applied:
                if applied[step.name] != step.checksum:
                    raise MigrationError(f"migration {step.name} was changed after it was applied")
                continue
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute(
                    "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)",
                    step.name,
                    step.checksum,
                )
            done.append(step.name)
        return done
    finally:
        await connection.close()


async def pending(owner_url: str) -> list[str]:
    """Names of the migrations that the database still lacks."""
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        applied = await _applied(connection)
        return [step.name for step in history() if step.name not in applied]
    finally:
        await connection.close()


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    await connection.execute(
        """CREATE TABLE IF NOT EXISTS schema_migration (
               name text PRIMARY KEY,
               checksum text NOT NULL,
               applied_at timestamptz NOT NULL DEFAULT now()
           )"""
    )
    rows = await connection.fetch("SELECT name, checksum FROM schema_migration")
    return {row["name"]: row["checksum"] for row in rows}


async def _ensure_logins(connection: asyncpg.Connection, logins: dict[Login, str]) -> None:
    for login in Login:
        url = urlsplit(logins.get(login, ""))
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", login.value):
            await _create_login(connection, login)
        if url.password and unquote(url.username or "") == login.value:
            await _set_password(connection, login, unquote(url.password))


async def _create_login(connection: asyncpg.Connection, login: Login) -> None:
    try:
        await connection.execute(
            f"CREATE ROLE {login.value} LOGIN NOINHERIT NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        )
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        pass  # another database of this cluster is being prepared at the same time
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationError(
            f"the owner may not create the login {login.value}: give it CREATEROLE or create "
            f"{', '.join(role.value for role in Login)} yourself"
        ) from error


async def _set_password(connection: asyncpg.Connection, login: Login, password: str) -> None:
    # ALTER ROLE takes no parameters; format() quotes the literal on the server.
    statement = await connection.fetchval(
        "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", login.value, password
    )
    await connection.execute(statement)


async def create_database(superuser_url: str, name: str, owner: str, password: str) -> None:
    """Make the owner's login and its database `name` where they are missing (embedded servers)."""
    connection = await asyncpg.connect(superuser_url, timeout=10)
    try:
        exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", owner)
        attributes = "LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS"
        statement = await connection.fetchval(
            f"SELECT format('{'ALTER' if exists else 'CREATE'} ROLE %I {attributes} PASSWORD %L', "
            "$1::text, $2::text)",
            owner,
            password,
        )
        await connection.execute(statement)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            create = await connection.fetchval(
                "SELECT format('CREATE DATABASE %I OWNER %I', $1::text, $2::text)", name, owner
            )
            await connection.execute(create)
    finally:
        await connection.close()
