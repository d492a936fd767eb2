"""The surveys there are, and a new one (rules S1, S2)."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from pydantic import StringConstraints

from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.surveys.drafts import create_survey
from portal.domain.surveys.listing import surveys
from portal.domain.surveys.states import Occasion
from portal.staff.choices import choices
from portal.staff.surveys.tabs import PATH, tabs_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel
from portal.web.guards import requires
from portal.web.once import led_to, remember

_READS = [requires(Permission.READ_SURVEYS)]
_EDITS = [requires(Permission.EDIT_SURVEYS)]
AnyRequest = Request[Any, Any, Any]
Line = Annotated[str, StringConstraints(max_length=1000)]


class NewSurvey(FormModel):
    """What a survey is called among ourselves, and when it is sent."""

    name: Line = ""
    occasion: Line = ""
    is_anonymous: bool = False


@get(PATH, guards=_READS)
async def index(viewer: AViewer, answer: AnAnswer, retired: FromQuery[str] = "") -> Response[str]:
    """The surveys in use; with those withdrawn from use where they are asked for."""
    return answer.page(
        "staff/surveys/index.html",
        title=N_("Surveys"),
        **tabs_of("surveys", answer),
        rows=await surveys(by=viewer.actor, with_retired=bool(retired)),
        with_retired=bool(retired),
    )


@get(f"{PATH}/new", guards=_EDITS)
async def new(answer: AnAnswer) -> Response[str]:
    """The empty form of a new survey."""
    return _page(answer, Form.showing(occasion=Occasion.CAMPAIGN.value))


@post(PATH, guards=_EDITS)
async def create(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Make the survey and go on to its draft."""
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(NewSurvey)
    if given is None:
        return _page(answer, form)
    try:
        survey = await create_survey(
            given.name, given.occasion, is_anonymous=given.is_anonymous, by=viewer.actor
        )
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return _page(answer, form)
    path = f"{PATH}/{survey.key}/draft"
    await remember(form, viewer, path)
    return answer.see_other(path, toast=N_("The survey is there. Now write its questions."))


def _page(answer: Answer, form: Form) -> Response[str]:
    return answer.page(
        "staff/surveys/new.html",
        title=N_("New survey"),
        section="surveys",
        form=form,
        occasions=choices(Occasion, answer),
    )


ROUTES = [index, new, create]
