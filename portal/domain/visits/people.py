"""Who takes part in a visit, on both sides (rules V5, V6)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import execute, fetch_value
from portal.domain.accounts.tables import Contact
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.record import for_us
from portal.domain.common.words import N_
from portal.domain.opinions.opening import is_here, name_of
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.progress import change, lock_to_work, note_that
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit, VisitPerson

_NO_CONTACT = N_("Choose one of the contacts of this customer.")
_NOBODY = N_("Choose a colleague who works here.")
_WHO = N_("Choose a contact or write the name.")
_ALREADY = N_("This person takes part already.")
_TOO_MANY = N_("No more than %(count)s people can take part.")
MOST_PEOPLE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Somebody at the customer's: a contact of theirs, or a name."""

    contact_id: int | None = None
    name: str = ""
    function: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part; `attended` is None until the visit is recorded. Ids are for staff alone."""

    id: int
    name: str
    function: str
    is_ours: bool
    attended: bool | None
    contact_id: int | None
    staff_member_id: int | None


def people_sql() -> str:
    """For statements about `visit v` of the unit's login: what `people_in` reads."""
    contact = for_us("p.contact_id", instead="NULL")
    staff = for_us("p.staff_member_id", instead="NULL")
    return f"""(SELECT coalesce(json_agg(x ORDER BY x.is_ours, x.id), '[]') FROM (
        SELECT p.id, p.name, p.function, p.is_ours, p.attended, {contact} AS contact_id,
            {staff} AS staff_member_id
        FROM visit_person p WHERE p.visit_id = v.id) AS x)"""  # noqa: S608 - constants


def people_in(found: str) -> Sequence[Participant]:
    """The people of a visit: theirs first, then ours, in the order in which they were added."""
    return [Participant(**each) for each in json.loads(found)]


async def people_of(visit: Visit) -> Sequence[Participant]:
    """The people of a visit, as `people_in` has them."""
    sql = f"SELECT {people_sql()} FROM visit v WHERE v.id = $1"  # noqa: S608 - constants
    return people_in(await fetch_value(sql, visit.id))


async def add_person(
    visit: Visit, facts: PersonFacts, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let somebody of the customer's take part.

    Raises `FieldErrors` at `contact_id` and `name`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    checks = FieldChecks()
    person = await checked_person(checks, visit, facts, await people_of(visit))
    checks.done()
    if person is not None:
        await person.save()
    await _noted(visit, by=by)


async def add_colleague(
    visit: Visit, staff_member_id: int, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let a colleague take part.

    Raises `FieldError` at `staff_member_id`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    people = await people_of(visit)
    if not await is_here(staff_member_id):
        raise FieldError("staff_member_id", _NOBODY)
    if staff_member_id in {each.staff_member_id for each in people}:
        raise FieldError("staff_member_id", _ALREADY)
    if len(people) >= MOST_PEOPLE:
        raise FieldError("staff_member_id", _TOO_MANY, count=MOST_PEOPLE)
    await VisitPerson(
        account_id=visit.account_id,
        visit_id=visit.id,
        staff_member_id=staff_member_id,
        name=await name_of(staff_member_id),
        is_ours=True,
    ).save()
    await _noted(visit, by=by)


async def remove_person(
    visit: Visit, person_id: int, *, by: Actor, expected_version: int | None = None
) -> None:
    """Take somebody off again (`Participant.id`).

    Raises `NotFound` for who is not of this visit, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    gone = await (
        VisitPerson.delete()
        .where((VisitPerson.id == person_id) & (VisitPerson.visit_id == visit.id))
        .returning(VisitPerson.id)
    )
    if not gone:
        raise NotFound
    await _noted(visit, by=by)


async def owner_takes_part(visit: Visit, *, instead_of: int | None = None) -> None:
    """Whose visit it is takes part in it, in place of whose it was (staff member ids)."""
    if instead_of is not None:
        await VisitPerson.delete().where(
            (VisitPerson.visit_id == visit.id) & (VisitPerson.staff_member_id == instead_of)
        )
    await execute(
        """INSERT INTO visit_person (account_id, visit_id, staff_member_id, name, is_ours)
           SELECT $1, $2, s.id, p.name, true FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = $3
           ON CONFLICT (visit_id, staff_member_id) WHERE staff_member_id IS NOT NULL DO NOTHING""",
        visit.account_id,
        visit.id,
        visit.owner_id,
    )


async def checked_person(
    checks: FieldChecks,
    visit: Visit,
    facts: PersonFacts,
    people: Sequence[Participant],
    *,
    at: str = "",
) -> VisitPerson | None:
    """Somebody of the customer's, not yet saved; errors are noted at fields that begin with `at`.

    None for who takes part already, or where something is wrong.
    """
    name = checks.text(f"{at}name", facts.name, 200)
    function = checks.text(f"{at}function", facts.function, 200)
    if facts.contact_id is not None:
        if facts.contact_id in {each.contact_id for each in people}:
            return None
        contact = await Contact.objects().get(
            (Contact.id == facts.contact_id) & (Contact.account_id == visit.account_id)
        )
        if contact is None:
            checks.refuse(f"{at}contact_id", _NO_CONTACT)
            return None
        name, function = contact.name, contact.function
    elif not name:
        checks.refuse(f"{at}name", _WHO)
        return None
    if len(people) >= MOST_PEOPLE:
        checks.refuse(f"{at}name", _TOO_MANY, count=MOST_PEOPLE)
    return VisitPerson(
        account_id=visit.account_id,
        visit_id=visit.id,
        contact_id=facts.contact_id,
        name=name,
        function=function[:200],
        is_ours=False,
    )


async def _noted(visit: Visit, *, by: Actor) -> None:
    await change(visit)
    await note_that(visit, VisitHappening.PREPARED, by=by, visible_to=Audience.INTERNAL)
