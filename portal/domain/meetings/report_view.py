"""A contact report as its page shows it to us (rules M1, M2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import revision_of
from portal.domain.meetings.action_items import items_of
from portal.domain.meetings.answering import ANSWERS, answers_in
from portal.domain.meetings.people import PersonRow
from portal.domain.meetings.states import ReportAnswerKind, ReportStatus
from portal.domain.meetings.tables import (
    ITEM_KIND,
    REPORT_KIND,
    ActionItem,
    ContactReport,
    ReportAnswer,
)
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.revision_rows import moment_in
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class ItemView:
    """An action with its clock; `is_mine` for its owner and who stands in for them."""

    record: ActionItem
    promise: Promise | None
    is_mine: bool

    @property
    def id(self) -> int:
        return int(self.record.id)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report is about, and where that is found. `kind` is meeting, visit or call."""

    kind: str
    reference: str
    path: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page of a report says; `revisions` are all there are, newest first."""

    record: ContactReport
    actor: Actor
    account_name: str
    account_code: str
    owner: str
    origin: Origin
    readers: Sequence[PersonRow]
    absent: frozenset[str]
    items: Sequence[ItemView]
    answers: Sequence[ReportAnswer]
    promises: Sequence[Promise]
    revisions: Sequence[tuple[int, ReportStatus, datetime | None]]

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> ReportStatus:
        return self.record.state

    @property
    def promise(self) -> Promise | None:
        return self.promises[0] if self.promises else None

    @property
    def is_newest(self) -> bool:
        return self.revisions[0][0] == self.record.revision

    @property
    def is_correction(self) -> bool:
        return bool(self.record.revision > 1)

    @property
    def theirs(self) -> list[PersonRow]:
        return [each for each in self.readers if not each.is_ours]

    @property
    def ours(self) -> list[PersonRow]:
        return [each for each in self.readers if each.is_ours]

    @property
    def is_acknowledged(self) -> bool:
        return any(each.sort is ReportAnswerKind.ACKNOWLEDGED for each in self.answers)

    @property
    def can_write(self) -> bool:
        return self.is_newest and self.actor.may(Permission.WRITE_REPORTS)

    @property
    def may_supervise(self) -> bool:
        return self.is_newest and self.actor.may(Permission.SUPERVISE_VISITS)


# What belongs to a revision of a report, its own columns, actions and promises apart.
_BESIDE_REPORT = f"""SELECT a.name AS account_name, a.code AS account_code, p.name AS owner,
        (SELECT reference FROM meeting WHERE id = r.meeting_id) AS meeting,
        (SELECT reference FROM visit WHERE id = r.visit_id) AS visit,
        (SELECT coalesce(json_agg(x ORDER BY x.is_ours, x.id), '[]') FROM (
            SELECT id, name, function, email, is_ours, contact_id, staff_member_id, was_present
            FROM report_reader WHERE report_id = r.id) AS x) AS readers,
        (SELECT json_agg(x ORDER BY x.revision DESC) FROM (
            SELECT id, revision, status, sent_at FROM contact_report
            WHERE reference = r.reference) AS x) AS revisions,
        {ANSWERS} AS answers
    FROM contact_report r JOIN account a ON a.id = r.account_id
    JOIN staff_member s ON s.id = r.owner_id JOIN person p ON p.id = s.person_id
    WHERE r.id = $1"""  # noqa: S608 - constants


async def report_page(reference: str, *, by: Actor, revision: int | None = None) -> ReportPage:
    """The page of a report, its newest revision or that one. Raises `NotFound`."""
    report = await revision_of(reference, revision, by=by)
    row = await fetch_row(_BESIDE_REPORT, report.id)
    assert row is not None  # noqa: S101 - just read
    readers, revisions = json.loads(row["readers"]), json.loads(row["revisions"])
    items = await items_of(report)
    keys = [(REPORT_KIND, each["id"]) for each in revisions]
    owed = await clock.targets_of_all([*keys, *((ITEM_KIND, item.id) for item in items)])
    return ReportPage(
        record=report,
        actor=by,
        account_name=row["account_name"],
        account_code=row["account_code"],
        owner=row["owner"],
        origin=_origin(row),
        readers=[
            PersonRow(**{name: each[name] for name in PersonRow.__slots__}) for each in readers
        ],
        absent=frozenset(each["name"] for each in readers if not each["was_present"]),
        items=await _items(items, owed, by=by),
        answers=answers_in(row["answers"]),
        promises=[promise for key in keys for promise in owed.get(key, ())],
        revisions=[
            (each["revision"], ReportStatus(each["status"]), moment_in(each["sent_at"]))
            for each in revisions
        ],
    )


async def _items(
    items: Sequence[ActionItem],
    owed: Mapping[clock.RecordKey, Sequence[Promise]],
    *,
    by: Actor,
) -> list[ItemView]:
    mine: frozenset[int] = frozenset()
    if by.staff_member_id and any(item.is_ours and not item.is_done for item in items):
        mine = await whose_work_falls_to(by.staff_member_id)
    return [
        ItemView(
            item,
            next(iter(owed.get((ITEM_KIND, item.id), ())), None),
            is_mine=not item.is_done and item.owner_id in mine,
        )
        for item in items
    ]


def _origin(row: Mapping[str, Any]) -> Origin:
    if row["meeting"]:
        return Origin("meeting", row["meeting"], f"/staff/meetings/{row['meeting']}")
    if row["visit"]:
        return Origin("visit", row["visit"], f"/staff/visits/{row['visit']}")
    return Origin("call", "", f"/staff/accounts/{row['account_code']}/log")
