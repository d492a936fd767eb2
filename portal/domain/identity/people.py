"""People of both sides: found or made by whoever invites them (staff's login)."""

from portal.database import fetch_value
from portal.domain.common import activity
from portal.domain.common.actor import Actor, Audience, Side
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.words import N_
from portal.domain.identity.addresses import valid_address
from portal.domain.identity.settings import check_name, check_phone
from portal.domain.identity.tables import Person


async def person_by_id(person_id: int) -> Person:
    """Raises `NotFound`."""
    person = await Person.objects().get(Person.id == person_id)
    if person is None:
        raise NotFound
    return person


async def find_or_create(
    side: Side, *, name: str, email: str, phone: str = "", locale: str = "", by: Actor
) -> tuple[Person, bool]:
    """The person with this address on this side, and whether they are new.

    A known person keeps the name and settings they have: they are their own. Raises `FieldError`
    for a name, phone or address that cannot be, or for somebody who is disabled.
    """
    address = valid_address(email)
    made = await fetch_value(
        """INSERT INTO person (side, name, email, phone, locale) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (side, email) DO NOTHING RETURNING id""",
        side.value,
        check_name(name),
        address,
        check_phone(phone),
        locale,
    )
    person = await Person.objects().get((Person.side == side.value) & (Person.email == address))
    if person is None:
        raise NotFound
    if made is not None:
        await activity.record(
            person.subject,
            "identity.person_added",
            by=by,
            visible_to=Audience.INTERNAL,
            after={"name": person.name, "email": person.email, "side": side.value},
        )
    elif person.is_disabled:
        raise FieldError("email", N_("The person with this e-mail address is disabled."))
    return person, made is not None


async def has_password(person_id: int) -> bool:
    """Whether somebody has accepted an invitation and can sign in (staff's and worker's login)."""
    return bool(await fetch_value("SELECT has_password($1)", person_id))
