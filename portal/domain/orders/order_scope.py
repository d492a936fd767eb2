"""Whose orders a list shows (rule A6): an account's, so that each is asked for its first rows."""

from dataclasses import replace

from portal.domain.common.actor import Actor
from portal.domain.orders.access import visible_orders_condition
from portal.domain.quotes.queue_scope import EVERYBODY, QueueScope


def all_visible(actor: Actor, *, place: int) -> QueueScope:
    """The accounts whose orders `actor` may see."""
    condition, values = visible_orders_condition(actor, "a.id", place=place)
    if not values:
        return EVERYBODY
    return QueueScope("account_id", f"SELECT a.id FROM account a WHERE {condition}", values)  # noqa: S608


def my_teams(actor: Actor, *, place: int) -> QueueScope:
    """The accounts of `actor`'s team and line, whatever else they may see."""
    return all_visible(replace(actor, role=None), place=place)


def my_accounts(actor: Actor, *, place: int) -> QueueScope:
    """The accounts that `actor` serves, and those of whom they stand in for today."""
    keys = f"""SELECT m.account_id FROM team_member m WHERE m.staff_member_id IN (
        SELECT ${place}::bigint UNION
        SELECT d.staff_member_id FROM deputy d
        JOIN staff_member absent ON absent.id = d.staff_member_id
        LEFT JOIN branch b ON b.id = absent.branch_id
        WHERE d.deputy_id = ${place}
          AND (business_now() AT TIME ZONE coalesce(b.timezone, 'Asia/Shanghai'))::date
              BETWEEN d.starts_on AND d.ends_on)"""  # noqa: S608 - a number
    return QueueScope("account_id", keys, [actor.staff_member_id])


def of_branch(scope: QueueScope, place: str) -> QueueScope:
    """Of these, the accounts of a branch; `place` is its parameter."""
    keys = f"SELECT b.id FROM account b WHERE b.branch_id = {place}"  # noqa: S608 - a number
    if scope.keys:
        keys = f"{keys} AND b.id IN ({scope.keys})"
    return QueueScope("account_id", keys, scope.values)
