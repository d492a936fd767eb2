"""Colleagues: found and read by all of us; invited, moved and disabled by administrators."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from pydantic import StringConstraints

from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, DomainError, FieldError
from portal.domain.common.permissions import Permission, StaffRole
from portal.domain.common.words import N_
from portal.domain.organisation import staff
from portal.domain.organisation.branches import branches
from portal.domain.organisation.departments import departments
from portal.domain.organisation.deputies import absences_of, may_appoint
from portal.domain.organisation.queries import (
    StaffFilter,
    StaffRow,
    possible_supervisors,
    staff_list,
    staff_row,
)
from portal.rendering.i18n import LANGUAGE_NAMES
from portal.rendering.links import with_query
from portal.staff.choices import choices
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form, FormModel, RecordId, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

PATH = "/staff/people"
_READS = [requires(Permission.READ_STAFF)]
_EDITS = [requires(Permission.EDIT_STAFF)]
_Text = Annotated[str, StringConstraints(max_length=500)]
AnyRequest = Request[Any, Any, Any]
# What can be said of somebody's place with us; the form has these fields in this order.
HAPPENED = {
    "organisation.staff_added": N_("Taken on"),
    "organisation.post_changed": N_("Post changed"),
    "organisation.deputy_appointed": N_("Deputy appointed"),
    "organisation.deputy_withdrawn": N_("Absence taken back"),
    "organisation.deputy_ended": N_("Absence ended early"),
}


class PostFields(FormModel):
    role: StaffRole
    branch_id: RecordId | None = None
    department_id: RecordId | None = None
    supervisor_id: RecordId | None = None
    job_title: _Text = ""

    def post(self) -> staff.Post:
        return staff.Post(
            role=self.role,
            branch_id=self.branch_id,
            department_id=self.department_id,
            supervisor_id=self.supervisor_id,
            job_title=self.job_title,
        )


class Changed(PostFields):
    version: Whole


class Invited(PostFields):
    name: _Text
    email: _Text
    phone: _Text = ""
    locale: _Text = ""


@get(PATH, guards=_READS)
async def index(request: AnyRequest, answer: AnAnswer) -> Response[str]:
    """The staff by name, narrowed by what the address says."""
    query = request.query_params
    filters = Form.showing(
        **{name: query.get(name) for name in ("q", "role", "branch", "disabled")}
    )
    role = filters.value("role")
    listing = await staff_list(
        StaffFilter(
            text=filters.value("q")[:200],
            role=StaffRole(role) if role in set(StaffRole) else None,
            branch_id=_id(filters.value("branch")),
            with_disabled=bool(filters.value("disabled")),
        ),
        after=_id(str(query.get("after") or "")),
        before=_id(str(query.get("before") or "")),
    )
    kept = {name: filters.value(name) for name in ("q", "role", "branch", "disabled")}
    return answer.page(
        "staff/people/index.html",
        title=N_("Colleagues"),
        section="people",
        filters=filters,
        listing=listing,
        roles=choices(StaffRole, answer),
        branches=[(branch.id, branch.name) for branch in await branches()],
        next_url=with_query(PATH, **kept, after=listing.after) if listing.after else None,
        previous_url=with_query(PATH, **kept, before=listing.before) if listing.before else None,
    )


@get(f"{PATH}/new", guards=_EDITS)
async def new(answer: AnAnswer) -> Response[str]:
    """The form that takes somebody on."""
    return await _invitation(Form.showing(role="sales_representative"), answer)


@post(PATH, guards=_EDITS)
async def invite(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Take somebody on and have an invitation mailed."""
    form = await Form.sent(request)
    made = await led_to(form, viewer)
    if made:
        return answer.see_other(made)
    given = form.read(Invited)
    if given is not None:
        try:
            member = await staff.invite_staff(
                name=given.name,
                email=given.email,
                phone=given.phone,
                locale=given.locale if given.locale in LANGUAGE_NAMES else "",
                post=given.post(),
                by=viewer.actor,
            )
        except FieldError as error:
            form.refuse_by(error)
        else:
            path = f"{PATH}/{member.id}"
            await remember(form, viewer, path)
            said = N_("%(name)s gets an invitation by e-mail.")
            return answer.see_other(path, toast=said, name=given.name)
    return await _invitation(form, answer)


