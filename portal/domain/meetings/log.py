"""The log of all contact with an account 日常与顾客信息沟通登记表: every channel in one list (M6).

Calls and letters that were entered by hand stand beside what the portal carried itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.meetings.states import Direction
from portal.domain.quotes.request_rows import key_of, place_of_key

MOST_ROWS = 2000
LONGEST_EXCERPT = 300


class LogKind(Worded):
    """What an entry is; the order is that of the filter."""

    ENTRY = "entry", N_("Entered by hand")
    MESSAGE = "message", N_("Message")
    REQUEST = "request", N_("Request for quotation")
    CALL = "call", N_("Call about a request")
    COMPLAINT = "complaint", N_("Complaint or case")
    FOLLOW_UP = "follow_up", N_("Follow-up contact")
    FIRST_CONTACT = "first_contact", N_("First contact")
    VISIT = "visit", N_("Visit or callback")
    MEETING = "meeting", N_("Meeting")
    REPORT = "report", N_("Contact report")
    ANSWER = "answer", N_("Answer to a report")


class LogChannel(Worded):
    """By which way it came or went."""

    PORTAL = "portal", N_("Portal")
    PHONE = "phone", N_("Phone")
    IN_PERSON = "in_person", N_("In person")
    VIDEO = "video", N_("Video call")
    MESSAGE = "message", N_("Instant message")
    EMAIL = "email", N_("E-mail")
    FAX = "fax", N_("Fax")
    LETTER = "letter", N_("Letter")
    CHAT = "chat", N_("On-line chat")
    BOX = "box", N_("Complaint box")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the log is narrowed to; what is unknown counts as not given. Days are not times."""

    kind: str = ""
    channel: str = ""
    direction: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One contact. `direction` is None where people met. `path` leads to the record, if any.

    `name` is who of the customer's side, `ours` who of us. `title` may be empty.
    """

    at: datetime
    kind: LogKind
    channel: LogChannel
    direction: Direction | None
    name: str
    ours: str
    title: str
    excerpt: str
    reference: str
    path: str
    is_important: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A page of entries, newest first; `after` and `before` are keys for its neighbours."""

    rows: Sequence[LogEntry]
    after: str | None
    before: str | None


# How people meet, in the words of the log.
_WAY = """CASE {way} WHEN 'phone' THEN 'phone' WHEN 'video' THEN 'video' ELSE 'in_person' END"""
_STAFF_OF = """(SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
    WHERE s.id = {staff})"""
