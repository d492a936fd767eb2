"""Registered projects: recorded by sales, signed by the duty manager, watched (rule O17)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain.accounts.queries import by_code
from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, DomainError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import registrations
from portal.domain.orders.registration_story import RegistrationHappening
from portal.domain.orders.registration_views import RegistrationState
from portal.staff.orders.desk import refuse_by
from portal.staff.story import told
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Day, Form, FormModel, Number, Whole
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

PATH = "/staff/registrations"
ONE = f"{PATH}/{{registration_reference:str}}"
# Sales register, the duty manager signs: the domain asks for either.
_READS = [requires(Permission.READ_ACCOUNTS)]
_REGISTERS = [requires(Permission.REGISTER_PROJECTS)]
_SIGNS = [requires(Permission.SIGN_REGISTRATIONS)]
_PAGE_ORDER = ("account", "project_name", "site", "sku", "quantity", "starts_on", "ends_on")
_WORDS = {each.value: each.label for each in RegistrationHappening}
AnyRequest = Request[Any, Any, Any]
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Project(FormModel):
    account: Text = ""
    project_name: Text = ""
    site: Text = ""
    sku: Text = ""
    quantity: Number | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None


class Decision(FormModel):
    decision: Text = ""
    note: Text = ""
    version: Whole


class Note(FormModel):
    note: Text = ""


@get(PATH, guards=_READS)
async def index(viewer: AViewer, answer: AnAnswer, only: FromQuery[str] = "") -> Response[str]:
    """Open alerts first, then the registrations one may see (rule A6), newest first."""
    wanted = RegistrationState(only) if only in set(RegistrationState) else None
    return answer.page(
        "staff/registrations/index.html",
        title=N_("Registered projects"),
        section="registrations",
        rows=await registrations.registrations(by=viewer.actor, state=wanted),
        alerts=await registrations.open_alerts(by=viewer.actor),
        unit_label=unit_label,
        is_narrowed=wanted is not None,
        views=[
            {"label": answer.translated(N_("All")), "url": PATH, "current": wanted is None},
            *(
                {
                    "label": answer.translated(each.label),
                    "url": f"{PATH}?only={each.value}",
                    "current": each is wanted,
                }
                for each in RegistrationState
            ),
        ],
    )


@get(f"{PATH}/new", guards=_REGISTERS)
async def new(answer: AnAnswer, account: FromQuery[str] = "") -> Response[str]:
    """The form of a registration."""
    return _form(Form.showing(account=account[:100]), answer)


@post(f"{PATH}/new", guards=_REGISTERS)
async def register(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Record the project; the duty manager is asked to sign."""
    form = await Form.sent(request)
    given = form.read(Project)
    if given is not None:
        if made := await led_to(form, viewer):
            return answer.see_other(made)
        try:
            customer = await by_code(given.account.strip(), viewer.actor)
        except NotFound:
            form.refuse("account", N_("No customer whose file you may see has this code."))
            return _form(form, answer)
        facts = registrations.RegistrationFacts(
            project_name=given.project_name,
            site=given.site,
            sku=given.sku,
            quantity=given.quantity,
            starts_on=given.starts_on,
            ends_on=given.ends_on,
        )
        try:
            made_now = await registrations.register(facts, by=viewer.actor, account_id=customer.id)
        except DomainError as error:
            refuse_by(form, error, {})
        else:
            path = f"{PATH}/{made_now.reference}"
            await remember(form, viewer, path)
            return answer.see_other(path, toast=N_("Registered. The duty manager signs it next."))
    return _form(form, answer)


@get(ONE, guards=_READS)
async def show(
    registration_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """One project: its term, the decision, and the alerts it raised."""
    shown = await _page(registration_reference, Form(), viewer, answer)
    await page_opened(viewer, f"{PATH}/{registration_reference}")
    return shown


@post(f"{ONE}/decision", guards=_SIGNS)
async def decide(
    registration_reference: FromPath[str],
    request: AnyRequest,
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """The duty manager signs it, or refuses and says why."""
    form = await Form.sent(request)
    project = await registrations.registration_by_reference(registration_reference, by=viewer.actor)
    given = form.read(Decision)
    if given is not None and given.decision not in {"sign", "refuse"}:
        form.refuse("decision", N_("Sign or refuse it."))
    elif given is not None:
        actor, version = viewer.actor, given.version
        try:
            if given.decision == "sign":
                await registrations.sign(
                    project, by=actor, note=given.note, expected_version=version
                )
            else:
                await registrations.refuse(project, given.note, by=actor, expected_version=version)
        except Conflict as error:
            form.refuse("", error.message, **error.words)
            return await _page(registration_reference, form, viewer, answer, status=409)
        except DomainError as error:
            refuse_by(form, error, {})
        else:
            said = (
                N_("Signed. Similar orders of others alert you and sales.")
                if given.decision == "sign"
                else N_("Refused. Sales read why.")
            )
            return answer.see_other(f"{PATH}/{registration_reference}", toast=said)
    return await _page(registration_reference, form, viewer, answer)


@post(f"{PATH}/alerts/{{alert_id:int}}/settlement", guards=_READS)
async def settle(
    alert_id: AnId, request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Say what was found out about the order that looks like a project."""
    form = await Form.sent(request)
    given = form.read(Note) or Note()
    try:
        await registrations.settle_alert(alert_id, given.note, by=viewer.actor)
    except Conflict as error:
        return answer.see_other(PATH, toast=error.message, tone="warning")
    except DomainError as error:
        refuse_by(form, error, {})
        return answer.page(
            "staff/registrations/settle.html",
            title=N_("Settle the alert"),
            section="registrations",
            form=form,
            alert_id=alert_id,
        )
    return answer.see_other(PATH, toast=N_("Alert settled."))


def _form(form: Form, answer: Answer) -> Response[str]:
    form.order_errors(_PAGE_ORDER)
    return answer.page(
        "staff/registrations/new.html",
        title=N_("Register a project"),
        section="registrations",
        form=form,
    )


async def _page(
    reference: str, form: Form, viewer: Viewer, answer: Answer, *, status: int = 200
) -> Response[str]:
    found = await registrations.registrations(by=viewer.actor, reference=reference)
    if not found:
        raise NotFound
    row = found[0]
    entries = await timeline(row.record.subject.kind, row.record.id, visible_to=Audience.INTERNAL)
    return answer.page(
        "staff/registrations/show.html",
        title=N_("Project %(reference)s"),
        words={"reference": reference},
        section="registrations",
        form=form,
        status=status,
        row=row,
        unit=unit_label(row.unit),
        unit_label=unit_label,
        alerts=await registrations.alerts_of(row.record.id, by=viewer.actor),
        entries=told(
            entries, lambda entry: (_WORDS.get(entry.verb, entry.verb), entry.after), answer
        ),
    )


ROUTES = [index, new, register, show, decide, settle]
