"""How a form on a request's page is answered: one verb is called, then back to the page.

What is refused comes back with its form open and everything typed still in it: a 422 where a field
is wrong, a 409 with what stands now where a colleague was faster.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Request, Response

from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.quotes.access import find
from portal.domain.quotes.tables import QuoteRequest
from portal.staff.quote_page import Panel, show_request
from portal.web.answers import Answer
from portal.web.forms import Form, FormModel
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Fields = TypeVar("Fields", bound=FormModel)
Verb = Callable[[QuoteRequest, Fields], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Which request is worked on, by whom, and how they are answered."""

    reference: str
    viewer: Viewer
    answer: Answer

    @property
    def path(self) -> str:
        return f"/staff/quotes/{self.reference}"


async def carry_out(
    at: Desk,
    request: AnyRequest,
    verb: Verb[Fields],
    fields: type[Fields],
    said: str,
    *,
    panel: Panel | None = None,
) -> Response[str]:
    """Read the form as `fields`, do `verb`, go back and say so. Sent twice, it is done once.

    `panel` is the form to leave open when something is refused.
    """
    form, record = await Form.sent(request), await find(at.reference, by=at.viewer.actor)
    if path := await led_to(form, at.viewer):
        return at.answer.see_other(path)
    conflict, given = None, form.read(fields)
    if given is not None:
        try:
            await verb(record, given)
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except Conflict as error:
            conflict = error
        else:
            await remember(form, at.viewer, at.path)
            return at.answer.see_other(at.path, toast=said)
    return await show_request(
        at.reference, at.viewer, at.answer, panel=panel or "", form=form, conflict=conflict
    )
