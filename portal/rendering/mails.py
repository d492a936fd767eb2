"""Mails as messages: plain text and HTML in the reader's language, headers no text can break."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime as format_header_date
from email.utils import parseaddr
from functools import partial
from typing import Any
from urllib.parse import quote

from portal.domain.common.actor import Side
from portal.domain.common.words import N_
from portal.domain.identity.tokens import TOKEN_LIFETIME, Purpose
from portal.domain.notices.mails import MailToSend
from portal.rendering.dates import format_exact
from portal.rendering.environment import render
from portal.rendering.i18n import lang_attribute, translations
from portal.rendering.invitations import Invitation, to_calendar
from portal.rendering.letters import invitation_of, meeting_context, report_context
from portal.rendering.links import absolute
from portal.rendering.notices import notice_words
from portal.rendering.reader import Reader
from portal.rendering.status_items import status_item
from portal.settings import Settings

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the supplier's name, the sender's address, the origin of links."""

    supplier: str
    sender: str
    base_url: str

    @property
    def domain(self) -> str:
        """What the ids of our mails end in."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Texts:
    """A mail's subject and its two bodies; `context` is what the templates were given."""

    subject: str
    text: str
    html: str
    context: Mapping[str, Any]


def letterhead(settings: Settings) -> Letterhead:
    """The letterhead of this installation; `PORTAL_MAIL_FROM` may carry a name of its own."""
    name, address = parseaddr(settings.mail_from)
    return Letterhead(name or settings.supplier_name, address, settings.base_url)


def write_mail(mail: MailToSend, head: Letterhead) -> EmailMessage:
    """The message of a claimed attempt. Every attempt has the same Message-ID and Date."""
    written = texts_of(mail, head)
    message = _envelope(mail, head, written.subject)
    encoding = "quoted-printable" if mail.locale == "en" else "base64"
    message.set_content(written.text, cte=encoding)
    message.add_alternative(written.html, subtype="html", cte=encoding)
    if "invitation" in written.context:
        _enclose(message, invitation_of(mail, written.context, head.domain))
    # Not before: what begins with "Content-" is taken into the first part.
    message["Content-Language"] = lang_attribute(mail.locale)
    return message


def texts_of(mail: MailToSend, head: Letterhead) -> Texts:
    """What the mail says, in the reader's language."""
    reader = Reader(mail.locale, mail.timezone, mail.written_at)
    context = _CONTEXTS[mail.template](mail, reader)
    context = {"reference": mail.reference, **context, "name": mail.name, "supplier": head.supplier}
    path = context.pop("path")
    context["url"] = absolute(head.base_url, path) if path else ""
    context["link_to"] = partial(absolute, head.base_url)
    subject = one_line(render(f"emails/{mail.template}/subject.txt", reader, **context))
    context["subject"] = subject
    text = render(f"emails/{mail.template}/body.txt", reader, **context).strip() + "\n"
    html = render(f"emails/{mail.template}/body.html", reader, **context)
    return Texts(subject, text, html, context)


