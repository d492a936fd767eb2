"""Registered projects and the alerts they raised, for those of us whose file it is (O17, A6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.database import fetch
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.tables import ProjectRegistration
from portal.domain.quotes.progress import require


class RegistrationState(Worded):
    """How far a registration is."""

    WAITING = "waiting", N_("Waits for the duty manager")
    WATCHED = "watched", N_("Watched")
    OVER = "over", N_("Term over")
    REFUSED = "refused", N_("Refused")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return {"waiting": "warning", "watched": "running"}.get(self, "neutral")


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """A registration as pages show it. `decided_by` signed or refused, on `decided_at`."""

    record: ProjectRegistration
    state: RegistrationState
    account_name: str
    account_code: str
    sku: str
    unit: str
    registered_by: str
    decided_by: str
    decided_at: datetime | None
    open_alerts: int

    @property
    def reference(self) -> str:
        return str(self.record.reference)


@dataclass(frozen=True, slots=True)
class Alert:
    """An order of another account that looks like a registered project (rule O17).

    Whose order it is stays empty for who may not see that account's orders (rule A6).
    """

    id: int
    registration_reference: str
    project_name: str
    account_name: str
    sku: str
    unit: str
    registered_quantity: Decimal
    quantity: Decimal
    ordered_on: date
    raised_at: datetime
    order_reference: str
    order_account_name: str
    settled_by: str
    settled_at: datetime | None
    note: str


def state_of(registration: ProjectRegistration, *, today: date) -> RegistrationState:
    """How far it is on a day at the account's place."""
    if registration.refused_at:
        return RegistrationState.REFUSED
    if not registration.signed_at:
        return RegistrationState.WAITING
    return RegistrationState.OVER if registration.ends_on < today else RegistrationState.WATCHED


async def registrations(
    *,
    by: Actor,
    state: RegistrationState | None = None,
    account_id: int | None = None,
    reference: str = "",
    limit: int = 200,
) -> Sequence[RegistrationRow]:
    """The registrations that `by` may see, newest first, at most `limit` of them (rule A6)."""
    _require_ours(by)
    condition, values = visible_accounts_condition(by, "p.account_id", place=5)
    rows = await fetch(
        f"""SELECT * FROM (
                SELECT p.*, a.name AS account_name, a.code AS account_code, i.sku, i.unit,
                    r.name AS registered_by_name, coalesce(d.name, '') AS decided_by,
                    coalesce(p.signed_at, p.refused_at) AS decided_at,
                    (business_now() AT TIME ZONE a.timezone)::date AS today,
                    CASE WHEN p.refused_at IS NOT NULL THEN 'refused'
                        WHEN p.signed_at IS NULL THEN 'waiting'
                        WHEN p.ends_on < (business_now() AT TIME ZONE a.timezone)::date THEN 'over'
                        ELSE 'watched' END AS state,
                    (SELECT count(*) FROM registration_alert x
                     WHERE x.registration_id = p.id AND x.settled_at IS NULL) AS open_alerts
                FROM project_registration p
                JOIN account a ON a.id = p.account_id
                JOIN item i ON i.id = p.item_id
                JOIN person r ON r.id = p.registered_by
                LEFT JOIN person d ON d.id = p.signed_by
                WHERE ($1::bigint IS NULL OR p.account_id = $1)
                  AND ($2 = '' OR p.reference = $2) AND {condition}) AS shown
            WHERE $3::text IS NULL OR state = $3
            ORDER BY registered_at DESC, id DESC LIMIT $4""",  # noqa: S608 - constants
        account_id,
        reference,
        state.value if state else None,
        limit,
        *values,
    )
    return [_row(row) for row in rows]


async def open_alerts(*, by: Actor, limit: int = 200) -> Sequence[Alert]:
    """The alerts that nobody has settled yet, oldest first."""
    _require_ours(by)
    return await _alerts("x.settled_at IS NULL AND $1::bigint IS NULL", None, limit, by=by)


async def alerts_of(registration_id: int, *, by: Actor, limit: int = 200) -> Sequence[Alert]:
    """The alerts of one registration, oldest first, settled ones too."""
    _require_ours(by)
    return await _alerts("x.registration_id = $1", registration_id, limit, by=by)


def _require_ours(by: Actor) -> None:
    require(by, Permission.REGISTER_PROJECTS, Permission.SIGN_REGISTRATIONS)


async def _alerts(which: str, value: int | None, limit: int, *, by: Actor) -> list[Alert]:
    seen, values = visible_accounts_condition(by, "p.account_id", place=3)
    orders_seen, more = visible_orders_condition(by, "o.account_id", place=3 + len(values))
    rows = await fetch(
        f"""SELECT x.id, p.reference AS registration_reference, p.project_name,
                a.name AS account_name, i.sku, i.unit, p.quantity AS registered_quantity,
                l.quantity, (o.placed_at AT TIME ZONE a.timezone)::date AS ordered_on, x.raised_at,
                CASE WHEN {orders_seen} THEN o.reference ELSE '' END AS order_reference,
                CASE WHEN {orders_seen} THEN other.name ELSE '' END AS order_account_name,
                coalesce(s.name, '') AS settled_by, x.settled_at, x.note
            FROM registration_alert x
            JOIN project_registration p ON p.id = x.registration_id
            JOIN account a ON a.id = p.account_id
            JOIN item i ON i.id = p.item_id
            JOIN sales_order_line l ON l.id = x.order_line_id
            JOIN sales_order o ON o.id = l.order_id
            JOIN account other ON other.id = o.account_id
            LEFT JOIN person s ON s.id = x.settled_by
            WHERE {which} AND {seen}
            ORDER BY x.raised_at, x.id LIMIT $2""",  # noqa: S608 - constants
        value,
        limit,
        *values,
        *more,
    )
    return [Alert(**dict(row)) for row in rows]


_COLUMNS = tuple(column._meta.name for column in ProjectRegistration._meta.columns)


def _row(row: Mapping[str, Any]) -> RegistrationRow:
    return RegistrationRow(
        record=ProjectRegistration(**{name: row[name] for name in _COLUMNS}),
        state=RegistrationState(row["state"]),
        account_name=row["account_name"],
        account_code=row["account_code"],
        sku=row["sku"],
        unit=row["unit"],
        registered_by=row["registered_by_name"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        open_alerts=row["open_alerts"],
    )
