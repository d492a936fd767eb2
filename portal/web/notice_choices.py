"""What reaches one outside the portal: one's own choices by channel and topic, in both portals."""

from itertools import groupby
from typing import Any

from litestar import Request, Response, get, post

from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.notices import preferences
from portal.domain.notices.preferences import Choice
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
    """One's choices by channel and topic."""
    return await _page(viewer, visit, answer)


@post(_PATHS, guards=_OWN)
async def save(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Keep them."""
    form = await Form.sent(request)
    wanted = {
        each.name: form.value(each.name) for each in await preferences.own_choices(viewer.actor)
    }
    try:
        await preferences.choose(
            {name: value for name, value in wanted.items() if value}, by=viewer.actor
        )
    except FieldError as error:
        form.refuse_by(error)
        return await _page(viewer, visit, answer, form)
    return answer.see_other(visit.portal.path("/settings/notices"), toast=N_("Saved."))


async def _page(
    viewer: Viewer, visit: Visit, answer: Answer, form: Form | None = None
) -> Response[str]:
    own = await preferences.own_choices(viewer.actor)
    return answer.page(
        "settings/notices.html",
        title=N_("What reaches you outside the portal"),
        section="settings",
        form=form or Form.showing(**{each.name: each.way.value for each in own}),
        layout=f"layouts/{visit.portal.name}.html",
        back=visit.portal.path("/settings"),
        action=visit.portal.path("/settings/notices"),
        channels=[
            (answer.translated(channel.label), [_topic(each, answer) for each in choices])
            for channel, choices in groupby(own, key=lambda each: each.channel)
        ],
    )


def _topic(choice: Choice, answer: Answer) -> tuple[str, str, list[tuple[str, str]]]:
    """Name, label and ways, as a field of the form takes them."""
    ways = [(way.value, answer.translated(way.label)) for way in choice.offered]
    return choice.name, answer.translated(choice.topic.label), ways


ROUTES = [show, save]
