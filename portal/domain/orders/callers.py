"""Who of the customer ordered: a contact of theirs, or somebody else by name (rule O1)."""

from dataclasses import dataclass

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.orders.order_facts import OrderFacts
from portal.domain.quotes.field_checks import FieldChecks

_WHO = N_("Say who of the customer ordered.")
_NO_CONTACT = N_("Choose a contact of this customer.")
_ONE_OF_BOTH = N_("Choose a contact or write another name, not both.")


@dataclass(frozen=True, slots=True)
class Caller:
    """A name, and the contact of the account's file whose it is: they are told of the order."""

    name: str
    contact_id: int | None = None


async def caller_of(
    checks: FieldChecks, facts: OrderFacts, *, account_id: int, by: Actor
) -> Caller:
    """Who ordered: for staff the chosen contact or the name that was said, else who is signed in.

    Refuses `ordered_by_name` where staff say nobody, and `contact` where it is not the account's.
    """
    name = checks.text("ordered_by_name", facts.ordered_by_name, 200)
    if not by.is_staff:
        return Caller(name or by.name)
    if facts.contact_id is None:
        if not name:
            checks.refuse("ordered_by_name", _WHO)
        return Caller(name, await contact_named(name, account_id=account_id))
    rows = await fetch(
        """SELECT name FROM contact
           WHERE account_id = $1 AND id = $2 AND archived_at IS NULL""",
        account_id,
        facts.contact_id,
    )
    if not rows:
        checks.refuse("contact", _NO_CONTACT)
        return Caller(name)
    known = rows[0]["name"]
    if name and not _same(name, known):
        checks.refuse("ordered_by_name", _ONE_OF_BOTH)
    return Caller(known, facts.contact_id)


async def contact_named(name: str, *, account_id: int) -> int | None:
    """The id of the account's contact of this name; None for a name of nobody, or of several."""
    rows = await fetch(
        "SELECT id, name FROM contact WHERE account_id = $1 AND archived_at IS NULL", account_id
    )
    found = [row["id"] for row in rows if _same(row["name"], name)]
    return found[0] if len(found) == 1 else None


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
