"""Account files: opened, shown, changed (rules A1, A2, A3, A5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.accounts.access import access_of
from portal.domain.accounts.addresses import all_addresses_of
from portal.domain.accounts.classification import PaymentStanding
from portal.domain.accounts.contacts import all_contacts_of
from portal.domain.accounts.editing import edit
from portal.domain.accounts.groups import group_of
from portal.domain.accounts.phones import PhoneDoubled
from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import one_contact_in, team_of
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.complaint_rows import ComplaintRow
from portal.domain.complaints.listing import ComplaintFilter, Sort, complaints
from portal.domain.notices.undelivered import undelivered_to
from portal.domain.onboarding.clock import promises_of
from portal.domain.onboarding.first_contact import first_contact_of, may_record
from portal.domain.onboarding.opening import open_account
from portal.domain.organisation.branches import branches
from portal.domain.service_levels.escalation import escalation_of
from portal.domain.visits.listing import VisitFilter, VisitGroup, VisitSort, visits
from portal.domain.visits.states import VisitKind, VisitStatus
from portal.domain.visits.visit_rows import VisitRow
from portal.rendering.i18n import LANGUAGE_NAMES
from portal.staff.accounts.file_form import (
    CHOICES,
    LABELS,
    FileFields,
    details,
    form_choices,
    form_of,
)
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file
from portal.staff.two_versions import TWO_VERSIONS, Theirs, theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

_READ = [requires(Permission.READ_ACCOUNTS)]
_EDIT = [requires(Permission.EDIT_ACCOUNTS)]
_MOST_COMPLAINTS = 5
_MOST_VISITS = 3


@get(f"{HOME}/{{code:str}}", guards=_READ)
async def show(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The file: who they are, whom we call, where we ship, who serves them."""
    account = await read_file(code, viewer)
    known = await all_contacts_of(account.id)
    contacts = [contact for contact in known if contact.archived_at is None]
    addresses = await all_addresses_of(account.id)
    contacted = await first_contact_of(account.id)
    (branch,) = [one for one in await branches() if one.id == account.branch_id]
    team = await team_of(account.id, active_only=False)
    promises = await promises_of(account)
    return answer.page(
        "staff/accounts/show.html",
        title="%(name)s",
        words={"name": account.name},
        section="accounts",
        account=account,
        labels=LABELS,
        choices=CHOICES,
        contacts=contacts,
        access=await access_of(contacts),
        undelivered=await undelivered_to([contact.id for contact in contacts]),
        former_contacts=[contact for contact in known if contact.archived_at],
        addresses=[place for place in addresses if place.archived_at is None],
        former_addresses=[place for place in addresses if place.archived_at],
        team=team,
        one_contact=one_contact_in(team),
        contacted=contacted,
        may_record=contacted is None and await may_record(account, viewer.actor),
        promise=promises[0] if promises else None,
        escalations=await escalation_of(promises),
        group=await group_of(account, viewer.actor),
        branch_name=branch.name,
        language=LANGUAGE_NAMES[account.locale],
        complaints=await _complaints(account, viewer),
        visits=await _visits(account, viewer),
    )


async def _complaints(account: Account, viewer: Viewer) -> Sequence[ComplaintRow] | None:
    """Their newest complaints; None for who reads none."""
    if not viewer.actor.may(Permission.READ_COMPLAINTS):
        return None
    wanted = ComplaintFilter(account_id=account.id, sort=Sort.NEWEST, size=_MOST_COMPLAINTS)
    return (await complaints(wanted, by=viewer.actor)).rows


async def _visits(account: Account, viewer: Viewer) -> Mapping[str, Sequence[VisitRow]] | None:
    """The visits that come next and the last one that was made (rule V9); None for who reads none.

    Visits alone: a call is none, though it is made by the same rules.
    """
    if not viewer.actor.may(Permission.READ_VISITS):
        return None
    ahead = VisitFilter(account_id=account.id, status=VisitGroup.OPEN, size=_MOST_VISITS)
    last = VisitFilter(
        account_id=account.id,
        status=VisitStatus.MADE,
        kind=VisitKind.VISIT,
        sort=VisitSort.NEWEST,
        size=1,
    )
    return {
        "ahead": (await visits(ahead, by=viewer.actor)).rows,
        "last": (await visits(last, by=viewer.actor)).rows,
    }


@get(f"{HOME}/new", guards=_EDIT)
async def new(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The empty form of a new file."""
    form = Form.showing(
        branch_id=viewer.actor.branch_id,
        locale="zh_Hans",
        timezone="Asia/Shanghai",
        currency="CNY",
        tier="general",
        need_segment="new",
        kind="consumer",
        payment_terms=PaymentTerms.IN_ADVANCE.value,
        payment_standing=PaymentStanding.STABLE.value,
        first_contact_on=viewer.reader.local(viewer.now).date(),
    )
    return await _form_page(answer, form)


@post(HOME, guards=_EDIT)
async def create(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Open the file."""
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(FileFields)
    if given is None:
        return await _form_page(answer, form)
    try:
        account = await open_account(
            await details(given, viewer),
            city_code=given.city_code,
            name_code=given.name_code,
            by=viewer.actor,
            doubled_phone_reason=given.doubled_phone_reason,
        )
    except FieldError as error:
        form.refuse_by(error)
        return await _form_page(answer, form, is_doubled=isinstance(error, PhoneDoubled))
    await remember(form, viewer, path_of(account.code))
    return answer.see_other(
        path_of(account.code), toast=N_("The file %(code)s is open."), code=account.code
    )


@get(f"{HOME}/{{code:str}}/edit", guards=_EDIT)
async def edit_page(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The form filled with what the file says."""
    account = await read_file(code, viewer, "/edit")
    return await _form_page(answer, await form_of(account), account=account)


@post(f"{HOME}/{{code:str}}/edit", guards=_EDIT)
async def save(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Save what was changed."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    given = form.read(FileFields)
    if given is None:
        return await _form_page(answer, form, account=account)
    try:
        await edit(
            account,
            await details(given, viewer, account),
            by=viewer.actor,
            expected_version=given.version,
            doubled_phone_reason=given.doubled_phone_reason,
        )
    except FieldError as error:
        form.refuse_by(error)
        is_doubled = isinstance(error, PhoneDoubled)
        return await _form_page(answer, form, account=account, is_doubled=is_doubled)
    except Conflict:
        other = await _other_version(account, form)
        return await _form_page(answer, form, account=account, other=other)
    return answer.see_other(path_of(code), toast=N_("Saved."))


async def _other_version(account: Account, form: Form) -> Theirs:
    names = {
        "branch_id": {str(branch.id): branch.name for branch in await branches()},
        "locale": LANGUAGE_NAMES,
    }
    return await theirs(
        "account",
        account.id,
        typed=form,
        now=await form_of(account),
        labels=LABELS,
        choices=CHOICES,
        names=names,
    )


async def _form_page(
    answer: AnAnswer,
    form: Form,
    *,
    account: Account | None = None,
    other: Theirs | None = None,
    is_doubled: bool = False,
) -> Response[str]:
    return answer.page(
        "staff/accounts/form.html",
        title=TWO_VERSIONS
        if other
        else N_("Edit %(name)s")
        if account
        else N_("New customer file"),
        words={"name": account.name} if account else None,
        section="accounts",
        form=form,
        status=409 if other else 200,
        account=account,
        theirs=other,
        is_doubled=is_doubled or bool(form.value("doubled_phone_reason")),
        **await form_choices(answer, form.value("timezone")),
    )


ROUTES = [show, new, create, edit_page, save]
