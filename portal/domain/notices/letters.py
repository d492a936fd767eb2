"""Letters: mails to everybody who takes part, whether or not they use the portal (rules M1, M2).

A notice of a meeting, its cancellation and a contact report say everything in the mail itself: a
contact without access reads it there and answers it there.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.common.errors import NotFound
from portal.domain.meetings.events import MeetingEvent, ReportEvent
from portal.domain.meetings.tables import MEETING_KIND, REPORT_KIND
from portal.domain.notices.owing import Event, owe_mail
from portal.domain.notices.recipients import language
from portal.domain.visits.states import VisitWay

MEETING, REPORT = "meeting", "contact_report"
REQUEST, CANCEL = "request", "cancel"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter goes to: a person of the portal, or a name with an address of the account."""

    address: str
    locale: str
    person_id: int | None = None
    contact_id: int | None = None
    name: str = ""

    @property
    def key(self) -> tuple[int | None, int | None, str]:
        """The same for the same reader of two letters."""
        if self.person_id is not None:
            return (self.person_id, None, "")
        return (None, self.contact_id, "" if self.contact_id else self.address)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to everybody alike; `thread` is what letters about the same answer to."""

    template: str
    account_id: int
    thread: str
    words: Mapping[str, Any]


# People of the portal by their own address; others by that of their contact, guests by what was
# typed. `{of}` is the table of people, which has the columns of `meeting_person`.
_ADDRESSEES = """SELECT coalesce(q.email, k.email, p.email) AS address, q.id AS person_id,
        CASE WHEN q.id IS NULL THEN p.contact_id END AS contact_id,
        CASE WHEN q.id IS NULL THEN coalesce(k.name, p.name) ELSE '' END AS name,
        q.locale, a.locale AS account_locale
    FROM {of} p JOIN account a ON a.id = p.account_id
    LEFT JOIN contact k ON k.id = p.contact_id
    LEFT JOIN staff_member s ON s.id = p.staff_member_id
    LEFT JOIN person q ON q.disabled_at IS NULL AND (q.id = s.person_id
        OR (q.id = k.person_id AND EXISTS (SELECT FROM membership m WHERE m.person_id = q.id
            AND m.account_id = p.account_id AND m.ended_at IS NULL)))
    WHERE p.{column} = $1 AND (NOT p.is_ours OR q.id IS NOT NULL) ORDER BY p.id"""

# Who holds an invitation: their newest letter about this meeting asks them to come.
_INVITED = """SELECT * FROM (
        SELECT DISTINCT ON (m.person_id, m.contact_id, coalesce(m.person_id::text, m.address))
            m.address, m.person_id, m.contact_id, m.name, m.locale, m.words ->> 'method' AS method
        FROM mail m JOIN outbox o ON o.id = m.outbox_id
        WHERE m.account_id = $2 AND m.template = 'meeting'
          AND o.payload ->> 'meeting_id' = $1::bigint::text AND o.id < $3
        ORDER BY m.person_id, m.contact_id, coalesce(m.person_id::text, m.address), m.id DESC
    ) AS newest
    WHERE method = 'request'"""


async def write_letters(event: Event, mail_domain: str) -> None:
    """Owe the letters of an event, once for each event and reader. Raises `NotFound`."""
    await LETTERS[event.kind](event, mail_domain)


async def _notice(event: Event, mail_domain: str) -> None:
    """The invitation; who was invited before and is not any more gets a cancellation (rule M2)."""
    meeting = await _meeting(event.payload["meeting_id"])
    addressees = await _addressees("meeting_person", "meeting_id", meeting["id"])
    is_changed = bool(event.payload.get("sequence"))
    words = {**await _words_of_meeting(meeting), "method": REQUEST, "is_changed": is_changed}
    words["reason"] = meeting["changed_because"] if is_changed else ""
    await _write(event, mail_domain, _of_meeting(meeting, words), addressees)
    still = {each.key for each in addressees}
    gone = [each for each in await _invited(event, meeting) if each.key not in still]
    await _write(event, mail_domain, _of_meeting(meeting, {**words, "method": CANCEL}), gone)


async def _cancellation(event: Event, mail_domain: str) -> None:
    meeting = await _meeting(event.payload["meeting_id"])
    words = {**await _words_of_meeting(meeting), "method": CANCEL, "is_changed": False}
    words["reason"] = meeting["cancelled_because"]
    invited = await _invited(event, meeting)
    await _write(event, mail_domain, _of_meeting(meeting, words), invited)


async def _report(event: Event, mail_domain: str) -> None:
    report = await fetch_row(
        f"""SELECT r.id, r.account_id, r.reference, r.revision, r.title, r.happened_at,
                r.conclusions, r.reasons, r.corrected_because, {_WRITER}
            FROM contact_report r JOIN staff_member s ON s.id = r.owner_id
            JOIN person p ON p.id = s.person_id WHERE r.id = $1""",  # noqa: S608 - a constant
        event.payload["report_id"],
    )
    if report is None:
        raise NotFound
    addressees = await _addressees("report_reader", "report_id", report["id"])
    words = {
        "reference": report["reference"],
        "revision": report["revision"],
        "title": report["title"],
        "happened_at": report["happened_at"].isoformat(),
        "conclusions": report["conclusions"],
        "reasons": report["reasons"],
        "reason": report["corrected_because"],
        "people": await _people("report_reader", "report_id", report["id"], "AND was_present"),
        "items": await _items(report["id"]),
        "reply_to": _writer(report),
    }
    letter = Letter(REPORT, report["account_id"], f"{REPORT_KIND}.{report['id']}", words)
    await _write(event, mail_domain, letter, addressees)


async def _write(
    event: Event, mail_domain: str, letter: Letter, addressees: Collection[Addressee]
) -> None:
    for each in addressees:
        await owe_mail(
            event,
            mail_domain,
            person_id=each.person_id,
            contact_id=each.contact_id,
            name=each.name,
            account_id=letter.account_id,
            template=letter.template,
            address=each.address,
            locale=each.locale,
            words=json.dumps(letter.words, ensure_ascii=False),
            thread_id=f"<{letter.thread}@{mail_domain}>",
        )


async def _addressees(of: str, column: str, record_id: int) -> list[Addressee]:
    """Everybody of that table who has an address, each once."""
    rows = await fetch(_ADDRESSEES.format(of=of, column=column), record_id)
    found: dict[tuple[int | None, int | None, str], Addressee] = {}
    for row in rows:
        if row["address"]:
            each = Addressee(
                row["address"],
                language(row["locale"], row["account_locale"]),
                row["person_id"],
                row["contact_id"],
                row["name"],
            )
            found.setdefault(each.key, each)
    return list(found.values())


async def _invited(event: Event, meeting: Mapping[str, Any]) -> list[Addressee]:
    rows = await fetch(_INVITED, meeting["id"], meeting["account_id"], event.id)
    return [
        Addressee(row["address"], row["locale"], row["person_id"], row["contact_id"], row["name"])
        for row in rows
    ]


_WRITER = "p.name AS writer, p.email AS writer_email, p.phone AS writer_phone"


async def _meeting(meeting_id: int) -> Mapping[str, Any]:
    row = await fetch_row(
        f"""SELECT m.*, {_WRITER} FROM meeting m JOIN staff_member s ON s.id = m.organiser_id
            JOIN person p ON p.id = s.person_id WHERE m.id = $1""",  # noqa: S608 - a constant
        meeting_id,
    )
    if row is None:
        raise NotFound
    return dict(row)


def _of_meeting(meeting: Mapping[str, Any], words: Mapping[str, Any]) -> Letter:
    return Letter(MEETING, meeting["account_id"], f"{MEETING_KIND}.{meeting['id']}", words)


async def _words_of_meeting(meeting: Mapping[str, Any]) -> dict[str, Any]:
    """Who, where, when, what, what to confirm, how (rule M2)."""
    return {
        "reference": meeting["reference"],
        "sequence": meeting["sequence"],
        "title": meeting["title"],
        "starts_at": meeting["starts_at"].isoformat(),
        "ends_at": meeting["ends_at"].isoformat(),
        "way": VisitWay(meeting["way"]).label,
        "place": meeting["place"],
        "agenda": meeting["agenda"],
        "to_confirm": meeting["to_confirm"],
        "how": meeting["how"],
        "people": await _people("meeting_person", "meeting_id", meeting["id"]),
        "reply_to": _writer(meeting),
    }


def _writer(record: Mapping[str, Any]) -> dict[str, str]:
    """Whom an answer to the letter reaches."""
    return {
        "name": record["writer"],
        "email": record["writer_email"],
        "phone": record["writer_phone"],
    }


async def _people(
    of: str, column: str, record_id: int, condition: str = ""
) -> Sequence[dict[str, Any]]:
    rows = await fetch(
        f"""SELECT name, function, is_ours FROM {of}
            WHERE {column} = $1 {condition} ORDER BY is_ours, id""",  # noqa: S608 - names of ours
        record_id,
    )
    return [dict(row) for row in rows]


async def _items(report_id: int) -> Sequence[dict[str, Any]]:
    rows = await fetch(
        """SELECT text, owner_name, is_ours, due_on, done_at FROM action_item
           WHERE report_id = $1 ORDER BY position""",
        report_id,
    )
    return [
        {
            "text": row["text"],
            "owner": row["owner_name"],
            "is_ours": row["is_ours"],
            "due_on": row["due_on"].isoformat(),
            "is_done": row["done_at"] is not None,
        }
        for row in rows
    ]


LETTERS: Mapping[str, Callable[[Event, str], Awaitable[None]]] = {
    MeetingEvent.NOTICE: _notice,
    MeetingEvent.CANCELLED: _cancellation,
    ReportEvent.SENT: _report,
}
