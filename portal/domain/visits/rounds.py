"""Rounds: the visits of one rule in one period, closed by a summary 回访总结报告 (rule V6).

Everybody counts the visits that they may see (rule A6); those who close a round see all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import DomainError, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.opinions.states import OpinionStatus, Sentiment
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.visits.access import visible_visits_condition
from portal.domain.visits.states import VisitRule, VisitStatus, VisitStep
from portal.domain.visits.tables import VisitRound

LONGEST = 8_000
MOST_ROUNDS = 60


class RoundRuns(DomainError):
    """A round is summed up when nothing of it is to come any more."""

    message = N_("Visits of this round are still to be made until %(last)s.")


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round and what it came to so far.

    `planned` without cancelled ones; `in_time` were made by the day on which they were due. While
    it `is_running`, visits of it are to come.
    """

    id: int
    rule: VisitRule
    period: str
    starts_on: date
    ends_on: date
    planned: int
    made: int
    in_time: int
    cancelled: int
    satisfied: int
    neutral: int
    dissatisfied: int
    opinions: int
    open_opinions: int
    is_running: bool
    closed_at: datetime | None
    closed_by: str

    @property
    def key(self) -> str:
        """What addresses call it."""
        return f"{self.rule.value}-{self.period}"

    @property
    def open(self) -> int:
        return self.planned - self.made


@dataclass(frozen=True, slots=True)
class VisitOfRound:
    """A visit of a round; `made_at` and `satisfaction` are None until it was made."""

    reference: str
    account_code: str
    account_name: str
    owner: str
    step: VisitStep | None
    status: VisitStatus
    due_on: date
    made_at: datetime | None
    satisfaction: Satisfaction | None
    opinions: int
    cancelled_because: str


