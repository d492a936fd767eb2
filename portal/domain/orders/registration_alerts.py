"""Orders of others that look like a registered project: found once, settled by a person (O17)."""

from datetime import timedelta
from decimal import Decimal

from portal.database import database_now, execute, fetch, fetch_row
from portal.domain import policy
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.activity import record
from portal.domain.common.actor import SYSTEM, Actor, Audience
from portal.domain.common.errors import Conflict, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.events import RegistrationEvent
from portal.domain.orders.registration_story import RegistrationHappening
from portal.domain.orders.tables import ProjectRegistration
from portal.domain.orders.telling import tell_of_registration
from portal.domain.policy.registration_figures import REGISTRATION_TOLERANCE
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

# Terms that ended longer ago are not looked at again: a worker that was off catches up within it.
_LOOKED_BACK = timedelta(days=31)


class AlreadySettled(Conflict):
    """A colleague was faster."""

    message = N_("Somebody has settled this alert already.")


async def watch_new_orders(*, limit: int = 200) -> int:
    """Raise an alert for each line of another account that looks like a project (rule O17).

    The same item in a similar quantity, ordered within the term. Each line alerts once a project,
    however often and by however many workers this runs; returns how many were raised. The duty
    manager and sales are told, neither customer is.
    """
    tolerances = await _tolerances()
    rows = await fetch(
        """WITH found AS (
               INSERT INTO registration_alert (registration_id, order_line_id, raised_at)
               SELECT p.id, l.id, $1
               FROM unnest($2::bigint[], $3::numeric[]) AS watched (id, tolerance)
               JOIN project_registration p ON p.id = watched.id
               JOIN account a ON a.id = p.account_id
               JOIN sales_order_line l ON l.item_id = p.item_id AND l.account_id <> p.account_id
               JOIN sales_order o ON o.id = l.order_id
               WHERE (o.placed_at AT TIME ZONE a.timezone)::date BETWEEN p.starts_on AND p.ends_on
                 AND o.status <> 'cancelled' AND NOT l.gift
                 AND abs(l.quantity - p.quantity) * 100 <= p.quantity * watched.tolerance
                 AND NOT EXISTS (SELECT FROM registration_alert x
                                 WHERE x.registration_id = p.id AND x.order_line_id = l.id)
               ORDER BY o.placed_at, l.id, p.id LIMIT $4
               ON CONFLICT (registration_id, order_line_id) DO NOTHING
               RETURNING id, registration_id, order_line_id)
           SELECT found.id, found.registration_id, l.quantity, i.sku
           FROM found JOIN sales_order_line l ON l.id = found.order_line_id
           JOIN item i ON i.id = l.item_id ORDER BY found.id""",
        await database_now(),
        list(tolerances),
        list(tolerances.values()),
        limit,
    )
    ids = [row["registration_id"] for row in rows]
    projects = {
        each.id: each
        for each in await ProjectRegistration.objects().where(
            ProjectRegistration.id.is_in(ids or [0])
        )
    }
    for row in rows:
        project = projects[row["registration_id"]]
        words = {"quantity": row["quantity"], "sku": row["sku"]}
        # On the project's own timeline alone: the order's team may not know of the project.
        await record(
            project.subject,
            RegistrationHappening.ALERTED,
            by=SYSTEM,
            visible_to=Audience.INTERNAL,
            after=words,
        )
        await tell_of_registration(
            project,
            RegistrationEvent.ALERT,
            by=SYSTEM,
            once=f"registration.alert:{row['id']}",
            alert_id=row["id"],
        )
    return len(rows)


async def settle_alert(alert_id: int, note: str, *, by: Actor) -> None:
    """Say what was found out about the order and done (rule O17).

    Raises `FieldErrors` for `note`, `AlreadySettled`, `NotFound` for alerts of accounts that `by`
    may not see (rule A6).
    """
    require(by, Permission.SIGN_REGISTRATIONS, Permission.REGISTER_PROJECTS)
    condition, values = visible_accounts_condition(by, "p.account_id", place=2)
    row = await fetch_row(
        f"""SELECT x.settled_at, p.* FROM registration_alert x
            JOIN project_registration p ON p.id = x.registration_id
            WHERE x.id = $1 AND {condition} FOR NO KEY UPDATE OF x""",  # noqa: S608 - constants
        alert_id,
        *values,
    )
    if row is None:
        raise NotFound
    if row["settled_at"]:
        raise AlreadySettled
    checks = FieldChecks()
    note = checks.text("note", note, 2000, needed=True)
    checks.done()
    await execute(
        "UPDATE registration_alert SET settled_by = $2, settled_at = $3, note = $4 WHERE id = $1",
        alert_id,
        by.person_id,
        await database_now(),
        note,
    )
    values_of_project = {name: value for name, value in row.items() if name != "settled_at"}
    await record(
        ProjectRegistration(**values_of_project).subject,
        RegistrationHappening.SETTLED,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"note": note},
    )


async def _tolerances() -> dict[int, Decimal]:
    """By watched registration how far a quantity may differ, in per cent of what was registered."""
    now = await database_now()
    rows = await fetch(
        """SELECT p.id, p.account_id, a.tier
           FROM project_registration p JOIN account a ON a.id = p.account_id
           WHERE p.signed_at IS NOT NULL AND p.ends_on >= $1 ORDER BY p.id""",
        now.date() - _LOOKED_BACK,
    )
    book = await policy.rulebook()
    return {
        row["id"]: book.figure(
            REGISTRATION_TOLERANCE, at=now, scope=policy.Scope(row["account_id"], row["tier"])
        ).value
        for row in rows
    }
