"""Registered projects: recorded by sales, signed by the duty manager, watched (rule O17).

Nothing of this is ever a customer's to read: it would tell one of another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_row
from portal.domain.accounts.confidentiality import may_see, visible_accounts_condition
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.words import N_
from portal.domain.orders.events import RegistrationEvent
from portal.domain.orders.registration_alerts import settle_alert, watch_new_orders
from portal.domain.orders.registration_story import RegistrationHappening
from portal.domain.orders.registration_views import (
    Alert,
    RegistrationRow,
    RegistrationState,
    alerts_of,
    open_alerts,
    registrations,
    state_of,
)
from portal.domain.orders.tables import ProjectRegistration
from portal.domain.orders.telling import tell_of_registration
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.quotes.request_check import check_quantity

__all__ = [
    "Alert",
    "RegistrationFacts",
    "RegistrationRow",
    "RegistrationState",
    "alerts_of",
    "open_alerts",
    "refuse",
    "register",
    "registration_by_reference",
    "registrations",
    "settle_alert",
    "sign",
    "watch_new_orders",
]

_LONGEST_TERM = timedelta(days=5 * 366)
_NO_ITEM = N_("There is no item %(sku)s.")
_NO_DAY = N_("Choose a day.")
_REVERSED = N_("The last day is before the first.")
_OVER = N_("The term is over already.")
_TOO_LONG = N_("A project is registered for at most five years.")


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A registration as the form has it; both days belong to the term.

    Errors name the fields as they are called here.
    """

    project_name: str = ""
    site: str = ""
    sku: str = ""
    quantity: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None


async def register(facts: RegistrationFacts, *, by: Actor, account_id: int) -> ProjectRegistration:
    """Record the account's project; it is watched once the duty manager has signed (rule O17).

    Raises `FieldErrors`, and `NotFound` for an account that `by` may not act for (rule A6).
    """
    require(by, Permission.REGISTER_PROJECTS)
    account = await _account(account_id, by=by)
    item = await _item(facts.sku)
    now = await database_now()
    checks = FieldChecks()
    name = checks.text("project_name", facts.project_name, 200, needed=True)
    site = checks.text("site", facts.site, 500)
    if checks.text("sku", facts.sku, 40, needed=True) and item is None:
        checks.refuse("sku", _NO_ITEM, sku=facts.sku.strip())
    check_quantity(checks, "quantity", facts.quantity)
    _check_term(checks, facts, now.astimezone(ZoneInfo(account["timezone"])).date())
    checks.done()
    assert item is not None  # noqa: S101 - checked above
    registration = ProjectRegistration(
        account_id=account_id,
        reference=await next_reference("PR"),
        project_name=name,
        site=site,
        item_id=item["id"],
        quantity=facts.quantity,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        registered_by=by.person_id,
        registered_at=now,
    )
    await registration.save()
    await _note(registration, RegistrationHappening.REGISTERED, by=by, project=name)
    await tell_of_registration(registration, RegistrationEvent.REGISTERED, by=by)
    return registration


async def sign(
    registration: ProjectRegistration,
    *,
    by: Actor,
    note: str = "",
    expected_version: int | None = None,
) -> None:
    """The duty manager signs: similar orders of others alert from now on (rule O17).

    Raises `WrongState` once it is decided, `Conflict`, `NotAllowed`, `FieldErrors`.
    """
    await _lock_undecided(registration, expected_version, by=by)
    checks = FieldChecks()
    note = checks.text("note", note, 2000)
    checks.done()
    await registration.change(
        signed_by=by.person_id, signed_at=await database_now(), decision_note=note
    )
    await _note(registration, RegistrationHappening.SIGNED, by=by)
    await tell_of_registration(registration, RegistrationEvent.DECIDED, by=by)


async def refuse(
    registration: ProjectRegistration,
    note: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The duty manager refuses and says why (rule O17). Raises as `sign`."""
    await _lock_undecided(registration, expected_version, by=by)
    checks = FieldChecks()
    note = checks.text("note", note, 2000, needed=True)
    checks.done()
    await registration.change(
        signed_by=by.person_id, refused_at=await database_now(), decision_note=note
    )
    await _note(registration, RegistrationHappening.REFUSED, by=by, reason=note)
    await tell_of_registration(registration, RegistrationEvent.DECIDED, by=by)


async def registration_by_reference(reference: str, *, by: Actor) -> ProjectRegistration:
    """The record of `reference`, for verbs.

    Raises `NotFound` for unknown and confidential ones alike (rule A6), and for customers.
    """
    require(by, Permission.REGISTER_PROJECTS, Permission.SIGN_REGISTRATIONS)
    condition, values = visible_accounts_condition(by, "p.account_id", place=2)
    row = await fetch_row(
        f"SELECT p.* FROM project_registration p WHERE p.reference = $1 AND {condition}",  # noqa: S608
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return ProjectRegistration(**dict(row))


async def _lock_undecided(
    registration: ProjectRegistration, expected_version: int | None, *, by: Actor
) -> None:
    require(by, Permission.SIGN_REGISTRATIONS)
    await registration.lock(expected_version=expected_version)
    state = state_of(registration, today=registration.ends_on)
    if state is not RegistrationState.WAITING:
        raise WrongState(state=state.label)


def _check_term(checks: FieldChecks, facts: RegistrationFacts, today: date) -> None:
    if facts.starts_on is None:
        checks.refuse("starts_on", _NO_DAY)
    if facts.ends_on is None:
        checks.refuse("ends_on", _NO_DAY)
    if facts.starts_on is None or facts.ends_on is None:
        return
    if facts.ends_on < facts.starts_on:
        checks.refuse("ends_on", _REVERSED)
    elif facts.ends_on < today:
        checks.refuse("ends_on", _OVER)
    elif facts.ends_on - facts.starts_on > _LONGEST_TERM:
        checks.refuse("ends_on", _TOO_LONG)


async def _account(account_id: int, *, by: Actor) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await fetch_row(
        "SELECT timezone FROM account WHERE id = $1 AND archived_at IS NULL", account_id
    )
    if row is None or not await may_see(account_id, by):
        raise NotFound
    return row


async def _item(sku: str) -> Mapping[str, Any] | None:
    typed = sku.strip()
    row: Mapping[str, Any] | None = await fetch_row(
        "SELECT id FROM item WHERE sku = ANY ($1::text[]) AND archived_at IS NULL",
        [typed, typed.upper()],
    )
    return row


async def _note(
    registration: ProjectRegistration,
    happening: RegistrationHappening,
    *,
    by: Actor,
    **words: Any,
) -> None:
    await record(registration.subject, happening, by=by, visible_to=Audience.INTERNAL, after=words)
