"""The machinery for administrators: queues, workers, sweeps, and what did not arrive."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.notices import operations, restored
from portal.domain.notices.operations import Matter
from portal.staff.story import told
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.viewer import Viewer

PATH = "/staff/operations"
_OPERATES = [requires(Permission.OPERATE)]


_PLACE = f"{PATH}/{{matter:str}}/{{matter_id:int}}"


@get(PATH, guards=_OPERATES)
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What waits, who works, what stuck."""
    return answer.page(
        "staff/operations/show.html",
        title=N_("Operations"),
        section="operations",
        machinery=await operations.machinery(by=viewer.actor),
    )


@get(_PLACE, guards=_OPERATES)
async def show_stuck(
    matter: FromPath[str], matter_id: AnId, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """A mail or an event that stuck, and what to do with it."""
    return await _stuck_page(_matter(matter), matter_id, viewer, answer, Form())


@post(_PLACE, guards=_OPERATES)
async def put_right(
    matter: FromPath[str],
    matter_id: AnId,
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Try a mail or an event again, or give it up, for a reason."""
    what, form = _matter(matter), await Form.sent(request)
    is_end = form.pressed("give_up")
    verb = operations.give_up if is_end else operations.try_again
    try:
        await verb(what, matter_id, form.value("reason"), by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _stuck_page(what, matter_id, viewer, answer, form)
    return answer.see_other(
        PATH, toast=N_("Given up; the reason is kept.") if is_end else N_("It is tried again now.")
    )


@get(f"{PATH}/held", guards=_OPERATES)
async def show_held(answer: AnAnswer) -> Response[str]:
    """The mails that are held since a restore, and the decision."""
    return await _held_page(answer, Form())


@post(f"{PATH}/held", guards=_OPERATES)
async def decide_held(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Send or drop them, for a reason."""
    form = await Form.sent(request)
    decision = restored.Decision.SEND if form.pressed("send") else restored.Decision.DROP
    try:
        await restored.decide(decision, form.value("reason"), by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _held_page(answer, form)
    return answer.see_other(PATH, toast=N_("Done; the reason is kept."))


async def _held_page(answer: Answer, form: Form) -> Response[str]:
    return answer.page(
        "staff/operations/held.html",
        title=N_("Mails held since the restore"),
        section="operations",
        form=form,
        count=await restored.held_mails(),
    )


async def _stuck_page(
    matter: Matter, matter_id: int, viewer: Viewer, answer: Answer, form: Form
) -> Response[str]:
    stuck = await operations.stuck(matter, matter_id, by=viewer.actor)
    return answer.page(
        "staff/operations/stuck.html",
        title=N_("Put right"),
        section="operations",
        form=form,
        matter=matter,
        stuck=stuck,
        entries=told(
            await timeline(matter.value, matter_id, visible_to=Audience.INTERNAL),
            operations.entry_words,
            answer,
        ),
    )


def _matter(name: str) -> Matter:
    if name not in set(Matter):
        raise NotFound
    return Matter(name)


ROUTES = [show, show_held, decide_held, show_stuck, put_right]
