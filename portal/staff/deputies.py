"""Who stands in for absent colleagues: read by all of us, entered by them, their line or admins."""

from typing import Annotated

from litestar import Response, get, post
from pydantic import StringConstraints

from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.organisation import deputies
from portal.domain.organisation.queries import staff_row
from portal.staff.people import PATH, AnyRequest
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Day, Form, FormModel, RecordId
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

_READS = [requires(Permission.READ_STAFF)]
_ABSENCES = f"{PATH}/{{staff_member_id:int}}/absences"


class Appointed(FormModel):
    deputy_id: RecordId
    starts_on: Day
    ends_on: Day
    reason: Annotated[str, StringConstraints(max_length=200)] = ""


@get(f"{PATH}/absences", guards=_READS)
async def index(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Who is away, now and soon, and whom to turn to meanwhile."""
    return answer.page(
        "staff/people/absences.html",
        title=N_("Absences"),
        section="people",
        absences=await deputies.absences(),
        own_id=viewer.actor.staff_member_id,
        today=viewer.reader.local(viewer.now).date(),
    )


@get(f"{_ABSENCES}/new", guards=_READS)
async def new(staff_member_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The form that enters an absence and its deputy."""
    today = await deputies.today_of(staff_member_id)
    return await _form_page(staff_member_id, Form.showing(starts_on=today), viewer, answer)


@post(_ABSENCES, guards=_READS)
async def appoint(
    staff_member_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Give a colleague a deputy for some days."""
    form = await Form.sent(request)
    path = _path_of(staff_member_id)
    if await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(Appointed)
    if given is not None:
        try:
            await deputies.appoint(
                staff_member_id,
                given.deputy_id,
                starts_on=given.starts_on,
                ends_on=given.ends_on,
                reason=given.reason,
                by=viewer.actor,
            )
        except FieldError as error:
            form.refuse_by(error)
        else:
            await remember(form, viewer, path)
            return answer.see_other(path, toast=N_("The absence and its deputy are entered."))
    return await _form_page(staff_member_id, form, viewer, answer)


@get(f"{_ABSENCES}/{{absence_id:int}}/end", guards=_READS)
async def ask_to_end(
    staff_member_id: AnId, absence_id: AnId, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What ending does, before it is done."""
    await _check_may_appoint(staff_member_id, viewer)
    absence = await deputies.absence(absence_id, staff_member_id=staff_member_id)
    return answer.page(
        "staff/people/absence_end.html",
        title=N_("End the absence of %(name)s"),
        words={"name": absence.staff_name},
        section="people",
        absence=absence,
        has_begun=absence.starts_on < await deputies.today_of(staff_member_id),
    )


@post(f"{_ABSENCES}/{{absence_id:int}}/end", guards=_READS)
async def end(
    staff_member_id: AnId, absence_id: AnId, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Take an absence back, or what is left of it."""
    absence = await deputies.absence(absence_id, staff_member_id=staff_member_id)
    await deputies.withdraw(absence.id, by=viewer.actor)
    said = N_("Ended. %(name)s does their own work again.")
    return answer.see_other(_path_of(staff_member_id), toast=said, name=absence.staff_name)


async def _form_page(
    staff_member_id: int, form: Form, viewer: Viewer, answer: Answer
) -> Response[str]:
    person = await staff_row(staff_member_id)
    await _check_may_appoint(staff_member_id, viewer)
    return answer.page(
        "staff/people/absence_new.html",
        title=N_("Absence of %(name)s"),
        words={"name": person.name},
        section="people",
        form=form,
        person=person,
        colleagues=await deputies.possible_deputies(staff_member_id),
        absences=await deputies.absences_of(staff_member_id),
        may_appoint=True,
    )


async def _check_may_appoint(staff_member_id: int, viewer: Viewer) -> None:
    if not await deputies.may_appoint(staff_member_id, viewer.actor):
        raise NotAllowed


def _path_of(staff_member_id: int) -> str:
    return f"{PATH}/{staff_member_id}#absences"


ROUTES = [index, new, appoint, ask_to_end, end]
