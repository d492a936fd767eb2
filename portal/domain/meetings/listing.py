"""Lists of meetings and of contact reports, as rule A6 lets people see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.search import query_terms
from portal.domain.meetings.access import visible_meetings_condition, visible_reports_condition
from portal.domain.meetings.states import MeetingStatus, ReportStatus
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.request_rows import key_of, place_of_key
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of

MOST_ROWS = 200
# What stands still after everything that is owed.
_NEVER = "timestamptz '9999-01-01'"


class ReportGroup(StrEnum):
    """What the filter of reports offers besides single states."""

    OWED = "owed"
    UNANSWERED = "unanswered"  # sent; nobody of the customer's side has acknowledged it


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What the list of meetings is narrowed to; what is unknown counts as not given.

    `mine`: organised by me, with me, or by whom I stand in for. `late`: the notice is overdue.
    """

    status: str = MeetingStatus.PLANNED
    mine: bool = False
    late: bool = False
    account_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What the list of reports is narrowed to. `status`: a state or a `ReportGroup` value."""

    status: str = ReportGroup.OWED
    mine: bool = False
    late: bool = False
    account_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting as lists show it. `promise` is its notice while that is owed."""

    id: int
    reference: str
    title: str
    status: MeetingStatus
    starts_at: datetime
    ends_at: datetime
    account_name: str
    account_code: str
    organiser: str
    is_noticed: bool
    was_phoned: bool
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as lists show it: its newest revision. `promise` is when it is due."""

    id: int
    reference: str
    revision: int
    title: str
    status: ReportStatus
    happened_at: datetime
    sent_at: datetime | None
    account_name: str
    account_code: str
    owner: str
    acknowledged: int
    comments: int
    open_items: int
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows; `after` and `before` are keys to ask its neighbours with."""

    rows: Sequence[Any]
    after: str | None
    before: str | None


