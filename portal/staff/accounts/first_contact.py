"""The account manager records the first contact with a new account (rule A7)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.accounts.tables import Account
from portal.domain.common.errors import FieldErrors, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.onboarding.clock import promises_of
from portal.domain.onboarding.first_contact import (
    AlreadyRecorded,
    ContactChannel,
    Contacted,
    ContactFacts,
    first_contact_of,
    may_record,
    record_first_contact,
)
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file
from portal.staff.choices import choices
from portal.staff.two_versions import TWO_VERSIONS
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

# Whoever is the account's manager may record it, whatever else their role may change.
_READ = [requires(Permission.READ_ACCOUNTS)]
_PAGE = f"{HOME}/{{code:str}}/first-contact"

LABELS = {
    "reached": N_("Who was reached"),
    "channel": N_("How"),
    "reached_on": N_("Reached on"),
    "note": N_("Note"),
}


class ContactFields(FormModel):
    reached: Annotated[str, StringConstraints(max_length=200)] = ""
    channel: str = ""
    reached_on: Day | None = None
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


@get(_PAGE, guards=_READ)
async def show(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The form; once it is recorded, the file says it."""
    account = await read_file(code, viewer, "/first-contact")
    if not await may_record(account, viewer.actor):
        raise NotAllowed
    if await first_contact_of(account.id):
        return answer.see_other(path_of(code))
    form = Form.showing(reached_on=viewer.reader.local(viewer.now).date())
    return await _page(answer, account, form, viewer)


@post(_PAGE, guards=_READ)
async def save(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record who was reached, how and when."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(ContactFields)
    if given is None:
        return await _page(answer, account, form, viewer)
    try:
        await record_first_contact(account, ContactFacts(**given.model_dump()), by=viewer.actor)
    except FieldErrors as errors:
        form.refuse_by(errors)
        return await _page(answer, account, form, viewer)
    except AlreadyRecorded:
        other = await first_contact_of(account.id)
        return await _page(answer, account, form, viewer, other=other)
    await remember(form, viewer, path_of(code))
    return answer.see_other(path_of(code), toast=N_("The first contact is recorded."))


async def _page(
    answer: AnAnswer,
    account: Account,
    form: Form,
    viewer: Viewer,
    *,
    other: Contacted | None = None,
) -> Response[str]:
    promises = await promises_of(account)
    return answer.page(
        "staff/accounts/first_contact.html",
        title=TWO_VERSIONS if other else N_("Record the first contact"),
        section="accounts",
        form=form,
        status=409 if other else 200,
        account=account,
        labels=LABELS,
        channels=choices(ContactChannel, answer),
        today=viewer.reader.local(viewer.now).date(),
        promise=promises[0] if promises else None,
        contacted=other,
    )


ROUTES = [show, save]
