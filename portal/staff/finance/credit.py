"""Credit limits: asked for by sales, decided by somebody else (rule A16)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.accounts.queries import by_id
from portal.domain.common.errors import Conflict, DomainError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import credit
from portal.domain.orders.finance_list import names_of, open_credit_requests
from portal.staff.accounts.reading import file_to_change, path_of, read_file
from portal.staff.finance.tabs import CREDIT, tabs_of
from portal.staff.orders.desk import refuse_by
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form, FormModel, Number
from portal.web.guards import requires
from portal.web.viewer import Viewer

_READS = [requires(Permission.READ_ACCOUNTS)]
_DECIDES = [requires(Permission.APPROVE_CREDIT)]
_ACCOUNT = "/staff/accounts/{code:str}/credit"
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Wanted(FormModel):
    amount: Number
    reason: Text = ""


class Decision(FormModel):
    decision: Text = ""
    note: Text = ""


@get(CREDIT, guards=_READS)
async def requests(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The limits that wait for a decision, of accounts one may see (rule A6)."""
    return answer.page(
        "staff/finance/credit.html",
        title=N_("Credit limits asked for"),
        rows=await open_credit_requests(by=viewer.actor),
        **await tabs_of("credit", viewer, answer),
    )


@get(f"{CREDIT}/{{limit_id:int}}", guards=_DECIDES)
async def ask(limit_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """A limit that was asked for, with what it would mean."""
    return await _decision(limit_id, Form(), viewer, answer)


@post(f"{CREDIT}/{{limit_id:int}}", guards=_DECIDES)
async def decide(
    limit_id: AnId, request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Approve or refuse it; who asked does not decide."""
    form = await Form.sent(request)
    limit = await credit.limit_by_id(limit_id, by=viewer.actor)
    given = form.read(Decision)
    if given is not None and given.decision not in {"approve", "refuse"}:
        form.refuse("decision", N_("Approve or refuse it."))
    elif given is not None:
        approves = given.decision == "approve"
        try:
            await credit.decide_limit(limit, approves, given.note, by=viewer.actor)
        except Conflict as error:
            form.refuse("", error.message, **error.words)
            return await _decision(limit_id, form, viewer, answer, status=409)
        except DomainError as error:
            refuse_by(form, error, {})
        else:
            said = (
                N_("Approved. It holds from now on.")
                if approves
                else N_("Refused. Sales read why.")
            )
            return answer.see_other(CREDIT, toast=said)
    return await _decision(limit_id, form, viewer, answer)


@get(_ACCOUNT, guards=_READS)
async def account(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The account's credit: what it may owe, what it owes, what was decided when."""
    await read_file(code, viewer, "/credit")
    return await _account(code, Form(), viewer, answer)


@post(_ACCOUNT, guards=[requires(Permission.REQUEST_CREDIT)])
async def want(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask for a limit; the one in force holds until somebody else has decided."""
    form = await Form.sent(request)
    customer = await file_to_change(code, viewer)
    given = form.read(Wanted)
    if given is not None:
        try:
            await credit.request_limit(customer.id, given.amount, given.reason, by=viewer.actor)
        except Conflict as error:
            form.refuse("", error.message, **error.words)
            return await _account(code, form, viewer, answer, status=409)
        except DomainError as error:
            refuse_by(form, error, {})
        else:
            return answer.see_other(
                path_of(code, "/credit"), toast=N_("Asked for. Management decides.")
            )
    return await _account(code, form, viewer, answer)


async def _account(
    code: str, form: Form, viewer: Viewer, answer: Answer, *, status: int = 200
) -> Response[str]:
    customer = await file_to_change(code, viewer)
    limits = await credit.limits_of(customer.id)
    people = {each.requested_by for each in limits} | {each.decided_by for each in limits}
    return answer.page(
        "staff/finance/account.html",
        title=N_("Credit of %(account)s"),
        words={"account": customer.name},
        section="accounts",
        form=form,
        status=status,
        account=customer,
        credit=await credit.credit_of(customer.id),
        limits=limits,
        names=await names_of(person for person in people if person),
    )


async def _decision(
    limit_id: int, form: Form, viewer: Viewer, answer: Answer, *, status: int = 200
) -> Response[str]:
    limit = await credit.limit_by_id(limit_id, by=viewer.actor)
    customer = await by_id(limit.account_id, viewer.actor)
    return answer.page(
        "staff/finance/decision.html",
        title=N_("Decide on a credit limit"),
        section="finance",
        form=form,
        status=status,
        limit=limit,
        account=customer,
        credit=await credit.credit_of(limit.account_id),
        names=await names_of([limit.requested_by]),
        is_own=limit.requested_by == viewer.actor.person_id,
    )


ROUTES = [requests, ask, decide, account, want]