@dataclass(slots=True)
class _Wanted:
    conditions: list[str]
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition with `{0}`, `{1}` where its values go."""
        first = len(self.values) + 1
        self.values += values
        places = [f"${first + number}" for number in range(len(values))]
        self.conditions.append(condition.format(*places))


async def meetings(wanted: MeetingFilter, *, by: Actor) -> Listing:
    """One page of meetings: what lies ahead next first, anything else newest first."""
    condition, values = visible_meetings_condition(by, "m")
    narrowed = _Wanted([f"({condition})"], list(values))
    status = wanted.status if wanted.status in set(MeetingStatus) else ""
    if status:
        narrowed.add("m.status = {0}", status)
    if wanted.mine and by.staff_member_id is not None:
        narrowed.add(
            """(m.organiser_id = ANY({0}) OR EXISTS (SELECT FROM meeting_person p
                WHERE p.meeting_id = m.id AND p.staff_member_id = ANY({0})))""",
            list(await whose_work_falls_to(by.staff_member_id)),
        )
    if wanted.late:
        narrowed.add("t.due_at < {0}", await database_now())
    if wanted.account_id is not None:
        narrowed.add("m.account_id = {0}", wanted.account_id)
    if terms := query_terms(wanted.text):
        narrowed.add("m.search_terms @> {0}::text[]", terms)
    return await _page(
        _MEETINGS, narrowed, wanted, "m.starts_at", _meeting_row, soonest=status == "planned"
    )


async def reports(wanted: ReportFilter, *, by: Actor) -> Listing:
    """One page of reports, each by its newest revision: those that are owed due first."""
    condition, values = visible_reports_condition(by, "r")
    narrowed = _Wanted([f"({condition})", _NEWEST], list(values))
    is_owed = wanted.status == ReportGroup.OWED
    if is_owed:
        narrowed.add("r.status = 'draft'")
    elif wanted.status == ReportGroup.UNANSWERED:
        narrowed.add(f"r.status = 'sent' AND {_ACKNOWLEDGED} = 0")
    elif wanted.status in set(ReportStatus):
        narrowed.add("r.status = {0}", wanted.status)
    if wanted.mine and by.staff_member_id is not None:
        narrowed.add("r.owner_id = ANY({0})", list(await whose_work_falls_to(by.staff_member_id)))
    if wanted.late:
        narrowed.add("t.due_at < {0}", await database_now())
    if wanted.account_id is not None:
        narrowed.add("r.account_id = {0}", wanted.account_id)
    if terms := query_terms(wanted.text):
        narrowed.add("r.search_terms @> {0}::text[]", terms)
    moment = f"coalesce(t.due_at, {_NEVER})" if is_owed else "r.happened_at"
    return await _page(_REPORTS, narrowed, wanted, moment, _report_row, soonest=is_owed)


_ACKNOWLEDGED = """(SELECT count(*) FROM report_answer ra
    WHERE ra.report_id = r.id AND ra.kind = 'acknowledged')"""
_NEWEST = """NOT EXISTS (SELECT FROM contact_report newer
    WHERE newer.reference = r.reference AND newer.revision > r.revision)"""
_MEETINGS = f"""SELECT m.id, m.reference, m.title, m.status, m.starts_at, m.ends_at, m.sequence,
        m.noticed_sequence, m.told_by_phone_at, a.name AS account_name, a.code AS account_code,
        p.name AS organiser, {PROMISE_COLUMNS}, {{moment}} AS moment
    FROM meeting m JOIN account a ON a.id = m.account_id
    JOIN staff_member s ON s.id = m.organiser_id JOIN person p ON p.id = s.person_id
    LEFT JOIN target t ON t.subject_kind = 'meeting' AND t.subject_id = m.id
        AND t.met_at IS NULL AND t.cancelled_at IS NULL"""  # noqa: S608 - constants
_REPORTS = f"""SELECT r.id, r.reference, r.revision, r.title, r.status, r.happened_at, r.sent_at,
        a.name AS account_name, a.code AS account_code, p.name AS owner,
        {_ACKNOWLEDGED} AS acknowledged,
        (SELECT count(*) FROM report_answer ra WHERE ra.report_id = r.id AND ra.kind = 'comment')
            AS comments,
        (SELECT count(*) FROM action_item i WHERE i.report_id = r.id AND i.done_at IS NULL)
            AS open_items, {PROMISE_COLUMNS}, {{moment}} AS moment
    FROM contact_report r JOIN account a ON a.id = r.account_id
    JOIN staff_member s ON s.id = r.owner_id JOIN person p ON p.id = s.person_id
    LEFT JOIN target t ON t.subject_kind = 'contact_report' AND t.subject_id = r.id
        AND t.met_at IS NULL AND t.cancelled_at IS NULL"""  # noqa: S608 - constants


async def _page(
    select: str,
    narrowed: _Wanted,
    wanted: MeetingFilter | ReportFilter,
    moment: str,
    row_of: Any,
    *,
    soonest: bool,
) -> Listing:
    size = max(1, min(wanted.size, MOST_ROWS))
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    way, beyond = ("ASC", ">") if soonest is not backwards else ("DESC", "<")
    table = "m" if row_of is _meeting_row else "r"
    if start is not None:
        narrowed.add(f"({moment}, {table}.id) {beyond} ({{0}}, {{1}})", *start)
    rows = await fetch(
        f"""{select.format(moment=moment)} WHERE {" AND ".join(narrowed.conditions)}
            ORDER BY {moment} {way}, {table}.id {way} LIMIT {size + 1}""",
        *narrowed.values,
    )
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    now = await database_now()
    keys = [key_of(row["moment"], row["id"]) for row in rows]
    return Listing(
        rows=[row_of(row, now) for row in rows],
        after=keys[-1] if rows and (more or backwards) else None,
        before=keys[0] if rows and (more if backwards else start) else None,
    )


def _meeting_row(row: Mapping[str, Any], now: datetime) -> MeetingRow:
    return MeetingRow(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        status=MeetingStatus(row["status"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        account_name=row["account_name"],
        account_code=row["account_code"],
        organiser=row["organiser"],
        is_noticed=row["noticed_sequence"] == row["sequence"],
        was_phoned=row["told_by_phone_at"] is not None,
        promise=promise_of(row, now) if row["target_id"] is not None else None,
    )


def _report_row(row: Mapping[str, Any], now: datetime) -> ReportRow:
    return ReportRow(
        id=row["id"],
        reference=row["reference"],
        revision=row["revision"],
        title=row["title"],
        status=ReportStatus(row["status"]),
        happened_at=row["happened_at"],
        sent_at=row["sent_at"],
        account_name=row["account_name"],
        account_code=row["account_code"],
        owner=row["owner"],
        acknowledged=row["acknowledged"],
        comments=row["comments"],
        open_items=row["open_items"],
        promise=promise_of(row, now) if row["target_id"] is not None else None,
    )
