"""Who reads a visit and who works on it (rules A6, V9)."""

from typing import Any

from portal.database import fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable, readable_sql
from portal.domain.quotes.queue_scope import my_own
from portal.domain.visits.tables import Visit


def visible_visits_condition(
    actor: Actor, of: str = "v", *, place: int = 1
) -> tuple[str, list[Any]]:
    """SQL that is true for visits that `actor` may see, and its parameters (rule A6).

    As `visible_accounts_condition`. Those who supervise visits see all; the account's team and line
    see its visits; who owns one or takes part in it, or stands in today for who does, sees that
    one. A customer sees those of their account that were proposed to them or have a part for them.
    """
    if actor.is_staff and actor.may(Permission.READ_ALL_VISITS):
        return "TRUE", []
    condition, values = visible_accounts_condition(actor, f"{of}.account_id", place=place)
    if not actor.is_staff:
        return f"({condition} AND {of}.shown_at IS NOT NULL)", values
    if not values:
        return condition, values
    # The first parameter of staff is the staff member's id.
    mine = my_own(actor, place=place).keys
    with_me = f"SELECT vp.visit_id FROM visit_person vp WHERE vp.staff_member_id IN ({mine})"  # noqa: S608
    return f"({condition} OR {of}.owner_id IN ({mine}) OR {of}.id IN ({with_me}))", values


async def visit_by_reference(reference: str, *, by: Actor) -> Visit:
    """The record, for verbs.

    Raises `NotFound` for unknown, foreign, hidden and confidential ones alike (rule A6).
    """
    condition, values = visible_visits_condition(by, "v", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(Visit, "v")} FROM visit v
            WHERE v.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return Visit(**{column._meta.name: row[column._meta.name] for column in readable(Visit)})


def may_work_on(by: Actor) -> bool:
    """Whether `by` plans, arranges and records visits."""
    return by.is_staff and by.may(Permission.MAKE_VISITS)


def require_hand(by: Actor) -> None:
    """Raise `NotAllowed` unless `may_work_on`."""
    if not may_work_on(by):
        raise NotAllowed
