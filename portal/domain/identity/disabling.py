"""Shutting people out and letting them in again."""

from datetime import datetime

from portal.database import database_now
from portal.domain.common import activity
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError
from portal.domain.common.words import N_
from portal.domain.identity.invitations import check_may_manage
from portal.domain.identity.tables import Person


class NotOneself(DomainError):
    """Nobody locks themselves out by mistake."""

    message = N_("You cannot disable yourself. Ask another administrator.")


async def disable(person: Person, *, by: Actor) -> None:
    """End every session and link of the person at once and let them in no more.

    What they did stays theirs. Nothing happens to somebody who is disabled already. For staff call
    `organisation.staff.disable`, which keeps an administrator. Raises `NotAllowed`, `NotOneself`.
    """
    check_may_manage(person.side, by)
    if person.id == by.person_id:
        raise NotOneself
    await person.lock()
    if not person.is_disabled:
        await _set(person, await database_now(), "identity.disabled", by)


async def enable(person: Person, *, by: Actor) -> None:
    """Let the person in again, with the password they had. Raises `NotAllowed`."""
    check_may_manage(person.side, by)
    await person.lock()
    if person.is_disabled:
        await _set(person, None, "identity.enabled", by)


async def _set(person: Person, disabled_at: datetime | None, verb: str, by: Actor) -> None:
    await person.change(disabled_at=disabled_at)
    await activity.record(person.subject, verb, by=by, visible_to=Audience.INTERNAL)
