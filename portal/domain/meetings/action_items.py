"""What a report says that somebody does, and until when (rule M1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.database import database_now, execute, fetch
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotAllowed, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable_sql
from portal.domain.common.words import N_
from portal.domain.meetings import clocks
from portal.domain.meetings.events import ReportEvent
from portal.domain.meetings.progress import note_of_report
from portal.domain.meetings.states import ReportStatus
from portal.domain.meetings.story import ReportHappening
from portal.domain.meetings.tables import ActionItem, ContactReport
from portal.domain.meetings.telling import tell
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.field_checks import FieldChecks

_MOST = 40
_NO_DAY = N_("Choose a day.")
_NO_OWNER = N_("Name who does it: a colleague, or somebody of the customer's side.")
_TWO_OWNERS = N_("Name one of the two.")
_BEFORE = N_("This day is before what the report is about.")
_TOO_MANY = N_("Write at most %(most)s actions.")
_DONE = N_("done")


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An action as its line has it. One of ours has an `owner_id` (staff member), the customer's
    an `owner_name`. `continues_id` is the same action in the revision before.
    """

    text: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    due_on: date | None = None
    continues_id: int | None = None


async def items_of(report: ContactReport) -> list[ActionItem]:
    """The actions of a revision in their order."""
    rows = await fetch(
        f"""SELECT {readable_sql(ActionItem, "i")} FROM action_item i
            WHERE i.report_id = $1 ORDER BY i.position""",  # noqa: S608 - names of columns
        report.id,
    )
    items = [ActionItem(**dict(row)) for row in rows]
    for item in items:
        item._exists_in_db = True
    return items


async def checked_items(
    checks: FieldChecks, report: ContactReport, facts: Sequence[ItemFacts]
) -> list[ActionItem]:
    """The actions of a draft, written once `checks` are done. Refused at `items-<row>-<field>`."""
    if len(facts) > _MOST:
        checks.refuse("items", _TOO_MANY, most=_MOST)
    names = await _names([each.owner_id for each in facts if each.owner_id is not None])
    known = {each.id for each in await items_of_revision(report.reference, report.revision - 1)}
    for number, each in enumerate(facts):
        _check(checks, number, each, names, report.happened_at.date())
    return [
        ActionItem(
            account_id=report.account_id,
            report_id=report.id,
            continues_id=each.continues_id if each.continues_id in known else None,
            position=number,
            text=each.text.strip(),
            is_ours=each.owner_id is not None,
            owner_id=each.owner_id,
            owner_name=each.owner_name.strip() or names.get(each.owner_id or 0, ""),
            due_on=each.due_on,
        )
        for number, each in enumerate(facts, start=1)
    ]


async def write_items(report: ContactReport, items: Sequence[ActionItem]) -> None:
    """These instead of what the draft said before."""
    await execute("DELETE FROM action_item WHERE report_id = $1", report.id)
    for item in items:
        await item.save()


async def items_of_revision(reference: str, revision: int) -> list[ActionItem]:
    """The actions of that revision of a report; none where there is no such revision."""
    report = await ContactReport.objects().get(
        (ContactReport.reference == reference) & (ContactReport.revision == revision)
    )
    return [] if report is None else await items_of(report)


async def item_done(report: ContactReport, item: ActionItem, result: str, *, by: Actor) -> None:
    """It was done: said by its owner, by who stands in for them, or by who writes reports.

    The customer reads the result. Raises `FieldErrors` at `result`, `WrongState`, `NotAllowed`.
    """
    await report.lock()
    if report.state is not ReportStatus.SENT:
        raise WrongState(state=report.state.label)
    await item.lock()
    if not (by.may(Permission.WRITE_REPORTS) or await is_mine(item, by=by)):
        raise NotAllowed
    if item.is_done:
        raise WrongState(state=_DONE)
    checks = FieldChecks()
    result = checks.text("result", result, 1000)
    checks.done()
    await item.change(done_at=await database_now(), done_by=by.person_id, result=result)
    await clocks.item_was_done(report, item)
    await note_of_report(
        report, ReportHappening.ITEM_DONE, by=by, visible_to=Audience.CUSTOMER, item=item.text
    )
    if report.owner_id != by.staff_member_id:
        await tell(report, ReportEvent.ITEM_DONE, by=by, item_id=item.id)


async def is_mine(item: ActionItem, *, by: Actor) -> bool:
    """Whether `by` owns it, or stands in for who does."""
    if by.staff_member_id is None or item.owner_id is None:
        return False
    return item.owner_id in await whose_work_falls_to(by.staff_member_id)


def _check(
    checks: FieldChecks, number: int, facts: ItemFacts, names: Mapping[int, str], since: date
) -> None:
    at = f"items-{number}"
    checks.text(f"{at}-text", facts.text, 1000, needed=True)
    name = checks.text(f"{at}-owner_name", facts.owner_name, 200)
    if facts.owner_id is None and not name:
        checks.refuse(f"{at}-owner", _NO_OWNER)
    elif facts.owner_id is not None and name:
        checks.refuse(f"{at}-owner_name", _TWO_OWNERS)
    elif facts.owner_id is not None and facts.owner_id not in names:
        checks.refuse(f"{at}-owner", _NO_OWNER)
    if facts.due_on is None:
        checks.refuse(f"{at}-due_on", _NO_DAY)
    elif facts.due_on < since:
        checks.refuse(f"{at}-due_on", _BEFORE)


async def _names(staff_ids: Sequence[int]) -> dict[int, str]:
    rows = await fetch(
        """SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = ANY ($1::bigint[]) AND p.disabled_at IS NULL""",
        list(staff_ids),
    )
    return {row["id"]: row["name"] for row in rows}
