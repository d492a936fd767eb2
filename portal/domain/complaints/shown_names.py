"""Whose name the customer reads: decided here alone, by the policy's figure (rule C2).

Pages, mails and papers for customers take names of ours, timeline and thread from here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from portal.database import current_unit, fetch, fetch_row
from portal.domain import policy
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Actor, Side
from portal.domain.common.story import NEWEST, Part, Story, story
from portal.domain.complaints.tables import Complaint
from portal.domain.policy.complaint_figures import SHOW_OWNER


async def owner_for_customer(complaint: Complaint) -> str:
    """Who handles it, as its customer reads: the owner's name or what stands in its place."""
    shown = await _shown(complaint)
    return shown.instead or shown.owner


async def name_instead(complaint: Complaint) -> str:
    """What customers read in place of any name of ours; empty where they read the names.

    It is the owner's department, or the serving branch where the owner is in none.
    """
    return (await _shown(complaint)).instead


async def names_instead(complaint_ids: Collection[int]) -> dict[int, str]:
    """`name_instead` of several complaints, by their ids; for customers, in one statement."""
    rows = await fetch(
        f"""SELECT c.id, a.id AS account_id, a.tier, {policy.STATE},
                coalesce(nullif(department_of_owner(c.id), ''), b.name) AS instead
            FROM complaint c JOIN account a ON a.id = c.account_id
            JOIN branch b ON b.id = a.branch_id
            WHERE c.id = ANY ($1::bigint[])""",  # noqa: S608 - a constant
        list(complaint_ids),
    )
    found = {}
    for row in rows:
        await policy.rulebook_of(row)  # brought along: the figure asks nothing
        scope = policy.Scope(row["account_id"], row["tier"])
        names_shown = (await policy.figure(SHOW_OWNER, scope=scope)).value
        found[row["id"]] = "" if names_shown else row["instead"]
    return found


async def shown_story(complaint: Complaint, *, by: Actor, part: Part = NEWEST) -> Story:
    """A part of its thread and of what happened, as `by` may read it."""
    told = await story(complaint.subject.kind, complaint.id, visible_to=by.reads, part=part)
    instead = "" if by.is_staff else await name_instead(complaint)
    if not instead:
        return told
    messages = [
        replace(each, author_name=instead) if each.author_side == Side.STAFF else each
        for each in told.messages
    ]
    return replace(told, messages=messages, events=without_names(told.events, instead))


def without_names(entries: Sequence[Entry], instead: str) -> list[Entry]:
    """Entries with `instead` (from `name_instead`) for the names of ours; as they are without."""
    return [
        replace(each, actor_name=instead) if instead and each.actor_side == Side.STAFF else each
        for each in entries
    ]


@dataclass(frozen=True, slots=True)
class _Shown:
    """The owner's name, and what to say instead of names; empty where names are shown."""

    owner: str
    instead: str


async def _shown(complaint: Complaint) -> _Shown:
    known = current_unit().known
    key = f"shown names of {complaint.id} with {complaint.owner_id}"
    if key not in known:
        known[key] = await _names(complaint)
    names: _Shown = known[key]
    return names


async def _names(complaint: Complaint) -> _Shown:
    row = await fetch_row(
        """SELECT a.tier, b.name AS branch, p.name AS owner,
               department_of_owner($2) AS department
           FROM account a JOIN branch b ON b.id = a.branch_id
           JOIN staff_member s ON s.id = $3 JOIN person p ON p.id = s.person_id
           WHERE a.id = $1""",
        complaint.account_id,
        complaint.id,
        complaint.owner_id,
    )
    assert row is not None  # noqa: S101 - the complaint's own account and owner
    scope = policy.Scope(complaint.account_id, row["tier"])
    names_shown = (await policy.figure(SHOW_OWNER, scope=scope)).value
    return _Shown(row["owner"], "" if names_shown else row["department"] or row["branch"])
