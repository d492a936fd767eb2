"""Visits between two days, for the calendar of one person, a line or all (rule V5)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints.complaint_scope import my_line
from portal.domain.opinions.keyset import Wanted
from portal.domain.quotes.progress import require
from portal.domain.quotes.queue_scope import my_own
from portal.domain.visits.access import visible_visits_condition
from portal.domain.visits.listing import VisitOwner
from portal.domain.visits.visit_rows import JOINED, ROW_COLUMNS, VisitRow, visit_row

# More than anybody can look at in a month.
MOST_SHOWN = 2000


async def visits_between(
    first: date,
    last: date,
    *,
    by: Actor,
    timezone: str,
    whose: str | int = VisitOwner.ME,
) -> Sequence[VisitRow]:
    """Appointments from `first` to `last`, days on the clock of `timezone` (IANA), by begin.

    With them what is due on these days and has no appointment yet. What was made stands where it
    took place; what was called off is left out. `whose` is a `VisitOwner` value or a staff member's
    id: the visits they own or take part in, as far as `by` may see them (rule A6). Raises
    `NotAllowed`.
    """
    require(by, Permission.READ_VISITS)
    zone = ZoneInfo(timezone)
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    condition, values = visible_visits_condition(by, "v")
    wanted = Wanted([condition, "v.status <> 'cancelled'"], values)
    # Three walks along an index each: an OR of them would walk along none.
    wanted.add(
        """v.id IN (
            SELECT id FROM visit WHERE starts_at >= {0} AND starts_at < {1}
            UNION ALL
            SELECT id FROM visit WHERE status = 'made' AND starts_at IS NULL
                AND made_at >= {0} AND made_at < {1}
            UNION ALL
            SELECT id FROM visit WHERE status NOT IN ('made', 'cancelled') AND starts_at IS NULL
                AND due_on BETWEEN {2} AND {3})""",
        begin,
        end,
        first,
        last,
    )
    _narrow_to(wanted, whose, by=by)
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} FROM visit v {JOINED} WHERE {wanted.sql}
            ORDER BY coalesce(v.starts_at, v.made_at) NULLS FIRST, v.due_on, v.id
            LIMIT {MOST_SHOWN}""",  # noqa: S608 - constants
        *wanted.values,
    )
    now = await database_now()
    return [visit_row(row, now) for row in rows]


async def people_with_visits(*, by: Actor) -> Sequence[tuple[int, str]]:
    """Staff ids and names of those who own visits that `by` may see, by name."""
    require(by, Permission.READ_VISITS)
    condition, values = visible_visits_condition(by, "v")
    rows = await fetch(
        f"""SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
            WHERE EXISTS (SELECT FROM visit v WHERE v.owner_id = s.id AND {condition})
            ORDER BY p.name, s.id""",  # noqa: S608 - constants
        *values,
    )
    return [(row["id"], row["name"]) for row in rows]


def _narrow_to(wanted: Wanted, whose: str | int, *, by: Actor) -> None:
    if whose == VisitOwner.ALL:
        return
    place = len(wanted.values) + 1
    if whose == VisitOwner.TEAM:
        keys, value = my_line(by, place=place).ways[0].keys, by.staff_member_id
    elif isinstance(whose, int):
        keys, value = f"SELECT ${place}::bigint", whose
    else:
        keys, value = my_own(by, place=place).keys, by.staff_member_id
    wanted.values.append(value)
    takes_part = f"""EXISTS (SELECT FROM visit_person m
        WHERE m.visit_id = v.id AND m.staff_member_id IN ({keys}))"""
    wanted.conditions.append(f"(v.owner_id IN ({keys}) OR {takes_part})")
