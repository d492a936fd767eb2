"""A revision on its way: started, priced, reviewed by a colleague (rules Q3, Q5, Q6)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.files.attachments import attach
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import drafting, review
from portal.domain.quotes.access import find
from portal.domain.quotes.handling import Judgement, judge
from portal.domain.quotes.tables import QuoteRequest
from portal.staff.quote_desk import AnyRequest, Desk
from portal.staff.revision_form import (
    LINES,
    RevisionFields,
    read_revision,
    refuse_revision,
    without_shown,
)
from portal.staff.revision_page import show_revision
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import is_dropping, keep_chosen, shown_files

_READS = [requires(Permission.READ_QUOTES)]
_WORKS = [requires(Permission.WORK_ON_QUOTES)]


class Verdict(FormModel):
    note: str = ""
    version: Whole


@post("/staff/quotes/{reference:str}/revision/start", guards=_WORKS)
async def start(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Begin the next revision, prefilled; the one in work where there is one."""
    record = await find(reference, by=viewer.actor)
    await drafting.prepare(record, by=viewer.actor)
    return answer.see_other(f"/staff/quotes/{reference}/revision")


@get("/staff/quotes/{reference:str}/revision", guards=_READS)
async def in_work(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer, edit: FromQuery[str] = ""
) -> Response[str]:
    """The revision in work: its form while it is a draft, else what waits for review or sending."""
    return await show_revision(reference, viewer, answer, editing=bool(edit))


@get("/staff/quotes/{reference:str}/revisions/{revision:int}", guards=_READS)
async def one(
    reference: FromPath[str], revision: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """One revision as it stands, and what is otherwise than in the one before."""
    return await show_revision(reference, viewer, answer, number=revision)


@post("/staff/quotes/{reference:str}/revision", guards=_WORKS, opt=OWN_UNITS)
async def save(
    reference: FromPath[str],
    request: AnyRequest,
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
) -> Response[str]:
    """Keep what was typed; with the button "ask for review" the review is asked for as well."""
    at = Desk(reference, viewer, answer)
    async with viewer.unit():
        await drafting.in_preparation(await find(reference, by=viewer.actor))
    form = without_shown(await Form.sent(request))
    await keep_chosen(form, viewer)
    if _changes_rows(form) or is_dropping(form) or form.is_refused:
        return await _form_again(at, form)
    try:
        await _save(at, form)
    except (FieldError, FieldErrors) as error:
        refuse_revision(form, error)
        return await _form_again(at, form)
    except Conflict as error:
        return await _form_again(at, form, error)
    if form.pressed("_review"):
        return await _ask_for_review(at)
    if visit.is_htmx:
        async with viewer.unit():
            return await show_revision(reference, viewer, answer)
    return answer.see_other(f"{at.path}/revision", toast=N_("Saved."))


@post("/staff/quotes/{reference:str}/revision/approval", guards=_READS)
async def approve(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Say that it may be sent as it is; beyond the policy's discount a supervisor does."""
    return await _verdict(Desk(reference, viewer, answer), request, approved=True)


@post("/staff/quotes/{reference:str}/revision/return", guards=_READS)
async def send_back(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Send it back to who prepared it, with what has to change."""
    return await _verdict(Desk(reference, viewer, answer), request, approved=False)


async def _verdict(at: Desk, request: Request[Any, Any, Any], *, approved: bool) -> Response[str]:
    record = await find(at.reference, by=at.viewer.actor)
    quote = await drafting.in_preparation(record)
    form, conflict = await Form.sent(request), None
    given = form.read(Verdict)
    if given is not None:
        by, version = at.viewer.actor, given.version
        try:
            if approved:
                await review.approve(
                    record, quote, by=by, note=given.note, expected_version=version
                )
            else:
                await review.send_back(record, quote, given.note, by=by, expected_version=version)
        except FieldError as error:
            form.refuse_by(error)
        except Conflict as error:
            conflict = error
        else:
            said = N_("Approved. It can be sent.") if approved else N_("Sent back.")
            return at.answer.see_other(at.path, toast=said)
    return await show_revision(at.reference, at.viewer, at.answer, review=form, conflict=conflict)


async def _save(at: Desk, form: Form) -> None:
    """One unit of work; field errors of reading are noted in the form, those of rules rise."""
    by = at.viewer.actor
    async with at.viewer.unit() as unit:
        record = await find(at.reference, by=by)
        quote = await drafting.in_preparation(record)
        files = await attach(
            form.key,
            to=record.subject,
            audience=Audience.INTERNAL,
            by=by,
            expected=shown_files(form),
        )
        document = files[0].id if files else None
        facts = read_revision(form, new_document=document)
        fields = form.read(RevisionFields, lines=(LINES,))
        if facts is None or fields is None:
            raise FieldErrors([])
        await _judge(record, fields, at)
        await drafting.save(record, quote, facts, by=by, expected_version=fields.version)
    tell_after_commit(unit)


async def _judge(record: QuoteRequest, fields: RevisionFields, at: Desk) -> None:
    """The tick that says the request can be met as asked is a judgement like any other (Q4)."""
    if fields.judgement:
        as_asked = Judgement(feasible=True, resources_available=True, time_sufficient=True)
        await judge(record, as_asked, by=at.viewer.actor)


async def _ask_for_review(at: Desk) -> Response[str]:
    """What was typed is kept by now, so that a refused review loses nothing."""
    try:
        async with at.viewer.unit() as unit:
            record = await find(at.reference, by=at.viewer.actor)
            quote = await drafting.in_preparation(record)
            await review.submit_for_review(
                record, quote, by=at.viewer.actor, expected_version=quote.version
            )
    except (FieldError, FieldErrors) as error:
        async with at.viewer.unit():
            return await show_revision(at.reference, at.viewer, at.answer, refusal=error)
    tell_after_commit(unit)
    said = N_("Saved. A colleague has been asked to review it.")
    return at.answer.see_other(at.path, toast=said)


def _changes_rows(form: Form) -> bool:
    """Without script the buttons that add and remove rows come as fields of the form."""
    rows = form.rows(LINES)
    if form.pressed(f"_add_{LINES}"):
        form.put_rows(LINES, [*rows, dict.fromkeys(rows[0] if rows else ("sku",), "")])
        return True
    if form.pressed(f"_remove_{LINES}"):
        taken = form.value(f"_remove_{LINES}")
        form.put_rows(LINES, [row for at, row in enumerate(rows) if str(at) != taken])
        return True
    return False


async def _form_again(at: Desk, form: Form, conflict: Conflict | None = None) -> Response[str]:
    async with at.viewer.unit():
        return await show_revision(at.reference, at.viewer, at.answer, form=form, conflict=conflict)


ROUTES = [start, in_work, one, save, approve, send_back]
