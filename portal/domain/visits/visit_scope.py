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


# Whether `staff_member s` owns a visit, and one of a way. Ranges with an order, OFFSET and ARRAY
# keep the planner from reading all visits there are for the few that it takes to tell.
_OWNED = """SELECT FROM visit v WHERE v.owner_id BETWEEN s.id AND s.id {of}
    ORDER BY v.owner_id, v.account_id LIMIT 1 OFFSET 0"""
_OWNS_ANY = f"EXISTS (SELECT FROM ({_OWNED.format(of='')}) AS one OFFSET 0)"
_OWNED_OF = _OWNED.format(of="AND v.account_id BETWEEN of.key AND of.key")
_OWNS: Mapping[str, str] = {
    "account_id": f"""EXISTS (SELECT FROM ({{keys}}) AS of (key)
        CROSS JOIN LATERAL ({_OWNED_OF}) AS one OFFSET 0)""",
    "owner_id": f"(s.id IN ({{keys}}) AND {_OWNS_ANY})",
    "id": "s.id IN (SELECT v.owner_id FROM visit v WHERE v.id = ANY(ARRAY({keys})))",
}
