"""Whose requests a queue shows (rule A6), in a form that stays fast however many there are.

A planner that is told "of these accounts, due first" may walk through everybody's work to find
them. So each account, or owner, is asked for its first rows by itself and the results are merged.
"""

from dataclasses import dataclass, replace
from typing import Any

from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor


@dataclass(frozen=True, slots=True)
class QueueScope:
    """Rows whose `column` is one of `keys`, a subquery with `values`; everybody's without keys."""

    column: str
    keys: str
    values: list[Any]

    def condition(self, of: str) -> str:
        """SQL that is true for the rows of the table `of`."""
        return f"{of}.{self.column} IN ({self.keys})" if self.keys else "TRUE"

    def first_rows(self, rows: str, of: str) -> str:
        """SQL for the first rows of each key together; `rows` selects them, with `{scope}` in its
        conditions and a limit."""
        if not self.keys:
            return rows.format(scope="TRUE")
        each = rows.format(scope=f"{of}.{self.column} = scope.key")
        return f"SELECT one.* FROM ({self.keys}) AS scope (key) CROSS JOIN LATERAL ({each}) AS one"  # noqa: S608


EVERYBODY = QueueScope("account_id", "", [])


def looked_up_once(**scopes: QueueScope) -> tuple[str, list[QueueScope]]:
    """For a statement that needs keys in several places: a `WITH` clause that finds them, each
    under its name, and the scopes, reading them from there."""
    queries = [
        f"{name} (key) AS MATERIALIZED ({scope.keys})"
        for name, scope in scopes.items()
        if scope.keys
    ]
    found = [
        replace(scope, keys=f"SELECT key FROM {name}") if scope.keys else scope  # noqa: S608
        for name, scope in scopes.items()
    ]
    return (f"WITH {', '.join(queries)}" if queries else ""), found


def my_own(actor: Actor, *, place: int) -> QueueScope:
    """What `actor` owns, and those whom they stand in for today; the parameter is at `place`."""
    keys = f"""SELECT ${place}::bigint UNION
        SELECT d.staff_member_id FROM deputy d
        JOIN staff_member absent ON absent.id = d.staff_member_id
        LEFT JOIN branch b ON b.id = absent.branch_id
        WHERE d.deputy_id = ${place}
          AND ((SELECT business_now()) AT TIME ZONE coalesce(b.timezone, 'Asia/Shanghai'))::date
              BETWEEN d.starts_on AND d.ends_on"""  # noqa: S608 - a number
    return QueueScope("owner_id", keys, [actor.staff_member_id])


def my_teams(actor: Actor, *, place: int) -> QueueScope:
    """The accounts of `actor`'s team and line, whatever else they may see."""
    return all_visible(replace(actor, role=None), place=place)


def all_visible(actor: Actor, *, place: int) -> QueueScope:
    """The accounts whose file `actor` may see (rule A6)."""
    condition, values = visible_accounts_condition(actor, "a.id", place=place)
    if not values:
        return EVERYBODY
    return QueueScope("account_id", f"SELECT a.id FROM account a WHERE {condition}", values)  # noqa: S608
