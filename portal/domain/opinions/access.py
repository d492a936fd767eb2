"""Who reads an opinion and who follows it up (rules A6, V5, S4)."""

from typing import Any

from portal.database import fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable, readable_sql
from portal.domain.opinions.tables import Opinion
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.queue_scope import my_own


def visible_opinions_condition(
    actor: Actor, of: str = "o", *, place: int = 1
) -> tuple[str, list[Any]]:
    """SQL that is true for the opinions that `actor` may read, and its parameters (rule A6).

    As `visible_accounts_condition`. Those who see all visits see all opinions, also the nameless
    ones of surveys that promised it; the account's team and line see its own; whoever follows one
    up, or stands in today for who does, sees that one. Customers see those that are shown to them.
    """
    if actor.is_staff and actor.may(Permission.READ_ALL_VISITS):
        return "TRUE", []
    condition, values = visible_accounts_condition(actor, f"{of}.account_id", place=place)
    if not actor.is_staff:
        return f"({condition} AND {of}.is_shown)", values
    if not values:
        # Every file may be read; what has no file is not among them.
        values = [actor.staff_member_id]
        condition = f"{of}.account_id IS NOT NULL"
    # The first parameter of staff is the staff member's id.
    mine = my_own(actor, place=place).keys
    return f"({condition} OR {of}.owner_id IN ({mine}))", values


async def opinion_by_reference(reference: str, *, by: Actor) -> Opinion:
    """The record, for pages and verbs. Raises `NotFound` for unknown and hidden ones alike."""
    condition, values = visible_opinions_condition(by, "o", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(Opinion, "o")} FROM opinion o
            WHERE o.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return Opinion(**{column._meta.name: row[column._meta.name] for column in readable(Opinion)})


async def may_follow_up(opinion: Opinion, *, by: Actor) -> bool:
    """Whether `by` may answer it: its owner or who stands in, who makes or supervises visits."""
    if not by.may(Permission.ANSWER_OPINIONS) or by.staff_member_id is None:
        return False
    if by.may(Permission.MAKE_VISITS) or by.may(Permission.SUPERVISE_VISITS):
        return True
    return opinion.owner_id in await whose_work_falls_to(by.staff_member_id)


async def require_follow_up(opinion: Opinion, *, by: Actor) -> None:
    """Raise `NotAllowed` unless `may_follow_up`."""
    if not await may_follow_up(opinion, by=by):
        raise NotAllowed
