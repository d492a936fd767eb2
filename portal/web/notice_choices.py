"""What reaches one by mail: one's own choices, in both portals."""

from typing import Any

from litestar import Request, Response, get, post

from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.notices import choices
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.viewer import Viewer
from portal.web.visit import Visit

_OWN = [requires(Permission.USE_OWN_SETTINGS)]
_PATHS = ["/settings/notices", "/staff/settings/notices"]


@get(_PATHS, guards=_OWN)
async def show(viewer: AViewer, visit: AVisit, answer: AnAnswer) -> Response[str]:
    """One's choices by topic."""
    return await _page(viewer, visit, answer)


@post(_PATHS, guards=_OWN)
async def save(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Keep them."""
    form = await Form.sent(request)
    wanted = {topic.value: form.value(topic.value) for topic in choices.NoticeTopic}
    try:
        await choices.choose(
            {name: value for name, value in wanted.items() if value}, by=viewer.actor
        )
    except FieldError as error:
        form.refuse_by(error)
        return await _page(viewer, visit, answer, form)
    return answer.see_other(visit.portal.path("/settings/notices"), toast=N_("Saved."))


async def _page(
    viewer: Viewer, visit: Visit, answer: Answer, form: Form | None = None
) -> Response[str]:
    own = await choices.own_choices(viewer.actor)
    shown = form or Form.showing(**{each.topic.value: each.by_mail.value for each in own})
    return answer.page(
        "settings/notices.html",
        title=N_("What reaches you by mail"),
        section="settings",
        form=shown,
        layout=f"layouts/{visit.portal.name}.html",
        back=visit.portal.path("/settings"),
        action=visit.portal.path("/settings/notices"),
        topics=[
            (
                each.topic.value,
                answer.translated(each.topic.label),
                [(way.value, answer.translated(way.label)) for way in each.offered],
            )
            for each in own
        ],
    )


ROUTES = [show, save]
