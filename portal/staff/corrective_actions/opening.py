"""Opening a corrective action: from complaints that ask for one, or by hand (rule C9)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from pydantic import StringConstraints

from portal.domain.common.actor import Actor
from portal.domain.common.errors import DomainError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions.opening import OpeningFacts, open_by_hand, open_from
from portal.domain.corrective_actions.owed import DemandingComplaint, demanding
from portal.domain.corrective_actions.people import department_of, possible_leaders
from portal.domain.corrective_actions.states import ActionOrigin
from portal.domain.organisation.departments import departments
from portal.staff.choices import choices
from portal.staff.corrective_actions.page import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, RecordId
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.record_forms import refuse_by
from portal.web.viewer import Viewer

NEW = f"{PATH}/new"
_WORKS = [requires(Permission.WORK_ON_CORRECTIVE_ACTIONS)]
_PAGE_ORDER = ("complaints", "origin", "title", "problem", "team", "department", "leader")
_FIELDS = {"department_id": "department", "leader_id": "leader"}
_NO_COMPLAINT = N_("No complaint that you may see has this reference.")
# As many as a form shows at once.
_MOST = 50
Text = Annotated[str, StringConstraints(max_length=10_000)]
AnyRequest = Request[Any, Any, Any]


class Opening(FormModel):
    complaints: list[Text] = []
    origin: Text = ""
    title: Text = ""
    problem: Text = ""
    team: Text = ""
    department: RecordId | None = None
    leader: RecordId | None = None


@get(NEW, guards=_WORKS)
async def new(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The form; `?complaint=CP-…`, several times if need be, ticks complaints and fills it in."""
    named = [str(one)[:40] for one in request.query_params.getall("complaint", [])][:_MOST]
    chosen = [await complaint_by_reference(each, by=viewer.actor) for each in named]
    first = chosen[0] if chosen else None
    form = Form.showing(
        complaints=[each.reference for each in chosen],
        title=first.title if first else None,
        # Of several customers none is to be named to the others: then it is said anew.
        problem=first.description if first and len(chosen) == 1 else None,
        department=first.department_id
        if first and first.department_id
        else await department_of(viewer.actor.staff_member_id),
        leader=viewer.actor.staff_member_id,
    )
    return await _page(form, viewer, answer, chosen)


@post(NEW, guards=_WORKS)
async def open_action(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Open it; the leader and the management representative are told."""
    form = await Form.sent(request)
    given, chosen = form.read(Opening), list[Complaint]()
    if given is not None:
        if made := await led_to(form, viewer):
            return answer.see_other(made)
        try:
            chosen = [
                await complaint_by_reference(each, by=viewer.actor)
                for each in given.complaints[:_MOST]
            ]
            path = f"{PATH}/{await _open(given, chosen, by=viewer.actor)}"
        except NotFound:
            form.refuse("complaints", _NO_COMPLAINT)
        except DomainError as error:
            refuse_by(form, error, _FIELDS)
        else:
            await remember(form, viewer, path)
            return answer.see_other(path, toast=N_("Opened. Who leads it is told."))
    return await _page(form, viewer, answer, chosen)


async def _open(given: Opening, chosen: list[Complaint], *, by: Actor) -> str:
    facts = OpeningFacts(
        title=given.title,
        problem=given.problem,
        team=given.team,
        department_id=given.department,
        leader_id=given.leader,
        origin=given.origin,
    )
    if chosen:
        return str((await open_from(chosen, facts, by=by)).reference)
    return str((await open_by_hand(facts, by=by)).reference)


async def _page(
    form: Form, viewer: Viewer, answer: Answer, chosen: list[Complaint]
) -> Response[str]:
    form.order_errors(_PAGE_ORDER)
    waiting = list(await demanding(by=viewer.actor, limit=_MOST))
    known = {each.reference for each in waiting}
    by_hand = [each for each in ActionOrigin if each is not ActionOrigin.COMPLAINT]
    return answer.page(
        "staff/corrective_actions/new.html",
        title=N_("Open a corrective action"),
        section="corrective-actions",
        form=form,
        complaints=[
            *(
                (each.reference, each.reference, each.title)
                for each in chosen
                if each.reference not in known
            ),
            *((each.reference, each.reference, _about(each)) for each in waiting),
        ],
        origins=choices(by_hand, answer),
        departments=[(each.id, each.name) for each in await departments()],
        leaders=await possible_leaders(),
    )


def _about(complaint: DemandingComplaint) -> str:
    return f"{complaint.title} · {complaint.account_name}"


ROUTES = [new, open_action]
