"""A quote's words and figures in the reader's language, in the order the paper shows them.

The result is plain JSON: typst places it and decides nothing, so no user text becomes markup.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_name, get_currency_precision

from portal.domain.common.amount_in_words import CURRENCY_IN_WORDS, amount_in_words
from portal.domain.common.words import N_
from portal.rendering.dates import format_date
from portal.rendering.i18n import babel_locale, lang_attribute, translations
from portal.rendering.numbers import format_decimal, format_money, format_percent
from portal.rendering.quote_document import Party, QuoteDocument, QuoteDocumentLine

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None

_NOTHING = "—"
_LONGEST_PROMISE = 40  # characters that a promise shows in two bold lines; the rest is a condition
_TITLE = N_("Quote")
_REGIONS = {"en": "US", "zh_Hans": "CN", "zh_Hant": "TW"}


def quote_sheet(document: QuoteDocument, locale: str) -> dict[str, Json]:
    """What `templates/print/quote.typ` prints; `locale` is one of `i18n.LOCALES`."""
    return _QuoteSheet(document, locale).as_json()


class _QuoteSheet:
    def __init__(self, document: QuoteDocument, locale: str) -> None:
        self.document = document
        self.locale = locale
        self.say = translations(locale).gettext
        self.zone = ZoneInfo(document.timezone)
        self.places = get_currency_precision(document.currency)
        self.price_places = max(
            (_significant_places(line.unit_price) for line in document.lines), default=0
        )
        self.price_places = max(self.places, self.price_places)

    def as_json(self) -> dict[str, Json]:
        document = self.document
        title = self.say(_TITLE)
        name = f"{document.reference} · {document.revision}"
        return {
            "language": lang_attribute(self.locale).partition("-")[0],
            "region": _REGIONS[self.locale],
            "title": title,
            "subtitle": "" if title == _TITLE else _TITLE,
            "name": name,
            "page_of": self.say(N_("Page %(page)s of %(pages)s")),
            "watermark": self.say(document.preview.label) if document.preview else "",
            "supplier": self._party(document.supplier),
            "customer": self._party(document.customer),
            "customer_label": self.say(N_("Customer")),
            "facts": self._facts(),
            "notice": self._notice(),
            "promises": self._promises(),
            "table": self._table(),
            "totals": self._totals(),
            "in_words": self._in_words(),
            "texts": self._texts(),
            "signatures": self._signatures(),
        }

    def _party(self, party: Party) -> Json:
        facts = [
            (self.say(N_("Contact")), party.contact),
            (self.say(N_("Phone")), party.phone),
            (self.say(N_("E-mail")), party.email),
            (self.say(N_("Tax number")), party.tax_number),
        ]
        return {
            "name": party.name,
            "address": party.address,
            "facts": [[label, value] for label, value in facts if value],
        }

    def _facts(self) -> Json:
        document = self.document
        facts = [
            (self.say(N_("Reference")), document.reference),
            (self.say(N_("Revision")), str(document.revision)),
            (self.say(N_("Date")), self._day(document.sent_at)),
            (self.say(N_("Requested on")), self._day(document.requested_at)),
            (self.say(N_("Your reference")), document.customer_reference),
            (self.say(N_("Currency")), self._currency()),
        ]
        return [[label, value] for label, value in facts if value]

    def _currency(self) -> str:
        code = self.document.currency
        return f"{get_currency_name(code, locale=babel_locale(self.locale))} ({code})"

    def _notice(self) -> str:
        if not self.document.alternative:
            return ""
        return self.say(N_("This quote offers an alternative to what was requested."))  # rule Q4

    def _promises(self) -> Json:
        """What the supplier binds itself to, above everything else (rule Q3)."""
        document = self.document
        promises = [
            (N_("Valid until"), self._day(document.valid_until), ""),
            (
                N_("Promised ship date"),
                self._day(document.promised_ship_on),
                document.promised_ship_note,
            ),
        ]
        if self._payment_terms_are_short:
            promises.append((N_("Payment terms"), document.payment_terms, ""))
        return [
            {"label": self.say(label), "value": value or _NOTHING, "note": note}
            for label, value, note in promises
        ]

    @property
    def _payment_terms_are_short(self) -> bool:
        terms = self.document.payment_terms
        return len(terms) <= _LONGEST_PROMISE and "\n" not in terms

    def _table(self) -> Json:
        lines = self.document.lines
        empty = set()
        if not any(line.sku for line in lines):
            empty.add("code")
        if not any(line.discount_percent for line in lines):
            empty.add("discount")
        columns: list[tuple[str, str, str, str]] = [
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
        ]
        return {
            "columns": [
                {"key": key, "label": self.say(label), "sub": sub and self.say(sub), "align": align}
                for key, label, sub, align in columns
                if key not in empty
            ],
            "rows": [self._row(line) for line in lines],
        }

    def _row(self, line: QuoteDocumentLine) -> Json:
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
            "discount": self._percent(line.discount_percent) if line.discount_percent else "",
            "net": self._amount(line.net),
            "tax_rate": format_percent(line.tax_rate, 2),
            "tax": self._amount(line.tax),
            "gross": self._amount(line.gross),
        }

    def _totals(self) -> Json:
        document = self.document
        rates = document.tax_by_rate
        taxes = [
            (self.say(N_("Tax %(rate)s")) % {"rate": format_percent(rate, 2)}, tax)
            for rate, tax in rates.items()
        ]
        rows = [(self.say(N_("Total, tax excluded")), document.net), *taxes]
        if len(taxes) != 1:
            rows.append((self.say(N_("Total tax")), document.tax))
        note = ""
        if document.discount_percent:
            note = self.say(
                N_("Net amounts contain a discount of %(discount)s on the whole quote.")
            )
            note %= {"discount": self._percent(document.discount_percent)}
        return {
            "rows": [[label, self._amount(value.amount)] for label, value in rows],
            "label": self.say(N_("Total, tax included")),
            "value": format_money(document.gross, self.locale),
            "note": note,
        }

    def _in_words(self) -> Json:
        if self.document.currency != CURRENCY_IN_WORDS:
            return None
        return {
            "label": self.say(N_("Amount in words, tax included")),
            "text": amount_in_words(self.document.gross, self.locale),
            "region": _REGIONS["zh_Hant" if self.locale == "zh_Hant" else "zh_Hans"],
        }

    def _texts(self) -> Json:
        document = self.document
        terms = "" if self._payment_terms_are_short else document.payment_terms
        texts = [
            (self.say(N_("Payment terms")), terms),
            (self.say(N_("Transport")), document.transport),
            (self.say(N_("Ship to")), document.ship_to),
            (self.say(N_("Remarks")), document.note),
            (self.say(N_("Acceptance")), self._how_to_accept()),
        ]
        return [[label, text] for label, text in texts if text]

    def _how_to_accept(self) -> str:
        if self.document.valid_until is None:
            return ""
        return self.say(
            N_("Accept in the portal, or return this quote signed and sealed, by %(day)s.")
        ) % {"day": self._day(self.document.valid_until)}

    def _signatures(self) -> Json:
        sides = [
            (N_("For the supplier"), self.document.supplier.name),
            (N_("Confirmed by the customer"), self.document.customer.name),
        ]
        return {
            "sides": [{"label": self.say(label), "name": name} for label, name in sides],
            "blanks": [
                self.say(blank) for blank in (N_("Authorised signature"), N_("Name"), N_("Date"))
            ],
            "seal": self.say(N_("Company seal")),
        }

    def _day(self, day: date | datetime | None) -> str:
        if day is None:
            return ""
        if isinstance(day, datetime):
            day = day.astimezone(self.zone)
        return format_date(day, self.locale)

    def _amount(self, amount: Decimal) -> str:
        return format_decimal(amount, self.places)

    def _percent(self, percent: Decimal) -> str:
        return format_percent(percent / 100, 2)


def _significant_places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
