"""Complaint statistics 投诉分类统计表: figures, cases, countermeasures (rule C12)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple, Self

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain.common.errors import DomainError, NotFound
from portal.domain.common.files.delivery import content_disposition
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import countermeasures, statistics
from portal.domain.complaints.countermeasures import CountermeasureFacts
from portal.domain.complaints.states import CaseKind, Judgement
from portal.domain.complaints.statistics import Case, Counted, Dimension, StatisticsFilter
from portal.domain.organisation.departments import departments
from portal.rendering.charts import Bar, bars, columns
from portal.rendering.links import with_query
from portal.rendering.spreadsheets import CSV, XLSX, Cell, Sheet, csv_file, xlsx
from portal.staff.orders.desk import refuse_by
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Day, Form, FormModel, RecordId
from portal.web.guards import requires
from portal.web.viewer import Viewer

PATH = "/staff/complaints/statistics"
_READS = [requires(Permission.READ_COMPLAINTS)]
_SUPERVISES = [requires(Permission.SUPERVISE_COMPLAINTS)]
_MONTHS_SHOWN = 12
AnyRequest = Request[Any, Any, Any]
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Period(NamedTuple):
    """What the page was asked for, as it stands in addresses."""

    first: str
    last: str
    by: str
    kind: str

    @classmethod
    def asked(cls, request: AnyRequest) -> Self:
        """What the query of an address says."""
        return cls(*(request.query_params.get(name, "")[:20] for name in cls._fields))

    def filter(self, viewer: Viewer) -> StatisticsFilter:
        """The period asked for, else the last twelve months; nonsense counts as not given."""
        today = viewer.reader.local(viewer.now).date()
        last = _month(self.last) or today.replace(day=1)
        first = _month(self.first) or _months_before(last, _MONTHS_SHOWN - 1)
        first = max(min(first, last), _months_before(last, statistics.MOST_MONTHS - 1))
        by = Dimension(self.by) if self.by in set(Dimension) else Dimension.CATEGORY
        kind = self.kind if self.kind in set(CaseKind) else ""
        return StatisticsFilter(first, last, by, kind, viewer.reader.locale)


class NewCountermeasure(FormModel):
    value: Text = ""
    month: Text = ""
    measure: Text = ""
    department_id: RecordId | None = None
    due_on: Day | None = None


@get(PATH, guards=_READS)
async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Counts of a period with their chart, by month and by one dimension."""
    return await _page(Period.asked(request), Form(), viewer, answer)


@get(f"{PATH}/cases", guards=_READS)
async def cases(
    request: AnyRequest, viewer: AViewer, answer: AnAnswer, value: FromQuery[str] = ""
) -> Response[str]:
    """The cases behind a figure."""
    wanted = Period.asked(request).filter(viewer)
    value = value[:100]
    counts = await statistics.counted(wanted, by=viewer.actor)
    label = next((row.label for row in counts if row.value == value), "")
    return answer.page(
        "staff/complaints/statistics_cases.html",
        title=N_("Cases behind the figure"),
        section="complaints",
        wanted=wanted,
        label=label,
        rows=await statistics.cases_of(wanted, value, by=viewer.actor, limit=500),
        back=_address(PATH, wanted),
    )


