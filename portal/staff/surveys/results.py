"""What surveys say: against the goal, by question, tier, customer and half-year (rules S3, S4)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get

from portal.domain.accounts.classification import Tier
from portal.domain.common.files.delivery import content_disposition
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.surveys.campaign_listing import campaigns_list
from portal.domain.surveys.listing import surveys
from portal.domain.surveys.question_results import (
    QuestionResult,
    Share,
    question_results,
    remarks,
)
from portal.domain.surveys.result_filter import ResultFilter
from portal.domain.surveys.results import Results, Score, results
from portal.domain.surveys.states import CampaignStatus, Occasion, QuestionKind
from portal.rendering.charts import Bar, bars, columns
from portal.rendering.links import with_query
from portal.rendering.spreadsheets import XLSX, Cell, Sheet, xlsx
from portal.staff.choices import choices
from portal.staff.surveys.tabs import RESULTS, tabs_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.survey_paper import SATISFACTION
from portal.web.viewer import Viewer

_READS = [requires(Permission.READ_SURVEYS)]
_FILTERS = ("survey", "campaign", "occasion", "tier", "period", "account")
_CHARTED = 14
AnyRequest = Request[Any, Any, Any]


@get(RESULTS, guards=_READS)
async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The figures with their charts, and what people wrote."""
    wanted = _wanted(request)
    found = await results(wanted, by=viewer.actor)
    questions = await question_results(wanted, by=viewer.actor)
    kept = {name: getattr(wanted, name) for name in _FILTERS}
    return answer.page(
        "staff/surveys/results.html",
        title=N_("Results of surveys"),
        **tabs_of("results", answer),
        wanted=wanted,
        results=found,
        questions=questions,
        remarks=await remarks(wanted, by=viewer.actor),
        by_question=_question_chart(questions, viewer, answer),
        by_period=_period_chart(found, answer),
        share_label=lambda question, share: _share_label(question, share, answer),
        filters=Form.showing(**kept),
        export_url=with_query(f"{RESULTS}/export/surveys.xlsx", **kept),
        narrowed_to=lambda **narrower: with_query(RESULTS, **{**kept, **narrower}),
        **await _choices(found, viewer, answer),
    )


@get(f"{RESULTS}/export/surveys.xlsx", guards=_READS)
async def export(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[bytes]:
    """The same as a workbook: figures, questions, what people wrote."""
    wanted = _wanted(request)
    found = await results(wanted, by=viewer.actor)
    questions = await question_results(wanted, by=viewer.actor)
    said = await remarks(wanted, by=viewer.actor)
    locale = viewer.reader.locale
    sheets = [
        Sheet(
            N_("Figures"),
            [
                N_("Group"),
                N_("Code"),
                N_("Name"),
                N_("Answers"),
                N_("Satisfaction, percent"),
                N_("Goal, percent"),
                N_("NPS"),
            ],
            _figure_rows(found, answer),
            (16, 24, 32, 10, 16, 12, 8),
        ),
        Sheet(
            N_("Questions"),
            [N_("Section"), N_("Question"), N_("Answer"), N_("Count"), N_("Share, percent")],
            [
                (
                    each.section.in_language(locale),
                    each.question.text.in_language(locale),
                    _share_label(each, share, answer),
                    share.count,
                    share.percent,
                )
                for each in questions
                for share in each.shares
            ],
            (24, 60, 24, 10, 12),
        ),
        Sheet(
            N_("In own words"),
            [N_("Question"), N_("Answer"), N_("Customer code"), N_("Customer"), N_("Day")],
            [
                (
                    remark.question.in_language(locale),
                    remark.text,
                    remark.account_code,
                    remark.account_name,
                    remark.answered_on,
                )
                for remark in said
            ],
            (40, 80, 24, 30, 12),
        ),
    ]
    headers = {
        "Content-Disposition": content_disposition("surveys.xlsx"),
        "Cache-Control": "private, no-store",
    }
    return Response(xlsx(sheets, viewer.reader), media_type=XLSX, headers=headers)


def _wanted(request: AnyRequest) -> ResultFilter:
    given = {name: request.query_params.get(name, "")[:100] for name in _FILTERS}
    return ResultFilter(**given)


async def _choices(found: Results, viewer: Viewer, answer: Answer) -> dict[str, Any]:
    started = [
        row
        for row in await campaigns_list(by=viewer.actor)
        if row.status is not CampaignStatus.DRAFT
    ]
    years = sorted({period.score.key[:4] for period in found.periods}, reverse=True)
    halves = sorted({period.score.key for period in found.periods}, reverse=True)
    return {
        "surveys": [
            (row.key, row.name)
            for row in await surveys(by=viewer.actor, with_retired=True)
            if row.published
        ],
        "campaigns": [(row.reference, f"{row.reference} · {row.name}") for row in started],
        "occasions": choices(Occasion, answer),
        "tiers": choices(Tier, answer),
        "tier_labels": {tier.value: tier.label for tier in Tier},
        "periods": [(period, period) for period in [*years, *halves]],
    }


def _question_chart(questions: Sequence[QuestionResult], viewer: Viewer, answer: Answer) -> Any:
    """The questions on the scale: how many answered, and how many of them are satisfied."""
    rated = [
        each
        for each in questions
        if each.question.kind is QuestionKind.RATING and each.satisfaction is not None
    ]
    if not rated:
        return None
    return bars(
        answer.translated(N_("By question")),
        answer.translated(N_("How many answers; the darker part is satisfied.")),
        [
            Bar(
                each.question.text.in_language(viewer.reader.locale),
                each.answers,
                round(each.answers * (each.satisfaction or 0) / 100),
            )
            for each in rated[:_CHARTED]
        ],
    )


def _period_chart(found: Results, answer: Answer) -> Any:
    if not found.periods:
        return None
    return columns(
        answer.translated(N_("By half-year")),
        answer.translated(N_("How many answers; the darker part is satisfied.")),
        [
            Bar(
                period.score.key,
                period.score.responses,
                round(period.score.responses * (period.score.satisfaction or 0) / 100),
            )
            for period in found.periods[-_CHARTED:]
        ],
    )


def _share_label(result: QuestionResult, share: Share, answer: Answer) -> str:
    """What an answer is called: the word of a score, or the option."""
    if result.question.kind is QuestionKind.RATING and share.key.isdecimal():
        words = answer.translated(SATISFACTION.get(int(share.key), ""))
        return f"{share.key} · {words}"
    return share.text.in_language(answer.visit.reader.locale) or share.key


def _figure_rows(found: Results, answer: Answer) -> Iterator[tuple[Cell, ...]]:
    say = answer.translated

    def row(group: str, score: Score, name: str, goal: Decimal | None = None) -> tuple[Cell, ...]:
        key = "" if name == score.key else score.key
        return group, key, name, score.responses, score.satisfaction, goal, score.nps

    yield row(say(N_("All")), found.total, "", found.goal)
    for score in found.tiers:
        yield row(say(N_("Tier")), score, say(Tier(score.key).label))
    for period in found.periods:
        yield row(say(N_("Half-year")), period.score, period.score.key, period.goal)
    for score in found.accounts:
        yield row(say(N_("Customer")), score, score.name)


ROUTES = [show, export]
