"""Ship-to addresses of an account (rule A1)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.accounts import addresses
from portal.domain.accounts.addresses import AddressDetails
from portal.domain.accounts.phones import PhoneDoubled
from portal.domain.accounts.tables import Account, ShipTo
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.staff.accounts.contact_page import version_sent
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file, record_id
from portal.staff.two_versions import TWO_VERSIONS, Theirs, theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

_EDIT = [requires(Permission.EDIT_ACCOUNTS)]
_ONE = f"{HOME}/{{code:str}}/addresses/{{address_id:int}}"

Line = Annotated[str, StringConstraints(max_length=200)]

LABELS = {
    "label": N_("Place"),
    "recipient": N_("Recipient"),
    "phone": N_("Phone"),
    "address": N_("Address"),
}


class AddressFields(FormModel):
    label: Annotated[str, StringConstraints(max_length=100)]
    recipient: Line = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    doubled_phone_reason: Line = ""
    address: Annotated[str, StringConstraints(max_length=500)]
    is_default: str = ""
    version: Whole = 0


def _details(given: AddressFields) -> AddressDetails:
    return AddressDetails(
        label=given.label, recipient=given.recipient, phone=given.phone, address=given.address
    )


def _form_of(address: ShipTo) -> Form:
    values = {name: getattr(address, name) for name in LABELS}
    return Form.showing(**values, version=address.version)


@get(f"{HOME}/{{code:str}}/addresses/new", guards=_EDIT)
async def new(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The empty form of a new address."""
    account = await read_file(code, viewer, "/addresses/new")
    return _page(answer, account, Form())


@post(f"{HOME}/{{code:str}}/addresses", guards=_EDIT)
async def create(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Add the address."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(AddressFields)
    if given is None:
        return _page(answer, account, form)
    try:
        await addresses.add_address(
            account,
            _details(given),
            by=viewer.actor,
            is_default=bool(given.is_default),
            doubled_phone_reason=given.doubled_phone_reason,
        )
    except FieldError as error:
        form.refuse_by(error)
        return _page(answer, account, form, is_doubled=isinstance(error, PhoneDoubled))
    await remember(form, viewer, path_of(code))
    return answer.see_other(path_of(code), toast=N_("The address is in the file."))


@get(_ONE, guards=_EDIT)
async def show(
    code: FromPath[str], address_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """One address and what can be done with it."""
    account = await read_file(code, viewer, f"/addresses/{address_id}")
    address = await addresses.address_of(account.id, record_id(address_id))
    return _page(answer, account, _form_of(address), address=address)


@post(_ONE, guards=_EDIT)
async def save(
    code: FromPath[str],
    address_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Save what was changed."""
    account, address = await _found(code, address_id, viewer)
    form = await Form.sent(request)
    given = form.read(AddressFields)
    if given is None:
        return _page(answer, account, form, address=address)
    try:
        await addresses.edit_address(
            account,
            address,
            _details(given),
            by=viewer.actor,
            expected_version=given.version,
            doubled_phone_reason=given.doubled_phone_reason,
        )
    except FieldError as error:
        form.refuse_by(error)
        is_doubled = isinstance(error, PhoneDoubled)
        return _page(answer, account, form, address=address, is_doubled=is_doubled)
    except Conflict:
        other = await theirs(
            "account", account.id, typed=form, now=_form_of(address), labels=LABELS
        )
        return _page(answer, account, form, address=address, other=other)
    return answer.see_other(path_of(code), toast=N_("Saved."))


@post(f"{_ONE}/default", guards=_EDIT)
async def make_default(
    code: FromPath[str],
    address_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Suggest this address first from now on."""
    account, address = await _found(code, address_id, viewer)
    version = await version_sent(request)
    await addresses.make_default(account, address, by=viewer.actor, expected_version=version)
    return answer.see_other(
        path_of(code), toast=N_("%(label)s is suggested first from now on."), label=address.label
    )


@post(f"{_ONE}/archive", guards=_EDIT)
async def archive(
    code: FromPath[str],
    address_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Give the address up; it can be restored from the file."""
    account, address = await _found(code, address_id, viewer)
    version = await version_sent(request)
    await addresses.archive_address(account, address, by=viewer.actor, expected_version=version)
    return answer.see_other(
        path_of(code), toast=N_("%(label)s is not offered any more."), label=address.label
    )


@post(f"{_ONE}/restore", guards=_EDIT)
async def restore(
    code: FromPath[str], address_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Offer a given-up address again."""
    account, address = await _found(code, address_id, viewer)
    await addresses.restore_address(account, address, by=viewer.actor)
    return answer.see_other(
        path_of(code), toast=N_("%(label)s is offered again."), label=address.label
    )


async def _found(code: str, address_id: int, viewer: Viewer) -> tuple[Account, ShipTo]:
    account = await file_to_change(code, viewer)
    return account, await addresses.address_of(account.id, record_id(address_id))


def _page(
    answer: AnAnswer,
    account: Account,
    form: Form,
    *,
    address: ShipTo | None = None,
    other: Theirs | None = None,
    is_doubled: bool = False,
) -> Response[str]:
    return answer.page(
        "staff/accounts/address.html",
        title=TWO_VERSIONS if other else "%(label)s" if address else N_("New ship-to address"),
        words={"label": address.label} if address else None,
        section="accounts",
        form=form,
        status=409 if other else 200,
        account=account,
        address=address,
        labels=LABELS,
        theirs=other,
        is_doubled=is_doubled or bool(form.value("doubled_phone_reason")),
    )


ROUTES = [new, create, show, save, make_default, archive, restore]
