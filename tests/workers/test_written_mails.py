"""What a mail says, in three languages, and what no text can do to it."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from portal.domain.common.actor import Side
from portal.domain.notices.facts import Fact
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.mails import MailToSend
from portal.rendering import notices
from portal.rendering.mails import letterhead, one_line, wire_address, write_mail
from portal.settings import Settings
from tests.workers.works import HEAD

WRITTEN = datetime(2026, 8, 24, 8, 10, tzinfo=UTC)


def a_mail(**values: object) -> MailToSend:
    mail = MailToSend(
        id=7,
        attempt=1,
        template="notice",
        name="Wang Fang",
        side=Side.CUSTOMER,
        address="wang.fang@customer.example",
        locale="en",
        timezone="Asia/Shanghai",
        message_id="<1.2.3@hengda.example>",
        thread_id="<quote_request.42@hengda.example>",
        created_at=datetime(2026, 8, 24, 8, 0, tzinfo=UTC),
        written_at=WRITTEN,
        kind=NoticeKind.QUOTE_READY,
        reference="RFQ-2026-00042",
        path="/quotes/RFQ-2026-00042",
        words={
            "title": "Bearings for line 3",
            "valid_until": "2026-09-07",
            "ship_on": "2026-09-21",
            "reason": "requester",
        },
    )
    return replace(mail, **values)  # type: ignore[arg-type]


def text_of(message: EmailMessage) -> str:
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return str(text).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    return str(message.get_body(("html",)).get_content())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("locale", "subject", "said"),
    [
        (
            "en",
            "RFQ-2026-00042 · Your quote is ready",
            ("Hello Wang Fang,", "Valid until: 7 Sep 2026", "You asked for this quote."),
        ),
        (
            "zh_Hans",
            "RFQ-2026-00042 · 您的报价已完成",
            ("Wang Fang，您好：", "有效期至：2026年9月7日", "此报价由您询价。"),
        ),
        (
            "zh_Hant",
            "RFQ-2026-00042 · 您的報價已完成",
            ("Wang Fang，您好：", "承諾發貨日期：2026年9月21日", "此報價由您詢價。"),
        ),
    ],
)
def test_three_languages_in_plain_text_and_html(
    locale: str, subject: str, said: tuple[str, ...]
) -> None:
    message = write_mail(a_mail(locale=locale), HEAD)
    assert message["Subject"] == subject
    assert message["Content-Language"] == locale.replace("_", "-")
    for words in said:
        assert words in text_of(message)
    for words in ("https://portal.hengda.example/quotes/RFQ-2026-00042", subject.split(" · ")[1]):
        assert words in text_of(message)
        assert words in html_of(message)
    assert f'<html lang="{locale.replace("_", "-")}">' in html_of(message)


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_can_be_written_in_every_language(kind: NoticeKind, locale: str) -> None:
    words = {
        **{fact.value: "RFQ" for fact in Fact},
        **dict.fromkeys(notices.MOMENTS, "2026-08-26T08:10:00+00:00"),
        **dict.fromkeys(notices.DAYS, "2026-09-07"),
        **{name: {"amount": "1234.500", "currency": "CNY"} for name in notices.AMOUNTS},
        "missing": ["Delivery place"],
        Fact.LINES.value: [["6204-2RS", "2026-09-07"]],
        "account": "Lanxing",
        "actor": "Li Wei",
        "author": "Zhou Min",
        "owner": "Chen Jie",
        "recipient": "Sun Li",
        "other": "SO-2026-00008",
        "project": "Line 3",
        "said": "Which bore?",
        "reason": Reason.MAIN_CONTACT.value,
    }
    message = write_mail(a_mail(kind=kind, locale=locale, words=words), HEAD)
    assert "%(" not in message["Subject"] + text_of(message)
    assert "–" not in message["Subject"]  # every parameter of the headline was known


def test_a_retry_is_the_same_mail() -> None:
    first, second = write_mail(a_mail(), HEAD), write_mail(a_mail(attempt=2), HEAD)
    assert first["Message-ID"] == second["Message-ID"] == "<1.2.3@hengda.example>"
    assert first["Date"] == second["Date"]
    assert first["References"] == first["In-Reply-To"] == "<quote_request.42@hengda.example>"


@pytest.mark.parametrize(
    "evil",
    [
        "Bearings\r\nBcc: everybody@customer.example",
        "Bearings\nContent-Type: text/html\n\n<script>",
        "Bearings\x00\x1b[31m\u2028Bcc: x@y.example\x85",
    ],
)
def test_no_text_breaks_out_of_a_header(evil: str) -> None:
    mail = a_mail(
        name=evil,
        kind=NoticeKind.REQUEST_RECEIVED,
        reference=evil,
        words={"account": evil, "title": evil},
    )
    message = write_mail(mail, HEAD)
    head = message.as_bytes().split(b"\r\n\r\n")[0].lower()
    assert b"\r\nbcc:" not in head
    assert head.count(b"\r\ncontent-type:") == 1
    assert message["To"].addresses[0].addr_spec == "wang.fang@customer.example"


def test_markup_of_people_is_text_in_html() -> None:
    evil = "<img src=x onerror=alert(1)>"
    mail = a_mail(
        kind=NoticeKind.MESSAGE, name=evil, words={"author": evil, "title": evil, "said": evil}
    )
    html = html_of(write_mail(mail, HEAD))
    assert "<img" not in html
    assert html.count("&lt;img src=x") >= 4
    assert evil in text_of(write_mail(mail, HEAD))


def test_what_was_written_is_quoted_line_by_line() -> None:
    mail = a_mail(
        kind=NoticeKind.QUESTION, words={"title": "Bearings", "said": "Which bore?\n\n25 or 30?"}
    )
    text = text_of(write_mail(mail, HEAD))
    assert "> Which bore?\n>\n> 25 or 30?" in text


def test_links_lead_to_the_configured_origin_and_nowhere_else() -> None:
    with pytest.raises(ValueError, match="not a path of ours"):
        write_mail(a_mail(path="//evil.example"), HEAD)


@pytest.mark.parametrize(
    ("template", "side", "path"),
    [
        ("invitation", Side.CUSTOMER, "/welcome/s3cr%2Fet"),
        ("invitation", Side.STAFF, "/staff/welcome/s3cr%2Fet"),
        ("password_reset", Side.CUSTOMER, "/welcome/s3cr%2Fet"),
        ("account_opened", Side.CUSTOMER, "/sign-in"),
        ("account_opened", Side.STAFF, "/staff/sign-in"),
    ],
)
@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_mails_of_the_gate(template: str, side: Side, path: str, locale: str) -> None:
    mail = a_mail(
        template=template,
        side=side,
        locale=locale,
        token="s3cr/et",
        kind="",
        reference="",
        thread_id="",
        path="",
        words={"account": "Lanxing", "inviter": "Li Wei", "side": side.value},
    )
    message = write_mail(mail, HEAD)
    assert f"https://portal.hengda.example{path}\n" in text_of(message)
    assert message["References"] is None
    assert "s3cr" not in message["Subject"]
    assert ("s3cr" in text_of(message)) == (template != "account_opened")


def test_a_mail_says_until_when_its_link_works() -> None:
    mail = a_mail(
        template="password_reset",
        token="t",
        words={"account": "", "inviter": "", "side": "customer"},
    )
    assert "24 Aug 2026, 17:10 (UTC+8)" in text_of(write_mail(mail, HEAD))


def test_the_sender_may_have_a_name_of_its_own() -> None:
    head = letterhead(Settings(mail_from="Hengda Service <service@hengda.example>"))
    assert (head.supplier, head.sender, head.domain) == (
        "Hengda Service",
        "service@hengda.example",
        "hengda.example",
    )
    assert letterhead(Settings(mail_from="service@hengda.example")).supplier.startswith("Hengda")


def test_domains_beyond_ascii_go_out_as_mail_servers_know_them() -> None:
    assert wire_address("wang@恒达.example") == "wang@xn--49tp96h.example"
    assert wire_address("王芳@恒达.example") == "王芳@xn--49tp96h.example"
    assert write_mail(a_mail(address="王芳@customer.example"), HEAD).as_bytes()


def test_a_subject_is_one_line_of_bounded_length() -> None:
    assert one_line("a\r\n b\t\x07c") == "a b c"
    assert len(one_line("x" * 1000)) == 200


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_a_digest_lists_each_notice_with_its_link(locale: str) -> None:
    notices_of_a_day = [
        {
            "kind": NoticeKind.QUOTE_READY.value,
            "reference": f"RFQ-2026-0004{number}",
            "path": f"/quotes/RFQ-2026-0004{number}",
            "words": {"reason": "requester"},
        }
        for number in range(3)
    ]
    mail = a_mail(
        template="digest",
        kind="",
        reference="",
        path="",
        locale=locale,
        words={"notices": notices_of_a_day, "more": 4},
    )
    message = write_mail(mail, HEAD)
    for part in (text_of(message), html_of(message)):
        assert "https://portal.hengda.example/quotes/RFQ-2026-00042" in part
        assert "https://portal.hengda.example/settings/notices" in part
    assert "7" in message["Subject"]


def test_the_weekly_status_says_state_next_step_and_date() -> None:
    """Rule M3."""
    item = {
        "reference": "RFQ-2026-00042",
        "title": "Bearings <b>for line 3</b>",
        "state": "Quoted",
        "next": "You accept, decline or ask for another revision.",
        "is_yours": True,
        "is_late": False,
        "on_day": "2026-09-07",
        "due_at": None,
        "path": "/quotes/RFQ-2026-00042",
    }
    late = item | {"is_late": True, "on_day": None, "due_at": "2026-08-24T08:00:00+00:00"}
    words = {"account": "Customer Ltd", "items": [item, late]}
    mail = a_mail(template="weekly_status", kind="", reference="", path="", words=words)
    message = write_mail(mail, HEAD)
    text = text_of(message)
    assert "Quoted. You accept, decline or ask for another revision. (by 7 Sep 2026)" in text
    assert "overdue" in text
    assert "https://portal.hengda.example/quotes/RFQ-2026-00042" in text
    assert "<b>for" not in html_of(message)
    in_chinese = text_of(write_mail(replace(mail, locale="zh_Hans"), HEAD))
    assert "请您接受、拒绝或要求新版本" in in_chinese
