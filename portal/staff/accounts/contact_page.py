"""The page of one contact, as the routes of contacts and of their access answer it."""

from typing import Annotated, Any

from litestar import Request, Response
from pydantic import StringConstraints

from portal.domain.accounts import access, contacts
from portal.domain.accounts.tables import Account, Contact
from portal.domain.common.permissions import CustomerRole
from portal.domain.common.words import N_
from portal.staff.accounts.reading import HOME, file_to_change, read_file, record_id
from portal.staff.choices import choices
from portal.staff.two_versions import TWO_VERSIONS, Theirs
from portal.web.arguments import AnAnswer
from portal.web.forms import Form, FormModel, Whole
from portal.web.viewer import Viewer

ONE = f"{HOME}/{{code:str}}/contacts/{{contact_id:int}}"

Line = Annotated[str, StringConstraints(max_length=200)]

LABELS = {
    "name": N_("Name"),
    "function": N_("Function"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "note": N_("Note"),
}
_MAY = {
    CustomerRole.BUYER: N_("Asks for quotes, accepts them, reads orders."),
    CustomerRole.READER: N_("Reads quotes and orders."),
}


class ContactFields(FormModel):
    name: Line
    function: Line = ""
    email: Line = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    doubled_phone_reason: Line = ""
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    is_main: str = ""
    version: Whole = 0


def form_of(contact: Contact) -> Form:
    """The form filled with what the file says of the contact."""
    values = {name: getattr(contact, name) for name in LABELS}
    return Form.showing(**values, version=contact.version)


async def contact_to_read(code: str, contact_id: int, viewer: Viewer) -> tuple[Account, Contact]:
    """File and contact for a page; the read is noted (rule A6). Raises `NotFound`."""
    account = await read_file(code, viewer, f"/contacts/{contact_id}")
    return account, await contacts.contact_of(account.id, record_id(contact_id))


async def contact_to_change(code: str, contact_id: int, viewer: Viewer) -> tuple[Account, Contact]:
    """File and contact for a verb. Raises `NotFound`."""
    account = await file_to_change(code, viewer)
    return account, await contacts.contact_of(account.id, record_id(contact_id))


async def version_sent(request: Request[Any, Any, Any]) -> int:
    """The version that a button was made from; 0, which none has, where it cannot be read."""
    given = (await Form.sent(request)).value("version")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


async def contact_page(
    answer: AnAnswer,
    account: Account,
    form: Form,
    *,
    contact: Contact | None = None,
    invitation: Form | None = None,
    other: Theirs | None = None,
    is_doubled: bool = False,
) -> Response[str]:
    """The form of a contact, new or known, and beside it the access to the portal."""
    own = (await access.access_of([contact]))[contact.id] if contact else None
    shown = invitation or Form.showing(role=(own and own.role) or CustomerRole.BUYER)
    shown.say_in(answer.visit.reader.locale)
    return answer.page(
        "staff/accounts/contact.html",
        title=TWO_VERSIONS if other else "%(name)s" if contact else N_("New contact"),
        words={"name": contact.name} if contact else None,
        section="accounts",
        form=form,
        status=409 if other else 422 if shown.is_refused else 200,
        account=account,
        contact=contact,
        access=own,
        invitation=shown,
        roles=_roles(answer),
        labels=LABELS,
        theirs=other,
        is_doubled=is_doubled or bool(form.value("doubled_phone_reason")),
    )


def _roles(answer: AnAnswer) -> list[tuple[str, str, str]]:
    return [
        (value, label, answer.translated(_MAY[CustomerRole(value)]))
        for value, label in choices(CustomerRole, answer)
    ]


async def confirm_page(
    answer: AnAnswer, account: Account, contact: Contact, *, title: str, step: str
) -> Response[str]:
    """What `step` ("archive", "access/end") of a contact will do, before it is done."""
    return answer.page(
        "staff/accounts/confirm_contact.html",
        title=title,
        words={"name": contact.name},
        section="accounts",
        account=account,
        contact=contact,
        step=step,
        has_access=await access.has_access(contact),
    )
