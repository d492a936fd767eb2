"""How a mail leaves the house: one interface, by SMTP or into a folder."""

import asyncio
from email.message import Message
from typing import Protocol

from portal.rendering.mail_folder import MailFolder
from portal.settings import Settings
from portal.workers.smtp import SmtpTransport
from portal.workers.smtp_replies import NotNow


class Transport(Protocol):
    """Hands mails on."""

    async def deliver(self, message: Message) -> None:
        """Return once the mail is in other hands. Raises `NotNow` (try again) or `Refused`."""

    async def close(self) -> None:
        """Let go of connections."""


class FolderTransport:
    """Into a folder, for demos and where no mail server is configured."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder

    async def deliver(self, message: Message) -> None:
        try:
            await asyncio.to_thread(self._folder.put, message)
        except OSError as error:
            raise NotNow(type(error).__name__) from error

    async def close(self) -> None:
        return None


def transport_from(settings: Settings) -> Transport:
    """SMTP where a URL is configured; a demo mails nobody. Raises `SettingsError`."""
    if settings.smtp_url and not settings.demo:
        return SmtpTransport.from_url(settings.smtp_url)
    return FolderTransport(MailFolder(settings.mail_folder))
