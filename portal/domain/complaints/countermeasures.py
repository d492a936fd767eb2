"""What is done about what the statistics show, recorded beside the figures (rule C12)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from portal.database import database_now, fetch, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.statistics import Dimension
from portal.domain.complaints.tables import Countermeasure
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


@dataclass(frozen=True, slots=True)
class CountermeasureFacts:
    """A countermeasure to the cases that have `value` in a month (its first day)."""

    dimension: Dimension
    value: str
    month: date
    measure: str
    department_id: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class CountermeasureRow:
    """One of a list. `department` is empty where none is named."""

    id: int
    value: str
    month: date
    measure: str
    department: str
    due_on: date | None
    recorded_by: str
    recorded_at: datetime
    done_at: datetime | None


async def record_countermeasure(facts: CountermeasureFacts, *, by: Actor) -> int:
    """Record what will be done; returns its id (rule C12).

    Raises `FieldErrors` for `measure`, `due_on` and `department_id`, `NotAllowed`.
    """
    require(by, Permission.SUPERVISE_COMPLAINTS)
    checks = FieldChecks()
    measure = checks.text("measure", facts.measure, 2000, needed=True)
    if not facts.value or len(facts.value) > 100:
        checks.refuse("measure", N_("Choose what the countermeasure is about."))
    checks.done()
    if facts.department_id is not None and not await fetch_value(
        "SELECT EXISTS (SELECT FROM department WHERE id = $1)", facts.department_id
    ):
        raise FieldError("department_id", N_("Choose a department from the list."))
    made = Countermeasure(
        dimension=facts.dimension.value,
        value=facts.value,
        month=facts.month.replace(day=1),
        measure=measure,
        department_id=facts.department_id,
        due_on=facts.due_on,
        recorded_by=by.person_id,
        recorded_at=await database_now(),
    )
    await made.save()
    return int(made.id)


async def countermeasure_done(countermeasure_id: int, *, by: Actor) -> None:
    """Note that it was carried out; a second time changes nothing. Raises `NotFound`."""
    require(by, Permission.SUPERVISE_COMPLAINTS)
    found = await Countermeasure.objects().where(Countermeasure.id == countermeasure_id).first()
    if found is None:
        raise NotFound
    await found.lock()
    if not found.done_at:
        await found.change(done_at=await database_now())


async def countermeasures(
    dimension: Dimension, values: Collection[str], first: date, last: date
) -> list[CountermeasureRow]:
    """Those recorded for the months `first` to `last` about some values, the newest first.

    `values` are the ones that the reader may see (rule A6).
    """
    rows = await fetch(
        """SELECT m.id, m.value, m.month, m.measure, coalesce(d.name, '') AS department, m.due_on,
               p.name AS recorded_by, m.recorded_at, m.done_at
           FROM complaint_countermeasure m JOIN person p ON p.id = m.recorded_by
           LEFT JOIN department d ON d.id = m.department_id
           WHERE m.dimension = $1 AND m.value = ANY($2::text[]) AND m.month BETWEEN $3 AND $4
           ORDER BY m.id DESC LIMIT 200""",
        dimension.value,
        list(values),
        first,
        last,
    )
    return [CountermeasureRow(**dict(row)) for row in rows]
