"""A quote's words and figures in the reader's language, in the order the paper shows them."""

from portal.domain.common.words import N_
from portal.rendering.priced_sheet import PricedSheet
from portal.rendering.quote_document import QuoteDocument
from portal.rendering.sheet import Json

# Characters that a promise shows in two bold lines; the rest is a condition.
LONGEST_PROMISE = 40
_TITLE = N_("Quote")


def quote_sheet(document: QuoteDocument, locale: str) -> dict[str, Json]:
    """What `templates/print/quote.typ` prints; `locale` is one of `i18n.LOCALES`."""
    return _QuoteSheet(document, locale).as_json()


class _QuoteSheet(PricedSheet):
    def __init__(self, document: QuoteDocument, locale: str) -> None:
        super().__init__(document, locale, document.timezone)
        self.document = document

    def as_json(self) -> dict[str, Json]:
        document = self.document
        mark = document.preview.label if document.preview else ""
        name = f"{document.reference} · {document.revision}"
        return {
            **self.frame(_TITLE, name, document.supplier, mark=mark),
            "customer": self.party(document.customer),
            "customer_label": self.say(N_("Customer")),
            "facts": self._facts(),
            "notice": self._notice(),
            "promises": self._promises(),
            "table": self.priced_table(),
            "totals": self.totals(
                N_("Net amounts contain a discount of %(discount)s on the whole quote.")
            ),
            "in_words": self.in_words(),
            "texts": self._texts(),
            "signatures": self.signatures(
                [
                    (N_("For the supplier"), document.supplier.name),
                    (N_("Confirmed by the customer"), document.customer.name),
                ],
                [N_("Authorised signature"), N_("Name"), N_("Date")],
            ),
        }

    def _facts(self) -> Json:
        document = self.document
        return self.facts(
            [
                (N_("Reference"), document.reference),
                (N_("Revision"), str(document.revision)),
                (N_("Date"), self.day(document.sent_at)),
                (N_("Requested on"), self.day(document.requested_at)),
                (N_("Your reference"), document.customer_reference),
                (N_("Currency"), self.currency_name(document.currency)),
            ]
        )

    def _notice(self) -> str:
        if not self.document.alternative:
            return ""
        return self.say(N_("This quote offers an alternative to what was requested."))  # rule Q4

    def _promises(self) -> Json:
        """What the supplier binds itself to, above everything else (rule Q3)."""
        document = self.document
        promises = [
            (N_("Valid until"), self.day(document.valid_until), ""),
            (
                N_("Promised ship date"),
                self.day(document.promised_ship_on),
                document.promised_ship_note,
            ),
        ]
        if self._payment_terms_are_short:
            promises.append((N_("Payment terms"), document.payment_terms, ""))
        return self.promises(promises)

    @property
    def _payment_terms_are_short(self) -> bool:
        terms = self.document.payment_terms
        return len(terms) <= LONGEST_PROMISE and "\n" not in terms

    def _texts(self) -> Json:
        document = self.document
        terms = "" if self._payment_terms_are_short else document.payment_terms
        return self.facts(
            [
                (N_("Payment terms"), terms),
                (N_("Transport"), document.transport),
                (N_("Ship to"), document.ship_to),
                (N_("Remarks"), document.note),
                (N_("Acceptance"), self._how_to_accept()),
            ]
        )

    def _how_to_accept(self) -> str:
        if self.document.valid_until is None:
            return ""
        return self.say(
            N_("Accept in the portal, or return this quote signed and sealed, by %(day)s.")
        ) % {"day": self.day(self.document.valid_until)}
