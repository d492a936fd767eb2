"""The page views that are measured, each as the person who needs it every day."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from urllib.parse import quote, urlencode

from bench.forms import form_token
from bench.load import Answer, Connection, Visit, page, served
from bench.records import Chosen, chosen_records
from bench.running import Running

DEEP_PAGES = 40
# Bearings fill a page with newest requests; flanges are in one title of a thousand: as far back as
# a search goes, it has to look for them.
OFTEN, SELDOM = "轴承", "法兰"
FORM = "application/x-www-form-urlencoded"
FRAGMENT = {"HX-Request": "true"}
NEXT = re.compile(r'href="(/[^"]*[?&;]after=[^"]+)"')


class Kind(StrEnum):
    """What a view is; the goals go by it."""

    LIST = "list"
    THREAD = "thread"
    POST = "post"
    FRAGMENT = "fragment"
    HOME = "home"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class View:
    """What is measured under a name: by whose cookies, and what one view of it asks for."""

    name: str
    cookies: Mapping[str, str]
    visit: Visit
    kind: Kind = Kind.LIST


async def views(portal: Running, buyer: str, clerk: str) -> list[View]:
    """All of them, for a buyer and a sales representative of the demo by their addresses.

    What writes comes last: it must not change what others read.
    """
    customer = await portal.signed_in(buyer, staff=False)
    staff = await portal.signed_in(clerk, staff=True)
    chosen = await chosen_records(portal, buyer, customer, staff)
    return [
        *_of_customers(customer, chosen),
        *await _of_staff(portal, staff, chosen),
        View(
            "customer: message sent",
            customer,
            await _message(portal, customer, chosen.written_to),
            Kind.POST,
        ),
        View("sign-in", {}, _sign_in(portal, buyer), Kind.SIGN_IN),
    ]


def _of_customers(cookies: Mapping[str, str], chosen: Chosen) -> list[View]:
    request, order, complaint = chosen.request, chosen.order, chosen.own_complaint
    return [
        View("customer: home", cookies, page("/"), Kind.HOME),
        View("customer: requests", cookies, page("/quotes")),
        View("customer: request with its thread", cookies, page(f"/quotes/{request}"), Kind.THREAD),
        View("customer: orders", cookies, page("/orders")),
        View("customer: order with its thread", cookies, page(f"/orders/{order}"), Kind.THREAD),
        View("customer: complaints", cookies, page("/complaints")),
        View(
            "customer: complaint with its thread",
            cookies,
            page(f"/complaints/{complaint}"),
            Kind.THREAD,
        ),
    ]


async def _of_staff(portal: Running, cookies: Mapping[str, str], chosen: Chosen) -> list[View]:
    queue = "/staff/quotes"
    deep = await _deep(portal, dict(cookies), f"{queue}?status=any")
    search = f"{queue}?status=any&q="
    rows = _fragment(f"{queue}/fragments/queue")

    def thread(name: str, path: str) -> View:
        return View(f"staff: {name}", cookies, page(path), Kind.THREAD)

    return [
        View("staff: home", cookies, page("/staff"), Kind.HOME),
        View("staff: queue", cookies, page(queue)),
        View("staff: queue, filtered", cookies, page(f"{queue}?owner=me&status=any")),
        View("staff: queue, deep page", cookies, page(deep)),
        View("staff: queue, Chinese search", cookies, page(search + quote(OFTEN))),
        View("staff: queue, rare Chinese word", cookies, page(search + quote(SELDOM))),
        View("staff: queue, refreshed rows", cookies, rows, Kind.FRAGMENT),
        thread("request with its thread", f"{queue}/{chosen.request}"),
        View("staff: orders", cookies, page("/staff/orders")),
        thread("order page", f"/staff/orders/{chosen.order}"),
        View("staff: complaints", cookies, page("/staff/complaints")),
        thread("complaint with its thread", f"/staff/complaints/{chosen.complaint}"),
        View("staff: visits", cookies, page("/staff/visits")),
    ]


async def _deep(portal: Running, cookies: dict[str, str], path: str) -> str:
    """The address of a page far down a list, by its own links."""
    connection = Connection(portal.url, cookies)
    try:
        for _ in range(DEEP_PAGES):
            link = NEXT.search((await connection.get(path)).text)
            if link is None:
                break
            path = unescape(link[1])
        return path
    finally:
        connection.close()


def _fragment(path: str) -> Visit:
    async def visit(connection: Connection) -> Answer:
        return served(await connection.get(path, FRAGMENT), path)

    return visit


async def _message(portal: Running, cookies: Mapping[str, str], request: str) -> Visit:
    """A form post that writes a message, starts a clock and announces it through the outbox."""
    token = await form_token(portal.url, cookies, f"/quotes/{request}")

    async def visit(connection: Connection) -> Answer:
        words = {
            "_csrf_token": token,
            "_form_key": secrets.token_urlsafe(24),
            "body": "When will it leave your plant?",
        }
        path = f"/quotes/{request}/messages"
        sent = urlencode(words).encode()
        headers = {"Content-Type": FORM, "Origin": portal.url}
        return served(await connection.post(path, sent, headers), path, 303)

    return visit


def _sign_in(portal: Running, email: str) -> Visit:
    """One sign-in: the page, the password, the redirection. Argon2 makes it dear, as it should."""

    async def visit(connection: Connection) -> Answer:
        connection.cookies = await portal.signed_in(email, staff=False)
        return await connection.get("/")

    return visit
