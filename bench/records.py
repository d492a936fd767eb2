"""Which records are opened: ordinary ones, with about five messages, that the viewer may read."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx

from bench.forms import form_token
from bench.load import Connection, NotServed
from bench.running import Running

# Read by both sides: of the buyer's account, on whose team the clerk is.
_REQUESTS = """SELECT r.reference FROM quote_request r
    JOIN message m ON m.subject_kind = 'quote_request' AND m.subject_id = r.id
        AND m.audience = 'customer'
    WHERE r.account_id = $1 AND r.closed_at IS NULL AND r.status <> 'draft'
    GROUP BY r.id HAVING count(*) BETWEEN 3 AND 8
    ORDER BY EXISTS (SELECT FROM stored_file f WHERE f.subject_kind = 'quote_request'
            AND f.subject_id = r.id AND f.message_id IS NOT NULL) DESC,
        abs(5 - count(*)), r.id DESC LIMIT 50"""
_OTHERS = """SELECT reference FROM quote_request
    WHERE account_id = $1 AND closed_at IS NULL AND status = 'in_work' AND reference <> $2
    ORDER BY id DESC LIMIT 50"""
_FILES = """SELECT count(*) FROM stored_file f JOIN quote_request r ON r.id = f.subject_id
    WHERE f.subject_kind = 'quote_request' AND r.reference = $1 AND f.message_id IS NOT NULL"""
_ORDERS = """SELECT o.reference FROM sales_order o
    LEFT JOIN message m ON m.subject_kind = 'sales_order' AND m.subject_id = o.id
    WHERE o.account_id = $1 AND EXISTS (SELECT FROM shipment s WHERE s.order_id = o.id)
    GROUP BY o.id ORDER BY least(count(m.id), 5) DESC, o.id DESC LIMIT 50"""
_COMPLAINTS = """SELECT c.reference FROM complaint c
    WHERE (c.account_id = $1) = $2 AND (SELECT count(*) FROM message m
        WHERE m.subject_kind = 'complaint' AND m.subject_id = c.id
          AND m.audience = 'customer') BETWEEN 3 AND 8
    ORDER BY c.id DESC LIMIT 50"""
_ACCOUNT = """SELECT m.account_id FROM membership m JOIN person p ON p.id = m.person_id
    WHERE p.email = $1 LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """References. `written_to` is a request that nobody measures the thread of."""

    request: str
    written_to: str
    order: str
    own_complaint: str
    complaint: str


async def chosen_records(
    portal: Running, buyer: str, customer: Mapping[str, str], staff: Mapping[str, str]
) -> Chosen:
    """Records for a buyer and a clerk by their cookies. Raises `NotServed` if one has none."""
    account = await portal.value(_ACCOUNT, buyer)
    both = Reader(portal, {"": customer, "/staff": staff})
    own, ours = Reader(portal, {"": customer}), Reader(portal, {"/staff": staff})
    requests = await portal.column(_REQUESTS, account)
    orders = await portal.column(_ORDERS, account)
    complaints = await portal.column(_COMPLAINTS, account, True)
    others = await portal.column(_COMPLAINTS, account, False)
    request = await both.first("quotes", requests)
    if not await portal.value(_FILES, request):
        await _send_files(portal, customer, request)
    return Chosen(
        request,
        await own.first("quotes", await portal.column(_OTHERS, account, request)),
        await both.first("orders", orders),
        await own.first("complaints", complaints),
        await ours.first("complaints", [*complaints, *others]),
    )


async def _send_files(portal: Running, cookies: Mapping[str, str], request: str) -> None:
    """A message with two files: multiplied requests have none."""
    path = f"/quotes/{request}"
    words = {
        "_csrf_token": await form_token(portal.url, cookies, path),
        "_form_key": secrets.token_urlsafe(24),
        "body": "The drawing and what we measured.",
    }
    files = [
        ("files", (name, f"{name}\n".encode() * 500, "text/csv"))
        for name in ("drawing.csv", "measured.csv")
    ]
    form = httpx.Request("POST", f"{portal.url}{path}", data=words, files=files)
    headers = {"Content-Type": form.headers["content-type"], "Origin": portal.url}
    connection = Connection(portal.url, dict(cookies))
    try:
        answer = await connection.post(f"{path}/messages", form.read(), headers)
    finally:
        connection.close()
    if answer.status != 303:
        raise NotServed(f"{path}/messages: {answer.status}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody, or two who read the same: cookies by where their pages begin."""

    portal: Running
    cookies: Mapping[str, Mapping[str, str]]

    async def first(self, noun: str, references: Iterable[str]) -> str:
        """The first of `references` that all of them may read."""
        for reference in references:
            if await self._reads(f"/{noun}/{reference}"):
                return reference
        raise NotServed(f"none of the {noun} is read by who is measured")

    async def _reads(self, path: str) -> bool:
        for place, cookies in self.cookies.items():
            connection = Connection(self.portal.url, dict(cookies))
            try:
                if (await connection.get(place + path)).status != 200:
                    return False
            finally:
                connection.close()
        return True
