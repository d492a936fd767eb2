"""Complaints and lighter cases as they come: from the portal, or taken by us (C1, C2, C14, C15).

A form sent twice makes one: the second post gets what the first did.
"""

from collections.abc import Collection
from typing import Any

from portal.database import database_now, execute, fetch_value
from portal.domain.common import form_keys
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError, NotFound
from portal.domain.common.files.attachments import attach
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.complaint_check import check
from portal.domain.complaints.complaint_facts import (
    CheckedComplaint,
    CheckedLine,
    ComplaintFacts,
    LineFacts,
)
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.progress import note_that, require
from portal.domain.complaints.routing import route_of_case
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell

__all__ = ["ComplaintFacts", "LineFacts", "NobodyToOwnIt", "file_complaint", "take_complaint"]


class NobodyToOwnIt(DomainError):
    """No active colleague could own a complaint: the house has nobody left."""

    message = N_("There is nobody here who could take this on. Call us.")


async def file_complaint(
    facts: ComplaintFacts, *, by: Actor, form_key: str = "", shown_files: Collection[str] = ()
) -> Complaint:
    """The customer complains, or suggests, asks or reports a fault (rules C1, C15).

    Whom the route names owns it at once, and the clocks of rule C2 start. Files chosen in the form
    `form_key` go with it; `shown_files` are the public ids it showed. Raises `FieldErrors`.
    """
    require(by, Permission.FILE_COMPLAINT)
    if by.account_id is None:
        raise NotFound
    if made := await _made_with(form_key, by=by):
        return made
    checked = await check(facts, by=by, account_id=by.account_id)
    owner_id = await _first_owner(checked)
    complaint = await _write(checked, owner_id, {"reported_by": by.person_id})
    await _begin(complaint, checked, by=by, form_key=form_key, shown_files=shown_files)
    await note_that(complaint, ComplaintHappening.FILED, by=by)
    await tell(complaint, ComplaintEvent.FILED, by=by, owner_id=owner_id)
    return complaint


async def take_complaint(
    facts: ComplaintFacts,
    *,
    account_id: int,
    by: Actor,
    form_key: str = "",
    shown_files: Collection[str] = (),
) -> Complaint:
    """Enter what reached us by phone, fax, letter, e-mail or in person (rule C1).

    Anybody of us takes it, of whatever account, and owns it until somebody else accepts it
    (rule C14). As `file_complaint` otherwise; raises `NotFound` for an account that is not there.
    """
    require(by, Permission.TAKE_COMPLAINTS)
    if by.staff_member_id is None:
        raise NotFound
    if made := await _made_with(form_key, by=by):
        return made
    checked = await check(facts, by=by, account_id=account_id)
    entered = {
        "reported_by": checked.contact_person_id,
        "contact_id": checked.contact_id,
        "taken_by": by.staff_member_id,
    }
    complaint = await _write(checked, by.staff_member_id, entered)
    await _begin(complaint, checked, by=by, form_key=form_key, shown_files=shown_files)
    words = {"name": complaint.reported_name, "channel": complaint.channel}
    await note_that(complaint, ComplaintHappening.TAKEN, by=by, after=words)
    await tell(complaint, ComplaintEvent.TAKEN, by=by, owner_id=complaint.owner_id)
    return complaint


async def _made_with(form_key: str, *, by: Actor) -> Complaint | None:
    if not form_key or by.person_id is None:
        return None
    reference = await form_keys.made_by(by.person_id, form_key)
    return await complaint_by_reference(reference, by=by) if reference else None


async def _first_owner(checked: CheckedComplaint) -> int:
    """Who owns what comes by the portal: by the route of what it is about (rules C4, C14)."""
    role = route_of_case(checked.kind, checked.category or "").role
    owner_id: int | None = await fetch_value(
        "SELECT first_owner_of_complaint($1, $2)", checked.account.id, role.value if role else ""
    )
    if owner_id is None:
        raise NobodyToOwnIt
    return owner_id


async def _write(checked: CheckedComplaint, owner_id: int, entered: dict[str, Any]) -> Complaint:
    reference, now = await next_reference("CP"), await database_now()
    columns: dict[str, Any] = {
        "account_id": checked.account.id,
        "reference": reference,
        "kind": checked.kind.value,
        "category": checked.category.value if checked.category else "",
        "status": ComplaintStatus.RECEIVED.value,
        "title": checked.title,
        "description": checked.description,
        "wish": checked.wish.value if checked.wish else "",
        "wish_note": checked.wish_note,
        "occurred_on": checked.occurred_on,
        "channel": checked.channel.value,
        "order_id": checked.order_id,
        "shipment_id": checked.shipment_id,
        "reported_name": checked.reported_name,
        "owner_id": owner_id,
        "received_at": now,
        "updated_at": now,
        "search_terms": _terms(checked, reference),
        **entered,
    }
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    complaint_id = await fetch_value(
        f"INSERT INTO complaint ({', '.join(columns)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *columns.values(),
    )
    await write_lines(checked.account.id, complaint_id, checked.lines)
    return Complaint(id=complaint_id, severity="ordinary", round=1, reminders=0, **columns)


async def write_lines(account_id: int, complaint_id: int, lines: Collection[CheckedLine]) -> None:
    """Write the goods that a complaint is about."""
    rows = [
        (
            line.position,
            line.order_line_id,
            line.item_id,
            line.description,
            line.quantity,
            line.unit,
            line.batch,
        )
        for line in lines
    ]
    if rows:
        await execute(
            """INSERT INTO complaint_line (account_id, complaint_id, position, order_line_id,
                   item_id, description, quantity, unit, batch)
               SELECT $1, $2, * FROM unnest($3::integer[], $4::bigint[], $5::bigint[], $6::text[],
                   $7::numeric[], $8::text[], $9::text[])""",
            account_id,
            complaint_id,
            *(list(column) for column in zip(*rows, strict=True)),
        )


async def _begin(
    complaint: Complaint,
    checked: CheckedComplaint,
    *,
    by: Actor,
    form_key: str,
    shown_files: Collection[str],
) -> None:
    """Start the clocks and keep the form's files and key."""
    await clocks.open_on_receipt(complaint, checked.account)
    if not form_key or by.person_id is None:
        return
    await attach(
        form_key, to=complaint.subject, audience=Audience.CUSTOMER, by=by, expected=shown_files
    )
    await form_keys.remember(by.person_id, form_key, complaint.reference)


def _terms(checked: CheckedComplaint, reference: str) -> list[str]:
    return search_terms(
        reference,
        checked.account.name,
        checked.account.code,
        checked.title,
        checked.order_reference,
        checked.reported_name,
        *(part for line in checked.lines for part in (line.sku, line.description, line.batch)),
    )
