"""Inviting people: who made the person asks the worker to mail them a link."""

from portal.domain.common import activity
from portal.domain.common.actor import Actor, Audience, Side
from portal.domain.common.errors import NotAllowed, WrongState
from portal.domain.common.outbox import Queue, announce
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.identity.tables import Person

PERSON_INVITED = "person.invited"
PERSON_RESET = "person.reset"

# Staff are let in by administrators, customers' people by those who look after the account.
_LETS_IN = {Side.STAFF: Permission.EDIT_STAFF, Side.CUSTOMER: Permission.INVITE_CONTACTS}


class PersonDisabled(WrongState):
    """Somebody who is disabled cannot be invited."""

    message = N_("%(name)s is disabled. Enable the person first.")


def check_may_manage(side: str, by: Actor) -> None:
    """Raise `NotAllowed` unless `by` may let in and shut out people of this side."""
    if not by.may(_LETS_IN[Side(side)]):
        raise NotAllowed


async def invite(person: Person, *, by: Actor, account_id: int | None = None) -> None:
    """Have an invitation mailed, the first one or another; earlier links keep working.

    `account_id` names the account that a customer's person is invited to. The event
    `person.invited` carries person_id, side, account_id and invited_by; whoever has a password
    already is told of the account and needs no link. Raises `NotAllowed`, `PersonDisabled`.
    """
    check_may_manage(person.side, by)
    if person.is_disabled:
        raise PersonDisabled(name=person.name)
    await activity.record(
        activity.Subject("person", person.id, person.name, account_id),
        "identity.invited",
        by=by,
        visible_to=Audience.INTERNAL,
        after={"email": person.email},
    )
    await announce(
        PERSON_INVITED,
        {
            "person_id": person.id,
            "side": person.side,
            "account_id": account_id,
            "invited_by": by.person_id,
        },
        account_id=account_id,
        queue=Queue.URGENT,
    )
