"""The visits of one customer, and what asks for them: installations, a prospect's first visit."""

from dataclasses import replace
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.accounts import queries
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.complaints.dealers import dealers
from portal.domain.orders.finding import order_by_reference
from portal.domain.visits import marking, prospects
from portal.domain.visits.listing import VisitFilter, visits
from portal.domain.visits.marking import InstallationFacts, installation_by_id, installations_of
from portal.domain.visits.prospects import ProspectFacts, prospect_of
from portal.domain.visits.states import VisitRule, VisitStep
from portal.staff.accounts.reading import HOME, read_file
from portal.staff.record_page import conflict_words
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, RecordId, Whole
from portal.web.guards import requires
from portal.web.record_forms import RecordForms, Sent
from portal.web.viewer import Viewer

OF_ACCOUNT = f"{HOME}/{{code:str}}/visits"
_MAKES = Permission.MAKE_VISITS
_NO_ORDER = N_("No order of this customer has this reference.")
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Panel(Worded):
    """A form that can stand open on the page. The value is its address."""

    INSTALLATION = "installation", N_("Mark an installation or a delivery")
    REVOCATION = "installation-revoked", N_("Take an installation back")
    FIRST_VISIT = "first-visit", N_("Record the first visit of the prospect")
    CHAIN_END = "chain-end", N_("End the chain of calls")


class Installed(FormModel):
    what: Text = ""
    place: Text = ""
    completed_on: Day | None = None
    order: Text = ""
    dealer: RecordId | None = None


class Revoked(FormModel):
    version: Whole
    about: RecordId
    because: Text = ""


class Came(FormModel):
    came_on: Day | None = None
    who_came: Text = ""
    interest: Text = ""


class Ended(FormModel):
    version: Whole
    because: Text = ""


async def _file(code: str, /, *, by: Actor) -> Account:
    return await queries.by_code(code, by)


async def show_account(
    code: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
    order: str = "",
) -> Response[str]:
    """What is ahead, what visits follow, and the form that stands open.

    `about` is the id of an installation, `order` the reference of one that is to be marked.
    """
    account = await read_file(code, viewer, "/visits")
    may_make = viewer.actor.may(_MAKES)
    opened = Panel(panel) if panel in set(Panel) and may_make else None
    prospect = await prospect_of(account.id)
    shown = form or await _first_shown(opened, order, viewer)
    shown.say_in(viewer.reader.locale)
    shown.put("version", await _version_of(opened, about, prospect, viewer))
    mine = VisitFilter(account_id=account.id)
    calls = replace(mine, rule=VisitRule.PROSPECT, status="")
    return answer.page(
        "staff/visits/of_account.html",
        title=N_("Visits to %(name)s"),
        words={"name": account.name},
        section="accounts",
        form=form,
        status=409 if conflict else 200,
        account=account,
        panel=opened,
        about=about,
        forms={"panel": shown},
        conflict=conflict_words(conflict, viewer),
        ahead=(await visits(mine, by=viewer.actor)).rows,
        installations=await installations_of(account.id),
        prospect=prospect,
        calls=(await visits(calls, by=viewer.actor)).rows if prospect else (),
        may_come=not account.is_key,
        step_labels={step.value: step.label for step in VisitStep},
        dealers=[(each.id, each.name) for each in await dealers()],
    )


FORMS: RecordForms[Account] = RecordForms(OF_ACCOUNT, load=_file, show=show_account)


@get(OF_ACCOUNT, guards=[requires(Permission.READ_VISITS)])
async def show(
    code: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """The visits of one customer; `?do=` opens a form, `order=` says which one to mark."""
    asked = request.query_params
    return await show_account(
        code,
        viewer,
        answer,
        panel=asked.get("do", ""),
        about=asked.get("about", ""),
        order=asked.get("order", "")[:40],
    )


@FORMS.form(
    Panel.INSTALLATION,
    Installed,
    N_("Marked. Its visits are planned from now on."),
    asks=_MAKES,
    fields={"dealer_id": "dealer", "order_id": "order"},
    anchor="#installations",
)
async def mark(account: Account, given: Installed, sent: Sent) -> None:
    """Visits follow an installation, or a delivery marked so (rule V2)."""
    facts = InstallationFacts(
        what=given.what,
        place=given.place,
        completed_on=given.completed_on,
        order_id=await _order_id(account, given.order, sent),
        dealer_id=given.dealer,
    )
    await marking.mark_installed(facts, account_id=account.id, by=sent.by)


@FORMS.form(
    Panel.REVOCATION,
    Revoked,
    N_("Taken back. Its open visits are cancelled."),
    asks=_MAKES,
    anchor="#installations",
)
async def revoke(account: Account, given: Revoked, sent: Sent) -> None:
    """It was marked by mistake."""
    installation = await installation_by_id(given.about, by=sent.by)
    if installation.account_id != account.id:
        raise NotFound
    await marking.revoke(installation, given.because, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.FIRST_VISIT,
    Came,
    N_("Recorded. The representative calls them on the next working day."),
    asks=_MAKES,
    anchor="#first-visit",
)
async def record_first_visit(account: Account, given: Came, sent: Sent) -> None:
    """A prospect came to us: five levels of calls follow (rule V3)."""
    facts = ProspectFacts(**given.model_dump())
    await prospects.record_first_visit(facts, account_id=account.id, by=sent.by)


@FORMS.form(
    Panel.CHAIN_END,
    Ended,
    N_("Ended. Nobody calls them any more."),
    asks=_MAKES,
    anchor="#first-visit",
)
async def end_chain(account: Account, given: Ended, sent: Sent) -> None:
    """They ordered, or will not."""
    came = await prospect_of(account.id)
    if came is not None:
        await prospects.end_chain(came, given.because, by=sent.by, expected_version=given.version)


async def _first_shown(opened: Panel | None, order: str, viewer: Viewer) -> Form:
    today = viewer.reader.local(viewer.now).date()
    if opened is Panel.INSTALLATION:
        return Form.showing(order=order, completed_on=today)
    if opened is Panel.FIRST_VISIT:
        return Form.showing(came_on=today)
    return Form()


async def _version_of(opened: Panel | None, about: str, prospect: Any, viewer: Viewer) -> int:
    """The version that what the open form is about has now."""
    if opened is Panel.REVOCATION and about.isdecimal() and len(about) < 18:
        return int((await installation_by_id(int(about), by=viewer.actor)).version)
    return int(prospect.version) if opened is Panel.CHAIN_END and prospect else 0


async def _order_id(account: Account, reference: str, sent: Sent) -> int | None:
    """The order that is marked. Raises `FieldError` for one that is not this customer's."""
    if not reference:
        return None
    try:
        order = await order_by_reference(reference, by=sent.by)
    except NotFound:
        order = None
    if order is None or order.account_id != account.id:
        raise FieldError("order_id", _NO_ORDER)
    return int(order.id)


ROUTES = [show, *FORMS.routes]
