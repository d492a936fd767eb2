"""What workers do with files: expire chosen ones, remove bytes without a row, end quarantines.

Each function opens short units of work of the worker's login, may run twice and at two places at
once, and returns how many files it dealt with.
"""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg

from portal.database import Login, database_now, execute, fetch, fetch_value, unit_of_work
from portal.domain.common.files.scanning import Scanner, ScannerAway
from portal.domain.common.files.storage import BytesMissing, Storage

logger = logging.getLogger(__name__)

# Far longer than bytes ever wait for their row, and long enough to notice a wrong restore.
ORPHANS_AFTER = timedelta(days=7)
_BATCH = 500


async def sweep_expired(storage: Storage) -> int:
    """Remove chosen files whose form was not sent in time: row first, bytes after."""
    swept = 0
    async for file in _each("subject_id IS NULL AND expires_at < business_now()"):
        key = await _delete_expired(file["id"])
        if key:
            await storage.delete(key)
            swept += 1
    return swept


async def remove_orphans(storage: Storage, *, older_than: timedelta = ORPHANS_AFTER) -> int:
    """Remove bytes that no row names and that were put more than `older_than` ago.

    They are left by uploads that broke off between bytes and row. Every key of the storage must
    have a row in `stored_file`: whatever else is put there is removed here.
    """
    removed, waiting = 0, list[str]()
    async for key in storage.keys_older_than(older_than):
        waiting.append(key)
        if len(waiting) == _BATCH:
            removed += await _remove_unnamed(waiting, storage)
            waiting = []
    return removed + await _remove_unnamed(waiting, storage)


async def scan_quarantined(storage: Storage, scanner: Scanner) -> int:
    """Scan what could not be scanned when it was uploaded; clears it or removes its bytes.

    Ends early while the scanner is away.
    """
    scanned = 0
    async for file in _each("state = 'quarantined' AND finding = ''"):
        try:
            verdict = await scanner.scan(await storage.read(file["storage_key"]))
        except BytesMissing:
            logger.error("File %s in quarantine has lost its bytes.", file["id"])
            continue
        except ScannerAway as error:
            logger.warning("The virus scanner is away, quarantine goes on: %s", error)
            break
        await _note(file["id"], verdict.finding)
        if verdict.finding:
            logger.warning("File %s was withdrawn: %s", file["id"], verdict.finding)
            await storage.delete(file["storage_key"])
        scanned += 1
    return scanned


async def _each(condition: str) -> AsyncIterator[dict[str, Any]]:
    """Files that fulfil `condition`, by id; each is asked for once, whatever is done with it."""
    last = 0
    while True:
        async with unit_of_work(Login.WORKER):
            rows = await fetch(
                f"""SELECT id, storage_key FROM stored_file WHERE {condition} AND id > $1
                    ORDER BY id LIMIT {_BATCH}""",  # noqa: S608 - constants of this module
                last,
            )
        for row in rows:
            last = row["id"]
            yield dict(row)
        if len(rows) < _BATCH:
            return


async def _delete_expired(file_id: int) -> str | None:
    """The storage key of the file that was deleted, None where it was attached meanwhile."""
    try:
        async with unit_of_work(Login.WORKER):
            key: str | None = await fetch_value(
                """DELETE FROM stored_file
                   WHERE id = $1 AND subject_id IS NULL AND expires_at < $2
                   RETURNING storage_key""",
                file_id,
                await database_now(),
            )
    except asyncpg.ForeignKeyViolationError:
        logger.error("File %s has expired but a record names it: it was never attached.", file_id)
        return None
    return key


async def _remove_unnamed(keys: list[str], storage: Storage) -> int:
    async with unit_of_work(Login.WORKER):
        rows = await fetch("SELECT storage_key FROM stored_file WHERE storage_key = ANY($1)", keys)
    unnamed = set(keys) - {row["storage_key"] for row in rows}
    for key in unnamed:
        await storage.delete(key)
    return len(unnamed)


async def _note(file_id: int, finding: str) -> None:
    async with unit_of_work(Login.WORKER):
        await execute(
            """UPDATE stored_file SET finding = $2, scanned_at = $3,
                   state = CASE WHEN $2 <> '' THEN 'quarantined'
                                WHEN subject_id IS NULL THEN 'staged' ELSE 'attached' END
               WHERE id = $1 AND state = 'quarantined'""",
            file_id,
            finding,
            await database_now(),
        )
