"""Contacts of an account: added, changed, archived (rules A1, A5)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.accounts import contacts
from portal.domain.accounts.contacts import ContactDetails
from portal.domain.accounts.phones import PhoneDoubled
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.staff.accounts.contact_page import (
    LABELS,
    ONE,
    ContactFields,
    confirm_page,
    contact_page,
    contact_to_change,
    contact_to_read,
    form_of,
    version_sent,
)
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file
from portal.staff.two_versions import theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.once import led_to, remember

_EDIT = [requires(Permission.EDIT_ACCOUNTS)]


def _details(given: ContactFields) -> ContactDetails:
    return ContactDetails(
        name=given.name,
        function=given.function,
        email=given.email,
        phone=given.phone,
        note=given.note,
    )


@get(f"{HOME}/{{code:str}}/contacts/new", guards=_EDIT)
async def new(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The empty form of a new contact."""
    account = await read_file(code, viewer, "/contacts/new")
    return await contact_page(answer, account, Form())


@post(f"{HOME}/{{code:str}}/contacts", guards=_EDIT)
async def create(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Add the contact."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(ContactFields)
    if given is None:
        return await contact_page(answer, account, form)
    try:
        contact = await contacts.add_contact(
            account,
            _details(given),
            by=viewer.actor,
            is_main=bool(given.is_main),
            doubled_phone_reason=given.doubled_phone_reason,
        )
    except FieldError as error:
        form.refuse_by(error)
        return await contact_page(answer, account, form, is_doubled=isinstance(error, PhoneDoubled))
    path = path_of(code, f"/contacts/{contact.id}")
    await remember(form, viewer, path)
    return answer.see_other(path, toast=N_("%(name)s is in the file."), name=contact.name)


@get(ONE, guards=_EDIT)
async def show(
    code: FromPath[str], contact_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """One contact: what can be changed, and the access to the portal."""
    account, contact = await contact_to_read(code, contact_id, viewer)
    return await contact_page(answer, account, form_of(contact), contact=contact)


@post(ONE, guards=_EDIT)
async def save(
    code: FromPath[str],
    contact_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Save what was changed."""
    account, contact = await contact_to_change(code, contact_id, viewer)
    form = await Form.sent(request)
    given = form.read(ContactFields)
    if given is None:
        return await contact_page(answer, account, form, contact=contact)
    try:
        await contacts.edit_contact(
            account,
            contact,
            _details(given),
            by=viewer.actor,
            expected_version=given.version,
            doubled_phone_reason=given.doubled_phone_reason,
        )
    except FieldError as error:
        form.refuse_by(error)
        is_doubled = isinstance(error, PhoneDoubled)
        return await contact_page(answer, account, form, contact=contact, is_doubled=is_doubled)
    except Conflict:
        other = await theirs("account", account.id, typed=form, now=form_of(contact), labels=LABELS)
        return await contact_page(answer, account, form, contact=contact, other=other)
    return answer.see_other(path_of(code), toast=N_("Saved."))


@post(f"{ONE}/main", guards=_EDIT)
async def make_main(
    code: FromPath[str],
    contact_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Call this one first from now on."""
    account, contact = await contact_to_change(code, contact_id, viewer)
    version = await version_sent(request)
    await contacts.make_main(account, contact, by=viewer.actor, expected_version=version)
    return answer.see_other(
        path_of(code), toast=N_("%(name)s is the main contact."), name=contact.name
    )


@get(f"{ONE}/archive", guards=_EDIT)
async def confirm_archive(
    code: FromPath[str], contact_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What archiving will do."""
    account, contact = await contact_to_read(code, contact_id, viewer)
    title = N_("Take %(name)s out of the file")
    return await confirm_page(answer, account, contact, title=title, step="archive")


@post(f"{ONE}/archive", guards=_EDIT)
async def archive(
    code: FromPath[str],
    contact_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Take the contact out of the file."""
    account, contact = await contact_to_change(code, contact_id, viewer)
    version = await version_sent(request)
    await contacts.archive_contact(account, contact, by=viewer.actor, expected_version=version)
    return answer.see_other(
        path_of(code), toast=N_("%(name)s is out of the file."), name=contact.name
    )


@post(f"{ONE}/restore", guards=_EDIT)
async def restore(
    code: FromPath[str], contact_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Put an archived contact back."""
    account, contact = await contact_to_change(code, contact_id, viewer)
    try:
        await contacts.restore_contact(account, contact, by=viewer.actor)
    except FieldError as error:
        form = form_of(contact)
        form.refuse_by(error)
        return await contact_page(answer, account, form, contact=contact)
    return answer.see_other(
        path_of(code), toast=N_("%(name)s is back in the file."), name=contact.name
    )


ROUTES = [new, create, show, save, make_main, confirm_archive, archive, restore]
