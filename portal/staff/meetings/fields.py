"""What forms of meetings and reports share: people of both sides, times on the customer's clock."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, StringConstraints

from portal.domain.accounts.contacts import contacts_of
from portal.domain.accounts.team import team_of
from portal.domain.common.errors import FieldErrors
from portal.domain.meetings.people import Guest, Party, PersonRow, everybody_here
from portal.web.forms import Form, FormModel, RecordId

Text = Annotated[str, StringConstraints(max_length=10_000)]
GUESTS = "guests"
# Blank lines that a form offers beyond those that say something.
_BLANK_GUESTS = 2


class GuestLine(BaseModel):
    name: Text = ""
    function: Text = ""
    email: Text = ""


class Guests(FormModel):
    guests: list[GuestLine] = []


class People(FormModel):
    contacts: list[RecordId] = []
    colleagues: list[RecordId] = []
    another: RecordId | None = None


def lines_of(form: Form, name: str, model: type[Any]) -> list[Any]:
    """The lines of a table as `model` reads them, blank ones left out.

    Raises `FieldErrors` once wrong cells are noted in the form, and for a button that only asks
    for another line or for one less.
    """
    rows = [row for row in form.rows(name) if any(cell.strip() for cell in row.values())]
    if form.pressed(f"_add_{name}"):
        form.put_rows(name, rows)
        raise FieldErrors([])
    if form.pressed(f"_remove_{name}"):
        gone = form.value(f"_remove_{name}")
        kept = [row for number, row in enumerate(form.rows(name)) if str(number) != gone]
        form.put_rows(name, kept)
        raise FieldErrors([])
    # Rules name lines by their place among those that say something.
    form.put_rows(name, rows)
    read = form.read(model, lines=(name,))
    if read is None:
        raise FieldErrors([])
    lines: list[Any] = getattr(read, name)
    return lines


def lines_offered(form: Form, name: str, blank: int) -> int:
    """How many lines a table shows: what is written and `blank` ones, one more when asked for."""
    return form.row_count(name) + blank + (1 if form.pressed(f"_add_{name}") else 0)


def party_sent(form: Form, people: People) -> Party:
    """Who was ticked, chosen and written. Raises `FieldErrors` as `lines_of`."""
    guests = lines_of(form, GUESTS, Guests)
    colleagues = [*people.colleagues]
    if people.another is not None and people.another not in colleagues:
        colleagues.append(people.another)
    return Party(
        contacts=people.contacts,
        colleagues=colleagues,
        guests=[Guest(each.name, each.function, each.email) for each in guests],
    )


def shown_party(party: Party) -> dict[str, Any]:
    """What a form first says of these people."""
    values: dict[str, Any] = {
        "contacts": list(party.contacts),
        "colleagues": list(party.colleagues),
    }
    for number, guest in enumerate(party.guests):
        values |= {
            f"{GUESTS}-{number}-name": guest.name,
            f"{GUESTS}-{number}-function": guest.function,
            f"{GUESTS}-{number}-email": guest.email,
        }
    return values


async def people_to_choose(
    account_id: int, form: Form, *, kept: Sequence[PersonRow] = ()
) -> dict[str, Any]:
    """Contacts and colleagues to tick, others of ours to choose, how many lines for guests.

    Ticked at first offer: the account's team, and who stands there already.
    """
    contacts = {
        each.id: " · ".join(part for part in (each.name, each.function) if part)
        for each in await contacts_of(account_id)
    }
    contacts |= {
        each.contact_id: each.name
        for each in kept
        if each.contact_id is not None and each.contact_id not in contacts
    }
    everybody = await everybody_here()
    names = dict(everybody)
    team = {each.staff_member_id: each.name for each in await team_of(account_id)}
    team |= {each.staff_member_id: each.name for each in kept if each.staff_member_id is not None}
    for ticked in form.values("colleagues"):
        if ticked.isdecimal() and int(ticked) in names:
            team[int(ticked)] = names[int(ticked)]
    return {
        "contacts": list(contacts.items()),
        "colleagues": list(team.items()),
        "others": [each for each in everybody if each[0] not in team],
        "everybody": everybody,
        "guest_lines": lines_offered(form, GUESTS, _BLANK_GUESTS),
    }


def at_the_customers(typed: datetime | None, timezone: str) -> datetime | None:
    """What was typed without a zone is meant by the clock on the customer's wall."""
    if typed is None or typed.tzinfo is not None:
        return typed
    return typed.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def typed_at(moment: datetime | None, timezone: str) -> str | None:
    """A moment as its field has it, by the clock of `timezone`."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")


FIELDS: Mapping[str, str] = {"organiser_id": "organiser", "ends_at": "minutes"}
