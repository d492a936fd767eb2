"""A clerk's own views of a list: a name for the filters in its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from portal.database import execute, fetch, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_
from portal.domain.quotes.field_checks import MISSING, TOO_LONG

LONGEST_NAME = 60
LONGEST_QUERY = 1000
MOST = 20
_PLACES = frozenset({"after", "before"})


@dataclass(frozen=True, slots=True)
class View:
    """`query` goes behind the `?` of the list's address."""

    id: int
    name: str
    query: str


async def views_of(page: str, *, by: Actor) -> Sequence[View]:
    """The views `by` has saved of a page (`quotes`), by name."""
    rows = await fetch(
        """SELECT id, name, query FROM saved_view WHERE person_id = $1 AND page = $2
           ORDER BY lower(name), id""",
        by.person_id,
        page,
    )
    return [View(**dict(row)) for row in rows]


async def save_view(page: str, name: str, query: str, *, by: Actor) -> View:
    """Keep the filters under a name; the same name again replaces it.

    The place within the list is not kept. Raises `FieldError` for `name`.
    """
    name = name.strip()
    if not name:
        raise FieldError("name", MISSING)
    if len(name) > LONGEST_NAME:
        raise FieldError("name", TOO_LONG, max_length=LONGEST_NAME)
    filters = [pair for pair in parse_qsl(query.lstrip("?")) if pair[0] not in _PLACES]
    query = urlencode(filters)
    if len(query) > LONGEST_QUERY:
        raise FieldError("name", N_("These filters are too long to be kept."))
    views = await views_of(page, by=by)
    if len(views) >= MOST and name not in {view.name for view in views}:
        raise FieldError("name", N_("Keep at most %(count)s views. Remove one first."), count=MOST)
    view_id = await fetch_value(
        """INSERT INTO saved_view (person_id, page, name, query) VALUES ($1, $2, $3, $4)
           ON CONFLICT (person_id, page, name) DO UPDATE SET query = excluded.query
           RETURNING id""",
        by.person_id,
        page,
        name,
        query,
    )
    return View(view_id, name, query)


async def remove_view(view_id: int, *, by: Actor) -> None:
    """Remove a view of one's own; somebody else's is not there."""
    await execute("DELETE FROM saved_view WHERE id = $1 AND person_id = $2", view_id, by.person_id)
