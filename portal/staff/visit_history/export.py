"""The history of visits as a workbook: the visits, and what was said in them (rules V5, V6)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from litestar import Request, Response, get

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.visits.history import PastVisit, whole_history
from portal.domain.visits.said import Said, said_in
from portal.rendering.spreadsheets import Cell, Sheet, xlsx
from portal.staff.visit_history.downloads import xlsx_download
from portal.staff.visit_history.history import PATH, of_account, wanted_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires

AnyRequest = Request[Any, Any, Any]


@get(f"{PATH}/visits.xlsx", guards=[requires(Permission.READ_VISITS)])
async def export(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[bytes]:
    """What the filters of the page leave, up to 5,000 visits."""
    query = request.query_params
    wanted, _ = await of_account(wanted_of(query, viewer), query, viewer)
    visits = await whole_history(wanted, by=viewer.actor)
    said = await said_in([visit.id for visit in visits])
    sheets = [_of_visits(visits, answer), _of_opinions(visits, said, answer)]
    return xlsx_download("visits.xlsx", xlsx(sheets, viewer.reader))


def _of_visits(visits: Sequence[PastVisit], answer: Answer) -> Sheet:
    return Sheet(
        N_("Visits"),
        [
            N_("Reference"),
            N_("Made"),
            N_("Customer code"),
            N_("Customer"),
            N_("Kind"),
            N_("Occasion"),
            N_("Status"),
            N_("Due on"),
            N_("How"),
            N_("Owner"),
            N_("Dealer"),
            N_("Whom we met"),
            N_("Satisfaction"),
            N_("What was said and seen"),
            N_("How the product works in use"),
            N_("Why they are not satisfied"),
            N_("What was agreed about it"),
            N_("For the customer to read"),
            N_("Opinions"),
            N_("Opinions open"),
            N_("Cancelled, because"),
        ],
        _visit_rows(visits, answer),
        (18, 17, 22, 30, 10, 26, 12, 12, 14, 16, 16, 24, 12, 60, 40, 30, 30, 40, 10, 10, 24),
    )


def _visit_rows(visits: Sequence[PastVisit], answer: Answer) -> Iterator[tuple[Cell, ...]]:
    def say(word: Worded | None) -> str:
        return answer.translated(word.label) if word else ""

    for each in visits:
        yield (
            each.reference,
            each.made_at,
            each.account_code,
            each.account_name,
            say(each.kind),
            say(each.occasion),
            say(each.status),
            each.due_on,
            say(each.way),
            each.owner,
            each.dealer,
            each.met,
            say(each.satisfaction),
            each.report,
            each.usage_note,
            each.cause,
            each.remedy,
            each.for_customer,
            each.opinions,
            each.open_opinions,
            answer.translated(each.cancelled_because) if each.cancelled_because else "",
        )


def _of_opinions(
    visits: Sequence[PastVisit], said: Mapping[int, Sequence[Said]], answer: Answer
) -> Sheet:
    return Sheet(
        N_("Opinions"),
        [
            N_("Reference"),
            N_("Visit"),
            N_("Customer code"),
            N_("Customer"),
            N_("Kind"),
            N_("What was said"),
            N_("Said by"),
            N_("Owner"),
            N_("Status"),
            N_("What became of it"),
        ],
        (
            (
                each.reference,
                visit.reference,
                visit.account_code,
                visit.account_name,
                answer.translated(each.sentiment.label),
                each.text,
                each.said_by,
                each.owner,
                answer.translated(each.status.label),
                each.became,
            )
            for visit in visits
            for each in said.get(visit.id, ())
        ),
        (18, 18, 22, 30, 12, 60, 20, 16, 12, 60),
    )


ROUTES = [export]
