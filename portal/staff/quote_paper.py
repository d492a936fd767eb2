"""A revision as paper: the facts of the domain put into what the typesetter takes (rule Q3)."""

import asyncio
from decimal import Decimal

from portal.domain.common.words import Worded
from portal.domain.quotes.document import DocumentFacts, PartyFacts
from portal.domain.quotes.states import QuoteStatus
from portal.domain.quotes.views import PricedLine
from portal.rendering.document_parts import PaperLine, Party
from portal.rendering.i18n import translations
from portal.rendering.pdf import render_quote
from portal.rendering.quote_document import PreviewMark, QuoteDocument


async def paper_of(facts: DocumentFacts, supplier_name: str, *, preview: bool) -> bytes:
    """The PDF in the account's language; blocks no loop. Hold no connection meanwhile."""
    locale = facts.page.account_locale
    document = document_of(facts, supplier_name, preview=preview)
    return await asyncio.to_thread(render_quote, document, locale)


def document_of(facts: DocumentFacts, supplier_name: str, *, preview: bool) -> QuoteDocument:
    """What is printed. A `preview` says across each page that it is not the valid one."""
    page, revision = facts.page, facts.revision
    return QuoteDocument(
        supplier=_supplier(facts.supplier, supplier_name),
        customer=_party(facts.customer),
        reference=page.reference,
        revision=revision.revision,
        currency=revision.currency,
        sent_at=facts.as_of,
        lines=tuple(_line(line, page.account_locale) for line in revision.lines),
        valid_until=revision.valid_until,
        promised_ship_on=revision.promised_ship_on,
        promised_ship_note=revision.promised_ship_note,
        payment_terms=_said(revision.payment_terms.label, page.account_locale),
        transport=_label(page.transport, page.account_locale),
        ship_to=page.ship_to_address,
        customer_reference=page.record.customer_reference,
        requested_at=page.record.submitted_at,
        discount_percent=revision.discount_percent,
        alternative=revision.alternative,
        note=revision.note,
        timezone=page.account_timezone,
        preview=_mark(revision.status) if preview else None,
    )


def _mark(status: QuoteStatus) -> PreviewMark:
    return PreviewMark.SUPERSEDED if status is QuoteStatus.SUPERSEDED else PreviewMark.DRAFT


def _supplier(facts: PartyFacts, supplier_name: str) -> Party:
    address = "\n".join(part for part in (facts.name, facts.address) if part)
    return Party(supplier_name, address, facts.contact, facts.phone, facts.email)


def _party(facts: PartyFacts) -> Party:
    return Party(
        facts.name, facts.address, facts.contact, facts.phone, facts.email, facts.tax_number
    )


def _line(line: PricedLine, locale: str) -> PaperLine:
    return PaperLine(
        position=line.position,
        description=line.description,
        quantity=line.quantity,
        unit=_said(line.unit_label, locale),
        unit_price=Decimal(0) if line.unit_price is None else line.unit_price,
        tax_rate=line.tax_rate,
        net=line.net.amount,
        tax=line.tax.amount,
        sku=line.sku,
        discount_percent=line.discount_percent,
        note=line.note,
        gift=line.gift,
    )


def _label(word: Worded | None, locale: str) -> str:
    return _said(word.label, locale) if word else ""


def _said(text: str, locale: str) -> str:
    return translations(locale).gettext(text) if text else ""
