"""What surveys say: satisfaction against its goal, by tier, account and period (rule S3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.database import database_now, fetch, fetch_value
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.policy.survey_figures import (
    GOAL,
    GOAL_RISE,
    GOAL_YEAR,
    SMALLEST_GROUP,
)
from portal.domain.surveys.listing import require_reader
from portal.domain.surveys.result_filter import HALF, TIERS, Counted, ResultFilter, counted

MOST_ACCOUNTS = 500
_ONE_DECIMAL = Decimal("0.1")
_ALL = Decimal(100)

_FIGURES = """count(*) AS responses, coalesce(sum(r.rated), 0) AS rated,
    coalesce(sum(r.satisfied), 0) AS satisfied, count(r.nps) AS recommended,
    count(*) FILTER (WHERE r.nps >= 9) AS promoters,
    count(*) FILTER (WHERE r.nps <= 6) AS detractors"""
# Who answers anonymously may leave everything of a kind out: how many did not.
_HIDDEN = """count(*) FILTER (WHERE r.is_anonymous AND r.rated > 0) AS raters,
    count(r.nps) FILTER (WHERE r.is_anonymous) AS recommenders"""


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of a group of answers. `key` names the group: a tier, a code, a half-year.

    `rated` counts answers on the scale of five, `satisfied` those that are content (rule S3).
    """

    key: str = ""
    name: str = ""
    responses: int = 0
    rated: int = 0
    satisfied: int = 0
    recommended: int = 0
    promoters: int = 0
    detractors: int = 0

    @property
    def satisfaction(self) -> Decimal | None:
        """Percent of content answers, one decimal; None where nothing was rated (rule S3)."""
        return percent(self.satisfied, self.rated)

    @property
    def nps(self) -> int | None:
        """Promoters less detractors in points, -100 to 100; None where nobody was asked."""
        if not self.recommended:
            return None
        return round(100 * (self.promoters - self.detractors) / self.recommended)


@dataclass(frozen=True, slots=True)
class PeriodScore:
    """A half-year (2026-H2) and the goal of its year."""

    score: Score
    goal: Decimal

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where nothing was rated."""
        satisfaction = self.score.satisfaction
        return None if satisfaction is None else satisfaction >= self.goal


@dataclass(frozen=True, slots=True)
class Results:
    """What was answered. `goal` is of the asked year, else of the present one (rule S3).

    `asked` and `answered` count invitations, for the share of those who answered. `held_back` says
    how many anonymous answers are in groups too small to be shown; `is_partial` that the reader
    sees answers of their own accounts alone (rule A6).
    """

    total: Score
    goal: Decimal
    asked: int
    answered: int
    tiers: Sequence[Score]
    accounts: Sequence[Score]
    periods: Sequence[PeriodScore]
    held_back: int
    is_partial: bool

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where nothing was rated."""
        satisfaction = self.total.satisfaction
        return None if satisfaction is None else satisfaction >= self.goal


async def results(wanted: ResultFilter, *, by: Actor) -> Results:
    """The results that `by` may see. Raises `NotAllowed`."""
    require_reader(by)
    base = await counted(wanted, by=by)
    total = (await _scores(base, "''", "''"))[:1]
    goals = await Goals.in_force()
    year = (await database_now()).year
    asked, answered = await _asked(wanted, base)
    tiers = {each.key: each for each in await _scores(base, "r.tier", "''", apart=True)}
    return Results(
        total=total[0] if total else Score(),
        goal=goals.of(int(wanted.period[:4]) if wanted.period[:4].isdecimal() else year),
        asked=asked,
        answered=answered,
        tiers=[tiers[tier] for tier in TIERS if tier in tiers],
        accounts=await _scores(base, "a.code", "a.name", named=True),
        periods=[
            PeriodScore(each, goals.of(int(each.key[:4])))
            for each in await _scores(base, HALF, "''")
        ],
        held_back=base.held_back,
        is_partial=base.is_partial,
    )


