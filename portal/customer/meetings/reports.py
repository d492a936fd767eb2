"""A contact report that was sent: read, acknowledged, commented on (rules M1, M2)."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings import answering
from portal.domain.meetings.access import report_by_reference
from portal.domain.meetings.customer_view import CustomerReport, customer_report
from portal.domain.meetings.tables import REPORT_KIND, ContactReport
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.live import live_url
from portal.web.notices import page_opened
from portal.web.record_forms import RecordForms, Sent, Versioned
from portal.web.viewer import Viewer

PATH = "/contact-reports"
REPORT = f"{PATH}/{{report_reference:str}}"
_READS = [requires(Permission.READ_OWN_VISITS)]
Text = Annotated[str, StringConstraints(max_length=10_000)]


@get(REPORT, guards=_READS)
async def show(
    report_reference: FromPath[str], viewer: AViewer, answer: AnAnswer, do: FromQuery[str] = ""
) -> Response[str]:
    """The revision that holds; `do` opens one of its forms."""
    page = await report_answer(report_reference, viewer, answer, panel=do)
    await page_opened(viewer, f"{PATH}/{report_reference}")
    return page


@get(f"{REPORT}/revisions/{{revision:int}}", guards=_READS)
async def show_revision(
    report_reference: FromPath[str], revision: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """A revision as it was sent."""
    # No column holds a larger number: there is no such revision.
    wanted = revision if 0 < revision < 2**31 else 0
    report = await customer_report(report_reference, by=viewer.actor, revision=wanted)
    return _page(report, viewer, answer)


async def report_answer(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",  # noqa: ARG001 - no form here is about a part of the record
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page, with a refused `form` (422) or with why something came too late (409)."""
    report = await customer_report(reference, by=viewer.actor)
    return _page(report, viewer, answer, panel=panel, form=form, conflict=conflict)


def _page(
    report: CustomerReport,
    viewer: Viewer,
    answer: Answer,
    *,
    panel: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    said = answer.translated(conflict.message, **conflict.words) if conflict else ""
    version = report.record.version
    forms = {name: Form.showing(version=version) for name in ("acknowledge", "comment")}
    if form is not None and panel in forms:
        form.put("version", version)
        forms[panel] = form
    return answer.page(
        "customer/contact_reports/show.html",
        title=N_("%(reference)s: %(title)s"),
        words={"reference": report.reference, "title": report.record.title},
        section="visits",
        form=form if conflict is None else None,
        status=conflict.status if conflict else 200,
        report=report,
        record=report.record,
        forms=forms,
        panel=panel,
        conflict=said,
        live=live_url(viewer, PATH, REPORT_KIND, report.record.id),
    )


FORMS: RecordForms[ContactReport] = RecordForms(
    REPORT, load=report_by_reference, show=report_answer
)


class Comment(Versioned):
    text: Text = ""


@FORMS.form("acknowledge", Versioned, N_("Acknowledged."), asks=Permission.ANSWER_VISITS)
async def acknowledge(report: ContactReport, given: Versioned, sent: Sent) -> None:
    """Say that it is as the report has it: that confirms the minutes (rule M2)."""
    await answering.acknowledge(report, by=sent.by, expected_version=given.version)


@FORMS.form(
    "comment", Comment, N_("Sent. Who wrote the report is told."), asks=Permission.ANSWER_VISITS
)
async def comment(report: ContactReport, given: Comment, sent: Sent) -> None:
    """Say what is missing or different."""
    await answering.comment(report, given.text, by=sent.by, expected_version=given.version)


ROUTES = [show, show_revision, *FORMS.routes]