@get(f"{PATH}/{{staff_member_id:int}}", guards=_READS)
async def show(staff_member_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """A colleague: post, how to reach them, absences; administrators change the post here."""
    return await _show(staff_member_id, viewer, answer)


@post(f"{PATH}/{{staff_member_id:int}}", guards=_EDITS)
async def change(
    staff_member_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Give a colleague another role, place, supervisor or title."""
    member = await staff.staff_member_by_id(staff_member_id)
    form, conflict = await Form.sent(request), None
    given = form.read(Changed)
    if given is not None:
        try:
            await staff.change_post(
                member, given.post(), expected_version=given.version, by=viewer.actor
            )
        except FieldError as error:
            form.refuse_by(error)
        except staff.LastAdministrator as error:
            form.refuse("role", error.message, **error.words)
        except Conflict as error:
            conflict = error
        else:
            return answer.see_other(f"{PATH}/{staff_member_id}", toast=N_("Saved."))
    return await _show(staff_member_id, viewer, answer, form=form, conflict=conflict)


@post(f"{PATH}/{{staff_member_id:int}}/invitation", guards=_EDITS)
async def invite_again(staff_member_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Mail another invitation to somebody who has not signed up yet."""
    await staff.invite_again(await staff.staff_member_by_id(staff_member_id), by=viewer.actor)
    return answer.see_other(
        f"{PATH}/{staff_member_id}", toast=N_("A new invitation is on its way.")
    )


@get(f"{PATH}/{{staff_member_id:int}}/disable", guards=_EDITS)
async def ask_to_disable(staff_member_id: AnId, answer: AnAnswer) -> Response[str]:
    """What disabling does, before it is done."""
    return answer.page(
        "staff/people/disable.html",
        title=N_("Disable a colleague"),
        section="people",
        person=await staff_row(staff_member_id),
        refused="",
    )


@post(f"{PATH}/{{staff_member_id:int}}/disable", guards=_EDITS)
async def disable(staff_member_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """End a colleague's sessions at once and let them in no more."""
    member = await staff.staff_member_by_id(staff_member_id)
    try:
        await staff.disable_staff(member, by=viewer.actor)
    except DomainError as error:
        return answer.page(
            "staff/people/disable.html",
            title=N_("Disable a colleague"),
            section="people",
            status=error.status,
            person=await staff_row(staff_member_id),
            refused=answer.translated(error.message, **error.words),
        )
    said = N_("Disabled. Every session has ended.")
    return answer.see_other(f"{PATH}/{staff_member_id}", toast=said)


@post(f"{PATH}/{{staff_member_id:int}}/enable", guards=_EDITS)
async def enable(staff_member_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Let a colleague in again."""
    await staff.enable_staff(await staff.staff_member_by_id(staff_member_id), by=viewer.actor)
    return answer.see_other(f"{PATH}/{staff_member_id}", toast=N_("Enabled."))


async def _invitation(form: Form, answer: Answer) -> Response[str]:
    return answer.page(
        "staff/people/new.html",
        title=N_("Invite a colleague"),
        section="people",
        form=form,
        languages=list(LANGUAGE_NAMES.items()),
        **await _options(answer),
    )


async def _show(
    staff_member_id: int,
    viewer: Viewer,
    answer: Answer,
    *,
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    person = await staff_row(staff_member_id)
    edits = viewer.actor.may(Permission.EDIT_STAFF)
    shown = form or _form_of(person)
    shown.put("version", person.version)
    return answer.page(
        "staff/people/show.html",
        title=N_("Colleague %(name)s"),
        words={"name": person.name},
        section="people",
        form=shown if edits else None,
        status=409 if conflict else 200,
        person=person,
        edits=edits,
        is_oneself=person.person_id == viewer.actor.person_id,
        conflict=answer.translated(conflict.message, **conflict.words) if conflict else "",
        absences=await absences_of(staff_member_id),
        may_appoint=await may_appoint(staff_member_id, viewer.actor),
        entries=await timeline("staff_member", staff_member_id, visible_to=Audience.INTERNAL)
        if edits
        else (),
        happened=HAPPENED,
        **(await _options(answer, staff_member_id) if edits else {}),
    )


def _form_of(person: StaffRow) -> Form:
    return Form.showing(
        role=person.role,
        branch_id=person.branch_id,
        department_id=person.department_id,
        supervisor_id=person.supervisor_id,
        job_title=person.job_title,
    )


async def _options(answer: Answer, staff_member_id: int | None = None) -> dict[str, Any]:
    return {
        "roles": choices(StaffRole, answer),
        "branches": [(branch.id, branch.name) for branch in await branches()],
        "departments": [(each.id, each.name) for each in await departments()],
        "supervisors": await possible_supervisors(staff_member_id),
    }


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


ROUTES = [index, new, invite, show, change, invite_again, ask_to_disable, disable, enable]