@dataclass(frozen=True, slots=True)
class Goals:
    """The goal of the first year and how it rises (rule S3)."""

    first: Decimal
    rise: Decimal
    year: int

    @classmethod
    async def in_force(cls) -> "Goals":
        """By the policy that holds now."""
        return cls(
            (await policy.figure(GOAL)).value,
            (await policy.figure(GOAL_RISE)).value,
            (await policy.figure(GOAL_YEAR)).value,
        )

    def of(self, year: int) -> Decimal:
        """Percent of satisfied answers aimed at in `year`, at most 100; before the first, its."""
        return min(_ALL, self.first + self.rise * max(0, year - self.year))


def percent(part: int, whole: int) -> Decimal | None:
    """With one decimal, half up; None of nothing."""
    if not whole:
        return None
    return (_ALL * part / whole).quantize(_ONE_DECIMAL, ROUND_HALF_UP)


async def last_satisfaction(account_id: int, *, by: Actor) -> tuple[Decimal, date] | None:
    """The satisfaction in an account's newest named answer, and its day. Raises `NotAllowed`."""
    require_reader(by)
    rows = await fetch(
        """SELECT rated, satisfied, answered_on FROM survey_response
           WHERE account_id = $1 AND rated > 0 ORDER BY answered_on DESC, id DESC LIMIT 1""",
        account_id,
    )
    for row in rows:
        share = percent(row["satisfied"], row["rated"])
        if share is not None:
            return share, row["answered_on"]
    return None


async def _scores(
    base: Counted, key: str, name: str, *, apart: bool = False, named: bool = False
) -> list[Score]:
    """The figures of each group; `apart` where tiers are told apart, `named` by account."""
    also = base.tiers_apart if apart else "r.account_id IS NOT NULL" if named else "TRUE"
    rows = await fetch(
        f"""SELECT {key} AS key, {name} AS name, {_FIGURES}, {_HIDDEN} {base.rows(also=also)}
            GROUP BY 1, 2 ORDER BY {"4 DESC, 1" if named else "1"} LIMIT {MOST_ACCOUNTS}""",
        *base.values,
    )
    smallest = (await policy.figure(SMALLEST_GROUP)).value
    found = _with_enough([dict(row) for row in rows], smallest)
    return sorted(found, key=_least_satisfied_first) if named else found


def _with_enough(rows: list[dict[str, Any]], smallest: int) -> list[Score]:
    """Without what too few anonymous answers of a group say anything about (rule S3).

    Of the other groups neither: the few would be what is left when they are taken off the whole.
    """
    for few, about in (
        ("raters", ("rated", "satisfied")),
        ("recommenders", ("recommended", "promoters", "detractors")),
    ):
        if any(0 < row[few] < smallest for row in rows):
            for row in rows:
                row.update(dict.fromkeys(about, 0))
        for row in rows:
            del row[few]
    return [Score(**row) for row in rows]


def _least_satisfied_first(score: Score) -> tuple[Decimal, str]:
    return (_ALL + 1 if score.satisfaction is None else score.satisfaction, score.key)


async def _asked(wanted: ResultFilter, base: Counted) -> tuple[int, int]:
    """How many were sent a campaign's survey, and answered: only where one campaign is chosen."""
    if not wanted.campaign or base.is_partial:
        return 0, 0
    row: Mapping[str, Any] | None = next(
        iter(
            await fetch(
                """SELECT count(*) FILTER (WHERE i.sent_at IS NOT NULL) AS asked,
                       count(*) FILTER (WHERE i.status = 'answered') AS answered
                   FROM survey_invitation i JOIN survey_campaign c ON c.id = i.campaign_id
                   WHERE c.reference = $1""",
                wanted.campaign,
            )
        ),
        None,
    )
    return (row["asked"], row["answered"]) if row else (0, 0)


async def has_results(campaign_id: int) -> bool:
    """Whether anybody has answered a campaign yet."""
    return bool(
        await fetch_value(
            "SELECT EXISTS (SELECT FROM survey_response WHERE campaign_id = $1)", campaign_id
        )
    )
