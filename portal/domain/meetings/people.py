"""Who takes part in a meeting, who reads a report: contacts, colleagues, guests (rules M1, M2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import execute, fetch
from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_
from portal.domain.identity.addresses import valid_address
from portal.domain.meetings.tables import ContactReport, Meeting
from portal.domain.quotes.field_checks import FieldChecks

_MOST = 60
_NO_CONTACT = N_("Choose people of this account.")
_NOT_HERE = N_("Choose a colleague who works here.")
_TOO_MANY = N_("Name at most %(most)s people.")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of the customer's side who is no contact of the account's file."""

    name: str
    function: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who it is about: ids of contacts and of staff members, and guests beside them."""

    contacts: Sequence[int] = ()
    colleagues: Sequence[int] = ()
    guests: Sequence[Guest] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody as the tables of people keep them."""

    name: str
    function: str
    email: str
    is_ours: bool
    contact_id: int | None = None
    staff_member_id: int | None = None


async def checked(
    checks: FieldChecks, account_id: int, party: Party, *, kept: Collection[PersonRow] = ()
) -> list[PersonRow]:
    """The people of `party` as rows: the customer's first, then guests, then ours.

    Wrong ones are refused at `contacts`, `colleagues` or `guests-<row>-<field>`. Who stands there
    already (`kept`) may stay, though they have left since.
    """
    customers = await _contacts(checks, account_id, party.contacts, kept)
    guests = checked_guests(checks, party.guests, "guests")
    ours = await _colleagues(checks, party.colleagues, kept)
    if len(customers) + len(guests) + len(ours) > _MOST:
        checks.refuse("contacts", _TOO_MANY, most=_MOST)
    return [*customers, *guests, *ours]


async def everybody_here() -> list[tuple[int, str]]:
    """Staff ids and names of everybody who works here, by name: anybody may come along."""
    rows = await fetch(
        """SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL ORDER BY p.name, s.id"""
    )
    return [(row["id"], row["name"]) for row in rows]


async def people_of_meeting(meeting_id: int) -> list[PersonRow]:
    """Who is to take part, the customer's side first, in the order in which they were named."""
    rows = await fetch(
        """SELECT name, function, email, is_ours, contact_id, staff_member_id FROM meeting_person
           WHERE meeting_id = $1 ORDER BY is_ours, id""",
        meeting_id,
    )
    return [PersonRow(**dict(row)) for row in rows]


async def readers_of(report_id: int) -> list[PersonRow]:
    """Whom a report goes to, the customer's side first."""
    rows = await fetch(
        """SELECT name, function, email, is_ours, contact_id, staff_member_id FROM report_reader
           WHERE report_id = $1 ORDER BY is_ours, id""",
        report_id,
    )
    return [PersonRow(**dict(row)) for row in rows]


async def set_people(meeting: Meeting, people: Sequence[PersonRow]) -> None:
    """These take part, instead of who was named before."""
    await execute("DELETE FROM meeting_person WHERE meeting_id = $1", meeting.id)
    await _insert("meeting_person", "meeting_id", meeting.id, meeting.account_id, people)


async def set_readers(
    report: ContactReport, people: Sequence[PersonRow], *, present: Collection[PersonRow]
) -> None:
    """The report goes to these; `present` are those of them who were there."""
    await execute("DELETE FROM report_reader WHERE report_id = $1", report.id)
    await _insert("report_reader", "report_id", report.id, report.account_id, people)
    there = {key_of(each) for each in present}
    for each in people:
        if key_of(each) not in there:
            await execute(
                """UPDATE report_reader SET was_present = false WHERE report_id = $1
                   AND contact_id IS NOT DISTINCT FROM $2
                   AND staff_member_id IS NOT DISTINCT FROM $3 AND name = $4""",
                report.id,
                each.contact_id,
                each.staff_member_id,
                each.name,
            )


async def who_was_present(report_id: int) -> set[tuple[Any, ...]]:
    """The keys (`key_of`) of those readers of a report who were there."""
    rows = await fetch(
        """SELECT contact_id, staff_member_id, name FROM report_reader
           WHERE report_id = $1 AND was_present""",
        report_id,
    )
    return {_key(row["contact_id"], row["staff_member_id"], row["name"]) for row in rows}


