"""Search terms as a condition that stays fast for rare words as well as for common ones."""

from typing import Any

from portal.database import fetch
from portal.domain.common.search import query_terms

# Up to here a page is cut from the matches; beyond, matches are met soon on the way through.
FEW = 1000


async def search_condition(
    table: str, text: str, values: list[Any], *, alias: str | None = None
) -> str:
    """SQL that is true for the rows of `table` that contain all of `text`.

    Appends its parameters to `values`. The database cannot tell rare words from common ones, and
    ordered pages of a rare word would walk the whole table: so the matches are looked up first.
    """
    terms = query_terms(text)
    if not terms:
        return "FALSE"
    rows = await fetch(
        f"SELECT id FROM {table} WHERE search_terms @> $1::text[] LIMIT {FEW + 1}",  # noqa: S608
        terms,
    )
    if len(rows) <= FEW:
        values.append([row["id"] for row in rows])
        return f"{alias or table}.id = ANY (${len(values)}::bigint[])"
    values.append(terms)
    return f"{alias or table}.search_terms @> ${len(values)}::text[]"
