"""Working days: public holidays by year and our own days above them, entered by hand or a file."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from pydantic import Field, StringConstraints

from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.organisation.branches import branches
from portal.domain.organisation.own_days import own_day, own_days, parse_hours
from portal.domain.policy.values import Hours
from portal.domain.service_levels.changes import (
    DayWish,
    Preview,
    clear_day,
    preview_days,
    preview_usual_day,
    set_days,
)
from portal.domain.service_levels.day_import import MOST_DAYS
from portal.domain.service_levels.holidays import YearOfDays, year_of_days
from portal.domain.service_levels.promise import TargetKind
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Day, Form, FormModel, RecordId
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

PATH = "/staff/policy/calendar"
_READS = [requires(Permission.READ_POLICY)]
_EDITS = [requires(Permission.EDIT_POLICY)]
_Text = Annotated[str, StringConstraints(max_length=200)]
AnyRequest = Request[Any, Any, Any]
Treatment = Literal["closed", "worked", "leave"]
YEARS_AHEAD = 2


class Entered(FormModel):
    """Days typed by hand: one, or from the first to the last."""

    branch: RecordId | None = None
    first: Day
    last: Day | None = None
    kind: Literal["closed", "worked"] = "closed"
    hours: _Text = ""
    reason: _Text


class _CheckedDay(FormModel):
    day: Day | None = None
    kind: Treatment
    hours: _Text = ""
    reason: _Text = ""


class _Checked(FormModel):
    branch: RecordId | None = None
    days: Annotated[list[_CheckedDay], Field(max_length=MOST_DAYS + 1)] = []


@dataclass(frozen=True, slots=True)
class Year:
    """A year as a country has it; `days` says how much of it is public already."""

    country: str
    year: int
    days: YearOfDays


@get(PATH, guards=_READS)
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The years with their public holidays, and our own days from this year on."""
    form = Form.showing(kind="closed", first=_today(viewer))
    return await calendar_page(form, viewer, answer)


