"""How a revision is priced: what is offered, and the form in which it is typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator

from tests.e2e.people import Person


@dataclass(frozen=True)
class Priced:
    """How a line of a revision is priced; the quantity stays as asked unless it is given."""

    unit_price: str = ""
    discount: str = ""
    quantity: str = ""
    charge: str = "Charged"


@dataclass(frozen=True)
class Offer:
    """How a revision is priced as a whole; `as_asked` judges that the request can be met (Q4)."""

    valid_until: date
    ships_on: date
    lines: Sequence[Priced]
    discount: str = ""
    note: str = ""
    as_asked: bool = True


class Pricing(Person):
    """Somebody of the supplier at the form of a revision."""

    home = "/staff"

    def prices(self, reference: str, offer: Offer) -> None:
        """Price the revision in work, or the next one, and ask a colleague to review it."""
        self.opens_revision(reference)
        self.fills_revision(offer)
        self.asks_for_review()

    def opens_revision(self, reference: str) -> None:
        """Open the form of the revision in work; the next one is started where there is none."""
        self.opens_request(reference)
        main = self.page.get_by_role("main")
        named = re.compile(r"^(Price it|Prepare another revision|(Continue|Open) revision \d+)$")
        main.get_by_role("button", name=named).or_(
            main.get_by_role("link", name=named)
        ).first.click()
        self.page.wait_for_url("**/revision")

    def fills_revision(self, offer: Offer) -> None:
        """Type the prices; nothing is saved yet."""
        for row, line in enumerate(offer.lines):
            self._fills_price(row, line)
        self.page.get_by_label("Valid until").fill(offer.valid_until.isoformat())
        self.page.get_by_label("Promised ship date").fill(offer.ships_on.isoformat())
        self.page.get_by_label("Discount on the whole quote").fill(offer.discount)
        self.page.get_by_label("Note for the customer").last.fill(offer.note)
        judgement = self.page.get_by_label("It can be met as asked")
        if offer.as_asked and judgement.count():
            judgement.check()

    def asks_for_review(self) -> None:
        self.presses("Save and ask for review")
        self.is_told("Saved. A colleague has been asked to review it.")

    def attaches_confirmation(self, paper: Path) -> None:
        """Choose the document in which the customer confirms free goods (rule Q6)."""
        self.page.get_by_label("Document in which the customer confirms").set_input_files(paper)

    def line(self, row: int) -> Locator:
        """The fields of one line of the revision."""
        return (
            self.page.get_by_role("table", name="Lines of the quote")
            .locator("[data-line]")
            .nth(row)
        )

    def _fills_price(self, row: int, line: Priced) -> None:
        cells = self.line(row)
        if line.quantity:
            cells.get_by_label("Quantity").fill(line.quantity)
        cells.get_by_label("Unit price").fill(line.unit_price)
        cells.get_by_label("Discount %").fill(line.discount)
        cells.get_by_label("Charge").select_option(line.charge)
