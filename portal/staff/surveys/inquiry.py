"""The feedback form 客户拜访征询函 of a visit: sent to the customer, or typed in by us (V4)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.accounts.contacts import contacts_of
from portal.domain.common.errors import DomainError, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.surveys.definition import Definition
from portal.domain.surveys.paper import (
    definition_of,
    enter_inquiry,
    inquiry_form,
    inquiry_of,
    send_inquiry,
)
from portal.domain.surveys.states import InvitationStatus
from portal.domain.surveys.tables import Invitation
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.tables import Visit
from portal.rendering.i18n import LOCALES
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.record_forms import refuse_by
from portal.web.survey_paper import given_in, paper_of
from portal.web.viewer import Viewer

VISITS = "/staff/visits"
PATH = f"{VISITS}/{{visit_reference:str}}/inquiry"
_MAKES = [requires(Permission.MAKE_VISITS)]
AnyRequest = Request[Any, Any, Any]


@get(PATH, guards=_MAKES)
async def show(visit_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The form as the customer filled it in, or to whom it was sent."""
    visit = await visit_by_reference(visit_reference, by=viewer.actor)
    return await _page(visit, Form(), viewer, answer)


@post(PATH, guards=_MAKES)
async def enter(
    visit_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Keep what stands on the paper, or have the form sent instead."""
    visit = await visit_by_reference(visit_reference, by=viewer.actor)
    form = await Form.sent(request)
    if form.pressed("_language"):
        form.put("language", form.value("_language"))
        return await _page(visit, form, viewer, answer)
    try:
        if form.pressed("_send"):
            await send_inquiry(visit, _contact(form), by=viewer.actor)
            return answer.see_other(
                f"{VISITS}/{visit.reference}/inquiry", toast=N_("The feedback form is sent.")
            )
        sent = await inquiry_of(visit)
        asked = await definition_of(sent) if sent else await inquiry_form()
        await enter_inquiry(
            visit,
            sent.contact_id if sent else _contact(form),
            given_in(form, asked) if asked else {},
            locale=_locale(form, viewer),
            by=viewer.actor,
        )
    except FieldError as error:
        form.refuse("contact", error.field_message, **error.words)
        return await _page(visit, form, viewer, answer)
    except DomainError as error:
        refuse_by(form, error, {})
        return await _page(visit, form, viewer, answer)
    return answer.see_other(
        f"{VISITS}/{visit.reference}", toast=N_("The feedback form is kept. It counts this month.")
    )


def _contact(form: Form) -> int:
    value = form.value("contact")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 18 else 0


def _locale(form: Form, viewer: Viewer) -> str:
    language = form.value("language")
    return language if language in LOCALES else viewer.reader.locale


async def _page(visit: Visit, form: Form, viewer: Viewer, answer: Answer) -> Response[str]:
    sent: Invitation | None = await inquiry_of(visit)
    asked: Definition | None = await definition_of(sent) if sent else await inquiry_form()
    is_answered = sent is not None and sent.status == InvitationStatus.ANSWERED
    return answer.page(
        "staff/surveys/inquiry.html",
        title=N_("Feedback form of %(reference)s"),
        words={"reference": visit.reference},
        section="visits",
        form=form,
        visit=visit,
        sent=sent,
        status_of_it=InvitationStatus(sent.status) if sent else None,
        is_answered=is_answered,
        paper=paper_of(asked, _locale(form, viewer)) if asked else None,
        contacts=[(each.id, each.name) for each in await contacts_of(visit.account_id)],
    )


ROUTES = [show, enter]
