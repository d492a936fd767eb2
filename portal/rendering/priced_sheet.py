"""Priced lines on paper: how each amount comes about, what they come to, in figures and words."""

from decimal import Decimal

from babel.numbers import get_currency_precision

from portal.domain.common.amount_in_words import CURRENCY_IN_WORDS, amount_in_words
from portal.domain.common.words import N_
from portal.rendering.document_parts import PaperLine, Priced
from portal.rendering.numbers import format_decimal, format_money, format_percent
from portal.rendering.sheet import REGIONS, Column, Json, Sheet

_COLUMNS: tuple[Column, ...] = (
    ("position", N_("No."), "", "right"),
    ("code", N_("Item no."), "", "left"),
    ("description", N_("Description"), "", "left"),
    ("quantity", N_("Qty"), "", "right"),
    ("unit", N_("Unit"), "", "left"),
    ("unit_price", N_("Unit price"), N_("excl. tax"), "right"),
    ("discount", N_("Discount"), "", "right"),
    ("net", N_("Net"), N_("excl. tax"), "right"),
    ("tax_rate", N_("Tax rate"), "", "right"),
    ("tax", N_("Tax"), "", "right"),
    ("gross", N_("Amount"), N_("incl. tax"), "right"),
)


class PricedSheet(Sheet):
    """A sheet of a document with prices."""

    def __init__(self, document: Priced, locale: str, timezone: str) -> None:
        super().__init__(locale, timezone)
        self.priced = document
        self.places = get_currency_precision(document.currency)
        wanted = (_significant_places(line.unit_price) for line in document.lines)
        self.price_places = max(self.places, max(wanted, default=0))

    def priced_table(self) -> Json:
        lines = self.priced.lines
        empty = set()
        if not any(line.sku for line in lines):
            empty.add("code")
        if not any(line.discount_percent for line in lines):
            empty.add("discount")
        return {
            "columns": self.columns(_COLUMNS, without=empty),
            "rows": [self._row(line) for line in lines],
        }

    def totals(self, discount_note: str) -> Json:
        """The sums; `discount_note` (message id with `%(discount)s`) says what they contain."""
        document = self.priced
        taxes = [
            (self.say(N_("Tax %(rate)s")) % {"rate": format_percent(rate, 2)}, tax)
            for rate, tax in document.tax_by_rate.items()
        ]
        rows = [(self.say(N_("Total, tax excluded")), document.net), *taxes]
        if len(taxes) != 1:
            rows.append((self.say(N_("Total tax")), document.tax))
        note = ""
        if document.discount_percent:
            note = self.say(discount_note) % {"discount": _percent(document.discount_percent)}
        return {
            "rows": [[label, self._amount(value.amount)] for label, value in rows],
            "label": self.say(N_("Total, tax included")),
            "value": format_money(document.gross, self.locale),
            "note": note,
        }

    def in_words(self) -> Json:
        if self.priced.currency != CURRENCY_IN_WORDS:
            return None
        return {
            "label": self.say(N_("Amount in words, tax included")),
            "text": amount_in_words(self.priced.gross, self.locale),
            "region": REGIONS["zh_Hant" if self.locale == "zh_Hant" else "zh_Hans"],
        }

    def _row(self, line: PaperLine) -> Json:
        free = self.say(N_("Free of charge"))  # rule Q6
        return {
            "position": str(line.position),
            "code": line.sku,
            "description": {
                "text": line.description,
                "notes": [note for note in (free if line.gift else "", line.note) if note],
            },
            "quantity": format_decimal(line.quantity),
            "unit": line.unit,
            "unit_price": format_decimal(line.unit_price, self.price_places),
            "discount": _percent(line.discount_percent) if line.discount_percent else "",
            "net": self._amount(line.net),
            "tax_rate": format_percent(line.tax_rate, 2),
            "tax": self._amount(line.tax),
            "gross": self._amount(line.gross),
        }

    def _amount(self, amount: Decimal) -> str:
        return format_decimal(amount, self.places)


def _percent(percent: Decimal) -> str:
    return format_percent(percent / 100, 2)


def _significant_places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
