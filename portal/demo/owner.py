"""What only the owner of the database can do for a demo: its clock, its passwords, its traces."""

from datetime import datetime, timedelta
from enum import Enum, auto

import asyncpg

from portal.domain.identity.password_hashing import HASHER

# Mail about what happened earlier would come months late.
RELAYED = timedelta(days=2)
_LOCK = 7_305_112_027


class Content(Enum):
    """What a migrated database holds."""

    NOTHING = auto()
    DEMO = auto()
    HALF_A_DEMO = auto()
    OTHER = auto()


class DemoOwner:
    """The owner's connection while a demo is seeded."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def keep_others_out(self) -> None:
        """Wait until no other seeding of this database runs, and keep later ones waiting."""
        await self._connection.execute("SELECT pg_advisory_lock($1)", _LOCK)

    async def content(self) -> Content:
        """What there is. A demo says so itself, in `demo_data`."""
        row = await self._connection.fetchrow("SELECT ended_at FROM demo_data")
        if row is not None:
            return Content.HALF_A_DEMO if row["ended_at"] is None else Content.DEMO
        used = await self._connection.fetchval(
            """SELECT EXISTS (SELECT FROM person) OR EXISTS (SELECT FROM account)
                   OR EXISTS (SELECT FROM item) OR EXISTS (SELECT FROM branch)"""
        )
        return Content.OTHER if used else Content.NOTHING

    async def empty(self) -> None:
        """Remove everything but the schema's history and the surveys that came with it.

        Only for what a seeding had begun.
        """
        await self._connection.execute(
            """CREATE TEMPORARY TABLE kept_survey AS TABLE survey;
               CREATE TEMPORARY TABLE kept_version AS TABLE survey_version;
               DO $$ BEGIN EXECUTE (
                   SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ', ')
                       || ' RESTART IDENTITY CASCADE'
                   FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration');
               END $$;
               ALTER SEQUENCE request_reference RESTART; ALTER SEQUENCE order_reference RESTART;
               INSERT INTO survey OVERRIDING SYSTEM VALUE TABLE kept_survey;
               INSERT INTO survey_version OVERRIDING SYSTEM VALUE
                   SELECT * FROM kept_version WHERE published_by IS NULL;
               SELECT setval(pg_get_serial_sequence('survey', 'id'), max(id)) FROM survey;
               SELECT setval(pg_get_serial_sequence('survey_version', 'id'), max(id))
                   FROM survey_version;
               DROP TABLE kept_survey, kept_version"""
        )

    async def begin(self) -> None:
        """Say that this is going to be a demo, before anything else is written."""
        await self._connection.execute("INSERT INTO demo_data (began_at) VALUES (now())")

    async def end(self) -> dict[str, int]:
        """Say that the demo is whole; counts what it has."""
        await self._connection.execute("UPDATE demo_data SET ended_at = now()")
        await self._connection.execute("ANALYZE")
        row = await self._connection.fetchrow(
            """SELECT (SELECT count(*) FROM account) AS accounts,
                   (SELECT count(*) FROM person) AS people,
                   (SELECT count(*) FROM item) AS items,
                   (SELECT count(*) FROM quote_request) AS requests"""
        )
        return dict(row)

    async def real_time(self) -> datetime:
        """The database's own clock."""
        now: datetime = await self._connection.fetchval("SELECT now()")
        return now

    async def set_clock(self, moment: datetime) -> None:
        """Let it be `moment` for all business: every verb that follows is stamped with it."""
        await self._connection.execute(
            """INSERT INTO clock_offset (ahead) VALUES ($1::timestamptz - now())
               ON CONFLICT (only_row) DO UPDATE SET ahead = excluded.ahead""",
            moment,
        )

    async def let_clock_run(self) -> None:
        """Business time is the database's clock again; the row stays, as only a demo has one."""
        await self._connection.execute("UPDATE clock_offset SET ahead = interval '0'")

    async def give_passwords(self, password: str) -> None:
        """Let everybody sign in with the same password, hashed once."""
        await self._connection.execute(
            """INSERT INTO credential (person_id, password_hash) SELECT id, $1 FROM person
               ON CONFLICT (person_id) DO NOTHING""",
            await HASHER.hash(password),
        )

    async def note_bank(self, account_id: int, bank_name: str, bank_account: str) -> None:
        """Bank details are read-only for every login until rule A5 is built."""
        await self._connection.execute(
            "UPDATE account SET bank_name = $2, bank_account = $3 WHERE id = $1",
            account_id,
            bank_name,
            bank_account,
        )

    async def forget_events(self) -> None:
        """Take what the outbox holds as done: it is history when the worker starts."""
        await self._connection.execute(
            "UPDATE outbox SET done_at = now() WHERE done_at IS NULL AND given_up_at IS NULL"
        )
