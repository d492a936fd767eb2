"""Who reads meetings and contact reports: the account's team and line, and who has a part (A6)."""

from typing import Any, TypeVar

from portal.database import fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.record import Record, readable_sql
from portal.domain.meetings.tables import ActionItem, ContactReport, Meeting
from portal.domain.quotes.queue_scope import my_own

R = TypeVar("R", bound=Record)


def visible_meetings_condition(
    actor: Actor, of: str = "m", *, place: int = 1
) -> tuple[str, list[Any]]:
    """SQL that is true for meetings that `actor` may see, and its parameters (rule A6).

    `of` is what your query calls the table, `place` the number of the first parameter. Beside the
    account's team and line, who organises a meeting or takes part in it sees that one, and who
    stands in for them today. Customers see those of their account; the database holds back what
    they were not told of yet.
    """
    mine = f"""{of}.organiser_id IN ({{mine}}) OR EXISTS (SELECT FROM meeting_person mp
        WHERE mp.meeting_id = {of}.id AND mp.staff_member_id IN ({{mine}}))"""
    return _visible(actor, of, mine, place)


def visible_reports_condition(
    actor: Actor, of: str = "r", *, place: int = 1
) -> tuple[str, list[Any]]:
    """The same for contact reports: their owners, readers, and who owns an action in them."""
    mine = f"""{of}.owner_id IN ({{mine}})
        OR EXISTS (SELECT FROM report_reader rr
            WHERE rr.report_id = {of}.id AND rr.staff_member_id IN ({{mine}}))
        OR EXISTS (SELECT FROM action_item ai
            WHERE ai.report_id = {of}.id AND ai.owner_id IN ({{mine}}))"""  # noqa: S608
    return _visible(actor, of, mine, place)


async def meeting_by_reference(reference: str, *, by: Actor) -> Meeting:
    """The meeting. Raises `NotFound` for unknown ones and those that `by` may not see."""
    condition, values = visible_meetings_condition(by, place=2)
    return await _one(Meeting, "m", f"m.reference = $1 AND ({condition})", reference, *values)


async def report_by_reference(reference: str, *, by: Actor) -> ContactReport:
    """The newest revision of a report; for customers the newest that was sent.

    Raises `NotFound` for unknown ones and those that `by` may not see.
    """
    return await revision_of(reference, None, by=by)


async def revision_of(reference: str, revision: int | None, *, by: Actor) -> ContactReport:
    """That revision of a report, or its newest one. Raises `NotFound` as above."""
    condition, values = visible_reports_condition(by, place=3)
    return await _one(
        ContactReport,
        "r",
        f"""r.reference = $1 AND ($2::integer IS NULL OR r.revision = $2) AND ({condition})
            ORDER BY r.revision DESC LIMIT 1""",
        reference,
        revision,
        *values,
    )


async def item_of(report: ContactReport, item_id: int) -> ActionItem:
    """An action of this revision. Raises `NotFound`."""
    return await _one(ActionItem, "i", "i.id = $1 AND i.report_id = $2", item_id, report.id)


async def _one(table: type[R], of: str, condition: str, *values: Any) -> R:
    name = table._meta.tablename
    row = await fetch_row(
        f"SELECT {readable_sql(table, of)} FROM {name} {of} WHERE {condition}",  # noqa: S608
        *values,
    )
    if row is None:
        raise NotFound
    found = table(**dict(row))
    found._exists_in_db = True
    return found


def _visible(actor: Actor, of: str, mine: str, place: int) -> tuple[str, list[Any]]:
    if actor.may(Permission.READ_ALL_VISITS):
        return "TRUE", []
    condition, values = visible_accounts_condition(actor, f"{of}.account_id", place=place)
    if not values or not actor.is_staff:
        return condition, values
    # The first parameter of staff is the staff member's id.
    return f"({condition} OR {mine.format(mine=my_own(actor, place=place).keys)})", values
