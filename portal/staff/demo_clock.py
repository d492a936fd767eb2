"""The switch that lets a demo's time pass. There is no such page outside a demo."""

from typing import Any

from litestar import Request, Response, get, post

from portal.domain.common import demo_clock
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.settings import Settings
from portal.staff.choices import choices
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, TheSettings
from portal.web.forms import Form
from portal.web.guards import requires

PATH = "/staff/demo/clock"
_STAFF = [requires(Permission.USE_OWN_SETTINGS)]


@get(PATH, guards=_STAFF)
async def show(answer: AnAnswer, settings: TheSettings) -> Response[str]:
    """What the demo's clock says, and how far it can be moved."""
    _only_in_a_demo(settings)
    return await _page(answer, Form())


@post(PATH, guards=_STAFF)
async def move(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer, settings: TheSettings
) -> Response[str]:
    """Let time pass, for everybody in this demo."""
    _only_in_a_demo(settings)
    form = await Form.sent(request)
    try:
        await demo_clock.move_forward(form.value("leap"), by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _page(answer, form)
    return answer.see_other(
        PATH, toast=N_("The clock was moved. What fell due is found within half a minute.")
    )


async def _page(answer: Answer, form: Form) -> Response[str]:
    ahead = await demo_clock.ahead_of_real_time()
    if ahead is None:
        raise NotFound
    return answer.page(
        "staff/demo/clock.html",
        title=N_("Clock of the demo"),
        section="demo",
        form=form,
        leaps=choices(demo_clock.Leap, answer),
        now=answer.visit.reader.now,
        ahead=ahead,
    )


def _only_in_a_demo(settings: Settings) -> None:
    if not settings.demo:
        raise NotFound


ROUTES = [show, move]
