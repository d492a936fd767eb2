"""SMTP: connections that are used again, with time limits on every step."""

import asyncio
import contextlib
import ssl
import time
from dataclasses import dataclass
from email.message import Message
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from portal.settings import SettingsError
from portal.workers.smtp_replies import NotNow, meaning_of

# Each step of a conversation, unless the address of the server says less.
STEP_SECONDS = 10.0
# All of it, less than a job may take; never more than so many steps.
DELIVERY_SECONDS = 18.0
MOST_STEPS = 3
# Servers end idle connections, and limit how many mails one may bring.
IDLE_SECONDS = 5.0
MOST_MAILS = 100
MOST_IDLE = 10

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass
class _Connection:
    client: aiosmtplib.SMTP
    mails: int = 0
    used_at: float = 0.0


class SmtpTransport:
    """One mail server. `scheme` is `smtps` (TLS), `smtp+starttls` (upgraded or not used) or `smtp`.

    The last one is in the clear, for a relay on this host or network.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        scheme: str = "smtp",
        username: str | None = None,
        password: str | None = None,
        step_seconds: float = STEP_SECONDS,
    ) -> None:
        self._host, self._port, self._scheme = host, port, scheme
        self._username, self._password = username, password
        self._step_seconds = step_seconds
        self._tls = ssl.create_default_context() if scheme != "smtp" else None
        self._idle: list[_Connection] = []

    @classmethod
    def from_url(cls, url: str) -> Self:
        """From `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port?timeout=5`.

        `timeout` is how many seconds the server may take for a step, at most `STEP_SECONDS`. Raises
        `SettingsError`, also for a password that would cross a network in the clear.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
            step_seconds = _timeout(parts.query)
        except ValueError as error:
            raise SettingsError(f"PORTAL_SMTP_URL cannot be read: {error}") from error
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsError(
                "PORTAL_SMTP_URL must be smtp://host, smtps://host or smtp+starttls://host"
            )
        if parts.scheme == "smtp" and parts.password and parts.hostname not in _LOOPBACK:
            raise SettingsError(
                "PORTAL_SMTP_URL has a password: use smtps:// or smtp+starttls:// to protect it"
            )
        return cls(
            parts.hostname,
            port,
            scheme=parts.scheme,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            step_seconds=step_seconds,
        )

    async def deliver(self, message: Message) -> None:
        """Return once the server has taken the mail. Raises `NotNow` or `Refused`."""
        try:
            async with asyncio.timeout(min(DELIVERY_SECONDS, MOST_STEPS * self._step_seconds)):
                await self._send(message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise meaning_of(error) from error
        except ValueError as error:  # an address that SMTP cannot carry
            raise NotNow(type(error).__name__) from error

    async def close(self) -> None:
        """End the idle connections politely."""
        while self._idle:
            await _quit(self._idle.pop())

    async def _send(self, message: Message) -> None:
        connection = await self._idle_connection() or await self._connect()
        try:
            await connection.client.send_message(message)
        except aiosmtplib.SMTPResponseException:
            # The server has spoken: the connection is as good as before.
            await self._put_back(connection)
            raise
        except aiosmtplib.SMTPRecipientsRefused:
            await self._put_back(connection)
            raise
        except BaseException:
            connection.client.close()
            raise
        connection.mails += 1
        await self._put_back(connection)

    async def _connect(self) -> _Connection:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._scheme == "smtps",
            start_tls=self._scheme == "smtp+starttls",
            tls_context=self._tls,
            username=self._username,
            password=self._password,
            timeout=self._step_seconds,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return _Connection(client)

    async def _idle_connection(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            is_fresh = time.monotonic() - connection.used_at < IDLE_SECONDS
            if is_fresh and connection.client.is_connected:
                return connection
            await _quit(connection)
        return None

    async def _put_back(self, connection: _Connection) -> None:
        connection.used_at = time.monotonic()
        usable = connection.client.is_connected and connection.mails < MOST_MAILS
        if usable and len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            await _quit(connection)


def _timeout(query: str) -> float:
    """The seconds of `timeout=5`. `ValueError` for anything else, and for more than may be."""
    if not query:
        return STEP_SECONDS
    name, _, seconds = query.partition("=")
    if name != "timeout" or not 0 < float(seconds) <= STEP_SECONDS:
        raise ValueError(f"timeout is more than 0 and at most {STEP_SECONDS:.0f} seconds")
    return float(seconds)


async def _quit(connection: _Connection) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await connection.client.quit(timeout=1.0)
    connection.client.close()
