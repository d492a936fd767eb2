"""Answering by the link of a mail: on a phone, without sign-in, without script (rules S1, S2).

Opening the link consumes nothing, choosing another language keeps what was answered, and what was
refused comes back with everything in it.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from portal.domain import policy
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.words import N_
from portal.domain.policy.survey_figures import SMALLEST_GROUP
from portal.domain.surveys.answering import Asked, SurveyClosed, answer_by_link, survey_by_token
from portal.rendering.i18n import LOCALES
from portal.rendering.links import with_query
from portal.rendering.reader import Reader
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AVisit
from portal.web.forms import Form
from portal.web.guards import PUBLIC
from portal.web.proxies import subscriber
from portal.web.survey_paper import given_in, last_day, paper_of
from portal.web.throttle import Limit, count_attempt
from portal.web.visit import Visit

PATH = "/s/{token:str}"
# A link cannot be guessed; this bounds what one place can make us do. An office answers at once.
SURVEYS_PER_CLIENT = Limit("survey-client", 600, 600)
_LONGEST_TOKEN = 200


@get(PATH, opt=PUBLIC)
async def show(
    token: FromPath[str], visit: AVisit, answer: AnAnswer, language: FromQuery[str] = ""
) -> Response[str]:
    """The questions behind a link, or what became of them. Looking consumes nothing."""
    await count_attempt(SURVEYS_PER_CLIENT, subscriber(visit.client_address))
    asked = await survey_by_token(token[:_LONGEST_TOKEN])
    if asked is None:
        return _unknown(answer)
    return await _page(asked, language, Form(), visit, answer)


@post(PATH, opt=PUBLIC)
async def send(
    token: FromPath[str], request: Request[Any, Any, Any], visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Keep the answers; the link is spent with it. Sent twice, they are kept once."""
    await count_attempt(SURVEYS_PER_CLIENT, subscriber(visit.client_address))
    asked = await survey_by_token(token[:_LONGEST_TOKEN])
    if asked is None:
        return _unknown(answer)
    form = await Form.sent(request)
    language = form.value("language")
    if form.pressed("_language"):
        return await _page(asked, form.value("_language"), form, visit, answer)
    try:
        await answer_by_link(
            token,
            given_in(form, asked.definition),
            locale=_locale(asked, language),
            call_back=form.value("call_back"),
        )
    except SurveyClosed:
        pass  # the page says what became of it: answered already, or over
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return await _page(asked, language, form, visit, answer)
    return answer.see_other(with_query(visit.path, language=_locale(asked, language)))


async def _page(
    asked: Asked, language: str, form: Form, visit: Visit, answer: Answer
) -> Response[str]:
    locale = _locale(asked, language)
    # The whole page speaks as the mail did, or as was chosen on it.
    visit.reader = Reader(locale, visit.reader.timezone, visit.reader.now)
    paper = paper_of(asked.definition, locale)
    if not asked.is_open:
        return answer.page(
            "surveys/ended.html",
            title=N_("Survey"),
            section="surveys",
            asked=asked,
            paper=paper,
            last_day=last_day(asked.expires_at, visit.reader),
        )
    return answer.page(
        "surveys/link.html",
        title="%(title)s",
        words={"title": paper.title},
        section="surveys",
        form=form,
        asked=asked,
        paper=paper,
        last_day=last_day(asked.expires_at, visit.reader),
        action=visit.path,
        draft=f"survey-{asked.public_id}",
        offers_languages=True,
        smallest_group=(await policy.figure(SMALLEST_GROUP)).value,
    )


def _unknown(answer: Answer) -> Response[str]:
    return answer.page("surveys/unknown.html", title=N_("Survey"), section="surveys", status=404)


def _locale(asked: Asked, language: str) -> str:
    return language if language in LOCALES else asked.locale


ROUTES = [show, send]
