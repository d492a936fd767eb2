"""Records in the state that a test needs, made by the verbs as the people who would make them."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.files.limits import UploadLimits
from portal.domain.common.files.staging import stage_document
from portal.domain.common.files.storage import storage_from_url
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.acceptance import Accepted, accept_quote
from portal.domain.quotes import drafting, handling, requests, review, sending
from portal.domain.quotes.access import find
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.request_facts import LineFacts, RequestFacts
from portal.domain.quotes.revision_facts import PriceFacts, RevisionFacts
from portal.settings import Settings
from tests.factories import Account, Factory, acting

# Enough of a PDF for who only looks at its name, type and hash.
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Cast:
    """The people around one account."""

    account: Account
    buyer: Actor
    representative: Actor
    assistant: Actor
    colleague: Actor
    manager: Actor
    supervisor: Actor
    item_id: int
    sku: str


@dataclass
class Filed:
    """A request with those who have to do with it."""

    cast: Cast
    reference: str
    revision: int = 0
    order: Accepted | None = None


async def cast_of(make: Factory, **account: Any) -> Cast:
    """A new account with a buyer, its team at one branch, and an item to ask for."""
    branch_id = await make.branch()
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch_id)
    line = {"branch_id": branch_id, "supervisor": supervisor}
    representative = await make.staff(StaffRole.SALES_REPRESENTATIVE, **line)
    assistant = await make.staff(StaffRole.SALES_ASSISTANT, **line)
    colleague = await make.staff(StaffRole.SALES_REPRESENTATIVE, **line)
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER, **line)
    made = await make.account(
        branch_id=branch_id,
        representative=representative,
        assistant=assistant,
        manager=manager,
        **account,
    )
    await make.insert(
        "team_member",
        account_id=made.id,
        staff_member_id=colleague.staff_member_id,
        position="backup",
    )
    item_id = await make.item()
    sku = str(await make.owner.fetchval("SELECT sku FROM item WHERE id = $1", item_id))
    buyer = await make.buyer(made)
    return Cast(
        made, buyer, representative, assistant, colleague, manager, supervisor, item_id, sku
    )


async def filed_request(make: Factory, cast: Cast | None = None, **facts: Any) -> Filed:
    """A request that the buyer sent a moment ago."""
    cast = cast or await cast_of(make)
    async with acting(cast.buyer):
        wanted = RequestFacts(
            **{
                "title": "Spare bearings for line 3",
                "wanted_on": (await database_now()).date() + timedelta(days=21),
                "ship_to_id": cast.account.ship_to_id,
                "remarks": "As last year.",
                "lines": (LineFacts(row=0, sku=cast.sku, quantity=Decimal(40), unit="pcs"),),
                **facts,
            }
        )
        filed = await requests.submit(wanted, by=cast.buyer, account_id=cast.account.id)
    return Filed(cast, filed.reference)


async def quote_in_draft(make: Factory, filed: Filed | None = None, **facts: Any) -> Filed:
    """A request that was judged and whose revision the representative has priced."""
    filed = filed or await filed_request(make)
    by = filed.cast.representative
    async with acting(by):
        request = await find(filed.reference, by=by)
        await handling.judge(request, Judgement(True, True, True), by=by)
        quote = await drafting.prepare(request, by=by)
        day = (await database_now()).date()
        priced = RevisionFacts(
            **{
                "valid_until": day + timedelta(days=30),
                "promised_ship_on": day + timedelta(days=14),
                "payment_terms": PaymentTerms.DAYS_30,
                "lines": (
                    PriceFacts(
                        row=0,
                        sku=filed.cast.sku,
                        description="Deep groove bearing",
                        quantity=Decimal(40),
                        unit="pcs",
                        unit_price=Decimal("12.5000"),
                    ),
                ),
                **facts,
            }
        )
        await drafting.save(request, quote, priced, by=by, expected_version=quote.version)
        filed.revision = quote.revision
    return filed


async def sent_quote(
    make: Factory, settings: Settings, filed: Filed | None = None, **facts: Any
) -> Filed:
    """A request that was answered with a reviewed and sent revision."""
    filed = await quote_in_draft(make, filed, **facts)
    by, reviewer = filed.cast.representative, filed.cast.supervisor
    async with acting(by):
        request = await find(filed.reference, by=by)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(request, quote, by=by, expected_version=quote.version)
    async with acting(reviewer):
        request = await find(filed.reference, by=reviewer)
        quote = await drafting.in_preparation(request)
        await review.approve(request, quote, by=reviewer)
    storage = storage_from_url((settings.data_dir / "files").absolute().as_uri())
    paper = await stage_document(
        f"{filed.reference}.pdf",
        PAPER,
        "application/pdf",
        by=by,
        limits=UploadLimits(),
        storage=storage,
    )
    document = sending.SentDocument(paper.id, hashlib.sha256(PAPER).hexdigest())
    async with acting(by):
        request = await find(filed.reference, by=by)
        quote = await drafting.in_preparation(request)
        await sending.send(request, quote, document, by=by, expected_version=quote.version)
    return filed


async def accepted_quote(make: Factory, settings: Settings, filed: Filed | None = None) -> Filed:
    """A request whose quote the buyer accepted: there is an order."""
    filed = await sent_quote(make, settings, filed)
    buyer = filed.cast.buyer
    async with acting(buyer):
        request = await find(filed.reference, by=buyer)
        filed.order = await accept_quote(request, filed.revision, by=buyer, name=buyer.name)
    return filed