@get(f"{PATH}/export/{{name:str}}", guards=_READS)
async def export(
    name: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[bytes]:
    """What the page shows as a file: figures and cases as XLSX, the cases alone as CSV."""
    if name not in {"complaints.xlsx", "complaints.csv"}:
        raise NotFound
    wanted = Period.asked(request).filter(viewer)
    listed = await statistics.cases_of(wanted, by=viewer.actor)
    of_cases = Sheet(
        N_("Cases"),
        [
            N_("Reference"),
            N_("Received"),
            N_("Customer code"),
            N_("Customer"),
            N_("Kind of case"),
            N_("What it is about"),
            N_("Subject"),
            N_("Status"),
            N_("Founded or unfounded"),
            N_("Cause"),
            N_("Responsible department"),
            N_("A promise was missed"),
            N_("Closed"),
        ],
        _case_rows(listed, answer),
        (18, 17, 22, 30, 14, 24, 40, 20, 12, 14, 30, 12, 17),
    )
    if name.endswith(".csv"):
        return download(name, CSV, csv_file(of_cases, viewer.reader))
    counts = await statistics.counted(wanted, by=viewer.actor)
    of_counts = Sheet(
        N_("Figures"),
        [
            wanted.dimension.label,
            N_("Cases"),
            N_("Founded"),
            N_("A promise was missed"),
            N_("Open"),
        ],
        [
            (_label(row, wanted, answer), row.cases, row.founded, row.late, row.open)
            for row in counts
        ],
        (40, 10, 10, 12, 10),
    )
    return download(name, XLSX, xlsx([of_counts, of_cases], viewer.reader))


@post(f"{PATH}/countermeasures", guards=_SUPERVISES)
async def record(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Record a countermeasure to what a figure shows."""
    period = Period.asked(request)
    form = await Form.sent(request)
    given = form.read(NewCountermeasure)
    if given is not None:
        wanted = period.filter(viewer)
        facts = CountermeasureFacts(
            dimension=wanted.dimension,
            value=given.value,
            month=_month(given.month) or wanted.last,
            measure=given.measure,
            department_id=given.department_id,
            due_on=given.due_on,
        )
        try:
            await countermeasures.record_countermeasure(facts, by=viewer.actor)
        except DomainError as error:
            refuse_by(form, error, {})
        else:
            return answer.see_other(
                f"{_address(PATH, wanted)}#countermeasures", toast=N_("Recorded.")
            )
    return await _page(period, form, viewer, answer)


@post(f"{PATH}/countermeasures/{{countermeasure_id:int}}/done", guards=_SUPERVISES)
async def done(
    countermeasure_id: AnId,
    request: AnyRequest,
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """A countermeasure was carried out."""
    await countermeasures.countermeasure_done(countermeasure_id, by=viewer.actor)
    wanted = Period.asked(request).filter(viewer)
    return answer.see_other(f"{_address(PATH, wanted)}#countermeasures", toast=N_("Noted."))


async def _page(period: Period, form: Form, viewer: Viewer, answer: Answer) -> Response[str]:
    today = viewer.reader.local(viewer.now).date()
    wanted = period.filter(viewer)
    counts = await statistics.counted(wanted, by=viewer.actor)
    months = await statistics.by_month(wanted, by=viewer.actor)
    listed = await countermeasures.countermeasures(
        wanted.dimension, [row.value for row in counts], wanted.first, wanted.last
    )
    labels = {row.value: _label(row, wanted, answer) for row in counts}
    shown = Form.showing(
        first=f"{wanted.first:%Y-%m}",
        last=f"{wanted.last:%Y-%m}",
        by=wanted.dimension.value,
        kind=wanted.kind,
    )
    return answer.page(
        "staff/complaints/statistics.html",
        title=N_("Complaint statistics"),
        section="complaints",
        form=form,
        shown=shown,
        wanted=wanted,
        counts=[(row, labels[row.value], _cases_address(wanted, row.value)) for row in counts],
        total=sum(month.cases for month in months),
        founded=sum(month.founded for month in months),
        months=months,
        by_value=bars(
            answer.translated(wanted.dimension.label),
            answer.translated(N_("How many cases; the darker part is founded.")),
            [Bar(labels[row.value], row.cases, row.founded) for row in counts[:12]],
        ),
        by_month=columns(
            answer.translated(N_("By month")),
            answer.translated(N_("How many cases; the darker part is founded.")),
            [Bar(f"{month.month:%Y-%m}", month.cases, month.founded) for month in months],
        ),
        countermeasures=listed,
        labels=labels,
        month_choices=[
            (f"{month:%Y-%m}", f"{month:%Y-%m}")
            for month in reversed(list(_last_months(today, statistics.MOST_MONTHS)))
        ],
        dimensions=[(each.value, answer.translated(each.label)) for each in Dimension],
        kinds=[(each.value, answer.translated(each.label)) for each in CaseKind],
        values=[(row.value, labels[row.value]) for row in counts if row.value],
        departments=[(str(each.id), each.name) for each in await departments()],
        address=lambda path: _address(f"{PATH}{path}", wanted),
    )


def _label(row: Counted, wanted: StatisticsFilter, answer: Answer) -> str:
    if row.label:
        return answer.translated(row.label)
    if wanted.dimension is Dimension.CATEGORY:
        return answer.translated(N_("Suggestions, enquiries, fault reports"))
    return answer.translated(N_("Not known yet"))


def _case_rows(listed: Sequence[Case], answer: Answer) -> Iterator[tuple[Cell, ...]]:
    say = answer.translated
    for case in listed:
        yield (
            case.reference,
            case.received_at,
            case.account_code,
            case.account_name,
            say(case.kind.label),
            say(case.category.label) if case.category else "",
            case.title,
            say(case.status.label),
            say(Judgement(case.judgement).label) if case.judgement else "",
            say(case.cause.label) if case.cause else "",
            case.department,
            say(N_("Yes")) if case.late else "",
            case.closed_at,
        )


def download(name: str, media_type: str, content: bytes) -> Response[bytes]:
    """A file that is made for who asks for it and kept nowhere."""
    headers = {
        "Content-Disposition": content_disposition(name),
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _address(path: str, wanted: StatisticsFilter, **more: str) -> str:
    return with_query(
        path,
        first=f"{wanted.first:%Y-%m}",
        last=f"{wanted.last:%Y-%m}",
        by=wanted.dimension.value,
        kind=wanted.kind,
        **more,
    )


def _cases_address(wanted: StatisticsFilter, value: str) -> str:
    return _address(f"{PATH}/cases", wanted, value=value)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _months_before(month: date, count: int) -> date:
    number = max(12, month.year * 12 + month.month - 1 - count)
    return date(number // 12, number % 12 + 1, 1)


def _last_months(today: date, count: int) -> Iterator[date]:
    return (_months_before(today, before) for before in range(count - 1, -1, -1))


ROUTES = [show, cases, export, record, done]