_SOURCES: Mapping[LogKind, str] = {
    LogKind.ENTRY: """SELECT c.at, c.id, c.channel, c.direction, c.name, p.name AS ours, c.title,
            c.note AS text, coalesce((SELECT r.reference FROM contact_report r
                WHERE r.communication_id = c.id ORDER BY r.revision LIMIT 1), '') AS reference,
            'contact-reports' AS page, c.is_important
        FROM communication c JOIN person p ON p.id = c.recorded_by WHERE c.account_id = $1""",
    LogKind.MESSAGE: """SELECT w.written_at, w.id, 'portal', CASE w.author_side
                WHEN 'customer' THEN 'incoming' ELSE 'outgoing' END,
            CASE w.author_side WHEN 'customer' THEN w.author_name ELSE '' END,
            CASE w.author_side WHEN 'staff' THEN w.author_name ELSE '' END,
            coalesce(q.title, o.title, c.title, ''), w.body,
            coalesce(q.reference, o.reference, c.reference, v.reference, ''),
            CASE w.subject_kind WHEN 'quote_request' THEN 'quotes' WHEN 'sales_order' THEN 'orders'
                WHEN 'complaint' THEN 'complaints' ELSE 'visits' END, false
        FROM message w
        LEFT JOIN quote_request q ON w.subject_kind = 'quote_request' AND q.id = w.subject_id
        LEFT JOIN sales_order o ON w.subject_kind = 'sales_order' AND o.id = w.subject_id
        LEFT JOIN complaint c ON w.subject_kind = 'complaint' AND c.id = w.subject_id
        LEFT JOIN visit v ON w.subject_kind = 'visit' AND v.id = w.subject_id
        WHERE w.account_id = $1 AND w.audience = 'customer'
          AND ($2 OR w.subject_kind <> 'quote_request')""",
    LogKind.REQUEST: f"""SELECT q.submitted_at, q.id, q.channel, 'incoming',
            coalesce(p.name, k.name, ''), coalesce({_STAFF_OF.format(staff="q.owner_id")}, ''),
            q.title, '', q.reference, 'quotes', false
        FROM quote_request q LEFT JOIN person p ON p.id = q.requested_by
        LEFT JOIN contact k ON k.id = q.contact_id
        WHERE q.account_id = $1 AND q.submitted_at IS NOT NULL AND $2""",  # noqa: S608
    LogKind.CALL: f"""SELECT c.called_at, c.id, 'phone', 'incoming', c.caller,
            {_STAFF_OF.format(staff="c.recorded_by")}, q.title, c.note, q.reference, 'quotes',
            false
        FROM recorded_call c JOIN quote_request q ON q.id = c.request_id
        WHERE c.account_id = $1 AND $2""",  # noqa: S608
    LogKind.COMPLAINT: f"""SELECT c.received_at, c.id, c.channel, 'incoming', c.reported_name,
            {_STAFF_OF.format(staff="c.owner_id")}, c.title, c.description, c.reference,
            'complaints', c.severity = 'major'
        FROM complaint c WHERE c.account_id = $1""",  # noqa: S608
    LogKind.FOLLOW_UP: """SELECT f.contacted_at, f.id, CASE WHEN f.channel IN ('in_person', 'video',
                'message', 'email', 'fax', 'letter', 'chat') THEN f.channel ELSE 'phone' END,
            'outgoing', f.reached, p.name, c.title, f.note, c.reference, 'complaints', false
        FROM complaint_follow_up f JOIN complaint c ON c.id = f.complaint_id
        JOIN person p ON p.id = f.contacted_by WHERE f.account_id = $1""",
    LogKind.FIRST_CONTACT: """SELECT f.recorded_at, f.account_id, f.channel, 'outgoing', f.reached,
            p.name, '', f.note, '', '', false
        FROM first_contact f JOIN person p ON p.id = f.recorded_by WHERE f.account_id = $1""",
    LogKind.VISIT: f"""SELECT v.made_at, v.id, {_WAY.format(way="v.way")}, '',
            coalesce((SELECT string_agg(w.name, ', ' ORDER BY w.id) FROM visit_person w
                WHERE w.visit_id = v.id AND w.attended AND NOT w.is_ours), ''),
            {_STAFF_OF.format(staff="v.owner_id")}, v.goal, v.report, v.reference, 'visits',
            v.satisfaction = 'dissatisfied'
        FROM visit v WHERE v.account_id = $1 AND v.status = 'made'""",  # noqa: S608
    LogKind.MEETING: f"""SELECT m.starts_at, m.id, {_WAY.format(way="m.way")}, '',
            coalesce((SELECT string_agg(w.name, ', ' ORDER BY w.id) FROM meeting_person w
                WHERE w.meeting_id = m.id AND w.attended AND NOT w.is_ours), ''),
            {_STAFF_OF.format(staff="m.organiser_id")}, m.title, m.agenda, m.reference, 'meetings',
            false
        FROM meeting m WHERE m.account_id = $1 AND m.status = 'held'""",  # noqa: S608
    LogKind.REPORT: """SELECT r.sent_at, r.id, 'email', 'outgoing',
            coalesce((SELECT string_agg(w.name, ', ' ORDER BY w.id) FROM report_reader w
                WHERE w.report_id = r.id AND NOT w.is_ours), ''),
            p.name, r.title, r.conclusions, r.reference, 'contact-reports', false
        FROM contact_report r JOIN person p ON p.id = r.sent_by
        WHERE r.account_id = $1 AND r.sent_at IS NOT NULL""",
    LogKind.ANSWER: """SELECT a.at, a.id, CASE p.side WHEN 'customer' THEN 'portal'
                ELSE 'phone' END, 'incoming', a.name,
            CASE p.side WHEN 'staff' THEN p.name ELSE '' END, r.title, a.text, r.reference,
            'contact-reports', false
        FROM report_answer a JOIN contact_report r ON r.id = a.report_id
        JOIN person p ON p.id = a.person_id WHERE a.account_id = $1""",
}
# A place in the log: an id of its kind, and the kind.
_KINDS = 16
_RANKS = {kind: rank for rank, kind in enumerate(LogKind)}


