"""Deputies with dates: who gets an absent colleague's work and alarms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.database import current_unit, database_now, fetch, fetch_value
from portal.domain.common import activity
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import Permission, StaffRole
from portal.domain.common.words import N_
from portal.domain.organisation.line import line_up
from portal.domain.organisation.tables import Deputy


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is here on a day: absent with a deputy, gone for good, or neither."""

    deputy_id: int | None = None
    supervisor_id: int | None = None
    is_gone: bool = False

    @property
    def passes_to(self) -> int | None:
        """Who gets their work: the deputy, for one who left the supervisor, else nobody."""
        return self.deputy_id or (self.supervisor_id if self.is_gone else None)


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who works here and is away today; `id` is the staff member's."""

    id: int
    role: StaffRole
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence with its deputy, days included, in the zone of the absent colleague's branch."""

    id: int
    staff_member_id: int
    staff_name: str
    deputy_id: int
    deputy_name: str
    starts_on: date
    ends_on: date
    reason: str


def stand_in(owner: int, presence: Mapping[int, Presence]) -> int:
    """Who does the work of `owner` on a day: the first in the chain of deputies who is here.

    The owner, when the chain ends nowhere or leads back: somebody has to see it.
    """
    seen: set[int] = set()
    at: int | None = owner
    while at is not None and at not in seen:
        seen.add(at)
        here = presence.get(at)
        if here is None:
            break
        if here.deputy_id is None and not here.is_gone:
            return at
        at = here.passes_to
    return owner


async def who_acts_for(staff_member_ids: Collection[int]) -> dict[int, int]:
    """For each staff member, who does their work today: themselves or who stands in.

    Today is the day in the zone of each one's branch.
    """
    presence: dict[int, Presence] = {}
    wanted = set(staff_member_ids)
    while wanted:
        presence |= await _presence(wanted)
        passed_to = {here.passes_to for here in presence.values()} - {None}
        wanted = {staff for staff in passed_to if staff is not None} - presence.keys()
    return {owner: stand_in(owner, presence) for owner in staff_member_ids}


async def whose_work_falls_to(staff_member_id: int) -> frozenset[int]:
    """Everybody whose work this staff member does today: themselves, and whom they stand in for,
    those who have left included."""
    absent = _by_staff(await _away())
    # Whoever is not away is here.
    here = {each.passes_to: Presence() for each in absent.values() if each.passes_to}
    found = {owner for owner in absent if stand_in(owner, {**here, **absent}) == staff_member_id}
    return frozenset({staff_member_id, *found})


async def stood_in_for(staff_member_id: int) -> Sequence[Absent]:
    """Those who are away and whose work this staff member does today, in the order they came."""
    theirs = await whose_work_falls_to(staff_member_id) - {staff_member_id}
    return [
        Absent(row["id"], StaffRole(row["role"]), row["person_id"], row["name"])
        for row in await _away()
        if row["id"] in theirs and not row["is_gone"]
    ]


async def deputy_for(staff_member_id: int, on: date) -> int | None:
    """The deputy appointed for that day, whether here or not; None when nobody is."""
    deputy: int | None = await fetch_value(
        """SELECT deputy_id FROM deputy
           WHERE staff_member_id = $1 AND $2 BETWEEN starts_on AND ends_on""",
        staff_member_id,
        on,
    )
    return deputy


async def today_of(staff_member_id: int) -> date:
    """The day it is where this staff member works. Raises `NotFound`."""
    today: date | None = await fetch_value(
        f"SELECT {_TODAY} FROM {_STAFF_AT_BRANCH} WHERE s.id = $2",  # noqa: S608 - constants
        await database_now(),
        staff_member_id,
    )
    if today is None:
        raise NotFound
    return today


async def absences_of(staff_member_id: int) -> list[Absence]:
    """Present and coming absences of a staff member, the next first."""
    rows = await fetch(
        f"{_ABSENCES} AND d.staff_member_id = $2 ORDER BY d.starts_on, d.id",
        await database_now(),
        staff_member_id,
    )
    return [Absence(**dict(row)) for row in rows]


async def absences(*, limit: int = 200) -> list[Absence]:
    """Present and coming absences of everybody who works here, the next first."""
    rows = await fetch(
        f"{_ABSENCES} AND p.disabled_at IS NULL ORDER BY d.starts_on, p.name, d.id LIMIT $2",
        await database_now(),
        limit,
    )
    return [Absence(**dict(row)) for row in rows]


async def absence(absence_id: int, *, staff_member_id: int) -> Absence:
    """A present or coming absence of this staff member. Raises `NotFound`."""
    for each in await absences_of(staff_member_id):
        if each.id == absence_id:
            return each
    raise NotFound


async def possible_deputies(staff_member_id: int) -> list[tuple[int, str]]:
    """Ids and names of those who may stand in for a staff member: everybody else who is here."""
    rows = await fetch(
        """SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL AND s.id <> $1 ORDER BY p.name, s.id""",
        staff_member_id,
    )
    return [(row["id"], row["name"]) for row in rows]