@dataclass(frozen=True, slots=True)
class OpinionOfRound:
    """What was said in a round, and what became of it."""

    reference: str
    account_name: str
    sentiment: Sentiment
    text: str
    owner: str
    status: OpinionStatus
    became: str


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round whole. `can_close`: the viewer may sum it up now."""

    round: RoundRow
    summary: str
    lessons: str
    version: int
    visits: Sequence[VisitOfRound]
    opinions: Sequence[OpinionOfRound]
    can_close: bool
    read_at: datetime


_MADE = "v.status = 'made'"
# Until the end of the round's last day where the visit's branch is.
_LASTS = "(business_now() AT TIME ZONE b.timezone)::date <= r.ends_on"
_ROUNDS = f"""SELECT r.id, r.rule, r.period, r.starts_on, r.ends_on, r.closed_at,
        coalesce(p.name, '') AS closed_by, n.*, said.*
    FROM visit_round r LEFT JOIN person p ON p.id = r.closed_by
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE v.status <> 'cancelled') AS planned,
            count(*) FILTER (WHERE {_MADE}) AS made,
            count(*) FILTER (WHERE {_MADE}
                AND (v.made_at AT TIME ZONE b.timezone)::date <= v.due_on) AS in_time,
            count(*) FILTER (WHERE v.status = 'cancelled') AS cancelled,
            count(*) FILTER (WHERE v.satisfaction = 'satisfied') AS satisfied,
            count(*) FILTER (WHERE v.satisfaction = 'neutral') AS neutral,
            count(*) FILTER (WHERE v.satisfaction = 'dissatisfied') AS dissatisfied,
            coalesce(bool_or(v.status NOT IN ('made', 'cancelled') AND {_LASTS}), false)
                AS is_running
        FROM visit v JOIN account a ON a.id = v.account_id JOIN branch b ON b.id = a.branch_id
        WHERE v.round_id = r.id AND {{visible}}) AS n
    CROSS JOIN LATERAL (
        SELECT count(*) AS opinions, count(*) FILTER (WHERE o.status = 'open') AS open_opinions
        FROM opinion o JOIN visit v ON v.id = o.visit_id
        WHERE v.round_id = r.id AND {{visible}}) AS said"""  # noqa: S608 - constants


async def rounds(*, by: Actor, limit: int = MOST_ROUNDS) -> list[RoundRow]:
    """The newest rounds with visits that `by` may see. Raises `NotAllowed`."""
    require(by, Permission.MAKE_VISITS, Permission.READ_ALL_VISITS)
    visible, values = visible_visits_condition(by, "v", place=1)
    rows = await fetch(
        f"""{_ROUNDS.format(visible=visible)} WHERE n.planned + n.cancelled > 0
            ORDER BY r.ends_on DESC, r.starts_on DESC, r.rule LIMIT {int(limit)}""",
        *values,
    )
    return [_round(row) for row in rows]


async def round_of_key(key: str, /, *, by: Actor) -> VisitRound:
    """The record of `RoundRow.key`, for pages and verbs. Raises `NotFound`, `NotAllowed`."""
    require(by, Permission.MAKE_VISITS, Permission.READ_ALL_VISITS)
    rule, _, period = key.partition("-")
    found = (
        await VisitRound.objects()
        .where((VisitRound.rule == rule) & (VisitRound.period == period))
        .first()
    )
    if found is None:
        raise NotFound
    return found


async def round_facts(key: str, *, by: Actor) -> RoundFacts:
    """A round with its visits and what was said in them, as far as `by` may see them (rule A6).

    Raises `NotFound`, `NotAllowed`.
    """
    record = await round_of_key(key, by=by)
    visible, values = visible_visits_condition(by, "v", place=2)
    row = await fetch_row(f"{_ROUNDS.format(visible=visible)} WHERE r.id = $1", record.id, *values)
    assert row is not None  # noqa: S101 - it was there a moment ago
    visits = await fetch(
        f"""SELECT v.reference, a.code AS account_code, a.name AS account_name, p.name AS owner,
                v.step, v.status, v.due_on, v.made_at, v.satisfaction, v.cancelled_because,
                (SELECT count(*) FROM opinion o WHERE o.visit_id = v.id) AS opinions
            FROM visit v JOIN account a ON a.id = v.account_id
            JOIN staff_member s ON s.id = v.owner_id JOIN person p ON p.id = s.person_id
            WHERE v.round_id = $1 AND {visible}
            ORDER BY coalesce(v.made_at, v.due_on), v.id""",  # noqa: S608 - constants
        record.id,
        *values,
    )
    opinions = await fetch(
        f"""SELECT o.reference, a.name AS account_name, o.sentiment, o.text, p.name AS owner,
                o.status, o.answer || o.dropped_because AS became
            FROM opinion o JOIN visit v ON v.id = o.visit_id JOIN account a ON a.id = v.account_id
            JOIN staff_member s ON s.id = o.owner_id JOIN person p ON p.id = s.person_id
            WHERE v.round_id = $1 AND {visible} ORDER BY o.id""",  # noqa: S608 - constants
        record.id,
        *values,
    )
    found = _round(row)
    now = await database_now()
    return RoundFacts(
        round=found,
        summary=record.summary,
        lessons=record.lessons,
        version=record.version,
        visits=[_visit(each) for each in visits],
        opinions=[_opinion(each) for each in opinions],
        can_close=by.may(Permission.SUPERVISE_VISITS)
        and found.closed_at is None
        and not await _is_running(record),
        read_at=now,
    )


async def close_round(
    record: VisitRound,
    summary: str,
    lessons: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Sum a round up: what came of it, and what is learned from it (rule V6).

    Raises `RoundRuns` while visits of it are to come, `FieldErrors` at `summary` and `lessons`,
    `WrongState` when it is closed, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.SUPERVISE_VISITS)
    await record.lock(expected_version=expected_version)
    if record.closed_at:
        raise WrongState(state=N_("Closed"))
    if await _is_running(record):
        raise RoundRuns(last=record.ends_on)
    checks = FieldChecks()
    summary = checks.text("summary", summary, LONGEST, needed=True)
    lessons = checks.text("lessons", lessons, LONGEST)
    checks.done()
    await record.change(
        summary=summary,
        lessons=lessons,
        closed_by=by.person_id,
        closed_at=await database_now(),
    )


async def _is_running(record: VisitRound) -> bool:
    """Whether its period lasts and visits of it are to be made; afterwards they are short (V4)."""
    row = await fetch_row(
        f"""SELECT FROM visit_round r JOIN visit v ON v.round_id = r.id
            JOIN account a ON a.id = v.account_id JOIN branch b ON b.id = a.branch_id
            WHERE r.id = $1 AND v.status NOT IN ('made', 'cancelled') AND {_LASTS}
            LIMIT 1""",
        record.id,
    )
    return row is not None


def _round(row: Mapping[str, Any]) -> RoundRow:
    return RoundRow(**{**row, "rule": VisitRule(row["rule"])})


def _visit(row: Mapping[str, Any]) -> VisitOfRound:
    return VisitOfRound(
        **{
            **row,
            "step": VisitStep(row["step"]) if row["step"] else None,
            "status": VisitStatus(row["status"]),
            "satisfaction": Satisfaction(row["satisfaction"]) if row["satisfaction"] else None,
        }
    )


def _opinion(row: Mapping[str, Any]) -> OpinionOfRound:
    return OpinionOfRound(
        **{
            **row,
            "sentiment": Sentiment(row["sentiment"]),
            "status": OpinionStatus(row["status"]),
        }
    )
