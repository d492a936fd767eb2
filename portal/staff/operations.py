"""The machinery for administrators: queues, workers, sweeps, and what did not arrive."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.notices import operations
from portal.domain.notices.operations import Matter
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.viewer import Viewer

PATH = "/staff/operations"
_OPERATES = [requires(Permission.OPERATE)]


@get(PATH, guards=_OPERATES)
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What waits, who works, what stuck."""
    return await _page(viewer, answer)


@post(f"{PATH}/{{matter:str}}/{{matter_id:int}}", guards=_OPERATES)
async def put_right(
    matter: FromPath[str],
    matter_id: AnId,
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Try a mail or an event again, or give it up, for a reason."""
    if matter not in set(Matter):
        raise NotFound
    form = await Form.sent(request)
    is_end = form.pressed("give_up")
    verb = operations.give_up if is_end else operations.try_again
    try:
        await verb(Matter(matter), matter_id, form.value("reason"), by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _page(viewer, answer, form=form, at=(matter, matter_id))
    return answer.see_other(
        PATH, toast=N_("Given up; the reason is kept.") if is_end else N_("It is tried again now.")
    )


async def _page(
    viewer: Viewer, answer: Answer, *, form: Form | None = None, at: tuple[str, int] | None = None
) -> Response[str]:
    return answer.page(
        "staff/operations/show.html",
        title=N_("Operations"),
        section="operations",
        form=form,
        at=at,
        machinery=await operations.machinery(by=viewer.actor),
    )


ROUTES = [show, put_right]
