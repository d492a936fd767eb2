"""A visit or callback that somebody of us plans (rules V5, V7)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from pydantic import StringConstraints

from portal.domain.accounts.queries import FileFilter, by_code, files_visible_to
from portal.domain.accounts.tables import Account
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.dealers import dealers
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.by_hand import VisitFacts, plan_visit
from portal.domain.visits.owners import manager_of, possible_owners
from portal.domain.visits.states import VisitKind, VisitWay
from portal.staff.choices import choices
from portal.staff.visits.page import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, RecordId
from portal.web.guards import requires
from portal.web.viewer import Viewer

NEW = f"{PATH}/new"
_MAKES = [requires(Permission.MAKE_VISITS)]
_MOST_FOUND = 12
_PAGE_ORDER = ("kind", "due_on", "way", "goal", "owner", "dealer")
_FIELDS = {"owner_id": "owner", "dealer_id": "dealer"}
_PLANNED = N_("%(reference)s is planned. Its owner is told.")
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Planned(FormModel):
    kind: Text = ""
    due_on: Day | None = None
    way: Text = ""
    goal: Text = ""
    owner: RecordId | None = None
    dealer: RecordId | None = None


@get(NEW, guards=_MAKES)
async def new(
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    """The form for one customer; without one, the choice of the customer."""
    if not account:
        return await _choice(q[:200], viewer, answer)
    visited = await by_code(account, viewer.actor)
    form = Form.showing(
        kind=VisitKind.VISIT.value,
        way=VisitWay.ON_SITE.value,
        owner=await manager_of(await visited_account(visited.id)),
    )
    return await _page(form, visited, answer)


@post(NEW, guards=_MAKES)
async def plan(
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
) -> Response[str]:
    """Plan it: from now on somebody owes it."""
    visited = await by_code(account, viewer.actor)
    form = await Form.sent(request)
    given = form.read(Planned)
    if given is not None:
        facts = VisitFacts(
            kind=given.kind,
            due_on=given.due_on,
            way=given.way,
            goal=given.goal,
            owner_id=given.owner,
            dealer_id=given.dealer,
        )
        try:
            visit = await plan_visit(
                facts, account_id=visited.id, by=viewer.actor, form_key=form.key
            )
        except (FieldError, FieldErrors) as error:
            for each in error.errors if isinstance(error, FieldErrors) else [error]:
                form.refuse(_FIELDS.get(each.field, each.field), each.field_message, **each.words)
        else:
            return answer.see_other(
                f"{PATH}/{visit.reference}", toast=_PLANNED, reference=visit.reference
            )
    return await _page(form, visited, answer)


async def _choice(text: str, viewer: Viewer, answer: Answer) -> Response[str]:
    wanted = FileFilter(text=text) if text.strip() else FileFilter(mine=True)
    return answer.page(
        "staff/visits/new_for.html",
        title=N_("Plan a visit"),
        section="visits",
        path=NEW,
        text=text,
        accounts=(await files_visible_to(viewer.actor, wanted, limit=_MOST_FOUND)).rows,
    )


async def _page(form: Form, account: Account, answer: Answer) -> Response[str]:
    form.order_errors(_PAGE_ORDER)
    visited = await visited_account(account.id)
    return answer.page(
        "staff/visits/new.html",
        title=N_("Plan a visit"),
        section="visits",
        form=form,
        account=account,
        kinds=choices(VisitKind, answer),
        ways=choices(VisitWay, answer),
        owners=await possible_owners(visited),
        dealers=[(each.id, each.name) for each in await dealers()],
    )


ROUTES = [new, plan]
