"""Of those who have a part in an event, who can be told: active people, deputies included."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from portal.database import fetch
from portal.domain.common.actor import Side
from portal.domain.notices.about import About
from portal.domain.notices.kinds import Reason
from portal.domain.notices.parts import Named, in_charge
from portal.domain.organisation.deputies import who_acts_for

# The last language: what the source is written in.
DEFAULT_LOCALE = "en"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told. `absent` is for whom a deputy is told."""

    person_id: int
    side: Side
    email: str
    locale: str
    reason: Reason
    absent: str = ""


async def reachable(about: About, named: Sequence[Named]) -> list[Recipient]:
    """Those of `named` who can be told, each once, for the first reason named.

    Who stands in for somebody absent is told besides, so is the supervisor of one who has left;
    where nobody of the named staff is left, who is in charge. Not told: who did it, who is
    disabled, whose access to the account has ended.
    """
    staff = [one for one in named if one.staff_id is not None]
    people = await _staff_recipients(about, staff)
    if staff and not people:
        people = await _staff_recipients(about, await in_charge(about))
    people += await _customer_recipients(about, named)
    found: dict[int, Recipient] = {}
    for person in people:
        if person.person_id != about.actor_id:
            found.setdefault(person.person_id, person)
    return list(found.values())


def language(*wishes: str | None) -> str:
    """The first language that somebody has chosen."""
    return next((wish for wish in wishes if wish), DEFAULT_LOCALE)


async def _staff_recipients(about: About, named: Sequence[Named]) -> list[Recipient]:
    if not named:
        return []
    with_deputies = await _with_deputies(named)
    rows = await fetch(
        """SELECT s.id, p.id AS person_id, p.email, p.locale
           FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = ANY($1) AND p.disabled_at IS NULL""",
        [one.staff_id for one, _ in with_deputies],
    )
    active = {row["id"]: row for row in rows}
    return [
        Recipient(
            person_id=active[one.staff_id]["person_id"],
            side=Side.STAFF,
            email=active[one.staff_id]["email"],
            locale=language(active[one.staff_id]["locale"], about.account_locale),
            reason=one.reason,
            absent=absent,
        )
        for one, absent in with_deputies
        if one.staff_id in active
    ]


async def _with_deputies(named: Sequence[Named]) -> list[tuple[Named, str]]:
    """The named, then who stands in for them, with the name of whom they stand in for."""
    ids = {one.staff_id for one in named if one.staff_id is not None}
    acting = await who_acts_for(ids)
    absent = await _names([owner for owner, stands_in in acting.items() if stands_in != owner])
    deputies = [
        (replace(one, reason=Reason.DEPUTY, staff_id=acting[one.staff_id]), absent[one.staff_id])
        for one in named
        if one.staff_id in absent
    ]
    return [*((one, "") for one in named), *deputies]


async def _customer_recipients(about: About, named: Sequence[Named]) -> list[Recipient]:
    wanted = {one.person_id: one.reason for one in reversed(named) if one.person_id is not None}
    if not wanted:
        return []
    rows = await fetch(
        """SELECT p.id, p.email, p.locale
           FROM person p
           JOIN membership m ON m.person_id = p.id AND m.account_id = $2 AND m.ended_at IS NULL
           JOIN account a ON a.id = m.account_id AND a.archived_at IS NULL
           WHERE p.id = ANY($1) AND p.side = 'customer' AND p.disabled_at IS NULL
           ORDER BY p.id""",
        list(wanted),
        about.account_id,
    )
    return [
        Recipient(
            person_id=row["id"],
            side=Side.CUSTOMER,
            email=row["email"],
            locale=language(row["locale"], about.account_locale),
            reason=wanted[row["id"]],
        )
        for row in rows
    ]


async def _names(staff_ids: Collection[int]) -> dict[int, str]:
    rows = await fetch(
        """SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = ANY($1)""",
        list(staff_ids),
    )
    return {row["id"]: row["name"] for row in rows}
