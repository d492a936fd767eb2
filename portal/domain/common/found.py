"""The newest records with some words, found at the same price however many records there are.

An index of words alone knows no order: of a frequent word it would give everything there is. So the
words are kept by period (`search_keys` in the schema) and the periods are gone through, the newest
first, until a page is full: a rare word costs a look into each period, a frequent one ends in the
first. What is in nearly every record is told at once: there, walking the list itself finds a page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch

# With more in one period, or of what is live, the words are frequent: walking the list is cheaper.
MOST_FOUND = 1000
MOST_OWN_FOUND = 1000
# What most references have in common: "RFQ-2026-00042" is looked up by what tells it from others.
_COMMON = re.compile(r"rfq|so|cp|vs|20\d\d")


def telling(terms: Sequence[str]) -> list[str]:
    """Those of the terms that an index should be asked for; the rows then must have all.

    Empty where every term is in nearly every record.
    """
    return [term for term in terms if not _COMMON.fullmatch(term)]


@dataclass(frozen=True, slots=True)
class Searched:
    """A table that is searched. `moment` is when a record came, `row` its alias in conditions.

    `filed` is the condition of its index, `live` what its index calls so.
    """

    table: str
    row: str
    moment: str
    live: str
    filed: str = "TRUE"

    @property
    def keys(self) -> str:
        """The words of the index, so that the planner sees that it fits."""
        r = self.row
        return (
            f"search_keys({r}.search_terms, {r}.account_id, {r}.{self.moment}, {self.live})"
            f" @> search_keys_in({{terms}}, {{period}}) AND {self.filed}"
        )

    def period_of(self, end: str) -> str:
        """The period of the newest (`max`) or the oldest (`min`) record."""
        r = self.row
        return f"""(SELECT search_period({end}({r}.{self.moment}))
            FROM {self.table} {r} WHERE {self.filed})"""  # noqa: S608 - constants


async def newest_found(
    searched: Searched,
    terms: Sequence[str],
    conditions: Sequence[str],
    values: Sequence[Any],
    *,
    size: int,
    start: datetime | None = None,
    newest_first: bool = True,
) -> list[int] | None:
    """The ids of the first `size` records with all `terms` that fulfil `conditions`.

    These are SQL with `values`, a place in the list among them; `start` is the moment of that
    place. None when the words are so frequent that the list itself should be walked.
    """
    asked = telling(terms)
    if not asked:
        return None
    row, moment = searched.row, f"{searched.row}.{searched.moment}"
    place = len(values) + 1
    way, step = ("DESC", -1) if newest_first else ("ASC", 1)
    ends = [searched.period_of(end) for end in ("max", "min")][::-step]
    ends[0] = f"coalesce(search_period(${place + 1}::timestamptz), {ends[0]})"
    keys = searched.keys.format(terms=f"${place}::text[]", period="each.period")
    if asked != list(terms):
        conditions = [*conditions, f"{row}.search_terms @> ${place + 2}::text[]"]
    found = await fetch(
        f"""SELECT one.id, one.too_many
            FROM generate_series({ends[0]}, {ends[1]}, {step}) AS each (period)
            CROSS JOIN LATERAL (
                SELECT id, moment, too_many FROM (
                    SELECT id, moment, fits, count(*) OVER () > {MOST_FOUND} AS too_many FROM (
                        SELECT {row}.id, {moment} AS moment, {" AND ".join(conditions)} AS fits
                        FROM {searched.table} {row}
                        WHERE {keys} LIMIT {MOST_FOUND + 1}) AS looked_at) AS counted
                WHERE fits OR too_many ORDER BY moment {way}, id {way} LIMIT {size}) AS one
            LIMIT {size}""",  # noqa: S608 - constants and numbers of parameters
        *values,
        asked,
        start,
        *([list(terms)] if asked != list(terms) else []),
    )
    return None if any(each["too_many"] for each in found) else [each["id"] for each in found]


async def live_found(
    searched: Searched, terms: Sequence[str], besides: str = ""
) -> list[int] | None:
    """The ids of all live records with `terms`, those of the query `besides` with them.

    It may use `$1`, the terms. The rows still have to be asked for terms that say little. None
    when there are many: walk the list.
    """
    asked = telling(terms)
    if not asked:
        return None
    found = await fetch(
        f"""SELECT {searched.row}.id FROM {searched.table} {searched.row}
            WHERE {searched.keys.format(terms="$1::text[]", period="-1")}
            {f"UNION ALL {besides}" if besides else ""} LIMIT {MOST_FOUND + 1}""",  # noqa: S608
        asked,
    )
    return None if len(found) > MOST_FOUND else [each["id"] for each in found]


async def own_found(function: str, terms: Sequence[str]) -> list[int] | None:
    """The ids of the records with `terms` of the account that asks; None when there are many.

    A customer's login cannot use the index of words: what a policy hides might be told by what an
    operator does. The database's `function` looks for it and gives the account its own.
    """
    asked = telling(terms)
    if not asked:
        return None
    found = await fetch(
        f"SELECT {function} AS id FROM {function}($1::text[], {MOST_OWN_FOUND + 1})",  # noqa: S608
        asked,
    )
    return None if len(found) > MOST_OWN_FOUND else [each["id"] for each in found]
