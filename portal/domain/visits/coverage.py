"""Coverage: which accounts were visited, and which longest not (rules V1, V9).

Only what was made counts, and only a visit: who was merely called back was not seen. Accounts that
nobody has visited stand first. Days are those of the branch that serves the account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.accounts.classification import KeyClass, Tier
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.search_condition import search_condition
from portal.domain.complaints.states import Satisfaction
from portal.domain.policy.visit_figures import UNVISITED_AFTER
from portal.domain.quotes.progress import require
from portal.domain.visits.states import VisitStatus

MOST_ROWS = 200
MOST_EXPORTED = 5_000
KEY_TIERS = tuple(tier.value for tier in Tier if tier.is_key)


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Whose coverage: key accounts, or with `every` all of them; `late` those unvisited too long.

    `manager_id` is a staff member. `size` rows from the one numbered `start` (from 0) on.
    """

    every: bool = False
    late: bool = False
    tier: str = ""
    manager_id: int | None = None
    branch_id: int | None = None
    text: str = ""
    start: int = 0
    size: int = 100


@dataclass(frozen=True, slots=True)
class CoveredAccount:
    """An account and when it was last seen.

    `days` since the last visit, None where there was none; `limit_days` is how long that may be by
    the policy, and `is_late` says that it was longer: for accounts never visited it counts since
    they are ours. `next_*` is the open visit that comes next, `next_on` its day.
    """

    account_id: int
    code: str
    name: str
    tier: Tier
    key_class: KeyClass | None
    manager: str
    last_reference: str
    last_at: datetime | None
    last_satisfaction: Satisfaction | None
    days: int | None
    limit_days: int
    is_late: bool
    visits_in_a_year: int
    next_reference: str
    next_on: date | None
    next_status: VisitStatus | None
    open_opinions: int


