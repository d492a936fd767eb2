"""The record of a visit, as it is written on the phone on the way back (rules V5-V8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.files.kinds import ACCEPT_ATTRIBUTE
from portal.domain.common.files.limits import readable_size
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.meetings import visit_recording
from portal.domain.opinions.opening import OpinionFacts
from portal.domain.opinions.states import Sentiment
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.items import ItemView, items_of
from portal.domain.visits.people import PersonFacts, people_of
from portal.domain.visits.record_facts import VisitRecord
from portal.domain.visits.states import Gifts, ItemKind, VisitKind
from portal.domain.visits.tables import Visit
from portal.staff.choices import choices
from portal.staff.record_page import conflict_words
from portal.staff.visits.desk import at_the_customers
from portal.staff.visits.page import PATH, VISIT, typed_at, zone_words
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, RecordId, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.once import led_to, remember
from portal.web.uploads import LIMITS, is_dropping, keep_chosen, kept_files, shown_files
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
_MAKES = [requires(Permission.MAKE_VISITS)]
_ASKED = frozenset({ItemKind.QUESTION, ItemKind.OFFER})
_SAID = N_("Recorded. The visit is made.")
_REPORT_OWED = N_("Recorded. The contact report is owed from now on.")
_PAGE_ORDER = (
    "made_at",
    "attended",
    "met",
    "items",
    "satisfaction",
    "better",
    "cause",
    "remedy",
    "opinions",
    "usage_note",
    "report",
    "gifts",
    "gifts_note",
    "files",
    "for_customer",
)
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Recorded(FormModel):
    version: Whole
    made_at: datetime | None = None
    attended: list[RecordId] = []
    satisfaction: Text = ""
    better: Text = ""
    cause: Text = ""
    remedy: Text = ""
    usage_note: Text = ""
    report: Text = ""
    gifts: Text = ""
    gifts_note: Text = ""
    for_customer: Text = ""
    important: bool = False


@get(f"{VISIT}/record", guards=_MAKES)
async def show(visit_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The form; what is recorded already stands on the page of the visit."""
    visit = await visit_by_reference(visit_reference, by=viewer.actor)
    if not visit.state.is_open:
        return answer.see_other(f"{PATH}/{visit.reference}")
    return await _page(visit, await _first_shown(visit, viewer), viewer, answer)