@post(PATH, guards=_EDITS)
async def enter(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Days typed by hand: what would follow is shown before they are saved."""
    form = await Form.sent(request)
    given = form.read(Entered)
    if given is not None:
        try:
            rows = _typed_rows(given)
            await _check_branch(given.branch)
        except FieldError as error:
            form.refuse_by(error)
        else:
            return await check_page(rows, given.branch, answer)
    return await calendar_page(form, viewer, answer)


@post(f"{PATH}/days", guards=_EDITS)
async def save(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Enter the days that were checked, or look again at what would follow."""
    form = await Form.sent(request)
    if await led_to(form, viewer):
        return answer.see_other(PATH)
    if form.pressed("_add_days"):
        form.put_rows("days", [*form.rows("days"), day_row(None, "closed", "")])
        return await _check_again(form, answer)
    given = form.read(_Checked, lines=("days",))
    if given is None:
        return await _check_again(form, answer)
    try:
        await _check_branch(given.branch)
        wishes = _wishes(form, given)
        if form.is_refused or form.pressed("_check"):
            return await _check_again(form, answer, wishes)
        await set_days(wishes, branch_id=given.branch, by=viewer.actor)
    except FieldError as error:
        form.refuse(f"days-0-{error.field}", error.field_message, **error.words)
        return await _check_again(form, answer)
    await remember(form, viewer, PATH)
    return answer.see_other(
        PATH, toast=N_("%(n)s days entered. Open promises follow them."), n=len(wishes)
    )


@get(f"{PATH}/days/{{day_id:int}}/removal", guards=_EDITS)
async def ask_to_remove(day_id: AnId, answer: AnAnswer) -> Response[str]:
    """What follows if a day is as the public calendar says again."""
    own = await own_day(day_id)
    return answer.page(
        "staff/policy/day_removal.html",
        title=N_("As the public calendar says"),
        section="policy",
        own=own,
        branch_names=await _branch_names(),
        seen=await preview_usual_day(own.day, branch_id=own.branch_id),
        kinds=kinds(),
        key=Form().key,
    )


@post(f"{PATH}/days/{{day_id:int}}/removal", guards=_EDITS)
async def remove(
    day_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let a day be as the public calendar says."""
    form = await Form.sent(request)
    if await led_to(form, viewer):
        return answer.see_other(PATH)
    own = await own_day(day_id)
    await clear_day(own.day, branch_id=own.branch_id, by=viewer.actor)
    await remember(form, viewer, PATH)
    return answer.see_other(PATH, toast=N_("The day is as the public calendar says again."))


async def calendar_page(form: Form, viewer: Viewer, answer: Answer) -> Response[str]:
    """The page of the working days, with `form` to enter some."""
    today = _today(viewer)
    places = await branches()
    names = {branch.id: branch.name for branch in places}
    return answer.page(
        "staff/policy/calendar.html",
        title=N_("Working days"),
        section="policy",
        form=form,
        years=[
            Year(country, year, year_of_days(country, year))
            for country in sorted({branch.country for branch in places} or {"CN"})
            for year in range(today.year, today.year + YEARS_AHEAD + 1)
        ],
        own=await own_days(since=date(today.year, 1, 1)),
        branch_names=names,
        branches=list(names.items()),
    )


async def check_page(
    rows: list[dict[str, str]], branch_id: int | None, answer: Answer
) -> Response[str]:
    """Days before they are entered: how each is meant, and what would follow."""
    form = Form({"branch": [str(branch_id or "")]})
    form.put_rows("days", rows)
    given = form.read(_Checked, lines=("days",))
    wishes = _wishes(form, given) if given else []
    return await _check_again(form, answer, wishes)


async def _check_again(
    form: Form, answer: Answer, wishes: list[DayWish] | None = None
) -> Response[str]:
    branch_id = int(form.value("branch")) if form.value("branch").isdecimal() else None
    seen: Preview | None = None
    if wishes:
        seen = await preview_days(wishes, branch_id=branch_id)
    names = await _branch_names()
    return answer.page(
        "staff/policy/days_check.html",
        title=N_("Check the days"),
        section="policy",
        form=form,
        count=form.row_count("days"),
        rows=form.rows("days"),
        branch=names.get(branch_id) if branch_id else None,
        seen=seen,
        kinds=kinds(),
        treatments=[
            ("closed", answer.translated(N_("closed"))),
            ("worked", answer.translated(N_("worked"))),
            ("leave", answer.translated(N_("leave out"))),
        ],
    )


def kinds() -> dict[str, str]:
    """What is owed by the value that a target stores, for previews."""
    return {kind.value: kind.label for kind in TargetKind}


def day_row(day: date | None, kind: Treatment, reason: str, hours: str = "") -> dict[str, str]:
    """A day as a row of the form in which days are checked; without one, a row to fill in."""
    return {"day": day.isoformat() if day else "", "kind": kind, "hours": hours, "reason": reason}


def _typed_rows(given: Entered) -> list[dict[str, str]]:
    """The days of an entry by hand. Raises `FieldError` at a field of the form."""
    last = given.last or given.first
    if last < given.first:
        raise FieldError("last", N_("The last day cannot be before the first."))
    if (last - given.first).days >= MOST_DAYS:
        raise FieldError("last", N_("These are too many days for one entry."))
    if given.kind == "worked" and not given.hours.strip():
        raise FieldError("hours", N_("Say when this day is worked."))
    parse_hours(given.hours)
    hours = given.hours if given.kind == "worked" else ""
    days = [given.first + timedelta(days=n) for n in range((last - given.first).days + 1)]
    return [day_row(day, given.kind, given.reason, hours) for day in days]


def _wishes(form: Form, given: _Checked) -> list[DayWish]:
    """The days that are to be entered; what is wrong with one stands in its row."""
    wishes = list[DayWish]()
    for place, row in enumerate(given.days):
        if row.kind == "leave" or not (row.day or row.reason):
            continue
        if row.day is None:
            form.refuse(f"days-{place}-day", N_("Choose a day."))
            continue
        hours: Hours = ()
        if row.kind == "worked":
            try:
                hours = parse_hours(row.hours)
            except FieldError as error:
                form.refuse(f"days-{place}-hours", error.field_message, **error.words)
                continue
            if not hours:
                form.refuse(f"days-{place}-hours", N_("Say when this day is worked."))
                continue
        if not row.reason:
            form.refuse(f"days-{place}-reason", N_("Say why, so that others understand."))
            continue
        wishes.append(DayWish(row.day, hours, row.reason))
    return wishes


async def _check_branch(branch_id: int | None) -> None:
    if branch_id is not None and branch_id not in await _branch_names():
        raise FieldError("branch", N_("Choose a branch."))


async def _branch_names() -> dict[int, str]:
    return {branch.id: branch.name for branch in await branches()}


def _today(viewer: Viewer) -> date:
    return viewer.reader.local(viewer.now).date()


ROUTES = [show, enter, save, ask_to_remove, remove]
