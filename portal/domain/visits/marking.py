"""What was installed, or delivered and marked so: visits follow it (rule V2)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.database import database_now, fetch
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common.activity import Subject, record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, NotFound, WrongState
from portal.domain.common.record import readable, readable_sql
from portal.domain.common.words import N_
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.access import require_hand
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.by_hand import check_dealer
from portal.domain.visits.cancelling import call_off
from portal.domain.visits.states import VisitStatus
from portal.domain.visits.tables import SiteInstallation, Visit

MARKED = "visits.installation_marked"
REVOKED = "visits.installation_revoked"
_WHEN = N_("Say when it was completed.")
_FUTURE = N_("It cannot have been completed in the future.")
_TOO_OLD = N_("What was completed more than a year ago has no visits ahead.")
_NO_ORDER = N_("This order is not one of this customer's that was carried out.")

_VIEWS = """SELECT {columns}, coalesce(d.name, '') AS dealer,
        p.name AS marked_by_name, coalesce(o.reference, '') AS order_reference,
        (SELECT coalesce(json_agg(json_build_array(v.reference, v.step, v.status, v.due_on)
                ORDER BY v.due_on, v.id), '[]')
         FROM visit v WHERE v.installation_id = i.id) AS visits_json
    FROM site_installation i JOIN person p ON p.id = i.marked_by
    LEFT JOIN dealer d ON d.id = i.dealer_id LEFT JOIN sales_order o ON o.id = i.order_id
    WHERE i.account_id = $1 AND ($2::bigint IS NULL OR i.order_id = $2)
    ORDER BY i.completed_on DESC, i.id DESC"""

CARRIED_OUT = frozenset(
    {
        OrderStatus.PARTLY_SHIPPED,
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.INVOICED,
        OrderStatus.SETTLED,
    }
)


class AlreadyMarked(Conflict):
    """An order is marked once."""

    message = N_("This delivery has been marked as installed already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationFacts:
    """An installation as its form has it; errors name the fields as here.

    `completed_on` is a date at the customer's. `order_id` is given where an order is marked.
    `dealer_id` makes the visits on our order, where it is not us.
    """

    what: str = ""
    place: str = ""
    completed_on: date | None = None
    order_id: int | None = None
    dealer_id: int | None = None


@dataclass(frozen=True, slots=True)
class InstallationView:
    """An installation as pages show it; `dealer` is empty where we make the visits ourselves."""

    record: SiteInstallation
    dealer: str
    marked_by: str
    order_reference: str
    visits: Sequence[tuple[str, str, VisitStatus, date]]

    @property
    def is_in_force(self) -> bool:
        return self.record.revoked_at is None


async def mark_installed(
    facts: InstallationFacts, *, account_id: int, by: Actor
) -> SiteInstallation:
    """Mark an installation, or a delivery, as completed: its visits are planned from now on (V2).

    Raises `FieldErrors`, `AlreadyMarked`, `NotAllowed`, `NotFound` for an account that `by` may not
    see (rule A6).
    """
    require_hand(by)
    account = await visited_account(account_id)
    if not await may_see(account.id, by):
        raise NotFound
    checks = FieldChecks()
    now = await database_now()
    today = account.day_of(now)
    what = checks.text("what", facts.what, 200, needed=True)
    place = checks.text("place", facts.place, 500)
    if facts.completed_on is None:
        checks.refuse("completed_on", _WHEN)
    elif facts.completed_on > today:
        checks.refuse("completed_on", _FUTURE)
    elif (today - facts.completed_on).days > 366:
        checks.refuse("completed_on", _TOO_OLD)
    if facts.order_id is not None:
        await _check_order(checks, account.id, facts.order_id)
    if facts.dealer_id is not None:
        await check_dealer(checks, facts.dealer_id)
    checks.done()
    installation = SiteInstallation(
        account_id=account.id,
        order_id=facts.order_id,
        dealer_id=facts.dealer_id,
        what=what,
        place=place,
        completed_on=facts.completed_on,
        marked_by=by.person_id,
        marked_at=now,
    )
    await installation.save()
    await _note(installation, MARKED, by=by)
    return installation


async def revoke(
    installation: SiteInstallation, because: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """It was marked by mistake: what is still open of its visits is called off (rule V2).

    Customers who were told of one read that it is called off, and `because`. Raises `FieldErrors`
    at `because`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    require_hand(by)
    await installation.lock(expected_version=expected_version)
    if installation.revoked_at:
        raise WrongState(state=VisitStatus.CANCELLED.label)
    checks = FieldChecks()
    because = checks.text("because", because, 1000, needed=True)
    checks.done()
    await installation.change(revoked_at=await database_now(), revoked_because=because)
    visits = (
        await Visit.objects().where(Visit.installation_id == installation.id).order_by(Visit.id)
    )
    for visit in visits:
        await visit.lock()
        if visit.state.is_open:
            await call_off(visit, because, by=by)
    await _note(installation, REVOKED, by=by, reason=because)


async def installation_by_id(installation_id: int, *, by: Actor) -> SiteInstallation:
    """The record, for verbs. Raises `NotFound` for unknown and confidential ones alike (A6)."""
    found = await SiteInstallation.objects().get(SiteInstallation.id == installation_id)
    if found is None or not await may_see(found.account_id, by):
        raise NotFound
    return found


async def installations_of(
    account_id: int, *, order_id: int | None = None
) -> Sequence[InstallationView]:
    """What was marked for an account, or for one order of it, the newest first, with its visits."""
    columns = readable_sql(SiteInstallation, "i")
    names = [column._meta.name for column in readable(SiteInstallation)]
    rows = await fetch(_VIEWS.format(columns=columns), account_id, order_id)
    return [
        InstallationView(
            SiteInstallation(**{name: row[name] for name in names}),
            row["dealer"],
            row["marked_by_name"],
            row["order_reference"],
            [
                (reference, step, VisitStatus(status), date.fromisoformat(due_on))
                for reference, step, status, due_on in json.loads(row["visits_json"])
            ],
        )
        for row in rows
    ]


async def _check_order(checks: FieldChecks, account_id: int, order_id: int) -> None:
    order = await SalesOrder.objects().get(
        (SalesOrder.id == order_id) & (SalesOrder.account_id == account_id)
    )
    if order is None or OrderStatus(order.status) not in CARRIED_OUT:
        checks.refuse("order_id", _NO_ORDER)
        return
    if await SiteInstallation.exists().where(
        (SiteInstallation.order_id == order_id) & SiteInstallation.revoked_at.is_null()
    ):
        raise AlreadyMarked


async def _note(installation: SiteInstallation, verb: str, *, by: Actor, **after: str) -> None:
    """It goes into the account's file: what was installed there is part of it (rule A5)."""
    await record(
        Subject("account", installation.account_id, "", installation.account_id),
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"what": installation.what, "completed_on": installation.completed_on, **after},
    )
