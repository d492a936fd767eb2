"""What a visit is prepared with: things to do, material, offers, questions, and its goal (V5)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound
from portal.domain.common.words import N_
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.revision_rows import moment_in
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.by_hand import NO_GOAL
from portal.domain.visits.progress import change, lock_to_work, note_that
from portal.domain.visits.states import ItemKind
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit, VisitItem
from portal.domain.visits.writing import terms_of

_NO_KIND = N_("Choose what it is.")
_TWO_OFFERS = N_("One or two fitting offers are made, not more.")
_TOO_MANY = N_("No more than %(count)s points can be prepared.")
MOST_ITEMS = 60
# rule V5: one or two fitting offers.
MOST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class ItemView:
    """A point of the preparation. `outcome`: the answer, what became of the offer."""

    id: int
    kind: ItemKind
    text: str
    done_at: datetime | None
    outcome: str

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


# For statements about `visit v`.
ITEMS = """(SELECT coalesce(json_agg(x ORDER BY x.position), '[]') FROM (
    SELECT i.id, i.kind, i.text, i.done_at, i.outcome, i.position
    FROM visit_item i WHERE i.visit_id = v.id) AS x)"""


def items_in(found: str) -> Sequence[ItemView]:
    """The points of a visit in their order, from its `ITEMS`. For staff."""
    return [
        ItemView(
            each["id"],
            ItemKind(each["kind"]),
            each["text"],
            moment_in(each["done_at"]),
            each["outcome"],
        )
        for each in json.loads(found)
    ]


async def items_of(visit: Visit) -> Sequence[ItemView]:
    """The points of a visit, as `items_in` has them."""
    return items_in(await fetch_value(f"SELECT {ITEMS} FROM visit v WHERE v.id = $1", visit.id))  # noqa: S608


async def add_item(
    visit: Visit, kind: str, text: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Add a point to prepare, to take along, to offer or to ask.

    Raises `FieldErrors` at `kind` and `text`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    items = await _records(visit)
    checks = FieldChecks()
    text = checks.text("text", text, 500, needed=True)
    if kind not in set(ItemKind):
        checks.refuse("kind", _NO_KIND)
    offers = sum(each.kind == ItemKind.OFFER for each in items)
    if kind == ItemKind.OFFER and offers >= MOST_OFFERS:
        checks.refuse("kind", _TWO_OFFERS)
    if len(items) >= MOST_ITEMS:
        checks.refuse("text", _TOO_MANY, count=MOST_ITEMS)
    checks.done()
    await VisitItem(
        account_id=visit.account_id,
        visit_id=visit.id,
        kind=kind,
        text=text,
        position=max((each.position for each in items), default=0) + 1,
    ).save()
    await _noted(visit, by=by)


async def tick(
    visit: Visit,
    item_id: int,
    outcome: str = "",
    *,
    by: Actor,
    done: bool = True,
    expected_version: int | None = None,
) -> None:
    """Say that a point is done, with what came of it, or that it is not (`done=False`).

    A question is done by its answer. Raises `NotFound` for an item of another visit, `FieldErrors`
    at `outcome`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    item = await _one(visit, item_id)
    await write_outcome(item, outcome, done=done, at=await database_now())
    await _noted(visit, by=by)


async def write_outcome(item: VisitItem, outcome: str, *, done: bool, at: datetime) -> None:
    """Write what came of a point of a locked visit. Raises `FieldErrors` at `outcome`."""
    checks = FieldChecks()
    needed = done and item.kind == ItemKind.QUESTION
    outcome = checks.text("outcome", outcome, 1000, needed=needed)
    checks.done()
    await VisitItem.update(
        {
            VisitItem.outcome: outcome,
            VisitItem.done_at: (item.done_at or at) if done else None,
        }
    ).where(VisitItem.id == item.id)


async def remove(
    visit: Visit, item_id: int, *, by: Actor, expected_version: int | None = None
) -> None:
    """Take a point off again. Raises `NotFound`, `WrongState`, `Conflict`, `NotAllowed`."""
    await lock_to_work(visit, by=by, expected_version=expected_version)
    item = await _one(visit, item_id)
    await VisitItem.delete().where(VisitItem.id == item.id)
    await _noted(visit, by=by)


async def set_goal(
    visit: Visit, goal: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Write what the visit is for. Raises `FieldErrors` at `goal`, `WrongState`, `Conflict`."""
    await lock_to_work(visit, by=by, expected_version=expected_version)
    checks = FieldChecks()
    goal = checks.text("goal", goal, 2000, needed=True, missing=NO_GOAL)
    checks.done()
    account = await visited_account(visit.account_id, archived_too=True)
    terms = terms_of(visit, account, goal, visit.place)
    await change(visit, goal=goal, search_terms=terms)
    await note_that(visit, VisitHappening.PREPARED, by=by, visible_to=Audience.INTERNAL)


async def open_questions(visit: Visit) -> int:
    """How many questions of the preparation have no answer yet."""
    count: int = await fetch_value(
        "SELECT count(*) FROM visit_item WHERE visit_id = $1 AND kind = $2 AND outcome = ''",
        visit.id,
        ItemKind.QUESTION.value,
    )
    return count


async def _one(visit: Visit, item_id: int) -> VisitItem:
    item = await VisitItem.objects().get(
        (VisitItem.id == item_id) & (VisitItem.visit_id == visit.id)
    )
    if item is None:
        raise NotFound
    return item


async def _records(visit: Visit) -> Sequence[VisitItem]:
    found = VisitItem.objects().where(VisitItem.visit_id == visit.id)
    return await found.order_by(VisitItem.position)


async def _noted(visit: Visit, *, by: Actor) -> None:
    await change(visit)
    await note_that(visit, VisitHappening.PREPARED, by=by, visible_to=Audience.INTERNAL)