def one_line(text: str) -> str:
    """`text` as a header takes it: one line of ordinary characters, whatever people wrote in it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def wire_address(address: str) -> str:
    """`address` with its domain as mail servers know it: `名字.example` is `xn--….example`."""
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return address
    return checked.ascii_email or f"{checked.local_part}@{checked.ascii_domain}"


def _envelope(mail: MailToSend, head: Letterhead, subject: str) -> EmailMessage:
    recipient = wire_address(mail.address)
    message = EmailMessage(policy=SMTP if recipient.isascii() else SMTPUTF8)
    message["From"] = _address(head.supplier, head.sender)
    message["To"] = _address(mail.name, recipient)
    message["Subject"] = subject
    if reply_to := mail.words.get("reply_to"):
        message["Reply-To"] = _address(reply_to["name"], wire_address(reply_to["email"]))
    message["Date"] = format_header_date(mail.created_at)
    message["Message-ID"] = mail.message_id
    if mail.thread_id:
        message["In-Reply-To"] = mail.thread_id
        message["References"] = mail.thread_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _enclose(message: EmailMessage, invitation: Invitation) -> None:
    """The invitation as calendars look for it in a mail, and as a file for those that do not."""
    text = to_calendar(invitation)
    named = {"method": invitation.method}
    message.add_alternative(text, subtype="calendar", cte="base64", params=named)
    message.add_attachment(
        text.encode(), maintype="text", subtype="calendar", filename="invitation.ics"
    )


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name), local, domain)


def _notice(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    words = notice_words(mail.kind, mail.words, reader)
    return {
        "words": words,
        "urgent": words.is_urgent,
        "intro": (),
        "facts": words.facts,
        "said": words.said,
        "action": words.action,
        "path": mail.path,
    }


def _link(
    mail: MailToSend, reader: Reader, *, path: str, action: str, lifetime: timedelta | None = None
) -> dict[str, Any]:
    translate = translations(reader.locale).gettext
    facts = [(translate(N_("Sign-in name")), mail.address)]
    if lifetime:
        until = format_exact(mail.written_at + lifetime, reader)
        facts.append((translate(N_("The link works until")), until))
    return {
        "urgent": False,
        "intro": (),
        "facts": facts,
        "said": "",
        "action": translate(action),
        "path": ("/staff" if mail.side is Side.STAFF else "") + path,
        "is_staff": mail.side is Side.STAFF,
        "account": mail.words["account"],
        "inviter": mail.words["inviter"],
    }


def _invitation(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    return _link(
        mail,
        reader,
        path=f"/welcome/{quote(mail.token or '', safe='')}",
        action=N_("Choose a password"),
        lifetime=TOKEN_LIFETIME[Purpose.INVITATION],
    )


def _account_opened(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    return _link(mail, reader, path="/sign-in", action=N_("Sign in"))


def _password_reset(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    return _link(
        mail,
        reader,
        path=f"/welcome/{quote(mail.token or '', safe='')}",
        action=N_("Choose a new password"),
        lifetime=TOKEN_LIFETIME[Purpose.RESET],
    )


def _digest(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    notices = [
        (notice_words(each["kind"], each["words"], reader), each["reference"], each["path"])
        for each in mail.words["notices"]
    ]
    return {
        "urgent": False,
        "intro": (),
        "facts": (),
        "said": "",
        "notices": notices,
        "more": mail.words["more"],
        "action": translations(reader.locale).gettext(N_("Open the notices")),
        "path": f"{_prefix(mail)}/notices",
        "settings_path": f"{_prefix(mail)}/settings/notices",
    }


def _weekly_status(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    return {
        "urgent": False,
        "intro": (),
        "facts": (),
        "said": "",
        "account": mail.words["account"],
        "items": [status_item(item, reader) for item in mail.words["items"]],
        "action": translations(reader.locale).gettext(N_("Open the portal")),
        "path": "/",
        "settings_path": "/settings/notices",
    }


def _survey(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    """What a survey asks for, in the words of the survey; the link answers without signing in."""
    translate = translations(reader.locale).gettext
    until = format_exact(datetime.fromisoformat(mail.words["expires_at"]), reader)
    return {
        "urgent": False,
        "intro": (mail.words["intro"],) if mail.words["intro"] else (),
        "facts": ((translate(N_("You can answer until")), until),),
        "said": "",
        "title": mail.words["title"],
        "is_reminder": mail.words["is_reminder"],
        "is_anonymous": mail.words["is_anonymous"],
        "action": translate(N_("Answer the survey")),
        "path": f"/s/{quote(mail.token or '', safe='')}",
    }


def _prefix(mail: MailToSend) -> str:
    return "/staff" if mail.side is Side.STAFF else ""


_CONTEXTS: Mapping[str, Callable[[MailToSend, Reader], dict[str, Any]]] = {
    "notice": _notice,
    "digest": _digest,
    "weekly_status": _weekly_status,
    "invitation": _invitation,
    "account_opened": _account_opened,
    "password_reset": _password_reset,
    "meeting": meeting_context,
    "contact_report": report_context,
    "survey": _survey,
}
