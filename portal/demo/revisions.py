"""What staff do with a revision in a story: price it, have it reviewed, send it (rules Q3-Q6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_value
from portal.demo.cast import acting
from portal.demo.story import Story
from portal.domain.common.actor import Actor
from portal.domain.common.files.staging import stage_document
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.quotes import drafting, review, sending
from portal.domain.quotes.access import find
from portal.domain.quotes.document import document_facts
from portal.domain.quotes.revision_facts import KeptLine, PriceFacts, RevisionFacts
from portal.domain.quotes.revision_lines import lines_of
from portal.domain.quotes.sending import SentDocument
from portal.domain.quotes.tables import SUBJECT_KIND, QuoteRequest
from portal.staff.quote_paper import paper_of
from portal.staff.quote_sending import file_name
from portal.web.storage import storage
from portal.web.uploads import LIMITS

# CNY for one unit, for items without a price in the account's currency.
_RATES = {"CNY": Decimal(1), "HKD": Decimal("0.92"), "USD": Decimal("7.15")}
_CENT = Decimal("0.01")
_VALID_DAYS = 30
_PDF = "application/pdf"


async def price(story: Story, by: Actor) -> None:
    """Price the revision at hand and ask for its review."""
    request = await find(story.reference, by=by)
    quote = await drafting.prepare(request, by=by)
    story.revision = quote.revision
    facts = await _facts(story, request, await lines_of(quote), quote.terms)
    await drafting.save(request, quote, facts, by=by, expected_version=quote.version)
    await review.submit_for_review(request, quote, by=by, expected_version=quote.version)


async def approve(story: Story, by: Actor) -> None:
    """Somebody else finds it right (rule Q5)."""
    request = await find(story.reference, by=by)
    await review.approve(request, await drafting.in_preparation(request), by=by)


async def send(story: Story, by: Actor) -> None:
    """Set the paper and send it as the staff's page does. Opens units of work of its own."""
    async with acting(by):
        facts = await document_facts(story.reference, story.revision, by=by)
    pdf = await paper_of(facts, story.cast.supplier_name, preview=False)
    file = await stage_document(
        file_name(facts), pdf, _PDF, by=by, limits=LIMITS, storage=storage()
    )
    async with acting(by):
        request = await find(story.reference, by=by)
        quote = await drafting.in_preparation(request)
        await sending.send(
            request,
            quote,
            SentDocument(file.id, file.sha256),
            by=by,
            expected_version=facts.revision.version,
        )


def last_valid_day(story: Story, moment: datetime) -> date:
    """Until when a revision priced at `moment` is valid, at the customer's place."""
    if story.script["plot"] == "expiring":
        return _day(story, story.cast.now) + timedelta(days=1)
    return _day(story, moment) + timedelta(days=story.script.get("valid", _VALID_DAYS))


def promised_day(story: Story, moment: datetime) -> date:
    """The day that a revision priced at `moment` promises the shipment for (rule O4)."""
    return _day(story, moment) + timedelta(days=story.script.get("ship", _days(story)))


async def _facts(
    story: Story, request: QuoteRequest, kept: Sequence[KeptLine], payment_terms: PaymentTerms
) -> RevisionFacts:
    script, now = story.script, await database_now()
    again = story.revision > 1
    lines = [_priced(story, line) for line in kept]
    if again:
        lines = _changed(story, lines)
    elif story.said("gift_line"):
        lines.append(await _gift(story, request, len(lines)))
    note = "note2" if again else "alternative"
    return RevisionFacts(
        valid_until=last_valid_day(story, now),
        promised_ship_on=promised_day(story, now),
        promised_ship_note=story.said("promise_note"),
        payment_terms=payment_terms,
        discount_percent=Decimal(script.get("discount2" if again else "discount", 0)),
        note=story.said(note),
        alternative=bool(story.said("alternative")),
        lines=lines,
    )


def _priced(story: Story, line: KeptLine) -> PriceFacts:
    sku = next((each.sku for each in story.cast.goods.values() if each.id == line.item_id), "")
    unit_price = line.terms.unit_price
    if unit_price is None:
        unit_price = _list_price(story, sku) if sku else _spoken_price(story, line.description)
    return PriceFacts(
        row=line.position - 1,
        sku=sku,
        description=line.description,
        quantity=line.terms.quantity,
        unit=line.unit,
        unit_price=unit_price,
        # Export is free of VAT.
        tax_rate=line.terms.tax_rate if story.customer.currency == "CNY" else Decimal(0),
        gift=line.terms.gift,
        gift_document_id=line.gift_document_id,
        note=line.note,
    )


def _changed(story: Story, lines: list[PriceFacts]) -> list[PriceFacts]:
    """What the second revision has otherwise."""
    if "quantity2" in story.script:
        lines[0] = replace(lines[0], quantity=Decimal(story.script["quantity2"]))
    extra = story.said("extra2")
    if extra:
        description, quantity, unit, unit_price = extra[1:].split("|")
        lines.append(
            PriceFacts(
                row=len(lines),
                description=description,
                quantity=Decimal(quantity),
                unit=unit,
                unit_price=Decimal(unit_price),
            )
        )
    return lines


async def _gift(story: Story, request: QuoteRequest, row: int) -> PriceFacts:
    """Free goods, which the customer's letter confirms (rule Q6)."""
    description, quantity, unit = story.said("gift_line").split("|")
    document_id = await fetch_value(
        """SELECT id FROM stored_file WHERE subject_kind = $1 AND subject_id = $2
           ORDER BY id DESC LIMIT 1""",
        SUBJECT_KIND,
        request.id,
    )
    return PriceFacts(
        row=row,
        description=description,
        quantity=Decimal(quantity),
        unit=unit,
        gift=True,
        gift_document_id=document_id,
    )


def _list_price(story: Story, sku: str) -> Decimal:
    return (story.cast.goods[sku].list_price / _RATES[story.customer.currency]).quantize(_CENT)


def _spoken_price(story: Story, description: str) -> Decimal:
    """The price of what the catalogue lacks, as the script has it."""
    for text in story.script["lines"]:
        if text.startswith(f"~{description}|"):
            return Decimal(text.rsplit("|", 1)[1])
    raise ValueError(f"no price for {description!r}")


def _days(story: Story) -> int:
    """Until it can be shipped: the day after from stock, else when the customer wants it."""
    return min(5, int(story.script["want"]))


def _day(story: Story, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(story.customer.timezone)).date()