async def appoint(
    staff_member_id: int,
    deputy_id: int,
    *,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    by: Actor,
) -> Deputy:
    """Give a staff member a deputy for these days.

    Allowed to the absent colleague, to their line and to administrators. Raises `NotAllowed`,
    `FieldError` at `deputy_id`, `starts_on` or `ends_on`.
    """
    await _check_may_appoint(staff_member_id, by)
    if ends_on < starts_on:
        raise FieldError("ends_on", N_("The last day cannot be before the first."))
    if ends_on < await today_of(staff_member_id):
        raise FieldError("ends_on", N_("These days are over."))
    if not await _is_here(deputy_id) or deputy_id == staff_member_id:
        raise FieldError("deputy_id", N_("Choose a colleague who works here."))
    made = await fetch_value(
        """INSERT INTO deputy (staff_member_id, deputy_id, starts_on, ends_on, reason)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id""",
        staff_member_id,
        deputy_id,
        starts_on,
        ends_on,
        reason.strip()[:200],
    )
    if made is None:
        raise FieldError("starts_on", N_("There is a deputy for some of these days already."))
    appointed = await _by_id(made)
    await _record(appointed, "organisation.deputy_appointed", by)
    return appointed


async def withdraw(absence_id: int, *, by: Actor) -> None:
    """Take an absence back; of one that has begun, the days from today on.

    The deputy's part ends at once. Raises `NotFound`, also for what is over, and `NotAllowed`.
    """
    appointed = await _by_id(absence_id)
    await _check_may_appoint(appointed.staff_member_id, by)
    today = await today_of(appointed.staff_member_id)
    if appointed.ends_on < today:
        raise NotFound
    if appointed.starts_on < today:
        appointed.ends_on = today - timedelta(days=1)
        await appointed.save([Deputy.ends_on])
        await _record(appointed, "organisation.deputy_ended", by)
        return
    await Deputy.delete().where(Deputy.id == absence_id)
    await _record(appointed, "organisation.deputy_withdrawn", by)


async def may_appoint(staff_member_id: int, by: Actor) -> bool:
    """Whether `by` may give this staff member a deputy: themselves, their line, administrators."""
    if staff_member_id == by.staff_member_id or by.may(Permission.EDIT_STAFF):
        return True
    return by.staff_member_id is not None and by.staff_member_id in await line_up(staff_member_id)


# A staff member without a branch is where most of the house is.
_STAFF_AT_BRANCH = "staff_member s LEFT JOIN branch b ON b.id = s.branch_id"
_TODAY = "($1::timestamptz AT TIME ZONE coalesce(b.timezone, 'Asia/Shanghai'))::date"
_ABSENCES = f"""SELECT d.*, p.name AS staff_name, q.name AS deputy_name
    FROM deputy d
    JOIN staff_member s ON s.id = d.staff_member_id LEFT JOIN branch b ON b.id = s.branch_id
    JOIN person p ON p.id = s.person_id
    JOIN staff_member t ON t.id = d.deputy_id JOIN person q ON q.id = t.person_id
    WHERE d.ends_on >= {_TODAY}"""  # noqa: S608 - constants


_PRESENCE = f"""SELECT s.id, s.supervisor_id, p.disabled_at IS NOT NULL AS is_gone, d.deputy_id,
        s.role, s.person_id, p.name
    FROM {_STAFF_AT_BRANCH} JOIN person p ON p.id = s.person_id
    LEFT JOIN deputy d ON d.staff_member_id = s.id
        AND {_TODAY} BETWEEN d.starts_on AND d.ends_on"""  # noqa: S608 - constants


async def _away() -> Sequence[Mapping[str, Any]]:
    """Everybody who is away today or has left: asked once in a unit of work, however many lists of
    a page need it."""
    known = current_unit().known
    if "absent" not in known:
        known["absent"] = await fetch(
            f"{_PRESENCE} WHERE d.id IS NOT NULL OR p.disabled_at IS NOT NULL ORDER BY s.id",
            await database_now(),
        )
    rows: Sequence[Mapping[str, Any]] = known["absent"]
    return rows


async def _presence(staff_member_ids: Collection[int]) -> dict[int, Presence]:
    rows = await fetch(
        f"{_PRESENCE} WHERE s.id = ANY($2)", await database_now(), list(staff_member_ids)
    )
    return _by_staff(rows)


def _by_staff(rows: Sequence[Mapping[str, Any]]) -> dict[int, Presence]:
    return {
        row["id"]: Presence(row["deputy_id"], row["supervisor_id"], row["is_gone"]) for row in rows
    }


async def _is_here(staff_member_id: int) -> bool:
    here = (await _presence([staff_member_id])).get(staff_member_id)
    return here is not None and not here.is_gone


async def _by_id(deputy_id: int) -> Deputy:
    found = await Deputy.objects().get(Deputy.id == deputy_id)
    if found is None:
        raise NotFound
    return found


async def _check_may_appoint(staff_member_id: int, by: Actor) -> None:
    if not await may_appoint(staff_member_id, by):
        raise NotAllowed


async def _record(appointed: Deputy, verb: str, by: Actor) -> None:
    current_unit().known.pop("absent", None)
    await activity.record(
        Subject("staff_member", appointed.staff_member_id, "", None),
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after={
            "deputy_id": appointed.deputy_id,
            "starts_on": appointed.starts_on,
            "ends_on": appointed.ends_on,
            "reason": appointed.reason,
        },
    )
