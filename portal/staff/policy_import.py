"""Days off and make-up days from an iCalendar file: read, looked at day by day, then entered."""

from datetime import date

from litestar import Response, get, post

from portal.domain import policy
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.organisation.branches import branches
from portal.domain.policy.figures import OFFICE_HOURS
from portal.domain.service_levels.day_import import LONGEST_FILE, days_in
from portal.staff.policy_calendar import PATH, YEARS_AHEAD, AnyRequest, check_page, day_row
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, RecordId
from portal.web.guards import OWN_UNITS, requires

_EDITS = [requires(Permission.EDIT_POLICY)]


class _Chosen(FormModel):
    branch: RecordId | None = None


@get(f"{PATH}/import", guards=_EDITS)
async def choose(answer: AnAnswer) -> Response[str]:
    """The form that takes a file."""
    return await _form_page(Form(), answer)


@post(f"{PATH}/import", guards=_EDITS, opt=OWN_UNITS)
async def read_file(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Show the days of the file from this year on; nothing is entered yet."""
    form = await Form.sent(request)
    chosen = form.uploads.get("file", [])
    data = await chosen[0].read(LONGEST_FILE + 1) if chosen else b""
    given = form.read(_Chosen)
    async with viewer.unit():
        if not chosen:
            form.refuse("file", N_("Choose a file."))
        if given is None or form.is_refused:
            return await _form_page(form, answer)
        year = viewer.reader.local(viewer.now).year
        try:
            days = days_in(data, since=date(year, 1, 1), until=date(year + YEARS_AHEAD, 12, 31))
            if not days:
                raise FieldError("file", N_("No day in this file lies in this year or later."))
        except FieldError as error:
            form.refuse_by(error)
            return await _form_page(form, answer)
        hours = (await policy.figure(OFFICE_HOURS)).value
        worked = ", ".join(f"{start}-{end}" for start, end in hours)
        rows = [
            day_row(
                day.day,
                "worked" if day.is_worked else "closed",
                day.title or answer.translated(N_("Day off")),
                worked if day.is_worked else "",
            )
            for day in days
        ]
        return await check_page(rows, given.branch, answer)


async def _form_page(form: Form, answer: Answer) -> Response[str]:
    return answer.page(
        "staff/policy/import.html",
        title=N_("Import days"),
        section="policy",
        form=form,
        branches=[(branch.id, branch.name) for branch in await branches()],
    )


ROUTES = [choose, read_file]
