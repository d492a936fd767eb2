"""The first administrator of a new installation, who then invites the others."""

from portal.database import Login, fetch_value, unit_of_work
from portal.domain.common import activity
from portal.domain.common.activity import Subject
from portal.domain.common.actor import SYSTEM, Audience, Side
from portal.domain.common.errors import DomainError
from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_
from portal.domain.identity.people import find_or_create
from portal.domain.identity.tokens import Purpose, new_token_for
from portal.domain.organisation.editing import wait_for_other_changes
from portal.domain.organisation.tables import StaffMember


class AlreadyAdministered(DomainError):
    """Whoever runs the command is no administrator: they must not let themselves in."""

    message = N_("There is an administrator already. Ask them for an invitation.")


async def create_first_administrator(*, name: str, email: str, locale: str = "") -> str:
    """Make the first administrator and return the token of an invitation link.

    Opens units of work of its own (staff's and worker's login). May be repeated with the same
    address while the link was not used. Raises `AlreadyAdministered`, `FieldError`.
    """
    async with unit_of_work(Login.STAFF):
        await wait_for_other_changes()
        if await _administrators_who_can_sign_in():
            raise AlreadyAdministered
        person, _ = await find_or_create(
            Side.STAFF, name=name, email=email, locale=locale, by=SYSTEM
        )
        await _make_administrator(person.id, person.name)
    async with unit_of_work(Login.WORKER):
        token = await new_token_for(Purpose.INVITATION, person.id)
    if token is None:
        raise AlreadyAdministered
    return token


async def _administrators_who_can_sign_in() -> int:
    return int(
        await fetch_value(
            """SELECT count(*) FROM staff_member s JOIN person p ON p.id = s.person_id
               WHERE s.role = $1 AND p.disabled_at IS NULL AND has_password(p.id)""",
            StaffRole.ADMINISTRATOR.value,
        )
    )


async def _make_administrator(person_id: int, name: str) -> None:
    member = await StaffMember.objects().get(StaffMember.person_id == person_id)
    if member is None:
        member = StaffMember(person_id=person_id, role=StaffRole.ADMINISTRATOR.value)
        await member.save()
    else:
        await member.change(role=StaffRole.ADMINISTRATOR.value)
    await activity.record(
        Subject("staff_member", member.id, name, None),
        "organisation.first_administrator",
        by=SYSTEM,
        visible_to=Audience.INTERNAL,
    )
