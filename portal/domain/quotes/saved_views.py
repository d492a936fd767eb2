"""A clerk's own filters of a page, under a name."""

from collections.abc import Sequence

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.words import N_
from portal.domain.quotes.tables import SavedView

MOST_VIEWS = 20
LONGEST_NAME = 60
LONGEST_QUERY = 1000


async def views_of(page: str, *, by: Actor) -> Sequence[SavedView]:
    """The views that `by` has saved for this page, in the order in which they were made."""
    return (
        await SavedView.objects()
        .where(SavedView.person_id == by.person_id, SavedView.page == page)
        .order_by(SavedView.id)
        .limit(MOST_VIEWS)
    )


async def save_view(page: str, name: str, query: str, *, by: Actor) -> None:
    """Keep the filters of `query` under `name`; the same name again replaces them.

    Raises `FieldError` at `name`.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise FieldError("name", N_("Give the view a name of at most 60 characters."))
    known = await views_of(page, by=by)
    if len(known) >= MOST_VIEWS and name not in {view.name for view in known}:
        raise FieldError(
            "name", N_("Delete a view first: there is room for %(count)s."), count=MOST_VIEWS
        )
    await fetch_value(
        """INSERT INTO saved_view (person_id, page, name, query, created_at)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (person_id, page, name) DO UPDATE SET query = excluded.query""",
        by.person_id,
        page,
        name,
        query[:LONGEST_QUERY],
        await database_now(),
    )


async def delete_view(view_id: int, *, by: Actor) -> None:
    """Forget a view of one's own. Raises `NotFound` for anybody else's."""
    deleted = await fetch_value(
        "DELETE FROM saved_view WHERE id = $1 AND person_id = $2 RETURNING id",
        view_id,
        by.person_id,
    )
    if deleted is None:
        raise NotFound
