"""Sending a quote: looked at once more, then rendered, stored and sent for good (rule Q5)."""

from litestar import Response, get, post
from litestar.params import FromPath

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.errors import Conflict, FieldErrors, NotFound
from portal.domain.common.files.delivery import content_disposition
from portal.domain.common.files.staging import stage_document
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import drafting
from portal.domain.quotes.access import find
from portal.domain.quotes.customer_card import customer_card
from portal.domain.quotes.document import DocumentFacts, document_facts
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.refusals import NotReviewed
from portal.domain.quotes.sending import SentDocument, send
from portal.staff.quote_desk import AnyRequest, Desk
from portal.staff.quote_paper import paper_of
from portal.staff.revision_page import show_revision
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer, TheSettings
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.storage import storage
from portal.web.uploads import LIMITS

_READS = [requires(Permission.READ_QUOTES)]
_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_PDF = "application/pdf"


class Sending(FormModel):
    version: Whole


@get("/staff/quotes/{reference:str}/revision/send", guards=_WORKS)
async def check(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What will go out, to whom, and what it replaces; nothing has been sent yet."""
    return await _check_page(Desk(reference, viewer, answer))


@post("/staff/quotes/{reference:str}/revision/send", guards=_WORKS, opt=OWN_UNITS)
async def send_quote(
    reference: FromPath[str],
    request: AnyRequest,
    viewer: AViewer,
    answer: AnAnswer,
    settings: TheSettings,
) -> Response[str]:
    """Send the approved revision as it was shown; from here on it cannot change."""
    at, by = Desk(reference, viewer, answer), viewer.actor
    async with viewer.unit():
        quote = await drafting.in_preparation(await find(reference, by=by))
        facts = await document_facts(reference, quote.revision, by=by)
    given = (await Form.sent(request)).read(Sending)
    try:
        if given is None or given.version != facts.revision.version:
            raise Conflict
        pdf = await paper_of(facts, settings.supplier_name, preview=False)
        file = await stage_document(
            file_name(facts), pdf, _PDF, by=by, limits=LIMITS, storage=storage()
        )
        async with viewer.unit() as unit:
            record = await find(reference, by=by)
            quote = await drafting.in_preparation(record)
            document = SentDocument(file.id, file.sha256)
            await send(record, quote, document, by=by, expected_version=given.version)
    except FieldErrors as error:
        # What it promises has gone by since it was approved.
        async with viewer.unit():
            return await show_revision(reference, viewer, answer, editing=True, refusal=error)
    except (Conflict, NotReviewed) as error:
        async with viewer.unit():
            return await _check_page(at, answer.translated(error.message, **error.words))
    tell_after_commit(unit)
    return answer.see_other(
        at.path,
        toast=N_("Quote sent to %(customer)s."),
        customer=facts.page.account_name,
    )


@get(
    "/staff/quotes/{reference:str}/revisions/{revision:int}/preview",
    guards=_READS,
    opt=OWN_UNITS,
)
async def preview(
    reference: FromPath[str], revision: FromPath[int], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The paper of a revision that was not sent yet, marked as a draft on every page."""
    async with viewer.unit():
        facts = await document_facts(reference, revision, by=viewer.actor)
        path = f"/staff/quotes/{reference}/revisions/{revision}/preview"
        await note_read(facts.page.record.account_id, viewer.actor, path)
    if facts.revision.sent_at is not None:
        raise NotFound  # the one that was sent is the stored document, not one made anew
    pdf = await paper_of(facts, settings.supplier_name, preview=True)
    headers = {
        "Content-Disposition": content_disposition(file_name(facts)),
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type=_PDF, headers=headers)


def file_name(facts: DocumentFacts) -> str:
    """How the paper is called on the customer's disk."""
    return f"{facts.page.reference}-{facts.revision.revision}.pdf"


async def _check_page(at: Desk, conflict: str = "") -> Response[str]:
    request = await request_page(at.reference, by=at.viewer.actor)
    revision = request.in_preparation
    if revision is None:
        raise NotFound
    await note_read(request.record.account_id, at.viewer.actor, f"{at.path}/revision/send")
    return at.answer.page(
        "staff/quotes/send.html",
        title=N_("Send %(reference)s"),
        words={"reference": at.reference},
        section="quotes",
        status=409 if conflict else 200,
        request=request,
        revision=revision,
        card=await customer_card(request.record.account_id),
        conflict=conflict,
    )


ROUTES = [check, send_quote, preview]
