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
from portal.domain.visits.visit_scope import owners_of_visits

# What `visible_visits_condition` and the order ask of a visit.
_NEAR = """SELECT x.id, x.account_id, x.owner_id, x.status, x.starts_at, x.made_at, x.due_on
    FROM visit x WHERE"""
_ON_DAYS = (
    "x.starts_at >= {0} AND x.starts_at < {1}",
    "x.status = 'made' AND x.starts_at IS NULL AND x.made_at >= {0} AND x.made_at < {1}",
    """x.status NOT IN ('made', 'cancelled') AND x.starts_at IS NULL
        AND x.due_on BETWEEN {2} AND {3}""",
)
_PEOPLE = "SELECT key FROM people"
_WITH_PEOPLE = f"SELECT m.visit_id FROM visit_person m WHERE m.staff_member_id IN ({_PEOPLE})"  # noqa: S608
_BEGIN = "coalesce(v.starts_at, v.made_at) NULLS FIRST, v.due_on, v.id"
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
    keys, is_team = _keys_of(wanted, whose, by=by), whose == VisitOwner.TEAM
    if is_team:  # too many people to ask each: of all on these days those of theirs
        wanted.add(f"(v.owner_id IN ({_PEOPLE}) OR v.id IN ({_WITH_PEOPLE}))")
    wanted.values += (begin, end, first, last)
    days = [f"${len(wanted.values) - before}" for before in (3, 2, 1, 0)]
    rows = await fetch(
        f"""WITH {keys and f"people (key) AS MATERIALIZED ({keys}),"}
            near AS MATERIALIZED ({_near(days, of_people=bool(keys) and not is_team)}),
            shown AS (SELECT v.id FROM near AS v WHERE {wanted.sql}
                ORDER BY {_BEGIN} LIMIT {MOST_SHOWN})
            SELECT {ROW_COLUMNS} FROM shown JOIN visit v ON v.id = shown.id {JOINED}
            ORDER BY {_BEGIN}""",  # noqa: S608 - constants
        *wanted.values,
    )
    now = await database_now()
    return [visit_row(row, now) for row in rows]


async def people_with_visits(*, by: Actor) -> Sequence[tuple[int, str]]:
    """Staff ids and names of those who own visits that `by` may see, by name."""
    require(by, Permission.READ_VISITS)
    return await owners_of_visits(by=by)


def _keys_of(wanted: Wanted, whose: str | int, *, by: Actor) -> str:
    """SQL for the staff ids whose visits these are; empty for everybody's."""
    if whose == VisitOwner.ALL:
        return ""
    place = len(wanted.values) + 1
    if isinstance(whose, int):
        wanted.values.append(whose)
        return f"SELECT ${place}::bigint"
    wanted.values.append(by.staff_member_id)
    if whose == VisitOwner.TEAM:
        return my_line(by, place=place).ways[0].keys
    return my_own(by, place=place).keys


def _near(days: Sequence[str], *, of_people: bool) -> str:
    """SQL for what stands on the days; of `people` what they own or take part in."""
    owned = f" AND x.owner_id IN ({_PEOPLE})" if of_people else ""
    # Three walks along an index each: an OR of them would walk along none.
    walks = [f"{_NEAR} {on.format(*days)}{owned}" for on in _ON_DAYS]
    if of_people:
        on_days = " OR ".join(f"({on.format(*days)})" for on in _ON_DAYS)
        walks.append(
            f"""{_NEAR} x.id = ANY(ARRAY({_WITH_PEOPLE}))
                AND x.owner_id NOT IN ({_PEOPLE}) AND ({on_days})"""
        )
    return " UNION ALL ".join(walks)