@post(f"{VISIT}/record", guards=_MAKES, opt=OWN_UNITS)
async def save(
    visit_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """It is made once everything is on record; a contact report is owed from then on (V6, M1)."""
    async with viewer.unit():  # nothing is kept for what one may not see
        await visit_by_reference(visit_reference, by=viewer.actor)
    form = await Form.sent(request)
    await keep_chosen(form, viewer)
    is_at_work = _change_rows(form) or is_dropping(form)
    given, conflict = None if is_at_work else form.read(Recorded), None
    if given is not None and not form.is_refused:
        try:
            async with viewer.unit() as unit:
                if path := await led_to(form, viewer):  # the answer to the first post was lost
                    return answer.see_other(path, toast=_SAID)
                visit = await visit_by_reference(visit_reference, by=viewer.actor)
                report = await visit_recording.record(
                    visit,
                    await _facts(visit, given, form),
                    by=viewer.actor,
                    form_key=form.key,
                    shown_files=shown_files(form),
                    expected_version=given.version,
                )
                await remember(form, viewer, f"{PATH}/{visit_reference}")
            tell_after_commit(unit)
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except Conflict as error:
            conflict = error
        else:
            said = _SAID if report is None else _REPORT_OWED
            return answer.see_other(f"{PATH}/{visit_reference}", toast=said)
    async with viewer.unit():
        visit = await visit_by_reference(visit_reference, by=viewer.actor)
        return await _page(visit, form, viewer, answer, conflict=conflict)


@post(f"{PATH}/photos", guards=_MAKES, opt=OWN_UNITS)
async def keep_photos(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Keep photos for the form they were chosen in, while people still write."""
    form = await Form.sent(request)
    await keep_chosen(form, viewer)
    async with viewer.unit():
        kept = await kept_files(form, viewer)
    return answer.fragment("staff/visits/_photos.html", form=form, kept=kept, **_upload_words())


async def _first_shown(visit: Visit, viewer: Viewer) -> Form:
    """Made when it was agreed or else now, with everybody who was to take part."""
    account = await visited_account(visit.account_id, archived_too=True)
    starts_at: datetime | None = visit.starts_at
    begun = starts_at if starts_at and starts_at <= viewer.now else viewer.now
    return Form.showing(
        version=visit.version,
        made_at=typed_at(begun, account.timezone),
        attended=[each.id for each in await people_of(visit)],
        **{_answer_field(each): each.outcome for each in await _asked(visit)},
    )


async def _facts(visit: Visit, given: Recorded, form: Form) -> VisitRecord:
    asked = await _asked(visit)
    told = {each.id: form.value(_answer_field(each)).strip() for each in asked}
    return VisitRecord(
        made_at=await at_the_customers(visit, given.made_at),
        attended=given.attended,
        met=[
            PersonFacts(name=row.get("name", ""), function=row.get("function", ""))
            for row in form.rows("met")
        ],
        satisfaction=given.satisfaction,
        report=given.report,
        usage_note=given.usage_note,
        cause=given.cause,
        remedy=given.remedy,
        better=given.better,
        gifts=given.gifts,
        gifts_note=given.gifts_note,
        for_customer=given.for_customer,
        opinions=[
            OpinionFacts(
                row=place,
                sentiment=row.get("sentiment", ""),
                text=row.get("text", ""),
                said_by=row.get("said_by", ""),
                is_shown=row.get("shown") == "yes",
            )
            for place, row in enumerate(form.rows("opinions"))
        ],
        # An offer of which nothing came stays as it was.
        outcomes={item_id: outcome for item_id, outcome in told.items() if outcome},
        is_important=given.important,
    )


def _change_rows(form: Form) -> bool:
    """Whether a button of a table of rows was pressed: a row more, or one fewer."""
    for name in ("met", "opinions"):
        rows = form.rows(name)
        if form.pressed(f"_add_{name}"):
            form.put_rows(name, [*rows, dict.fromkeys(rows[0] if rows else ("text",), "")])
            return True
        if form.pressed(f"_remove_{name}"):
            gone = form.value(f"_remove_{name}")
            form.put_rows(name, [row for place, row in enumerate(rows) if str(place) != gone])
            return True
        form.put_rows(name, rows)
    return False


async def _asked(visit: Visit) -> list[ItemView]:
    return [each for each in await items_of(visit) if each.kind in _ASKED]


def _answer_field(item: ItemView) -> str:
    return f"items-{item.id}-outcome"


async def _page(
    visit: Visit,
    form: Form,
    viewer: Viewer,
    answer: Answer,
    *,
    conflict: Conflict | None = None,
) -> Response[str]:
    form.order_errors(_PAGE_ORDER)
    if conflict is not None:
        form.put("version", visit.version)
    account = await visited_account(visit.account_id, archived_too=True)
    asked = await _asked(visit)
    is_callback = visit.sort is VisitKind.CALLBACK
    return answer.page(
        "staff/visits/record.html",
        title=N_("Record %(reference)s"),
        words={"reference": visit.reference},
        section="visits",
        form=form,
        status=409 if conflict else 200,
        conflict=conflict_words(conflict, viewer),
        visit=visit,
        account=account,
        base=f"{PATH}/{visit.reference}",
        is_callback=is_callback,
        looks_at_use=account.is_key and not is_callback,
        people=[(each.id, each.name, each.function) for each in await people_of(visit)],
        questions=[each for each in asked if each.kind is ItemKind.QUESTION],
        proposals=[each for each in asked if each.kind is ItemKind.OFFER],
        answer_field=_answer_field,
        satisfactions=choices(Satisfaction, answer),
        gifts=choices(Gifts, answer),
        zone_words=zone_words(account.timezone, viewer),
        met_columns=_met_columns(answer),
        opinion_columns=_opinion_columns(answer),
        kept=await kept_files(form, viewer),
        **_upload_words(),
    )


def _met_columns(answer: Answer) -> list[Mapping[str, Any]]:
    say = answer.translated
    return [
        {"name": "name", "label": say(N_("Name"))},
        {"name": "function", "label": say(N_("Function")), "optional": True},
    ]


def _opinion_columns(answer: Answer) -> list[Mapping[str, Any]]:
    say = answer.translated
    select = {"kind": "select", "width": "m"}
    sentiments = [("", say(N_("Choose"))), *choices(Sentiment, answer)]
    readers = [("", say(N_("Colleagues"))), ("yes", say(N_("The customer, too")))]
    return [
        {
            "name": "sentiment",
            "label": say(N_("Kind")),
            "kind": "select",
            "width": "m",
            "options": sentiments,
        },
        {"name": "text", "label": say(N_("What they think"))},
        {"name": "said_by", "label": say(N_("Said by")), "width": "m", "optional": True},
        {"name": "shown", "label": say(N_("Who reads the answer")), **select, "options": readers},
    ]


def _upload_words() -> dict[str, Any]:
    return {
        "accept": ACCEPT_ATTRIBUTE,
        "most_files": LIMITS.max_files,
        "file_size": readable_size(LIMITS.max_file_bytes),
    }


ROUTES = [show, save, keep_photos]
