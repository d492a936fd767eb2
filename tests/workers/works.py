"""A worker's means in this process, with a mail server of the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from portal.domain.common.files.scanning import NoScanner
from portal.domain.common.files.storage import storage_from_url
from portal.rendering.mails import Letterhead
from portal.settings import Settings
from portal.workers.smtp import SmtpTransport
from portal.workers.work import Work

HEAD = Letterhead(
    "Hengda Precision 恒达精工", "service@hengda.example", "https://portal.hengda.example"
)


@asynccontextmanager
async def working(settings: Settings, smtp_url: str) -> AsyncIterator[tuple[Work, list[str]]]:
    """`Work` that sends to `smtp_url`, and the channels it wakes."""
    woken: list[str] = []

    async def wake(channels: list[str]) -> None:
        woken.extend(channels)

    transport = SmtpTransport.from_url(smtp_url)
    storage = storage_from_url((settings.data_dir / "files").as_uri())
    try:
        yield Work(HEAD, transport, storage, NoScanner(), wake), woken
    finally:
        await transport.close()
