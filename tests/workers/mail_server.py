"""A real SMTP server in this process, which answers as a test wants."""

import email
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

Answer = Callable[[str], str | None]


class MailServer:
    """Keeps what it has accepted. `answers` may refuse a recipient or a message.

    `before_data` runs, in the server's thread, when a message has been received whole and before
    it is answered.
    """

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.rcpt: Answer = lambda _: None
        self.data: Answer = lambda _: None
        self.before_answer: Callable[[], None] = lambda: None
        self.connections = 0
        self.port = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        with self._lock:
            return [mail for mail in self.accepted if address in mail["To"]]

    # aiosmtpd calls these by name.
    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        refusal = self.rcpt(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        refusal = self.data(envelope.rcpt_tos[0])
        if refusal:
            return refusal
        with self._lock:
            self.accepted.append(email.message_from_bytes(envelope.content, policy=default))
        self.before_answer()
        return "250 OK"


@contextmanager
def mail_server(port: int = 0, **options: Any) -> Iterator[MailServer]:
    """A server on a free port of the loopback address, or on `port`."""
    server = MailServer()
    controller = _Controller(server, hostname="127.0.0.1", port=port, ready_timeout=10, **options)
    controller.start()
    server.port = controller.bound_port
    try:
        yield server
    finally:
        controller.stop()


class _Controller(Controller):
    @property
    def bound_port(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        # The original connects to the port it was given; a free one is known only now.
        self.port = self.bound_port
        super()._trigger_server()


def tls_context(certificate: Path) -> ssl.SSLContext:
    """Of a server with this certificate; the file has its key, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def accepts(username: bytes, password: bytes) -> Callable[..., AuthResult]:
    """An authenticator that knows one person."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        right = (data.login, data.password) == (username, password)
        return AuthResult(success=right, handled=right)

    return authenticate
