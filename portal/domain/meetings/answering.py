"""What readers say to a contact report: acknowledged, or a comment (rules M1, M2)."""

import json
from datetime import datetime

from portal.database import database_now, execute, fetch, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.meetings.events import ReportEvent
from portal.domain.meetings.progress import note_of_report, require
from portal.domain.meetings.states import ReportAnswerKind, ReportStatus
from portal.domain.meetings.story import ReportHappening
from portal.domain.meetings.tables import ContactReport, ReportAnswer
from portal.domain.meetings.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

_K, _H = ReportAnswerKind, ReportHappening


async def acknowledge(
    report: ContactReport, *, by: Actor, name: str = "", expected_version: int | None = None
) -> None:
    """The customer has read the report and agrees with it; that confirms the minutes (rule M2).

    One of us may note it with the `name` of who said so. Who has acknowledged this revision says
    nothing new by saying it again. Raises `FieldErrors` at `name`, `WrongState` where another
    revision holds or none was sent, `Conflict`, `NotAllowed`.
    """
    checks = FieldChecks()
    name = await _may_answer(report, name, checks, by=by, expected_version=expected_version)
    checks.done()
    if not by.is_staff and await _has_acknowledged(report, by=by):
        return
    await _say(report, _K.ACKNOWLEDGED, name, "", by=by)
    await note_of_report(report, _H.ACKNOWLEDGED, by=by, visible_to=Audience.CUSTOMER, name=name)


async def comment(
    report: ContactReport,
    text: str,
    *,
    by: Actor,
    name: str = "",
    expected_version: int | None = None,
) -> None:
    """Say what is to be added or is not as the report has it; both sides read it.

    One of us may note it with the `name` of who said so. Raises `FieldErrors` at `text` or `name`,
    `WrongState`, `Conflict`, `NotAllowed`.
    """
    checks = FieldChecks()
    name = await _may_answer(report, name, checks, by=by, expected_version=expected_version)
    text = checks.text("text", text, 4000, needed=True)
    checks.done()
    await _say(report, _K.COMMENT, name, text, by=by)
    await note_of_report(
        report, _H.COMMENTED, by=by, visible_to=Audience.CUSTOMER, name=name, text=text
    )


# For statements about `contact_report r`.
ANSWERS = """(SELECT coalesce(json_agg(said ORDER BY said.id), '[]') FROM report_answer said
    WHERE said.report_id = r.id)"""


def answers_in(found: str) -> list[ReportAnswer]:
    """What was said to a revision, oldest first, from its `ANSWERS`."""
    return [
        ReportAnswer(**{**each, "at": datetime.fromisoformat(each["at"])})
        for each in json.loads(found)
    ]


async def answers_to(report_id: int) -> list[ReportAnswer]:
    """What was said to this revision, oldest first."""
    return answers_in(
        await fetch_value(f"SELECT {ANSWERS} FROM contact_report r WHERE r.id = $1", report_id)  # noqa: S608
    )


async def _may_answer(
    report: ContactReport,
    name: str,
    checks: FieldChecks,
    *,
    by: Actor,
    expected_version: int | None,
) -> str:
    """Whose answer it is. A customer's login may not lock what it only reads."""
    if by.is_staff:
        require(by, Permission.WRITE_REPORTS)
        await report.lock(expected_version=expected_version)
        name = checks.text("name", name, 200, needed=True)
    else:
        require(by, Permission.ANSWER_VISITS)
        if expected_version is not None and report.version != expected_version:
            raise Conflict
        name = by.name
    if report.state is not ReportStatus.SENT:
        raise WrongState(state=report.state.label)
    return name


async def _has_acknowledged(report: ContactReport, *, by: Actor) -> bool:
    rows = await fetch(
        """SELECT 1 FROM report_answer WHERE report_id = $1 AND person_id = $2 AND kind = $3""",
        report.id,
        by.person_id,
        _K.ACKNOWLEDGED.value,
    )
    return bool(rows)


async def _say(
    report: ContactReport, kind: ReportAnswerKind, name: str, text: str, *, by: Actor
) -> None:
    await execute(
        """INSERT INTO report_answer (account_id, report_id, person_id, name, kind, text, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        report.account_id,
        report.id,
        by.person_id,
        name,
        kind.value,
        text,
        await database_now(),
    )
    answer = (await answers_to(report.id))[-1]
    is_agreed = kind is _K.ACKNOWLEDGED
    event = ReportEvent.ACKNOWLEDGED if is_agreed else ReportEvent.COMMENTED
    await tell(report, event, by=by, answer_id=answer.id)
