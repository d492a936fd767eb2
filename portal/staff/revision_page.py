"""The page on which a revision is priced, reviewed and looked at."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from litestar import Response

from portal.domain import policy
from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, NotFound
from portal.domain.common.files.attachments import attached_files
from portal.domain.common.files.tables import StoredFile
from portal.domain.common.words import N_
from portal.domain.policy.figures import QUOTE_DISCOUNT_LIMIT
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.differences import differences
from portal.domain.quotes.offered_terms import offered_terms
from portal.domain.quotes.pricing import Terms, effective_discount
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.states import QuoteStatus
from portal.domain.quotes.tables import SUBJECT_KIND
from portal.domain.quotes.views import PricedLine, Revision
from portal.staff.choices import choices
from portal.staff.revision_form import FREE, LINES, asked_of, form_of, refuse_revision, show_asked
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.uploads import LIMITS, kept_files, offered
from portal.web.viewer import Viewer


async def show_revision(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    *,
    number: int | None = None,
    form: Form | None = None,
    review: Form | None = None,
    editing: bool = False,
    refusal: FieldError | FieldErrors | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The revision in work, or the one of this `number`; with a form where it can be changed.

    A `form` or `review` that was refused makes it a 422, so does a `refusal` of what is saved; a
    `conflict` a 409 that shows what stands now beside what was typed. Raises `NotFound` also where
    there is no such revision. A read from outside the team is noted (rule A6).
    """
    request = await request_page(reference, by=viewer.actor)
    revision = request.in_preparation if number is None else request.revision(number)
    if revision is None:
        raise NotFound
    account = await account_facts(request.record.account_id)
    path = f"/staff/quotes/{reference}/revisions/{revision.revision}"
    await note_read(account.id, viewer.actor, path)
    limit = (await policy.figure(QUOTE_DISCOUNT_LIMIT, scope=account.scope)).value
    changes = is_draft(revision) or editing or form is not None
    edited = _edited(revision, form) if changes and request.can_price else None
    if edited is not None and refusal is not None:
        refuse_revision(edited, refusal)
    before = request.revision_before(revision)
    files = await attached_files(SUBJECT_KIND, request.id, visible_to=viewer.actor.reads)
    return answer.page(
        "staff/quotes/revision.html",
        title=N_("Revision %(revision)s of %(reference)s"),
        words={"revision": revision.revision, "reference": reference},
        section="quotes",
        form=review or edited,
        status=409 if conflict else 200,
        request=request,
        revision=revision,
        edited=edited,
        review=review or Form(),
        rows=edited.row_count(LINES) if edited else 0,
        documents=_documents(files, answer),
        paper=next(
            (offered(file, "/staff/files") for file in files if file.id == revision.document_id),
            None,
        ),
        terms=choices(await offered_terms(account, revision.payment_terms), answer),
        largest=largest_discount(revision),
        limit=limit,
        discount_of=lambda line: discount_of(line, revision),
        asked_of=asked_of,
        before=before,
        differences=differences(before, revision) if before else None,
        conflict=answer.translated(conflict.message, **conflict.words) if conflict else "",
        kept=await kept_files(form, viewer) if form else (),
        limits=LIMITS,
    )


def is_draft(revision: Revision) -> bool:
    """Whether it is being worked on: then its page is the form."""
    return revision.status is QuoteStatus.DRAFT


def largest_discount(revision: Revision) -> Decimal:
    """By how many per cent its cheapest line is below what the account is normally asked."""
    each = [discount_of(line, revision) for line in revision.lines]
    return max(each, default=Decimal(0))


def discount_of(line: PricedLine, revision: Revision) -> Decimal:
    """A line's discount from what this account is normally asked, the whole quote's included."""
    terms = Terms(
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax_rate=line.tax_rate,
        discount_percent=line.discount_percent,
        gift=line.gift,
        account_price=line.account_price,
        list_price=line.list_price,
    )
    return effective_discount(terms, revision.discount_percent).quantize(Decimal("0.01"))


def _edited(revision: Revision, form: Form | None) -> Form:
    edited = form or form_of(revision)
    # Saving again is a decision in sight of what stands now.
    edited.put("version", revision.version)
    show_asked(edited, revision)
    return edited


def _documents(files: Sequence[StoredFile], answer: Answer) -> Sequence[tuple[Any, str]]:
    """What a line can be: charged, or free with the document in which the customer confirms it."""
    return [
        ("", answer.translated(N_("Charged"))),
        (FREE, answer.translated(N_("Free, no document yet"))),
        *(
            (file.id, answer.translated(N_("Free, confirmed in %(file)s"), file=file.name))
            for file in files
            if not file.is_infected and file.name
        ),
    ]
