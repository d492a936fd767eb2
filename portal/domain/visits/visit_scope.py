"""The ways to the visits that somebody may see (rules A6, V9), each with an index of its own."""

from collections.abc import Mapping, Sequence

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints.complaint_scope import ComplaintScope, asked_once, everything
from portal.domain.quotes.queue_scope import QueueScope, all_visible, my_own


def visible(actor: Actor, *, place: int) -> ComplaintScope:
    """What `visible_visits_condition` lets staff see; the parameter, if it has one, is at `place`.

    The account's, those that they or whom they stand in for own, and those they take part in.
    """
    accounts = all_visible(actor, place=place)
    if actor.may(Permission.READ_ALL_VISITS) or not accounts.keys:
        return everything()
    own = my_own(actor, place=place)
    with_me = f"SELECT vp.visit_id FROM visit_person vp WHERE vp.staff_member_id IN ({own.keys})"  # noqa: S608
    return ComplaintScope([accounts, own, QueueScope("id", with_me, [])], accounts.values)


async def owners_of_visits(*, by: Actor) -> Sequence[tuple[int, str]]:
    """Staff ids and names of those who own visits that `by` may see, by name."""
    scope = visible(by, place=1)
    head, (ways,) = asked_once(scope)
    owns = " OR ".join(_OWNS[way.column].format(keys=way.keys) for way in ways.ways if way.keys)
    rows = await fetch(
        f"""{head}SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
            WHERE {owns or _OWNS_ANY} ORDER BY p.name, s.id""",  # noqa: S608 - constants
        *scope.values,
    )
    return [(row["id"], row["name"]) for row in rows]


# Whether `staff_member s` owns a visit, and one of a way: one row is looked for, none are counted.
_OWNS_ANY = "EXISTS (SELECT FROM visit v WHERE v.owner_id = s.id)"
_OWNS: Mapping[str, str] = {
    "account_id": """EXISTS (SELECT FROM ({keys}) AS of (key) CROSS JOIN LATERAL (
        SELECT FROM visit v WHERE v.owner_id = s.id AND v.account_id = of.key LIMIT 1) AS one)""",
    "owner_id": f"(s.id IN ({{keys}}) AND {_OWNS_ANY})",
    "id": """s.id IN (SELECT v.owner_id FROM ({keys}) AS of (key) JOIN visit v ON v.id = of.key)""",
}
