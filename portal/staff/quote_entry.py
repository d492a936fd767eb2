"""A request taken by phone or e-mail, entered for the customer and marked so (rule Q1)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from pydantic import StringConstraints

from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.contacts import contacts_of
from portal.domain.accounts.details import one_line
from portal.domain.accounts.queries import FileFilter, by_code, files_visible_to
from portal.domain.accounts.tables import Account
from portal.domain.catalogue.queries import units
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import requests
from portal.domain.quotes.calls import CallFacts, record_call
from portal.domain.quotes.outlook import outlook
from portal.domain.quotes.request_check import check
from portal.domain.quotes.request_facts import RequestFacts
from portal.domain.quotes.states import Channel, Transport
from portal.staff.choices import choices
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, RecordId
from portal.web.guards import OWN_UNITS, requires
from portal.web.request_fields import LINES, read_facts, take_in_pasted
from portal.web.uploads import LIMITS, is_dropping, keep_chosen, kept_files, shown_files
from portal.web.viewer import Viewer

PATH = "/staff/quotes/new"
_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_CHANNELS = (Channel.PHONE, Channel.EMAIL)
_MOST_FOUND = 12
_PAGE_ORDER = (
    "channel",
    "contact",
    "title",
    LINES,
    "wanted_on",
    "transport",
    "ship_to",
    "urgency",
    "urgent_reason",
    "files",
    "remarks",
    "customer_reference",
)


class Entry(FormModel):
    """What staff add to a request: how it came, and from whom."""

    channel: Annotated[str, StringConstraints(max_length=20)] = ""
    contact: RecordId | None = None


@get(PATH, guards=_WORKS)
async def new(
    viewer: AViewer, answer: AnAnswer, account: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[str]:
    """The form for one customer; without one, the choice of the customer."""
    if not account:
        return await _choice(q[:200], viewer, answer)
    customer = await by_code(account, viewer.actor)
    addresses = await addresses_of(customer.id)
    form = Form.showing(
        channel=Channel.PHONE,
        urgency="normal",
        transport=Transport.SUPPLIER_CHOICE,
        ship_to=next((each.id for each in addresses if each.is_default), None),
    )
    return await _page(form, customer, viewer, answer)


@post(PATH, guards=_WORKS, opt=OWN_UNITS)
async def enter(
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
) -> Response[str]:
    """File it as if the customer had: the clock starts now, the customer sees who entered it."""
    async with viewer.unit():
        customer = await by_code(account, viewer.actor)
    form = await Form.sent(request)
    form.put_rows(LINES, form.rows(LINES))
    await keep_chosen(form, viewer)
    is_working_on_rows = take_in_pasted(form) or _changes_rows(form) or is_dropping(form)
    if not is_working_on_rows and not form.is_refused:
        reference = await _entered(form, customer, viewer)
        if reference:
            said = N_("Request %(reference)s entered.")
            path = f"/staff/quotes/{reference}"
            return answer.see_other(path, toast=said, reference=reference)
    async with viewer.unit():
        return await _page(form, customer, viewer, answer)


async def _entered(form: Form, customer: Account, viewer: Viewer) -> str:
    """The reference of the filed request; empty after noting all that is wrong at its field."""
    facts = _facts(form)
    try:
        if not form.is_refused:
            return await _file(form, facts, customer, viewer)
        async with viewer.unit():
            await check(facts, by=viewer.actor, account_id=customer.id)
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
    return ""


def _facts(form: Form) -> RequestFacts:
    entry = form.read(Entry) or Entry()
    facts = read_facts(form)
    fields = {name: getattr(facts, name) for name in RequestFacts.__dataclass_fields__}
    return RequestFacts(**{**fields, "channel": entry.channel, "contact_id": entry.contact})


async def _file(form: Form, facts: RequestFacts, customer: Account, viewer: Viewer) -> str:
    async with viewer.unit() as unit:
        submitted = await requests.submit(
            facts,
            by=viewer.actor,
            account_id=customer.id,
            form_key=form.key,
            shown_files=shown_files(form),
        )
        if facts.urgent and facts.channel == Channel.PHONE:
            # Taken by phone: this was the call that goes with an urgent request (rule Q2).
            caller = await _caller(customer, facts.contact_id)
            await record_call(submitted.request, CallFacts(caller), by=viewer.actor)
    tell_after_commit(unit)
    return submitted.reference


async def _caller(customer: Account, contact_id: int | None) -> str:
    contacts = await contacts_of(customer.id)
    return next((each.name for each in contacts if each.id == contact_id), "")


def _changes_rows(form: Form) -> bool:
    rows = form.rows(LINES)
    if form.pressed(f"_add_{LINES}"):
        form.put_rows(LINES, [*rows, {"sku": ""}])
        return True
    if form.pressed(f"_remove_{LINES}"):
        gone = form.value(f"_remove_{LINES}")
        form.put_rows(LINES, [row for index, row in enumerate(rows) if str(index) != gone])
        return True
    return form.pressed("_paste")


async def _choice(text: str, viewer: Viewer, answer: Answer) -> Response[str]:
    wanted = FileFilter(text=text, mine=not text)
    return answer.page(
        "staff/quotes/new_for.html",
        title=N_("Enter a request"),
        section="quotes",
        text=text,
        accounts=(await files_visible_to(viewer.actor, wanted, limit=_MOST_FOUND)).rows,
    )


async def _page(form: Form, customer: Account, viewer: Viewer, answer: Answer) -> Response[str]:
    form.order_errors(_PAGE_ORDER)
    return answer.page(
        "staff/quotes/new.html",
        title=N_("Enter a request"),
        section="quotes",
        form=form,
        customer=customer,
        channels=choices(_CHANNELS, answer),
        contacts=[
            (each.id, " · ".join(part for part in (each.name, each.function, each.phone) if part))
            for each in await contacts_of(customer.id)
        ],
        rows=form.row_count(LINES),
        addresses=[
            (each.id, f"{each.label}: {one_line(each.address)}")
            for each in await addresses_of(customer.id)
        ],
        transports=choices(Transport, answer),
        units=units(),
        outlook=await outlook(customer.id),
        kept=await kept_files(form, viewer),
        limits=LIMITS,
    )


ROUTES = [new, enter]
