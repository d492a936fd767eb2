"""The fault file 障碍档案: what failed where, when and why, what was done, whether it came again.

It is read from the cases (rule C15): fault reports, and complaints about quality, workmanship or
trouble in use that were not judged unfounded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.narrowing import Narrowed
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.searching import found
from portal.domain.complaints.states import CaseKind, Category, Cause, ComplaintStatus
from portal.domain.quotes.progress import require
from portal.domain.quotes.request_rows import key_of, place_of_key

MOST_ROWS = 5_000
# What a fault can be filed as, in the words of the cases.
FILED_AS: tuple[CaseKind | Category, ...] = (
    CaseKind.FAULT_REPORT,
    Category.QUALITY,
    Category.WORKMANSHIP,
    Category.IN_USE,
)
_FAILURES = ", ".join(f"'{each.value}'" for each in FILED_AS if isinstance(each, Category))


@dataclass(frozen=True, slots=True)
class FaultFilter:
    """Which faults: `text` is looked for as in the cases; unknown values count as not given.

    `filed_as` is the value of one of `FILED_AS`; `again` leaves those that had failed before.
    `locale` is for the names of items.
    """

    text: str = ""
    filed_as: str = ""
    account_id: int | None = None
    again: bool = False
    locale: str = "en"
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that failed; a case about two items is two of them, one about none is one.

    `place` is where it was delivered to, as the customer calls it. `done` is what they were told of
    the outcome, else what was decided. `times_before` counts earlier cases about the same item of
    the same customer, unless they are known to be of another place; `last_at` is the latest.
    """

    reference: str
    title: str
    filed_as: CaseKind | Category
    status: ComplaintStatus
    happened_on: date | None
    received_at: datetime
    account_code: str
    account_name: str
    place: str
    sku: str
    item: str
    batch: str
    quantity: Decimal | None
    unit: str
    cause: Cause | None
    finding: str
    done: str
    times_before: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class FaultListing:
    """One page, the newest first. `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[Fault]
    after: str | None = None
    before: str | None = None


def _is_fault(case: str) -> str:
    return f"""{case}.status <> 'withdrawn' AND ({case}.kind = 'fault_report'
        OR {case}.category IN ({_FAILURES}) AND {case}.judgement <> 'unfounded')"""


_PLACE = """LEFT JOIN sales_order {o} ON {o}.id = {c}.order_id
    LEFT JOIN shipment {s} ON {s}.id = {c}.shipment_id
    LEFT JOIN ship_to {p} ON {p}.id = coalesce({s}.ship_to_id, {o}.ship_to_id)"""
# A case has few goods: its lines follow each other in the list.
_ROW_ID = "c.id * 1000 + coalesce(l.position, 0)"
_FAULTS = f"""SELECT c.reference, c.title, c.kind, c.category, c.status, c.occurred_on,
        c.received_at, c.cause, a.code AS account_code, a.name AS account_name,
        coalesce(p.label, '') AS place, coalesce(i.sku, '') AS sku,
        coalesce(CASE $1 WHEN 'zh_Hans' THEN i.name_zh_hans WHEN 'zh_Hant' THEN i.name_zh_hant
            ELSE i.name_en END, l.description, '') AS item,
        coalesce(l.batch, '') AS batch, l.quantity, coalesce(l.unit, '') AS unit,
        coalesce((SELECT f.finding FROM complaint_finding f WHERE f.complaint_id = c.id
            AND f.stage = 'final' ORDER BY f.id DESC LIMIT 1), '') AS finding,
        coalesce(nullif(c.told, ''), (SELECT q.description FROM complaint_proposal q
            WHERE q.complaint_id = c.id AND q.released_at IS NOT NULL
              AND q.refused_at IS NULL), '') AS done,
        again.times AS times_before, again.last_at, {_ROW_ID} AS row_id
    FROM complaint c JOIN account a ON a.id = c.account_id
    {_PLACE.format(c="c", o="o", s="s", p="p")}
    LEFT JOIN complaint_line l ON l.complaint_id = c.id LEFT JOIN item i ON i.id = l.item_id
    LEFT JOIN LATERAL (
        SELECT count(DISTINCT e.id) AS times, max(e.received_at) AS last_at
        FROM complaint e JOIN complaint_line m ON m.complaint_id = e.id
        {_PLACE.format(c="e", o="eo", s="es", p="ep")}
        WHERE e.account_id = c.account_id AND {_is_fault("e")}
          AND (e.received_at, e.id) < (c.received_at, c.id)
          AND coalesce(m.item_id = l.item_id, lower(m.description) = lower(l.description))
          AND (ep.id IS NULL OR p.id IS NULL OR ep.id = p.id)) AS again ON true
    WHERE {_is_fault("c")}"""  # noqa: S608 - constants


async def faults(wanted: FaultFilter, *, by: Actor) -> FaultListing:
    """The faults that `by` may see (rule A6). Raises `NotAllowed`."""
    require(by, Permission.READ_COMPLAINTS)
    values: list[Any] = [wanted.locale]
    conditions = await _conditions(wanted, values, by)
    size = max(1, min(wanted.size, MOST_ROWS))
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    if start:
        first = len(values) + 1
        values += start
        later = ">" if backwards else "<"
        conditions.append(f"(c.received_at, {_ROW_ID}) {later} (${first}, ${first + 1})")
    way = "ASC" if backwards else "DESC"
    rows = await fetch(
        f"""{_FAULTS} AND {" AND ".join(conditions)}
            ORDER BY c.received_at {way}, row_id {way} LIMIT {size + 1}""",
        *values,
    )
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    keys = [key_of(row["received_at"], row["row_id"]) for row in rows]
    return FaultListing(
        rows=[_fault(row) for row in rows],
        after=keys[-1] if rows and (more or backwards) else None,
        before=keys[0] if rows and (more if backwards else start) else None,
    )


async def _conditions(wanted: FaultFilter, values: list[Any], by: Actor) -> list[str]:
    """What narrows the list; parameters go to `values`."""
    seen, more = visible_complaints_condition(by, "c", place=len(values) + 1)
    values += more
    conditions = [seen]
    if wanted.filed_as == CaseKind.FAULT_REPORT:
        conditions.append("c.kind = 'fault_report'")
    elif wanted.filed_as in FILED_AS:
        values.append(wanted.filed_as)
        conditions.append(f"c.category = ${len(values)}")
    if wanted.account_id is not None:
        values.append(wanted.account_id)
        conditions.append(f"c.account_id = ${len(values)}")
    if terms := query_terms(wanted.text):
        Narrowed(conditions, values).add_found("c", terms, await found(terms, by=by))
    if wanted.again:
        conditions.append("again.times > 0")
    return conditions


def _fault(row: Mapping[str, Any]) -> Fault:
    category, cause = row["category"], row["cause"]
    return Fault(
        reference=row["reference"],
        title=row["title"],
        filed_as=Category(category) if category else CaseKind(row["kind"]),
        status=ComplaintStatus(row["status"]),
        happened_on=row["occurred_on"],
        received_at=row["received_at"],
        account_code=row["account_code"],
        account_name=row["account_name"],
        place=row["place"],
        sku=row["sku"],
        item=row["item"],
        batch=row["batch"],
        quantity=row["quantity"],
        unit=row["unit"],
        cause=Cause(cause) if cause else None,
        finding=row["finding"],
        done=row["done"],
        times_before=row["times_before"],
        last_at=row["last_at"],
    )