async def account_log(account: Account, wanted: LogFilter, *, by: Actor) -> Log:
    """One page of the log of an account that `by` may see, newest first (rules A6, M6).

    Requests are left out for who may not read quotes.
    """
    kinds = [LogKind(wanted.kind)] if wanted.kind in set(LogKind) else list(LogKind)
    values: list[Any] = [account.id, by.may(Permission.READ_QUOTES)]
    conditions = ["$2::boolean IS NOT NULL"]

    def narrow(condition: str, *given: Any) -> None:
        first = len(values) + 1
        values.extend(given)
        conditions.append(condition.format(*(f"${first + place}" for place in range(len(given)))))

    if wanted.channel in set(LogChannel):
        narrow("channel = {0}", wanted.channel)
    if wanted.direction in set(Direction):
        narrow("direction = {0}", wanted.direction)
    if wanted.since is not None:
        narrow("at >= {0}", wanted.since)
    if wanted.until is not None:
        narrow("at < {0}", wanted.until)
    if words := wanted.text.strip()[:200]:
        narrow(
            "strpos(lower(concat_ws(' ', title, text, name, ours, reference)), {0}) > 0",
            words.lower(),
        )
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    way, beyond = ("ASC", ">") if backwards else ("DESC", "<")
    size = max(1, min(wanted.size, MOST_ROWS))
    sources = []
    for kind in kinds:
        found = list(conditions)
        if start is not None:
            values += (start[0], _id_at(start[1], kind, backwards=backwards))
            found.append(f"(at, id) {beyond} (${len(values) - 1}, ${len(values)})")
        # Of each the first rows alone, along an index of its own.
        sources.append(
            f"""(SELECT * FROM ({_source(kind)}) AS entries WHERE {" AND ".join(found)}
                ORDER BY at {way}, id {way} LIMIT {size + 1})"""  # noqa: S608 - constants
        )
    rows = await fetch(
        f"""SELECT * FROM ({" UNION ALL ".join(sources)}) AS log
            ORDER BY at {way}, place {way} LIMIT {size + 1}""",  # noqa: S608 - constants
        *values,
    )
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    keys = [key_of(row["at"], row["place"]) for row in rows]
    return Log(
        rows=[_entry(row) for row in rows],
        after=keys[-1] if rows and (more or backwards) else None,
        before=keys[0] if rows and (more if backwards else start) else None,
    )


def _id_at(place: int, kind: LogKind, *, backwards: bool) -> int:
    """From which id on, without it, entries of a kind lie beyond a place of the log."""
    rank = _RANKS[kind]
    return (place - rank) // _KINDS if backwards else -((rank - place) // _KINDS)


def _source(kind: LogKind) -> str:
    """A source as rows of the log, with a place that no other entry has."""
    columns = "at, id, channel, direction, name, ours, title, text, reference, page, is_important"
    return f"""SELECT '{kind.value}' AS kind, id * {_KINDS} + {_RANKS[kind]} AS place, entry.*
        FROM ({_SOURCES[kind]}) AS entry ({columns})"""  # noqa: S608 - constants


def _entry(row: Mapping[str, Any]) -> LogEntry:
    text = " ".join(row["text"].split())
    if len(text) > LONGEST_EXCERPT:
        text = text[:LONGEST_EXCERPT].rsplit(maxsplit=1)[0] + " …"
    reference = row["reference"]
    return LogEntry(
        at=row["at"],
        kind=LogKind(row["kind"]),
        channel=LogChannel(row["channel"]),
        direction=Direction(row["direction"]) if row["direction"] else None,
        name=row["name"],
        ours=row["ours"] or "",
        title=row["title"],
        excerpt=text,
        reference=reference,
        path=f"/staff/{row['page']}/{reference}" if reference and row["page"] else "",
        is_important=row["is_important"],
    )
