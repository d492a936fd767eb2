"""Which answers results are made of: narrowed by what is asked for, and by what may be shown."""

import re
from dataclasses import dataclass
from typing import Any

from portal.database import fetch
from portal.domain import policy
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.policy.survey_figures import SMALLEST_GROUP
from portal.domain.surveys.anonymity import Cell, Shown, what_is_shown

_PERIOD = re.compile(r"[0-9]{4}(-H[12])?")
TIERS = ("strategic", "key", "general", "potential")

# The half-year of an answer: that of its campaign's period, else that of the day.
HALF = """CASE WHEN c.period IS NULL THEN to_char(r.answered_on, 'YYYY-')
        || CASE WHEN extract(month FROM r.answered_on) <= 6 THEN 'H1' ELSE 'H2' END
    WHEN c.period LIKE '%-H%' THEN c.period
    WHEN c.period LIKE '%-Q%' THEN left(c.period, 5)
        || CASE WHEN right(c.period, 1) <= '2' THEN 'H1' ELSE 'H2' END
    ELSE left(c.period, 5) || CASE WHEN right(c.period, 2) <= '06' THEN 'H1' ELSE 'H2' END END"""


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """What is asked for; empty for any. What is unknown is treated as not given.

    `period` is a year or a half-year (2026, 2026-H2). Days cannot be chosen: two results that
    differ by one day would tell what was answered on it.
    """

    survey: str = ""
    campaign: str = ""
    occasion: str = ""
    account: str = ""
    tier: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """The answers that count, as SQL with its parameters `values`.

    `tiers_apart` is a condition besides for what tells tiers apart. `held_back` is how many
    anonymous answers are not shown, all in all; `is_partial` says that the reader sees their own
    accounts alone (rule A6).
    """

    conditions: str
    values: list[Any]
    tiers_apart: str
    held_back: int
    is_partial: bool

    def rows(self, *, joining: str = "", also: str = "TRUE") -> str:
        """FROM and WHERE: `r` the response, `v` the version, `s` the survey, `c` its campaign."""
        return f"""FROM survey_response r JOIN survey_version v ON v.id = r.survey_version_id
            JOIN survey s ON s.id = v.survey_id
            LEFT JOIN survey_campaign c ON c.id = r.campaign_id
            LEFT JOIN account a ON a.id = r.account_id {joining}
            WHERE {self.conditions} AND {also}"""


async def counted(wanted: ResultFilter, *, by: Actor) -> Counted:
    """The answers that count for `by`, who may read results."""
    smallest = (await policy.figure(SMALLEST_GROUP)).value
    values: list[Any] = []

    def place(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    asked = _asked_for(wanted, place)
    condition, own = visible_accounts_condition(by, "r.account_id", place=len(values) + 1)
    values += own
    cells = await _cells()
    shown = what_is_shown(cells, smallest)
    campaigns = place(sorted(shown.campaigns))
    apart = _tiers_apart(shown, place)
    named = f"(NOT r.is_anonymous AND {condition})"
    anonymous = f"(r.is_anonymous AND r.campaign_id = ANY ({campaigns}::bigint[]))"
    if own:  # whoever sees some accounts only sees what is known to come from them
        anonymous = "FALSE"
    asked.append(f"({named} OR {anonymous})")
    if wanted.tier in TIERS:
        asked.append(apart)
    # Every parameter is used, whichever conditions a query takes.
    asked.append(f"{campaigns}::bigint[] IS NOT NULL AND ({apart} OR TRUE)")
    held_back = sum(cell.answers for cell in cells if cell.campaign_id not in shown.campaigns)
    return Counted(" AND ".join(asked), values, apart, 0 if own else held_back, bool(own))


def _asked_for(wanted: ResultFilter, place: Any) -> list[str]:
    found = ["TRUE"]
    if wanted.survey:
        found.append(f"s.key = {place(wanted.survey)}")
    if wanted.campaign:
        found.append(f"c.reference = {place(wanted.campaign)}")
    if wanted.occasion:
        found.append(f"s.occasion = {place(wanted.occasion)}")
    if wanted.account:
        found.append(f"a.code = {place(wanted.account)}")
    if wanted.tier in TIERS:
        found.append(f"r.tier = {place(wanted.tier)}")
    if _PERIOD.fullmatch(wanted.period):
        found.append(f"starts_with({HALF}, {place(wanted.period)})")
    return found


def _tiers_apart(shown: Shown, place: Any) -> str:
    cells = sorted(shown.cells)
    numbers, tiers = place([number for number, _ in cells]), place([tier for _, tier in cells])
    return f"""(NOT r.is_anonymous OR EXISTS (
        SELECT FROM unnest({numbers}::bigint[], {tiers}::text[]) AS cell (campaign_id, tier)
        WHERE cell.campaign_id = r.campaign_id AND cell.tier = r.tier))"""


async def _cells() -> list[Cell]:
    rows = await fetch(
        """SELECT campaign_id, tier, count(*) AS answers FROM survey_response
           WHERE is_anonymous GROUP BY campaign_id, tier"""
    )
    return [Cell(**row) for row in rows]