def checked_guests(checks: FieldChecks, guests: Sequence[Guest], table: str) -> list[PersonRow]:
    """Guests as rows; wrong ones are refused at `<table>-<row>-<field>`."""
    rows = []
    for number, guest in enumerate(guests):
        at = f"{table}-{number}"
        name = checks.text(f"{at}-name", guest.name, 200, needed=True)
        function = checks.text(f"{at}-function", guest.function, 200)
        email = checks.text(f"{at}-email", guest.email, 254)
        if email:
            try:
                email = valid_address(email)
            except FieldError as error:
                checks.refuse(f"{at}-email", error.field_message)
        rows.append(PersonRow(name, function, email, is_ours=False))
    return rows


async def add_who_came(meeting: Meeting, people: Sequence[PersonRow]) -> None:
    """These came to a meeting without having been named before."""
    for each in people:
        await execute(
            """INSERT INTO meeting_person (account_id, meeting_id, name, function, email, is_ours,
                   attended) VALUES ($1, $2, $3, $4, $5, false, true)""",
            meeting.account_id,
            meeting.id,
            each.name,
            each.function,
            each.email,
        )


def party_of(people: Sequence[PersonRow]) -> Party:
    """The party that these rows were made from."""
    return Party(
        contacts=[each.contact_id for each in people if each.contact_id is not None],
        colleagues=[each.staff_member_id for each in people if each.staff_member_id is not None],
        guests=[
            Guest(each.name, each.function, each.email)
            for each in people
            if each.contact_id is None and not each.is_ours
        ],
    )


def key_of(person: PersonRow) -> tuple[Any, ...]:
    """What makes somebody the same: the contact or colleague, of guests the name."""
    return _key(person.contact_id, person.staff_member_id, person.name)


def _key(contact_id: int | None, staff_member_id: int | None, name: str) -> tuple[Any, ...]:
    return (contact_id, staff_member_id, name if contact_id is staff_member_id is None else "")


async def _contacts(
    checks: FieldChecks, account_id: int, ids: Sequence[int], kept: Collection[PersonRow]
) -> list[PersonRow]:
    stay = [each.contact_id for each in kept if each.contact_id is not None]
    rows = await fetch(
        """SELECT id AS contact_id, name, function, email FROM contact
           WHERE account_id = $1 AND id = ANY ($2::bigint[])
             AND (archived_at IS NULL OR id = ANY ($3::bigint[]))
           ORDER BY is_main DESC, name, id""",
        account_id,
        list(ids),
        stay,
    )
    if len(rows) != len(set(ids)):
        checks.refuse("contacts", _NO_CONTACT)
    return [PersonRow(**dict(row), is_ours=False) for row in rows]


async def _colleagues(
    checks: FieldChecks, ids: Sequence[int], kept: Collection[PersonRow]
) -> list[PersonRow]:
    stay = [each.staff_member_id for each in kept if each.staff_member_id is not None]
    rows = await fetch(
        """SELECT s.id AS staff_member_id, p.name, s.job_title AS function, p.email
           FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = ANY ($1::bigint[])
             AND (p.disabled_at IS NULL OR s.id = ANY ($2::bigint[])) ORDER BY p.name, s.id""",
        list(ids),
        stay,
    )
    if len(rows) != len(set(ids)):
        checks.refuse("colleagues", _NOT_HERE)
    return [PersonRow(**dict(row), is_ours=True) for row in rows]


async def _insert(
    table: str, column: str, owner_id: int, account_id: int, people: Sequence[PersonRow]
) -> None:
    for each in people:
        await execute(
            f"""INSERT INTO {table} (account_id, {column}, contact_id, staff_member_id, name,
                    function, email, is_ours)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",  # noqa: S608 - names of ours
            account_id,
            owner_id,
            each.contact_id,
            each.staff_member_id,
            each.name,
            each.function,
            each.email,
            each.is_ours,
        )
