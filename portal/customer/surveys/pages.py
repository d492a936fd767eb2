"""The surveys that a person of the portal is asked to answer (rules S1, S2)."""

from datetime import date
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain import policy
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy.survey_figures import SMALLEST_GROUP
from portal.domain.surveys.answering import (
    Asked,
    SurveyClosed,
    answer_signed_in,
    survey_of,
    surveys_of,
)
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.survey_paper import Paper, given_in, last_day, paper_of
from portal.web.viewer import Viewer

PATH = "/surveys"
_ONE = f"{PATH}/{{public_id:str}}"
_ANSWERS = [requires(Permission.ANSWER_SURVEYS)]


class Listed(NamedTuple):
    """A survey with its words."""

    asked: Asked
    paper: Paper
    last_day: date


@get(PATH, guards=_ANSWERS)
async def index(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What is to be answered, and what was."""
    listed = [
        Listed(
            asked,
            paper_of(asked.definition, viewer.reader.locale),
            last_day(asked.expires_at, viewer.reader),
        )
        for asked in await surveys_of(viewer.actor, only_open=False)
    ]
    return answer.page(
        "customer/surveys/index.html",
        title=N_("Surveys"),
        section="surveys",
        open=[each for each in listed if each.asked.is_open],
        closed=[each for each in listed if not each.asked.is_open],
    )


@get(_ONE, guards=_ANSWERS)
async def show(public_id: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The questions, or what became of them."""
    return await _page(await survey_of(public_id, by=viewer.actor), Form(), viewer, answer)


@post(_ONE, guards=_ANSWERS)
async def send(
    public_id: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Keep the answers. Sent twice, they are kept once."""
    asked = await survey_of(public_id, by=viewer.actor)
    form = await Form.sent(request)
    try:
        await answer_signed_in(
            public_id,
            given_in(form, asked.definition),
            locale=viewer.reader.locale,
            by=viewer.actor,
            call_back=form.value("call_back"),
        )
    except SurveyClosed:
        pass  # the page says what became of it
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return await _page(asked, form, viewer, answer)
    return answer.see_other(f"{PATH}/{asked.public_id}")


async def _page(asked: Asked, form: Form, viewer: Viewer, answer: Answer) -> Response[str]:
    paper = paper_of(asked.definition, viewer.reader.locale)
    return answer.page(
        "customer/surveys/show.html",
        title="%(title)s",
        words={"title": paper.title},
        section="surveys",
        form=form,
        asked=asked,
        paper=paper,
        last_day=last_day(asked.expires_at, viewer.reader),
        action=f"{PATH}/{asked.public_id}",
        draft=f"survey-{asked.public_id}",
        offers_languages=False,
        smallest_group=(await policy.figure(SMALLEST_GROUP)).value,
    )


ROUTES = [index, show, send]
