"""Rows of lists of requests: one statement brings request, owner, promise and newest quote."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.common.money import Money
from portal.domain.quotes.states import Channel, RequestStatus
from portal.domain.quotes.views import Colleague, RequestRow
from portal.domain.service_levels.promise import OPEN_PROMISE_COLUMNS, open_promise_of

OPEN_TARGET = """t.subject_kind = 'quote_request' AND t.met_at IS NULL AND t.cancelled_at IS NULL"""
# A quote and an answer may be owed at once; a list shows the request once, by what is due first.
LEADING_TARGET = f"{OPEN_TARGET} AND t.leads"
ROW_COLUMNS = f"""r.id, r.reference, r.title, r.status, r.urgent, r.channel, r.account_id,
    a.name AS account_name, r.submitted_at, r.updated_at, s.id AS owner_staff_id,
    p.id AS owner_person_id, p.name AS owner_name, p.phone AS owner_phone, {OPEN_PROMISE_COLUMNS},
    q.revision, q.gross_total, q.currency, q.valid_until"""
_RELATED = """JOIN account a ON a.id = r.account_id
    LEFT JOIN staff_member s ON s.id = r.owner_id LEFT JOIN person p ON p.id = s.person_id
    LEFT JOIN LATERAL (
        SELECT revision, gross_total, currency, valid_until FROM quote
        WHERE request_id = r.id AND sent_at IS NOT NULL ORDER BY revision DESC LIMIT 1) q ON true"""
# What is due first, where the list does not know it yet.
JOINED = f"{_RELATED} LEFT JOIN target t ON {LEADING_TARGET} AND t.subject_id = r.id"
# `{target}` is the id of the target that the list walks along.
JOINED_TO = f"{_RELATED} JOIN target t ON t.id = {{target}}"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def request_row(row: Mapping[str, Any], now: datetime) -> RequestRow:
    """A row of `ROW_COLUMNS` as it stands at `now`."""
    owner = None
    if row["owner_staff_id"]:
        owner = Colleague(
            row["owner_staff_id"], row["owner_person_id"], row["owner_name"], row["owner_phone"]
        )
    quoted = row["revision"] is not None
    return RequestRow(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        status=RequestStatus(row["status"]),
        urgent=row["urgent"],
        channel=Channel(row["channel"]),
        account_id=row["account_id"],
        account_name=row["account_name"],
        owner=owner,
        submitted_at=row["submitted_at"],
        updated_at=row["updated_at"],
        promise=open_promise_of(row, now) if row["target_id"] else None,
        revision=row["revision"],
        total=Money(row["gross_total"], row["currency"]) if quoted else None,
        valid_until=row["valid_until"],
    )


def key_of(moment: datetime, row_id: int) -> str:
    """The place of a row in a list, for the address of the next page."""
    return f"{(moment - _EPOCH) // _MICROSECOND}-{row_id}"


def place_of_key(key: str) -> tuple[datetime, int] | None:
    """What `key_of` made, None for anything else: an old link shows the first page."""
    moment, _, row_id = key.partition("-")
    if not (moment.isdecimal() and row_id.isdecimal() and len(moment) < 18 and len(row_id) < 19):
        return None
    return _EPOCH + int(moment) * _MICROSECOND, int(row_id)
