"""The mails of a demo: read by staff, safely, and only in a demo."""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from portal.app import create_litestar
from portal.rendering.mail_folder import MailFolder
from portal.rendering.mail_reading import plain_html
from portal.settings import Settings
from portal.web.shell import Shell
from tests.factories import Factory
from tests.visitor import signed_in
from tests.workers.test_written_mails import HEAD, a_mail, write_mail


@pytest.fixture(scope="module")
def demo(
    settings: Settings, pools: None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, MailFolder]:
    shown = replace(settings, demo=True, mail_folder=tmp_path_factory.mktemp("demo") / "mail")
    return Shell(create_litestar(shown), shown.trusted_hosts), MailFolder(shown.mail_folder)


async def test_staff_read_what_the_demo_would_have_sent(
    demo: tuple[Any, MailFolder], make: Factory
) -> None:
    site, folder = demo
    folder.put(write_mail(a_mail(locale="zh_Hans"), HEAD))
    visitor = await signed_in(site, make, await make.staff())
    listed = (await visitor.get("/staff/demo/mails")).text
    assert "RFQ-2026-00042 · 您的报价已完成" in listed
    shown = (await visitor.get("/staff/demo/mails/1.2.3@hengda.example")).text
    assert 'href="https://portal.hengda.example/quotes/RFQ-2026-00042"' in shown
    assert "Wang Fang &lt;wang.fang@customer.example&gt;" in shown
    assert "style=" not in shown.split('class="mail-shown"')[1].split("</section>")[0]


async def test_the_ribbon_of_every_page_leads_there(
    demo: tuple[Any, MailFolder], make: Factory
) -> None:
    site, _ = demo
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    assert 'href="/staff/demo/mails"' in (await visitor.get("/notices")).text


@pytest.mark.parametrize("name", ["nothing@hengda.example", "..%2F..%2Fsecret", ".hidden"])
async def test_other_files_are_not_there(
    demo: tuple[Any, MailFolder], make: Factory, name: str
) -> None:
    site, _ = demo
    visitor = await signed_in(site, make, await make.staff())
    assert (await visitor.get(f"/staff/demo/mails/{name}")).status_code == 404


async def test_outside_a_demo_there_is_no_such_page(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.staff())
    assert (await visitor.get("/staff/demo/mails")).status_code == 404
    assert (await visitor.get("/staff/demo/mails/1.2.3@hengda.example")).status_code == 404


def test_a_mail_put_twice_is_one_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail")
    folder.put(write_mail(a_mail(), HEAD))
    folder.put(write_mail(a_mail(attempt=2), HEAD))
    assert [mail.name for mail in folder.newest()] == ["1.2.3@hengda.example"]
    assert oct((tmp_path / "mail").stat().st_mode)[-3:] == "700"


def test_a_mail_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    class Broken(EmailMessage):
        def as_bytes(self, *_: Any, **__: Any) -> bytes:
            raise OSError("disk full")

    message = Broken()
    message["Message-ID"] = "<1@hengda.example>"
    with pytest.raises(OSError, match="disk full"):
        MailFolder(tmp_path).put(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<p onclick="x()" style="a">Hi<script>alert(1)</script></p>', "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        (
            '<a href="https://p.example/?a=1&amp;b=&quot;">x</a>',
            '<a href="https://p.example/?a=1&amp;b=&#34;" rel="noreferrer">x</a>',
        ),
        ("<style>p{}</style><title>t</title><p>one<br>two", "<p>one<br>two</p>"),
        ('<div style="display: none">hidden <b>too</b></div>seen', "seen"),
        ("a &lt;img src=x&gt; b", "a &lt;img src=x&gt; b"),
        ("<svg><a href='https://x.example'>in svg</a></svg></p>end", "end"),
        ("<iframe src=x></iframe><img src=x onerror=y>text", "text"),
    ],
)
def test_of_a_mails_html_text_and_links_are_left(html: str, shown: str) -> None:
    assert str(plain_html(html)) == shown
