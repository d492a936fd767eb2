"""Mails leave by SMTP, and each refusal of a server means what it means for the mail."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.settings import Settings, SettingsError
from portal.workers import smtp
from portal.workers.smtp import SmtpTransport
from portal.workers.smtp_replies import NotNow, Refused
from portal.workers.transport import FolderTransport, transport_from
from tests.workers.mail_server import MailServer, accepts, mail_server, tls_context

CERTIFICATE = Path(__file__).parent / "localhost.pem"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def a_mail(to: str = "wang.fang@customer.example") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "service@hengda.example"
    message["To"] = to
    message["Subject"] = "报价 RFQ-2026-00042"
    message["Message-ID"] = "<1.2.3@hengda.example>"
    message.set_content("您好", cte="base64")
    return message


async def deliver(url: str, message: EmailMessage | None = None) -> None:
    transport = SmtpTransport.from_url(url)
    try:
        await transport.deliver(message or a_mail())
    finally:
        await transport.close()


async def test_a_mail_arrives_whole(server: MailServer) -> None:
    await deliver(server.url)
    (mail,) = server.accepted
    assert mail["Subject"] == "报价 RFQ-2026-00042"
    assert mail["Message-ID"] == "<1.2.3@hengda.example>"


async def test_one_connection_carries_many_mails(server: MailServer) -> None:
    transport = SmtpTransport.from_url(server.url)
    for _ in range(5):
        await transport.deliver(a_mail())
    await transport.close()
    assert (len(server.accepted), server.connections) == (5, 1)


async def test_mails_at_once_take_connections_of_their_own(server: MailServer) -> None:
    transport = SmtpTransport.from_url(server.url)
    await asyncio.gather(*(transport.deliver(a_mail()) for _ in range(8)))
    await transport.close()
    assert len(server.accepted) == 8


@pytest.mark.parametrize(
    ("reply", "meaning", "reason"),
    [
        ("451 4.7.1 wang.fang@customer.example: greylisted", NotNow, "451 4.7.1"),
        ("450 mailbox of Wang Fang is busy", NotNow, "450"),
        ("550 5.1.1 <wang.fang@customer.example> unknown", Refused, "550 5.1.1"),
    ],
)
async def test_a_refused_recipient(
    server: MailServer, reply: str, meaning: type[Exception], reason: str
) -> None:
    server.rcpt = lambda _: reply
    with pytest.raises(meaning) as refused:
        await deliver(server.url)
    assert refused.value.reason == reason  # type: ignore[attr-defined] # names nobody


@pytest.mark.parametrize(
    ("reply", "meaning"), [("452 4.3.1 disk full", NotNow), ("554 5.7.1 spam", Refused)]
)
async def test_a_refused_message(server: MailServer, reply: str, meaning: type[Exception]) -> None:
    server.data = lambda _: reply
    with pytest.raises(meaning):
        await deliver(server.url)


async def test_a_refusal_leaves_the_connection_usable(server: MailServer) -> None:
    server.rcpt = lambda address: "550 no" if "wrong" in address else None
    transport = SmtpTransport.from_url(server.url)
    with pytest.raises(Refused):
        await transport.deliver(a_mail("wrong@customer.example"))
    await transport.deliver(a_mail())
    await transport.close()
    assert (len(server.accepted), server.connections) == (1, 1)


async def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NotNow):
        await deliver(f"smtp://127.0.0.1:{port}")


async def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with _silent_server() as port, pytest.raises(NotNow):
        await deliver(f"smtp://127.0.0.1:{port}?timeout=0.3")


async def test_a_server_that_stalls_after_the_message_is_tried_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "DELIVERY_SECONDS", 0.5)
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stall() -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(10)

    server.before_answer = stall
    with pytest.raises(NotNow):
        await deliver(server.url)
    release.set()
    server.before_answer = lambda: None


async def test_a_connection_that_broke_is_not_used_again(server: MailServer) -> None:
    transport = SmtpTransport.from_url(server.url)
    await transport.deliver(a_mail())
    for connection in transport._idle:
        connection.client.close()
    await transport.deliver(a_mail())
    await transport.close()
    assert server.connections == 2


async def test_addresses_beyond_ascii_need_a_server_that_knows_them(server: MailServer) -> None:
    message = a_mail()
    del message["To"]
    message["To"] = "王芳@customer.example"
    await deliver(server.url, message)
    with mail_server(enable_SMTPUTF8=False) as old, pytest.raises(Refused):
        await deliver(old.url, message)
    assert len(server.accepted) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_tls_with_a_password(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = tls_context(CERTIFICATE)
    options = (
        {"ssl_context": context, "auth_require_tls": False}
        if scheme == "smtps"
        else {"tls_context": context, "require_starttls": True}
    )
    known = accepts(b"portal", b"p@ss word")
    with mail_server(**options, authenticator=known, auth_required=True) as server:
        url = f"{scheme}://portal:p%40ss%20word@localhost:{server.port}"
        with pytest.raises(NotNow):  # nobody vouches for this certificate
            await deliver(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        await deliver(url)
        assert len(server.accepted) == 1
        with pytest.raises(NotNow, match="SMTPAuthenticationError 535"):  # ours to put right
            await deliver(url.replace("p%40ss", "wrong"))


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://portal:secret@mail.example",  # in the clear across a network
        "smtp://mail.example?timeout=0",
        "smtp://mail.example?timeout=60",  # a job would be cut off before
        "smtp://mail.example?timeout=nan",
        "smtp://mail.example?patience=5",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="PORTAL_SMTP_URL"):
        SmtpTransport.from_url(url)


def test_without_a_server_and_in_a_demo_mails_go_to_a_folder(tmp_path: Path) -> None:
    quiet = Settings(mail_folder=tmp_path)
    demo = Settings(mail_folder=tmp_path, smtp_url="smtp://127.0.0.1", demo=True)
    real = Settings(mail_folder=tmp_path, smtp_url="smtp://127.0.0.1")
    assert isinstance(transport_from(quiet), FolderTransport)
    assert isinstance(transport_from(demo), FolderTransport)
    assert isinstance(transport_from(real), SmtpTransport)


@contextmanager
def _silent_server() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]
