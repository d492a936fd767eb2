"""The worker's process: alive or not, and settings that it refuses."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from portal.database import Login, unit_of_work
from portal.settings import Settings, SettingsError
from portal.workers.heartbeat import beat_for_ever, is_any_alive
from portal.workers.main import work_until_told
from tests.factories import Factory


async def test_a_worker_is_seen_while_it_lives_and_not_after(make: Factory) -> None:
    await make.owner.execute("DELETE FROM worker_process")
    beating = asyncio.create_task(beat_for_ever())
    for _ in range(100):
        if await _alive():
            break
        await asyncio.sleep(0.02)
    assert await _alive()
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert not await _alive()


async def test_a_worker_that_was_killed_is_not_alive_for_long(make: Factory) -> None:
    await make.owner.execute("DELETE FROM worker_process")
    await make.owner.execute(
        "INSERT INTO worker_process (name, seen_at) VALUES ('gone', now() - interval '1 minute')"
    )
    assert not await _alive()


async def test_a_mail_address_that_cannot_be_used_ends_the_start(
    settings: Settings, tmp_path: Path
) -> None:
    wrong = replace(settings, smtp_url="gopher://mail.example", data_dir=tmp_path)
    with pytest.raises(SettingsError, match="PORTAL_SMTP_URL"):
        await work_until_told(wrong, asyncio.Event())


async def _alive() -> bool:
    async with unit_of_work(Login.WORKER):
        return await is_any_alive()
