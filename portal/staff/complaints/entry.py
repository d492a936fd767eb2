"""A complaint that came by phone, fax, letter, e-mail or in person, on the one form (rule C1).

Anybody of us takes it, of whatever customer, and owns it until somebody else accepts it (C14).
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from portal.domain.accounts.contacts import contacts_of
from portal.domain.accounts.queries import FileFilter, files_visible_to
from portal.domain.catalogue.queries import units
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.callers import Caller, caller_of_code, callers_called
from portal.domain.complaints.complaint_check import check
from portal.domain.complaints.intake import take_complaint
from portal.domain.complaints.states import CaseKind, Category, ComplaintChannel, Wish
from portal.domain.orders.listing import OrderFilter, orders
from portal.staff.choices import choices
from portal.staff.complaints.page import PATH
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.complaint_fields import LINES, PAGE_ORDER, change_rows, read_complaint
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import LIMITS, is_dropping, keep_chosen, kept_files, shown_files
from portal.web.viewer import Viewer

NEW = f"{PATH}/new"
_TAKES = [requires(Permission.TAKE_COMPLAINTS)]
_CHANNELS = [each for each in ComplaintChannel if each is not ComplaintChannel.PORTAL]
_MOST_FOUND = 12
_MOST_ORDERS = 30


@get(NEW, guards=_TAKES)
async def new(
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
    order: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    """The form for one customer; without one, the choice of the customer."""
    if not account:
        return await _choice(q[:200], viewer, answer)
    caller = await caller_of_code(account, by=viewer.actor)
    form = Form.showing(
        channel=ComplaintChannel.PHONE.value, kind=CaseKind.COMPLAINT.value, order=order[:40]
    )
    return await _page(form, caller, viewer, answer)


@post(NEW, guards=_TAKES, opt=OWN_UNITS)
async def enter(
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
) -> Response[str]:
    """Take it: the clocks start now, and it is whoever takes it who owns it."""
    async with viewer.unit():
        caller = await caller_of_code(account, by=viewer.actor)
    form = await Form.sent(request)
    form.put_rows(LINES, form.rows(LINES))
    await keep_chosen(form, viewer)
    is_at_work = change_rows(form) or is_dropping(form)
    if not is_at_work and not form.is_refused and (reference := await _taken(form, caller, viewer)):
        return answer.see_other(
            f"{PATH}/{reference}",
            toast=N_("%(reference)s is taken and yours until somebody else accepts it."),
            reference=reference,
        )
    async with viewer.unit():
        return await _page(form, caller, viewer, answer)


async def _taken(form: Form, caller: Caller, viewer: Viewer) -> str:
    """The reference of what was taken; empty after noting all that is wrong at its field."""
    facts, by = read_complaint(form), viewer.actor
    try:
        if form.is_refused:
            async with viewer.unit():
                await check(facts, by=by, account_id=caller.id)
            return ""
        async with viewer.unit() as unit:
            complaint = await take_complaint(
                facts,
                account_id=caller.id,
                by=by,
                form_key=form.key,
                shown_files=shown_files(form),
            )
        tell_after_commit(unit)
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return ""
    return complaint.reference


async def _choice(text: str, viewer: Viewer, answer: Answer) -> Response[str]:
    own = FileFilter(mine=True)
    return answer.page(
        "staff/complaints/new_for.html",
        title=N_("Take a complaint"),
        section="complaints",
        path=NEW,
        text=text,
        accounts=await callers_called(text, by=viewer.actor, limit=_MOST_FOUND)
        if text.strip()
        else (await files_visible_to(viewer.actor, own, limit=_MOST_FOUND)).rows,
    )


async def _page(form: Form, caller: Caller, viewer: Viewer, answer: Answer) -> Response[str]:
    form.order_errors(PAGE_ORDER)
    return answer.page(
        "staff/complaints/new.html",
        title=N_("Take a complaint"),
        section="complaints",
        form=form,
        caller=caller,
        channels=choices(_CHANNELS, answer),
        kinds=choices(CaseKind, answer),
        categories=choices(Category, answer),
        wishes=choices(Wish, answer),
        contacts=await _contacts(caller),
        orders=await _orders(caller, viewer),
        rows=form.row_count(LINES),
        units=units(),
        kept=await kept_files(form, viewer),
        limits=LIMITS,
    )


async def _contacts(caller: Caller) -> list[tuple[int, str]]:
    """Who could be calling, where the account's file is the viewer's to see (rule A6)."""
    if not caller.is_seen:
        return []
    return [
        (each.id, " · ".join(part for part in (each.name, each.function, each.phone) if part))
        for each in await contacts_of(caller.id)
    ]


async def _orders(caller: Caller, viewer: Viewer) -> list[tuple[str, str]]:
    """The account's newest orders that the viewer may see (rule A6)."""
    if not viewer.actor.may(Permission.READ_ORDERS):
        return []
    wanted = OrderFilter(account_id=caller.id, size=_MOST_ORDERS)
    listing = await orders(wanted, by=viewer.actor)
    return [(row.reference, row.title) for row in listing.rows]


ROUTES = [new, enter]
