"""Access of a contact to the portal: invited, told again, ended (rule A1)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.accounts import access
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import CustomerRole, Permission
from portal.domain.common.words import N_
from portal.staff.accounts.contact_page import (
    ONE,
    confirm_page,
    contact_page,
    contact_to_change,
    contact_to_read,
    form_of,
)
from portal.staff.accounts.reading import path_of
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel
from portal.web.guards import requires

_INVITE = [requires(Permission.INVITE_CONTACTS)]


class InvitationFields(FormModel):
    role: CustomerRole


@post(f"{ONE}/access", guards=_INVITE)
async def invite(
    code: FromPath[str],
    contact_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Give access to the portal, tell again, or change the role."""
    account, contact = await contact_to_change(code, contact_id, viewer)
    invitation = await Form.sent(request)
    given = invitation.read(InvitationFields)
    if given is None:
        return await contact_page(
            answer, account, form_of(contact), contact=contact, invitation=invitation
        )
    before = (await access.access_of([contact]))[contact.id]
    try:
        await access.invite(account, contact, role=given.role, by=viewer.actor)
    except FieldError as error:
        form = form_of(contact)
        form.refuse_by(error)
        return await contact_page(answer, account, form, contact=contact)
    toast = N_("The invitation to %(name)s is on its way.")
    if before.state is access.AccessState.ACTIVE:
        toast = N_("%(name)s has the new role from now on.")
    return answer.see_other(
        path_of(code, f"/contacts/{contact.id}"), toast=toast, name=contact.name
    )


@get(f"{ONE}/access/end", guards=_INVITE)
async def confirm_end(
    code: FromPath[str], contact_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What ending the access will do."""
    account, contact = await contact_to_read(code, contact_id, viewer)
    title = N_("End the access of %(name)s")
    return await confirm_page(answer, account, contact, title=title, step="access/end")


@post(f"{ONE}/access/end", guards=_INVITE)
async def end(
    code: FromPath[str], contact_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """End the access to the portal for this account."""
    account, contact = await contact_to_change(code, contact_id, viewer)
    await access.end_access(account, contact, by=viewer.actor)
    return answer.see_other(
        path_of(code, f"/contacts/{contact.id}"),
        toast=N_("%(name)s has no access any more."),
        name=contact.name,
    )


ROUTES = [invite, confirm_end, end]
