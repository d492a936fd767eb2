"""Dealers who do workmanship for us: contacts with tasks (rule C4)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import dealers
from portal.domain.complaints.dealers import DealerFacts
from portal.domain.complaints.tables import Dealer
from portal.staff.two_versions import TWO_VERSIONS, theirs
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember

DEALERS = "/staff/dealers"
_ONE = f"{DEALERS}/{{dealer_id:int}}"
_READS = [requires(Permission.READ_COMPLAINTS)]
_EDITS = [requires(Permission.EDIT_DEALERS)]
AnyRequest = Request[Any, Any, Any]
Line = Annotated[str, StringConstraints(max_length=1000)]
_SUBJECT_KIND = "dealer"
LABELS = {
    "name": N_("Dealer"),
    "region": N_("Region"),
    "contact_name": N_("Contact"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
}


class DealerFields(FormModel):
    name: Line = ""
    region: Line = ""
    contact_name: Line = ""
    phone: Line = ""
    email: Line = ""


class Changed(DealerFields):
    version: Whole


class Version(FormModel):
    version: Whole


@get(DEALERS, guards=_READS)
async def index(answer: AnAnswer) -> Response[str]:
    """The dealers by name; who has retired stands at the end."""
    return answer.page(
        "staff/complaints/dealers.html",
        title=N_("Dealers"),
        section="complaints",
        dealers=await dealers.dealers(with_retired=True),
    )


@get(f"{DEALERS}/new", guards=_EDITS)
async def new(answer: AnAnswer) -> Response[str]:
    """The empty form of a new dealer."""
    return _page(answer, Form())


@post(DEALERS, guards=_EDITS)
async def create(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Add the dealer."""
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(DealerFields)
    if given is None:
        return _page(answer, form)
    try:
        await dealers.add_dealer(DealerFacts(**given.model_dump()), by=viewer.actor)
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return _page(answer, form)
    await remember(form, viewer, DEALERS)
    return answer.see_other(DEALERS, toast=N_("The dealer is entered."))


@get(_ONE, guards=_EDITS)
async def show(dealer_id: AnId, answer: AnAnswer) -> Response[str]:
    """What is known of one dealer, to be changed."""
    dealer = await dealers.dealer_by_id(dealer_id)
    return _page(answer, _form_of(dealer), dealer)


@post(_ONE, guards=_EDITS)
async def save(
    dealer_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Save what was changed."""
    dealer = await dealers.dealer_by_id(dealer_id)
    form = await Form.sent(request)
    given = form.read(Changed)
    if given is None:
        return _page(answer, form, dealer)
    facts = DealerFacts(**given.model_dump(exclude={"version"}))
    try:
        await dealers.edit_dealer(dealer, facts, by=viewer.actor, expected_version=given.version)
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return _page(answer, form, dealer)
    except Conflict:
        other = await theirs(
            _SUBJECT_KIND, dealer.id, typed=form, now=_form_of(dealer), labels=LABELS
        )
        return _page(answer, form, dealer, title=TWO_VERSIONS, status=409, theirs=other)
    return answer.see_other(DEALERS, toast=N_("Saved."))


@post(f"{_ONE}/retirement", guards=_EDITS)
async def retire(
    dealer_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Give them nothing more to do; what they have they finish."""
    dealer = await dealers.dealer_by_id(dealer_id)
    version = await _version_in(request)
    await dealers.retire_dealer(dealer, by=viewer.actor, expected_version=version)
    return answer.see_other(DEALERS, toast=N_("The dealer gets nothing more to do."))


@post(f"{_ONE}/return", guards=_EDITS)
async def take_back(
    dealer_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let a retired dealer have work again."""
    dealer = await dealers.dealer_by_id(dealer_id)
    version = await _version_in(request)
    await dealers.take_dealer_back(dealer, by=viewer.actor, expected_version=version)
    return answer.see_other(DEALERS, toast=N_("The dealer may be given work again."))


async def _version_in(request: AnyRequest) -> int | None:
    given = (await Form.sent(request)).read(Version)
    return given.version if given else None


def _form_of(dealer: Dealer) -> Form:
    return Form.showing(**{name: getattr(dealer, name) for name in LABELS}, version=dealer.version)


def _page(
    answer: Answer,
    form: Form,
    dealer: Dealer | None = None,
    *,
    title: str = N_("Dealer"),
    **context: Any,
) -> Response[str]:
    return answer.page(
        "staff/complaints/dealer.html",
        title=title,
        section="complaints",
        form=form,
        dealer=dealer,
        labels=LABELS,
        **context,
    )


ROUTES = [index, new, create, show, save, retire, take_back]
