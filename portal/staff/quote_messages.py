"""What staff write at a request: questions, replies and answers taken by phone, internal notes.

Replies and notes have an address, a form and a field each, so that the two cannot be confused.
Chosen files are kept before the words are looked at: a refused form does not lose them.
"""

from collections.abc import Awaitable, Callable

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import conversation
from portal.domain.quotes.access import find
from portal.domain.quotes.conversation import FormFiles
from portal.domain.quotes.tables import QuoteRequest
from portal.staff.quote_desk import AnyRequest, Desk
from portal.staff.quote_page import Panel, show_request
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import is_choosing, is_dropping, keep_chosen, shown_files

_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_READS = [requires(Permission.READ_QUOTES)]
# What is done with the request, the words that were typed and the files of the form.
Writing = Callable[[QuoteRequest, str, FormFiles], Awaitable[int | None]]


@post("/staff/quotes/{reference:str}/questions", guards=_WORKS, opt=OWN_UNITS)
async def ask(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask the customer for what is missing; the clock waits and the customer sees why."""

    async def writing(record: QuoteRequest, body: str, files: FormFiles) -> int | None:
        return await conversation.ask(record, body, by=viewer.actor, form=files)

    said = N_("Question sent. The clock waits for the customer.")
    return await _written(Desk(reference, viewer, answer), request, Panel.ASK, writing, said)


@post("/staff/quotes/{reference:str}/answers", guards=_WORKS, opt=OWN_UNITS)
async def answered(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Write down what the customer answered by phone or e-mail; the clock runs on."""

    async def writing(record: QuoteRequest, body: str, files: FormFiles) -> int | None:
        return await conversation.answer_question(record, body, by=viewer.actor, form=files)

    said = N_("Answer recorded. The clock runs on.")
    return await _written(Desk(reference, viewer, answer), request, Panel.ANSWERED, writing, said)


@post("/staff/quotes/{reference:str}/messages", guards=_WORKS, opt=OWN_UNITS)
async def reply(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Write to the customer."""

    async def writing(record: QuoteRequest, body: str, files: FormFiles) -> int | None:
        return await conversation.write(
            record, body, by=viewer.actor, audience=Audience.CUSTOMER, form=files
        )

    said = N_("Reply sent to the customer.")
    return await _written(Desk(reference, viewer, answer), request, Panel.REPLY, writing, said)


@post("/staff/quotes/{reference:str}/notes", guards=_READS, opt=OWN_UNITS)
async def note(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Write down what colleagues should know; no customer can read it."""

    async def writing(record: QuoteRequest, body: str, files: FormFiles) -> int | None:
        return await conversation.write(
            record, body, by=viewer.actor, audience=Audience.INTERNAL, form=files
        )

    said = N_("Internal note saved.")
    return await _written(Desk(reference, viewer, answer), request, Panel.NOTE, writing, said)


# The composers stand on the page together with a form at its top: their fields differ.
_FIELDS = {Panel.REPLY: ("reply_body", "reply_files"), Panel.NOTE: ("note_body", "note_files")}


async def _written(
    at: Desk,
    request: AnyRequest,
    panel: Panel,
    writing: Writing,
    said: str,
) -> Response[str]:
    body, files = _FIELDS.get(panel, ("body", "files"))
    reference, viewer, answer = at.reference, at.viewer, at.answer
    form = await Form.sent(request)
    if is_choosing(form, field=files):
        async with viewer.unit():
            await find(reference, by=viewer.actor)  # nothing is kept for what one may not see
        await keep_chosen(form, viewer, field=files)
    conflict = None
    if not is_dropping(form, field=files) and not form.is_refused:
        try:
            async with viewer.unit() as unit:
                record = await find(reference, by=viewer.actor, to_change=True)
                shown = FormFiles(form.key, shown_files(form, field=files))
                await writing(record, form.value(body), shown)
            tell_after_commit(unit)
            return answer.see_other(f"{at.path}#conversation", toast=said)
        except FieldError as error:
            field = {"body": body, "files": files}.get(error.field, error.field)
            form.refuse(field, error.field_message, **error.words)
        except Conflict as error:
            conflict = error
    async with viewer.unit():
        return await show_request(
            reference, viewer, answer, panel=panel, form=form, conflict=conflict
        )


ROUTES = [ask, answered, reply, note]