@dataclass(frozen=True, slots=True)
class CoverageOfManager:
    """How evenly an account manager's accounts are seen (rule V9); `name` is empty for none's.

    `longest` is the most days since a visit among those that had one.
    """

    manager_id: int | None
    name: str
    accounts: int
    seen: int
    late: int
    never: int
    longest: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rows of a page, longest unvisited first, and what all of them come to."""

    rows: Sequence[CoveredAccount]
    managers: Sequence[CoverageOfManager]
    has_more: bool

    @property
    def accounts(self) -> int:
        return sum(each.accounts for each in self.managers)

    @property
    def seen(self) -> int:
        """How many were visited within the time that the policy gives."""
        return sum(each.seen for each in self.managers)

    @property
    def late(self) -> int:
        return sum(each.late for each in self.managers)

    @property
    def never(self) -> int:
        return sum(each.never for each in self.managers)


# $1 is now; $2 and $3 are what the policy says for tiers, $4 and $5 for single accounts, $6 for all
# others. `visited` has one row an account.
_VISITED = """WITH visited AS (
    SELECT a.id AS account_id, a.code, a.name, a.tier, a.key_class, m.manager_id,
        coalesce(m.manager, '') AS manager, last.reference AS last_reference,
        last.made_at AS last_at, last.satisfaction AS last_satisfaction, since.days,
        since.days_ours, lim.days AS limit_days,
        coalesce(since.days, since.days_ours) > lim.days AS is_late
    FROM account a JOIN branch b ON b.id = a.branch_id
    LEFT JOIN LATERAL (SELECT s.id AS manager_id, p.name AS manager
        FROM team_member t JOIN staff_member s ON s.id = t.staff_member_id
        JOIN person p ON p.id = s.person_id
        WHERE t.account_id = a.id AND t.position = 'account_manager' LIMIT 1) AS m ON true
    LEFT JOIN LATERAL (SELECT v.reference, v.made_at, v.satisfaction FROM visit v
        WHERE v.account_id = a.id AND v.status = 'made' AND v.kind = 'visit'
        ORDER BY v.made_at DESC LIMIT 1) AS last ON true
    CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT days FROM unnest($4::bigint[], $5::int[]) AS of_account (id, days)
            WHERE of_account.id = a.id),
        (SELECT days FROM unnest($2::text[], $3::int[]) AS of_tier (tier, days)
            WHERE of_tier.tier = a.tier), $6::int) AS days) AS lim
    CROSS JOIN LATERAL (SELECT
        ($1 AT TIME ZONE b.timezone)::date - (last.made_at AT TIME ZONE b.timezone)::date AS days,
        ($1 AT TIME ZONE b.timezone)::date - (a.created_at AT TIME ZONE b.timezone)::date
            AS days_ours) AS since
    WHERE {condition})"""
_ROWS = """SELECT v.account_id, v.code, v.name, v.tier, v.key_class, v.manager,
        coalesce(v.last_reference, '') AS last_reference, v.last_at,
        coalesce(v.last_satisfaction, '') AS last_satisfaction, v.days, v.limit_days, v.is_late,
        (SELECT count(*) FROM visit y WHERE y.account_id = v.account_id AND y.status = 'made'
            AND y.kind = 'visit' AND y.made_at > $1 - interval '1 year') AS visits_in_a_year,
        coalesce(n.reference, '') AS next_reference, n.next_on, n.status AS next_status,
        (SELECT count(*) FROM opinion o WHERE o.account_id = v.account_id AND o.status = 'open')
            AS open_opinions
    FROM visited v JOIN account a ON a.id = v.account_id JOIN branch b ON b.id = a.branch_id
    LEFT JOIN LATERAL (
        SELECT x.reference, x.status,
            coalesce((x.starts_at AT TIME ZONE b.timezone)::date, x.due_on) AS next_on
        FROM visit x WHERE x.account_id = v.account_id AND x.kind = 'visit'
            AND x.status NOT IN ('made', 'cancelled')
        ORDER BY next_on, x.id LIMIT 1) AS n ON true"""
_LONGEST_FIRST = "v.days DESC NULLS FIRST, v.days_ours DESC, v.account_id"


async def coverage(wanted: CoverageFilter, *, by: Actor) -> Coverage:
    """Whom nobody has seen for how long, of the accounts that `by` may see (rules A6, V9).

    The figures by manager count all that fit the filter besides `late`. Raises `NotAllowed`.
    """
    condition, values = await _condition(wanted, by)
    visited = _VISITED.format(condition=condition)
    late = "WHERE v.is_late" if wanted.late else ""
    size = max(1, min(wanted.size, MOST_EXPORTED))
    rows = await fetch(
        f"""{visited} {_ROWS} {late} ORDER BY {_LONGEST_FIRST}
            LIMIT {size + 1} OFFSET {max(0, wanted.start)}""",
        *values,
    )
    return Coverage(
        rows=[_covered(row) for row in rows[:size]],
        managers=await _by_manager(visited, values),
        has_more=len(rows) > size,
    )


async def coverage_of(code: str, *, by: Actor) -> CoveredAccount | None:
    """That of the account with this code; None for one that `by` may not see or is archived."""
    condition, values = await _condition(CoverageFilter(every=True), by)
    values.append(code)
    visited = _VISITED.format(condition=f"{condition} AND a.code = ${len(values)}")
    rows = await fetch(f"{visited} {_ROWS}", *values)
    return _covered(rows[0]) if rows else None


async def managers(*, by: Actor) -> list[tuple[int, str]]:
    """The account managers of the accounts that `by` may see: staff member ids and names."""
    condition, values = visible_accounts_condition(by, "t.account_id", place=1)
    rows = await fetch(
        f"""SELECT DISTINCT s.id, p.name FROM team_member t
            JOIN staff_member s ON s.id = t.staff_member_id JOIN person p ON p.id = s.person_id
            WHERE t.position = 'account_manager' AND {condition}
            ORDER BY p.name, s.id""",  # noqa: S608 - constants
        *values,
    )
    return [(row["id"], row["name"]) for row in rows]


async def _by_manager(visited: str, values: Sequence[Any]) -> list[CoverageOfManager]:
    rows = await fetch(
        f"""{visited} SELECT manager_id, manager AS name, count(*) AS accounts,
                count(*) FILTER (WHERE days <= limit_days) AS seen,
                count(*) FILTER (WHERE is_late) AS late,
                count(*) FILTER (WHERE last_at IS NULL) AS never, max(days) AS longest
            FROM visited GROUP BY manager_id, manager
            ORDER BY late DESC, manager, manager_id""",  # noqa: S608 - constants
        *values,
    )
    return [CoverageOfManager(**row) for row in rows]


async def _condition(wanted: CoverageFilter, by: Actor) -> tuple[str, list[Any]]:
    """SQL that is true for the rows of `account a`, with the parameters of `_VISITED` first."""
    require(by, Permission.READ_VISITS)
    values: list[Any] = [await database_now(), *await _limits()]
    found = ["a.archived_at IS NULL"]
    if not by.may(Permission.READ_ALL_VISITS):
        visible, more = visible_accounts_condition(by, "a.id", place=len(values) + 1)
        found.append(visible)
        values += more

    def add(condition: str, value: Any) -> None:
        values.append(value)
        found.append(condition.format(f"${len(values)}"))

    if wanted.tier in set(Tier):
        add("a.tier = {}", wanted.tier)
    elif not wanted.every:
        add("a.tier = ANY({}::text[])", list(KEY_TIERS))
    if wanted.manager_id is not None:
        add("m.manager_id = {}", wanted.manager_id)
    if wanted.branch_id is not None:
        add("a.branch_id = {}", wanted.branch_id)
    if query_terms(wanted.text):
        found.append(await search_condition("account", wanted.text, values, alias="a"))
    return " AND ".join(found), values


async def _limits() -> tuple[list[str], list[int], list[int], list[int], int]:
    """How many days may pass by the policy: for tiers, for single accounts, for all others."""
    book, now = await policy.rulebook(), await database_now()
    tiers = [tier.value for tier in Tier]
    of_tiers = [
        book.figure(UNVISITED_AFTER, at=now, scope=policy.Scope(tier=tier)).value for tier in tiers
    ]
    own = {
        int(each.scope_value): each.value
        for each in book.overrides(UNVISITED_AFTER, at=now)
        if each.scope_value and each.scope_value.isdecimal()
    }
    company = book.figure(UNVISITED_AFTER, at=now).value
    return tiers, of_tiers, list(own), list(own.values()), company


def _covered(row: Mapping[str, Any]) -> CoveredAccount:
    return CoveredAccount(
        **{
            **row,
            "tier": Tier(row["tier"]),
            "key_class": KeyClass(row["key_class"]) if row["key_class"] else None,
            "last_satisfaction": (
                Satisfaction(row["last_satisfaction"]) if row["last_satisfaction"] else None
            ),
            "next_status": VisitStatus(row["next_status"]) if row["next_status"] else None,
        }
    )
