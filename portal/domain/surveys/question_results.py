"""What was answered to each question of a survey, and what people wrote (rules S1, S3, S4)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import fetch
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.policy.survey_figures import SATISFIED_FROM, SMALLEST_GROUP
from portal.domain.surveys.anonymity import Cell, what_is_shown
from portal.domain.surveys.definition import RECOMMENDATION, SCALE, Question, Text, read
from portal.domain.surveys.listing import require_reader
from portal.domain.surveys.result_filter import TIERS, Counted, ResultFilter, counted
from portal.domain.surveys.results import percent
from portal.domain.surveys.states import QuestionKind

MOST_REMARKS = 200
_ONE_DECIMAL = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Share:
    """How many chose an answer: a score, or an option. `text` is empty for scores."""

    key: str
    text: Text
    count: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The answers to one question. `is_hidden`: too few anonymous ones to be shown.

    `satisfaction` and `average` are of the scale of five, `nps` of the recommendation.
    """

    question: Question
    section: Text
    answers: int
    shares: Sequence[Share]
    satisfaction: Decimal | None
    average: Decimal | None
    nps: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote; of anonymous ones neither who nor when, in no order that tells."""

    question: Text
    text: str
    account_code: str
    account_name: str
    name: str
    answered_on: date | None


async def question_results(wanted: ResultFilter, *, by: Actor) -> Sequence[QuestionResult]:
    """Of the survey or campaign that is asked for, in the order of its newest version.

    Nothing where neither is given: questions of different surveys are not the same. Raises
    `NotAllowed`.
    """
    require_reader(by)
    if not (wanted.survey or wanted.campaign):
        return []
    base = await counted(wanted, by=by)
    asked = await _questions(base)
    shown = await _shown(base, apart=wanted.tier in TIERS)
    chosen, answered = await _chosen(base, shown), await _answered(base)
    least = (await policy.figure(SATISFIED_FROM)).value
    return [
        _result(question, section, chosen[question.key], least)
        if chosen[question.key][""] or question.key not in answered
        else QuestionResult(question, section, 0, (), None, None, None, is_hidden=True)
        for question, section in asked
        if question.kind is not QuestionKind.TEXT
    ]


async def remarks(wanted: ResultFilter, *, by: Actor) -> Sequence[Remark]:
    """What people wrote, newest first, the anonymous ones last. Raises `NotAllowed`."""
    require_reader(by)
    base = await counted(wanted, by=by)
    rows = await fetch(
        f"""SELECT w.question, w.text, v.definition, r.is_anonymous,
                CASE WHEN NOT r.is_anonymous THEN r.answered_on END AS answered_on,
                coalesce(a.code, '') AS code, coalesce(a.name, '') AS account,
                coalesce((SELECT k.name FROM contact k WHERE k.id = r.contact_id), '') AS name
            {base.rows(joining=_ANSWERS, also="w.text <> ''")}
            ORDER BY r.is_anonymous, CASE WHEN NOT r.is_anonymous THEN r.answered_on END DESC,
                CASE WHEN r.is_anonymous THEN md5(w.text) END, w.id DESC
            LIMIT {MOST_REMARKS}""",  # noqa: S608 - names of ours
        *base.values,
    )
    return [_remark(row) for row in rows]


_ANSWERS = "JOIN survey_answer w ON w.response_id = r.id"
_OPTIONS = f"{_ANSWERS} LEFT JOIN LATERAL unnest(w.choices) AS option ON true"


async def _questions(base: Counted) -> list[tuple[Question, Text]]:
    """Every question that was answered, the newest words of each, in the newest order."""
    rows = await fetch(
        f"""SELECT v.definition FROM survey_version v WHERE v.id IN (SELECT v.id {base.rows()})
            ORDER BY v.published_at DESC, v.id DESC""",  # noqa: S608 - names of ours
        *base.values,
    )
    found: dict[str, tuple[Question, Text]] = {}
    for row in rows:
        for section in read(row["definition"]).sections:
            for question in section.questions:
                found.setdefault(question.key, (question, section.title))
    return list(found.values())


async def _shown(base: Counted, *, apart: bool) -> list[tuple[str, int, str]]:
    """Of anonymous answers what may be shown: question, campaign, tier.

    Who answers a survey may leave a question out: each question is held back as the whole is, so
    that no campaign or tier with few answers to it is found by subtraction (rule S3). `apart` where
    one tier is looked at alone.
    """
    smallest = (await policy.figure(SMALLEST_GROUP)).value
    rows = await fetch(
        f"""SELECT w.question, o.campaign_id, o.tier, count(*) AS answers
            FROM survey_response o JOIN survey_answer w ON w.response_id = o.id
            WHERE o.is_anonymous AND o.campaign_id IN (SELECT r.campaign_id {base.rows()})
            GROUP BY 1, 2, 3""",  # noqa: S608 - names of ours
        *base.values,
    )
    cells: defaultdict[str, list[Cell]] = defaultdict(list)
    for row in rows:
        cells[row["question"]].append(Cell(row["campaign_id"], row["tier"], row["answers"]))
    found = []
    for question, of in cells.items():
        may = what_is_shown(of, smallest)
        found += [
            (question, cell.campaign_id, cell.tier)
            for cell in of
            if (
                (cell.campaign_id, cell.tier) in may.cells
                if apart
                else cell.campaign_id in may.campaigns
            )
        ]
    return found


async def _chosen(
    base: Counted, shown: Sequence[tuple[str, int, str]]
) -> Mapping[str, Counter[str]]:
    """How often each score and each option was chosen, by question; `""` counts the answers."""
    first = len(base.values) + 1
    may = f"""w.text = '' AND (NOT r.is_anonymous OR (w.question, r.campaign_id, r.tier) IN (
        SELECT * FROM unnest(${first}::text[], ${first + 1}::bigint[], ${first + 2}::text[])))"""  # noqa: S608 - places of ours
    rows = await fetch(
        f"""SELECT w.question, coalesce(option, w.score::text) AS key,
                count(DISTINCT w.id) AS answers
            {base.rows(joining=_OPTIONS, also=may)}
            GROUP BY GROUPING SETS ((w.question, coalesce(option, w.score::text)), (w.question))""",
        *base.values,
        *([each[place] for each in shown] for place in range(3)),
    )
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row["question"]][row["key"] or ""] = row["answers"]
    return found


async def _answered(base: Counted) -> set[str]:
    """The questions that have anonymous answers, shown or not."""
    rows = await fetch(
        f"""SELECT DISTINCT w.question
            {base.rows(joining=_ANSWERS, also="r.is_anonymous")}""",
        *base.values,
    )
    return {row["question"] for row in rows}


def _result(question: Question, section: Text, chosen: Counter[str], least: int) -> QuestionResult:
    answers = chosen[""]
    return QuestionResult(
        question,
        section,
        answers,
        _shares(question, chosen, answers),
        _satisfaction(question, chosen, least),
        _average(question, chosen),
        _nps(question, chosen),
        is_hidden=False,
    )


def _shares(question: Question, chosen: Counter[str], answers: int) -> list[Share]:
    match question.kind:
        case QuestionKind.RATING:
            offered = [(str(score), Text()) for score in reversed(SCALE)]
        case QuestionKind.NPS:
            offered = [(str(score), Text()) for score in RECOMMENDATION]
        case _:
            offered = [(option.key, option.text) for option in question.options]
    known = {key for key, _ in offered}
    offered += [(key, Text()) for key in sorted(chosen) if key and key not in known]
    return [
        Share(key, text, chosen[key], percent(chosen[key], answers) or Decimal(0))
        for key, text in offered
    ]


def _satisfaction(question: Question, chosen: Counter[str], least: int) -> Decimal | None:
    if question.kind is not QuestionKind.RATING:
        return None
    content = sum(chosen[str(score)] for score in SCALE if score >= least)
    return percent(content, sum(chosen[str(score)] for score in SCALE))


def _average(question: Question, chosen: Counter[str]) -> Decimal | None:
    given = sum(chosen[str(score)] for score in SCALE)
    if question.kind is not QuestionKind.RATING or not given:
        return None
    points = sum(score * chosen[str(score)] for score in SCALE)
    return (Decimal(points) / given).quantize(_ONE_DECIMAL)


def _nps(question: Question, chosen: Counter[str]) -> int | None:
    given = sum(chosen[str(score)] for score in RECOMMENDATION)
    if question.kind is not QuestionKind.NPS or not given:
        return None
    promoters = chosen["9"] + chosen["10"]
    detractors = sum(chosen[str(score)] for score in range(7))
    return round(100 * (promoters - detractors) / given)


def _remark(row: Mapping[str, Any]) -> Remark:
    question = read(row["definition"]).question(row["question"])
    return Remark(
        question=question.text if question else Text(),
        text=row["text"],
        account_code=row["code"],
        account_name=row["account"],
        name=row["name"],
        answered_on=row["answered_on"],
    )
