"""The page views that are measured, each as the person who needs it every day."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, urlencode

from bench.load import Answer, Connection, NotServed, Visit, page
from bench.running import Running

DEEP_PAGES = 40
# In titles of the demo, in many requests and in few.
CHINESE = "阀门"
FORM = "application/x-www-form-urlencoded"
FRAGMENT = {"HX-Request": "true"}
TOKEN = re.compile(r'name="_csrf_token"[^>]*value="([^"]+)"')
NEXT = re.compile(r'href="(/[^"]*[?&;]after=[^"]+)"')


@dataclass(frozen=True, slots=True)
class View:
    """What is measured under a name: by whose cookies, and what one view of it asks for."""

    name: str
    cookies: Mapping[str, str]
    visit: Visit


async def views(portal: Running, buyer: str, clerk: str) -> list[View]:
    """All of them, for a buyer and a sales representative of the demo by their addresses."""
    customer = await portal.signed_in(buyer, staff=False)
    staff = await portal.signed_in(clerk, staff=True)
    account = await portal.value(
        """SELECT m.account_id FROM membership m JOIN person p ON p.id = m.person_id
           WHERE p.email = $1 LIMIT 1""",
        buyer,
    )
    request = str(await portal.value(_WITH_MESSAGES, account))
    complaint = await portal.value(_COMPLAINT_WITH_MESSAGES)
    queue = "/staff/quotes"
    deep = await _deep(portal, dict(staff), f"{queue}?status=any")
    found = [
        View("customer: requests", customer, page("/quotes")),
        View("customer: request with its thread", customer, page(f"/quotes/{request}")),
        View("customer: orders", customer, page("/orders")),
        View("customer: message sent", customer, await _message(portal, customer, request)),
        View("staff: queue", staff, page(queue)),
        View("staff: queue, filtered", staff, page(f"{queue}?owner=me&status=any")),
        View("staff: queue, deep page", staff, page(deep)),
        View("staff: queue, Chinese search", staff, page(f"{queue}?status=any&q={quote(CHINESE)}")),
        View("staff: queue, refreshed rows", staff, _fragment(f"{queue}/fragments/queue")),
        View("staff: request with its thread", staff, page(f"{queue}/{request}")),
        View("staff: complaints", staff, page("/staff/complaints")),
        View("staff: visits", staff, page("/staff/visits")),
        View("sign-in", {}, _sign_in(portal, buyer)),
    ]
    if complaint:
        thread = page(f"/staff/complaints/{complaint}")
        found.insert(-2, View("staff: complaint with its thread", staff, thread))
    return found


_WITH_MESSAGES = """SELECT r.reference FROM quote_request r
    JOIN message m ON m.subject_kind = 'quote_request' AND m.subject_id = r.id
    WHERE r.account_id = $1 AND r.closed_at IS NULL AND r.status <> 'draft'
    GROUP BY r.id ORDER BY count(*) DESC, r.id DESC LIMIT 1"""
_COMPLAINT_WITH_MESSAGES = """SELECT c.reference FROM complaint c
    JOIN message m ON m.subject_kind = 'complaint' AND m.subject_id = c.id
    GROUP BY c.id HAVING count(*) >= 5 ORDER BY c.id DESC LIMIT 1"""


async def _deep(portal: Running, cookies: dict[str, str], path: str) -> str:
    """The address of a page far down a list, by its own links."""
    connection = Connection(portal.url, cookies)
    try:
        for _ in range(DEEP_PAGES):
            link = NEXT.search((await connection.get(path)).body.decode())
            if link is None:
                break
            path = unescape(link[1])
        return path
    finally:
        connection.close()


def _fragment(path: str) -> Visit:
    async def visit(connection: Connection) -> Answer:
        answer = await connection.get(path, FRAGMENT)
        if answer.status != 200:
            raise NotServed(f"{path}: {answer.status}")
        return answer

    return visit


async def _message(portal: Running, cookies: Mapping[str, str], request: str) -> Visit:
    """A form post that writes a message, starts a clock and announces it through the outbox."""
    token = await _token(portal, cookies, f"/quotes/{request}")

    async def visit(connection: Connection) -> Answer:
        words = {
            "_csrf_token": token,
            "_form_key": secrets.token_urlsafe(24),
            "body": "When will it leave your plant?",
        }
        path = f"/quotes/{request}/messages"
        sent = urlencode(words).encode()
        answer = await connection.post(path, sent, {"Content-Type": FORM, "Origin": portal.url})
        if answer.status != 303:
            raise NotServed(f"{path}: {answer.status}")
        return answer

    return visit


async def _token(portal: Running, cookies: Mapping[str, str], path: str) -> str:
    connection = Connection(portal.url, dict(cookies))
    try:
        found = TOKEN.search((await connection.get(path)).body.decode())
    finally:
        connection.close()
    if found is None:
        raise NotServed(f"{path}: no form")
    return unescape(found[1])


def _sign_in(portal: Running, email: str) -> Visit:
    """One sign-in: the page, the password, the redirection. Argon2 makes it dear, as it should."""

    async def visit(connection: Connection) -> Answer:
        connection.cookies = await portal.signed_in(email, staff=False)
        return await connection.get("/")

    return visit
