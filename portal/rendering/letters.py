"""What letters say: the notice of a meeting with its invitation, the contact report (M1, M2)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.domain.common.actor import Side
from portal.domain.common.words import N_
from portal.domain.notices.letters import CANCEL
from portal.domain.notices.mails import MailToSend
from portal.rendering.dates import format_date, format_exact
from portal.rendering.i18n import translations
from portal.rendering.invitations import Invitation
from portal.rendering.reader import Reader

_Fact = tuple[str, str]


def meeting_context(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    """Who, where, when, what, what to confirm, how; and the invitation for the calendar."""
    words, say = mail.words, translations(reader.locale).gettext
    is_cancelled = words["method"] == CANCEL
    headline = N_("Meeting: %(title)s")
    if is_cancelled:
        headline = N_("Cancelled: %(title)s")
    elif words["is_changed"]:
        headline = N_("Changed: %(title)s")
    facts: list[_Fact] = [
        (say(N_("When")), when_words(words["starts_at"], words["ends_at"], reader)),
        (say(N_("How")), say(words["way"])),
        *_given((say(N_("Where")), words["place"])),
    ]
    if not is_cancelled:
        facts += [
            *_given((say(N_("Your side")), _names(words["people"], is_ours=False))),
            *_given((say(N_("Our side")), _names(words["people"], is_ours=True))),
        ]
    return {
        "urgent": is_cancelled,
        "headline": say(headline) % {"title": words["title"]},
        "intro": (),
        "facts": facts,
        "said": words["reason"],
        "sections": () if is_cancelled else _sections(words, say),
        "is_cancelled": is_cancelled,
        "is_changed": words["is_changed"],
        "reply_to": words["reply_to"],
        "reference": words["reference"],
        "action": say(N_("Open the meeting")),
        "path": _path(mail, "meetings"),
        "invitation": (is_cancelled, words),
    }


def report_context(mail: MailToSend, reader: Reader) -> dict[str, Any]:
    """The whole report: who has no access reads it nowhere else (rule M1)."""
    words, say = mail.words, translations(reader.locale).gettext
    is_correction = words["revision"] > 1
    headline = N_("Corrected contact report: %(title)s") if is_correction else None
    headline = headline or N_("Contact report: %(title)s")
    facts = [
        (say(N_("When")), format_exact(datetime.fromisoformat(words["happened_at"]), reader)),
        *_given((say(N_("Your side")), _names(words["people"], is_ours=False))),
        *_given((say(N_("Our side")), _names(words["people"], is_ours=True))),
    ]
    return {
        "urgent": False,
        "headline": say(headline) % {"title": words["title"]},
        "intro": (),
        "facts": facts,
        "said": words["reason"],
        "sections": [
            (say(N_("Conclusions")), words["conclusions"]),
            (say(N_("How they were reached")), words["reasons"]),
        ],
        "items": [_item(each, reader) for each in words["items"]],
        "reply_to": words["reply_to"],
        "reference": words["reference"],
        "action": say(
            N_("Acknowledge or comment") if mail.side is Side.CUSTOMER else N_("Open the report")
        ),
        "path": _path(mail, "contact-reports"),
    }


def invitation_of(mail: MailToSend, context: Mapping[str, Any], domain: str) -> Invitation:
    """The invitation that goes with a notice of a meeting. Every attempt has the same."""
    is_cancelled, words = context["invitation"]
    agenda = "\n\n".join(f"{title}\n{text}" for title, text in context["sections"])
    return Invitation(
        uid=f"{words['reference']}@{domain}",
        sequence=words["sequence"],
        is_cancelled=is_cancelled,
        title=words["title"],
        starts_at=datetime.fromisoformat(words["starts_at"]),
        ends_at=datetime.fromisoformat(words["ends_at"]),
        place=words["place"],
        description=agenda or words["reason"],
        organiser_name=words["reply_to"]["name"],
        organiser_email=words["reply_to"]["email"],
        stamped_at=mail.created_at,
        attendee_name=mail.name,
        attendee_email=mail.address,
        url=context["url"],
    )


def when_words(starts: str, ends: str, reader: Reader) -> str:
    """From when to when, on the reader's clock: the end's day only where it is another one."""
    begins, over = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    local = reader.local(over)
    if reader.local(begins).date() == local.date():
        until = f"{local.hour:02}:{local.minute:02}"
    else:
        until = format_exact(over, reader)
    return f"{format_exact(begins, reader)} – {until}"


def _sections(words: Mapping[str, Any], say: Any) -> list[_Fact]:
    return _given(
        (say(N_("Agenda")), words["agenda"]),
        (say(N_("To be confirmed")), words["to_confirm"]),
        (say(N_("How it proceeds")), words["how"]),
    )


def _given(*pairs: _Fact) -> list[_Fact]:
    return [pair for pair in pairs if pair[1]]


def _names(people: Sequence[Mapping[str, Any]], *, is_ours: bool) -> str:
    return ", ".join(
        f"{each['name']} ({each['function']})" if each["function"] else each["name"]
        for each in people
        if each["is_ours"] is is_ours
    )


def _item(item: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    return {**item, "due_on": format_date(date.fromisoformat(item["due_on"]), reader.locale)}


def _path(mail: MailToSend, where: str) -> str:
    """The record's page; none for who could not open it."""
    if not mail.has_access:
        return ""
    prefix = "/staff" if mail.side is Side.STAFF else ""
    return f"{prefix}/{where}/{mail.words['reference']}"
