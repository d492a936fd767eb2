"""The lines of a revision as rows: written, read back, and summed up."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from portal.database import execute
from portal.domain.quotes.pricing import NOTHING, Terms, line_amounts, total
from portal.domain.quotes.revision_facts import KeptLine
from portal.domain.quotes.tables import Quote, QuoteLine

_COLUMNS = """position integer, item_id bigint, description text, quantity numeric, unit text,
    list_price numeric, account_price numeric, unit_price numeric, discount_percent numeric,
    tax_rate numeric, net numeric, tax numeric, gift boolean, gift_document_id bigint, note text"""
_NAMES = [part.split()[0] for part in _COLUMNS.split(",")]
_ARRAYS = ", ".join(
    f"${number}::{part.split()[1]}[]" for number, part in enumerate(_COLUMNS.split(","), start=3)
)


async def write_lines(quote: Quote, lines: Sequence[KeptLine]) -> None:
    """Replace the lines of a revision that was not sent yet, each with its amounts."""
    await execute("DELETE FROM quote_line WHERE quote_id = $1", quote.id)
    rows = [_row(line, quote) for line in lines]
    await execute(
        f"""INSERT INTO quote_line (account_id, quote_id, {", ".join(_NAMES)})
            SELECT $1, $2, * FROM unnest({_ARRAYS})""",  # noqa: S608 - constants
        quote.account_id,
        quote.id,
        *([row[name] for row in rows] for name in _NAMES),
    )


async def lines_of(quote: Quote) -> list[KeptLine]:
    """The lines of a revision by position. For staff: they carry what we list."""
    rows = (
        await QuoteLine.objects().where(QuoteLine.quote_id == quote.id).order_by(QuoteLine.position)
    )
    return [
        KeptLine(
            position=row.position,
            item_id=row.item_id,
            description=row.description,
            unit=row.unit,
            terms=Terms(
                quantity=row.quantity,
                unit_price=row.unit_price,
                tax_rate=row.tax_rate,
                discount_percent=row.discount_percent,
                gift=row.gift,
                account_price=row.account_price,
                list_price=row.list_price,
            ),
            gift_document_id=row.gift_document_id,
            note=row.note,
        )
        for row in rows
    ]


def totals(
    lines: Sequence[KeptLine], currency: str, quote_discount: Decimal = NOTHING
) -> dict[str, Decimal]:
    """The columns of `quote` that sum up its lines."""
    amounts = total(
        (
            line_amounts(line.terms, currency=currency, quote_discount=quote_discount)
            for line in lines
        ),
        currency,
    )
    return {
        "net_total": amounts.net.amount,
        "tax_total": amounts.tax.amount,
        "gross_total": amounts.gross.amount,
    }


def unpriced(line: KeptLine) -> KeptLine:
    """The line without its prices: they were in another currency."""
    terms = replace(line.terms, unit_price=None, account_price=None, list_price=None)
    return replace(line, terms=terms)


def _row(line: KeptLine, quote: Quote) -> dict[str, object]:
    terms = line.terms
    amounts = line_amounts(terms, currency=quote.currency, quote_discount=quote.discount_percent)
    return {
        "position": line.position,
        "item_id": line.item_id,
        "description": line.description,
        "quantity": terms.quantity,
        "unit": line.unit,
        "list_price": terms.list_price,
        "account_price": terms.account_price,
        "unit_price": terms.unit_price,
        "discount_percent": terms.discount_percent,
        "tax_rate": terms.tax_rate,
        "net": amounts.net.amount,
        "tax": amounts.tax.amount,
        "gift": terms.gift,
        "gift_document_id": line.gift_document_id,
        "note": line.note,
    }
