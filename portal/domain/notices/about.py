"""What an event is about: read when people are told, so that the outbox carries ids only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.database import fetch_row, fetch_value
from portal.domain.common.actor import SYSTEM, Audience, Side
from portal.domain.common.errors import NotFound
from portal.domain.notices.facts import SAID
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.tables import SUBJECT_KIND
from portal.domain.service_levels.promise import TargetKind

LONGEST_EXCERPT = 600


@dataclass(frozen=True, slots=True)
class About:
    """An event with what can be said of it and who has to do with it.

    `words` is everything known; each kind takes its own part. `staff` and `people` are ids of staff
    members and of persons by their part in it. `actor_id` (a person) is never told of their own
    doing. `thread` joins mails of one record, empty for none.
    """

    event: str
    payload: Mapping[str, Any]
    account_id: int | None
    account_locale: str | None
    reference: str
    thread: str
    words: Mapping[str, object]
    branch_id: int | None = None
    actor_id: int | None = None
    actor_side: str = Side.SYSTEM
    staff: Mapping[str, int | None] = field(default_factory=dict)
    people: Mapping[str, int | None] = field(default_factory=dict)
    paths: Mapping[Side | Reason, str] = field(default_factory=dict)
    order: str = ""
    status: str = ""
    urgent: bool = False

    def path_for(self, side: Side, kind: NoticeKind, reason: Reason) -> str:
        """Where the reader of this side, told for this reason, can act on it."""
        if reason in self.paths:
            return self.paths[reason]
        entrance = "/staff" if side is Side.STAFF else ""
        if kind.leads_to_order and self.order:
            return f"{entrance}/orders/{self.order}"
        return self.paths[side]


async def about_request(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a request and the quote or message that the event names.

    Raises `NotFound` when there is no such request.
    """
    row = await fetch_row(
        """SELECT r.id, r.reference, r.title, r.account_id, r.requested_by, r.owner_id,
               r.closing_reason, a.name AS account, a.locale, a.branch_id,
               c.person_id AS contact_person_id, actor.name AS actor, actor.side AS actor_side
           FROM quote_request r
           JOIN account a ON a.id = r.account_id
           LEFT JOIN contact c ON c.id = r.contact_id
           LEFT JOIN person actor ON actor.id = $2
           WHERE r.id = $1""",
        payload["request_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    quote = await _quote(payload.get("quote_id"))
    author, body = await _message(payload.get("message_id"), row["id"])
    owner_id = payload.get("owner_id", row["owner_id"])
    order = payload.get("order_reference") or ""
    return About(
        event=event,
        payload=payload,
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{SUBJECT_KIND}.{row['id']}",
        words={
            "title": row["title"],
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "author": author,
            "owner": await _name_of_staff(owner_id),
            "due_at": _iso(await _due_at(row["id"])),
            "revision": payload.get("revision") or quote.get("revision"),
            "valid_until": _iso(quote.get("valid_until")),
            "ship_on": _iso(quote.get("promised_ship_on")),
            "order": order,
            SAID: excerpt(_said(event, quote, body, row["closing_reason"])),
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={
            "owner": owner_id,
            "former_owner": payload.get("from_owner_id"),
            "assistant": payload.get("assistant_id"),
            "preparer": payload.get("preparer_id") or quote.get("prepared_by"),
        },
        people={"requester": row["requested_by"] or row["contact_person_id"]},
        paths={
            Side.CUSTOMER: f"/quotes/{row['reference']}",
            Side.STAFF: f"/staff/quotes/{row['reference']}",
        },
        order=order,
    )


async def about_mail(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a mail that did not arrive."""
    row = await fetch_row(
        """SELECT coalesce(p.name, m.name) AS recipient, a.id, a.name AS account, a.code,
               a.branch_id, a.locale
           FROM mail m
           LEFT JOIN person p ON p.id = m.person_id
           LEFT JOIN account a
               ON a.id = m.account_id AND coalesce(p.side, 'customer') = 'customer'
           WHERE m.id = $1""",
        payload["mail_id"],
    )
    if row is None:
        raise NotFound
    return About(
        event=event,
        payload=payload,
        account_id=row["id"],
        account_locale=row["locale"],
        reference=row["code"] or "",
        thread="",
        words={"recipient": row["recipient"], "account": row["account"]},
        branch_id=row["branch_id"],
        paths={Side.STAFF: f"/staff/accounts/{row['code']}" if row["id"] else "/staff/people"},
    )


async def _quote(quote_id: int | None) -> Mapping[str, Any]:
    row = quote_id and await fetch_row(
        """SELECT revision, prepared_by, valid_until, promised_ship_on, review_note, answer_reason
           FROM quote WHERE id = $1""",
        quote_id,
    )
    return dict(row) if row else {}


async def _message(message_id: int | None, request_id: int) -> tuple[str, str]:
    """Author and text of a message that both sides read; an internal note is none."""
    row = message_id and await fetch_row(
        """SELECT author_name, body FROM message
           WHERE id = $1 AND audience = $2 AND subject_kind = $3 AND subject_id = $4""",
        message_id,
        Audience.CUSTOMER.value,
        SUBJECT_KIND,
        request_id,
    )
    return (row["author_name"], row["body"]) if row else ("", "")


async def _due_at(request_id: int) -> datetime | None:
    """When the quote is due; an answer to a message may be owed besides."""
    due: datetime | None = await fetch_value(
        """SELECT min(due_at) FROM target WHERE subject_kind = $1 AND subject_id = $2
             AND kind <> $3 AND met_at IS NULL AND cancelled_at IS NULL
             AND paused_since IS NULL""",
        SUBJECT_KIND,
        request_id,
        TargetKind.NEXT_RESPONSE.value,
    )
    return due


async def _name_of_staff(staff_member_id: int | None) -> str:
    name = staff_member_id and await fetch_value(
        "SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id WHERE s.id = $1",
        staff_member_id,
    )
    return name or ""


def _said(event: str, quote: Mapping[str, Any], body: str, closing_reason: str) -> str:
    if body:
        return body
    if event == QuoteEvent.REVIEWED:
        return str(quote.get("review_note") or "")
    if event in {QuoteEvent.DECLINED, QuoteEvent.REVISION_REQUESTED}:
        return str(quote.get("answer_reason") or "")
    return closing_reason


def excerpt(text: str) -> str:
    """As much of what somebody wrote as a notice quotes."""
    if len(text) <= LONGEST_EXCERPT:
        return text
    return text[:LONGEST_EXCERPT].rsplit(maxsplit=1)[0] + " …"


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
