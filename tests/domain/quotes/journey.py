"""One customer and the people of ours who serve it, and what they do: each step as their login."""

import hashlib
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.files.limits import UploadLimits
from portal.domain.common.files.staging import stage_document
from portal.domain.common.files.storage import DirectoryStorage
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.acceptance import Accepted, accept_quote
from portal.domain.quotes import drafting, handling, requests, review, sending
from portal.domain.quotes.access import find
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.request_facts import LineFacts, RequestFacts
from portal.domain.quotes.requests import Submitted
from portal.domain.quotes.revision_facts import PriceFacts, RevisionFacts
from portal.domain.quotes.sending import SentDocument
from portal.domain.quotes.tables import QuoteRequest
from tests.factories import Account, Factory, acting

_storage = DirectoryStorage(Path(tempfile.mkdtemp(prefix="portal-quotes-")))
POSSIBLE = Judgement(True, True, True)


@dataclass(frozen=True)
class House:
    """An account with a buyer, its representative, a colleague on the team, their supervisor."""

    make: Factory
    account: Account
    buyer: Actor
    sales: Actor
    colleague: Actor
    supervisor: Actor
    sku: str
    item_id: int

    async def today(self) -> date:
        async with acting(self.sales):
            return (await database_now()).date()


async def open_house(make: Factory, *, currency: str = "CNY") -> House:
    branch = await make.branch()
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch)
    sales = await make.staff(branch_id=branch, supervisor=supervisor)
    colleague = await make.staff(StaffRole.SALES_ASSISTANT, branch_id=branch)
    account = await make.account(
        branch_id=branch, representative=sales, assistant=colleague, currency=currency
    )
    item_id = await make.item(price="12.5000")
    sku = await make.owner.fetchval("SELECT sku FROM item WHERE id = $1", item_id)
    buyer = await make.buyer(account)
    return House(make, account, buyer, sales, colleague, supervisor, sku, item_id)


async def wish(house: House, **changes: Any) -> RequestFacts:
    """A complete request for a catalogue item and something special."""
    day = await house.today() + timedelta(days=30)
    facts = RequestFacts(
        title="Bearings for line 3",
        wanted_on=day,
        ship_to_id=house.account.ship_to_id,
        lines=(
            LineFacts(row=0, sku=house.sku, quantity=Decimal(40)),
            LineFacts(row=1, description="Seal kit", quantity=Decimal("2.5"), unit="set"),
        ),
    )
    return replace(facts, **changes)


async def filed(house: House, **changes: Any) -> str:
    """The buyer has sent a request; its reference."""
    facts = await wish(house, **changes)
    async with acting(house.buyer):
        done = await requests.submit(facts, by=house.buyer, account_id=house.account.id)
    return done.reference


async def file_as(
    actor: Actor,
    house: House,
    facts: RequestFacts,
    *,
    form_key: str = "",
    draft: QuoteRequest | None = None,
) -> Submitted:
    async with acting(actor):
        return await requests.submit(
            facts, by=actor, account_id=house.account.id, form_key=form_key, draft=draft
        )


async def start_draft(actor: Actor, house: House, **typed: str) -> QuoteRequest:
    async with acting(actor):
        return await requests.save_draft(
            {name: [value] for name, value in typed.items()},
            by=actor,
            account_id=house.account.id,
        )


async def offer(house: House, price: str = "10", **changes: Any) -> RevisionFacts:
    """Terms and prices for what `wish` asks for."""
    today = await house.today()
    facts = RevisionFacts(
        valid_until=today + timedelta(days=14),
        promised_ship_on=today + timedelta(days=7),
        payment_terms=PaymentTerms.DAYS_30,
        lines=(
            PriceFacts(row=0, sku=house.sku, quantity=Decimal(40), unit_price=Decimal("12.5")),
            PriceFacts(
                row=1,
                description="Seal kit",
                quantity=Decimal("2.5"),
                unit="set",
                unit_price=Decimal(price),
                tax_rate=Decimal("0.13"),
            ),
        ),
    )
    return replace(facts, **changes)


async def priced(house: House, reference: str, price: str = "10", **changes: Any) -> None:
    """The representative has judged the request and worked out a revision."""
    facts = await offer(house, price, **changes)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await handling.judge(request, POSSIBLE, by=house.sales)
        quote = await drafting.prepare(request, by=house.sales)
        await drafting.save(request, quote, facts, by=house.sales, expected_version=quote.version)


async def in_review(house: House, reference: str, price: str = "10", **changes: Any) -> None:
    """The revision waits for its review."""
    await priced(house, reference, price, **changes)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(
            request, quote, by=house.sales, expected_version=quote.version
        )


async def approved(house: House, reference: str, price: str = "10", **changes: Any) -> None:
    """A colleague has approved the revision, the supervisor where it is beyond the policy."""
    await in_review(house, reference, price, **changes)
    async with acting(house.supervisor):
        request = await find(reference, by=house.supervisor)
        quote = await drafting.in_preparation(request)
        await review.approve(request, quote, by=house.supervisor)


async def staged_document(by: Actor, data: bytes = b"%PDF-1.7 a quote") -> SentDocument:
    """A PDF as the portal keeps it before a quote is sent."""
    file = await stage_document(
        "quote.pdf", data, "application/pdf", by=by, limits=UploadLimits(), storage=_storage
    )
    return SentDocument(file.id, hashlib.sha256(data).hexdigest())


async def send_approved(house: House, reference: str) -> None:
    document = await staged_document(house.sales)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        quote = await drafting.in_preparation(request)
        await sending.send(request, quote, document, by=house.sales, expected_version=quote.version)


async def sent(house: House, reference: str, price: str = "10", **changes: Any) -> None:
    """The customer has the revision."""
    await approved(house, reference, price, **changes)
    await send_approved(house, reference)


async def quoted(house: House, **changes: Any) -> str:
    """A request that was filed and answered with its first quote; its reference."""
    reference = await filed(house)
    await sent(house, reference, **changes)
    return reference


async def accepted(house: House, reference: str, revision: int = 1) -> Accepted:
    async with acting(house.buyer):
        request = await find(reference, by=house.buyer)
        return await accept_quote(request, revision, by=house.buyer, name=house.buyer.name)


async def page(reference: str, viewer: Actor) -> RequestPage:
    async with acting(viewer):
        return await request_page(reference, by=viewer)
