"""Dealers do workmanship for us; for now they are contacts with tasks (rule C4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch_value
from portal.domain.common.activity import Subject, record, record_change
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.tables import Dealer
from portal.domain.identity.addresses import valid_address
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

ADDED = "dealers.added"
CHANGED = "dealers.changed"
RETIRED = "dealers.retired"
TAKEN_BACK = "dealers.taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealerFacts:
    """A dealer as the form has it. Errors name the fields as they are called here."""

    name: str = ""
    region: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""


async def dealers(*, with_retired: bool = False) -> Sequence[Dealer]:
    """The dealers by name; those who retired at the end, if at all."""
    found = Dealer.objects()
    if not with_retired:
        found = found.where(Dealer.retired_at.is_null())
    by_name = await found.order_by(Dealer.name, Dealer.id)
    return sorted(by_name, key=lambda each: each.retired_at is not None)


async def dealer_by_id(dealer_id: int) -> Dealer:
    """The record, for verbs. Raises `NotFound`."""
    dealer = await Dealer.objects().get(Dealer.id == dealer_id)
    if dealer is None:
        raise NotFound
    return dealer


async def add_dealer(facts: DealerFacts, *, by: Actor) -> Dealer:
    """Add a dealer. Raises `NotAllowed`, `FieldErrors`."""
    require(by, Permission.EDIT_DEALERS)
    dealer = Dealer(**await _checked(facts))
    await dealer.save()
    await record(_subject(dealer), ADDED, by=by, visible_to=Audience.INTERNAL)
    return dealer


async def edit_dealer(
    dealer: Dealer, facts: DealerFacts, *, by: Actor, expected_version: int | None = None
) -> None:
    """Change what is known of a dealer. Raises `NotAllowed`, `Conflict`, `FieldErrors`."""
    require(by, Permission.EDIT_DEALERS)
    await dealer.lock(expected_version=expected_version)
    changed = await dealer.change(**await _checked(facts, but=dealer.id))
    await record_change(_subject(dealer), CHANGED, changed, by=by)


async def retire_dealer(dealer: Dealer, *, by: Actor, expected_version: int | None = None) -> None:
    """Give them nothing more to do; what they have they finish. Raises `NotAllowed`, `Conflict`."""
    require(by, Permission.EDIT_DEALERS)
    await dealer.lock(expected_version=expected_version)
    if not dealer.retired_at:
        await dealer.change(retired_at=await database_now())
        await record(_subject(dealer), RETIRED, by=by, visible_to=Audience.INTERNAL)


async def take_dealer_back(
    dealer: Dealer, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let a retired dealer have work again. Raises `NotAllowed`, `Conflict`."""
    require(by, Permission.EDIT_DEALERS)
    await dealer.lock(expected_version=expected_version)
    if await dealer.change(retired_at=None):
        await record(_subject(dealer), TAKEN_BACK, by=by, visible_to=Audience.INTERNAL)


async def _checked(facts: DealerFacts, *, but: int | None = None) -> dict[str, Any]:
    checks = FieldChecks()
    values = {
        "name": checks.text("name", facts.name, 200, needed=True),
        "region": checks.text("region", facts.region, 200),
        "contact_name": checks.text("contact_name", facts.contact_name, 200),
        "phone": checks.text("phone", facts.phone, 50),
        "email": checks.text("email", facts.email, 254),
    }
    if values["email"]:
        try:
            values["email"] = valid_address(values["email"])
        except FieldError as error:
            checks.refuse(error.field, error.field_message)
    if await _is_taken(values["name"], but):
        checks.refuse("name", N_("There is a dealer of this name already."))
    checks.done()
    return values


async def _is_taken(name: str, but: int | None) -> bool:
    return bool(
        await fetch_value(
            "SELECT EXISTS (SELECT FROM dealer WHERE name = $1 AND id IS DISTINCT FROM $2)",
            name,
            but,
        )
    )


def _subject(dealer: Dealer) -> Subject:
    return Subject("dealer", dealer.id, dealer.name, None)
