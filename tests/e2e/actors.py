"""The actors of the journeys: what they do is a verb, found on the page by role and label.

Each has a page in a browser context of their own. A verb returns once the portal has confirmed it,
so that the next person can go on; references are those that the portal shows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Page, expect

from tests.e2e.people import Person
from tests.e2e.pricing import Pricing


@dataclass(frozen=True)
class Wanted:
    """A line of a request; an item of the catalogue needs no more than its number."""

    quantity: str
    sku: str = ""
    description: str = ""
    unit: str = ""


def reference_in(url: str, prefix: str) -> str:
    found = re.search(rf"{prefix}-\d{{4}}-\d+", url)
    assert found is not None, url
    return found[0]


def fill_line(page: Page, row: int, line: Wanted) -> None:
    """Fill in a line of a request's form; both portals have the same table."""
    table = page.get_by_role("table", name="Lines of the request")
    cells = table.get_by_role("row").nth(row + 1)
    cells.get_by_label("Item no.").fill(line.sku)
    cells.get_by_label("Description").fill(line.description)
    cells.get_by_label("Quantity").fill(line.quantity)
    cells.get_by_label("Unit").fill(line.unit)


class Buyer(Person):
    """Somebody of the customer."""

    def fills_request(
        self, title: str, lines: Sequence[Wanted], *, wanted_on: date, urgent_reason: str = ""
    ) -> None:
        """Fill in the form of a new request and ask to check it; nothing is sent yet."""
        self.opens("/quotes/new")
        self.page.get_by_label("Subject").fill(title)
        for row, line in enumerate(lines):
            fill_line(self.page, row, line)
        self.page.get_by_label("Needed by").last.fill(wanted_on.isoformat())
        if urgent_reason:
            self.calls_it_urgent(urgent_reason)
        self.presses("Check request")

    def calls_it_urgent(self, reason: str) -> None:
        self.page.get_by_role("radio", name="Urgent").check()
        self.page.get_by_label("Why it is urgent").fill(reason)

    def requests_quote(
        self,
        title: str,
        lines: Sequence[Wanted],
        *,
        wanted_on: date,
        urgent_reason: str = "",
    ) -> str:
        """Ask for a quote; returns the reference on the confirmation that stays open (rule Q1)."""
        self.fills_request(title, lines, wanted_on=wanted_on, urgent_reason=urgent_reason)
        return self.sends_request()

    def sends_request(self) -> str:
        """Send the request whose answers are being checked."""
        self.presses("Send request")
        self.page.wait_for_url("**/sent")
        self.sees("Your request is with us")
        return reference_in(self.page.url, "RFQ")

    def answers_question(self, reference: str, text: str) -> None:
        self.opens_request(reference)
        self.page.get_by_label("Your answer").fill(text)
        self.presses("Send answer")
        self.is_told("Message sent.")

    def writes(self, reference: str, text: str) -> None:
        self.opens_request(reference)
        self.page.get_by_label("Your message").fill(text)
        self.presses("Send message")
        self.is_told("Message sent.")

    def asks_for_revision(self, reference: str, wish: str) -> None:
        self.opens_request(reference)
        self.follows("Ask for another revision")
        self.page.get_by_label("What should be different").fill(wish)
        self.presses("Ask for another revision")
        self.is_told("Another revision asked for.")

    def accepts(self, reference: str, *, purchase_order_number: str = "") -> str:
        """Accept the newest revision; returns the order's reference (rule Q5)."""
        self.opens_acceptance(reference)
        self.page.get_by_label("Purchase order number").fill(purchase_order_number)
        self.presses("Accept and order")
        self.page.wait_for_url("**/placed")
        self.sees("Your order is placed")
        return reference_in(self.page.url, "SO")

    def opens_acceptance(self, reference: str) -> None:
        """Look at what would be ordered, before it is."""
        self.opens_request(reference)
        self.follows("Accept")
        self.sees("What happens when you accept")

    def declines(self, reference: str, reason: str) -> None:
        self.opens_request(reference)
        self.follows("Decline")
        self.page.get_by_label("Reason").fill(reason)
        self.presses("Decline quote")

    def switches_to(self, account: str) -> None:
        """Act for another of one's accounts."""
        self.page.locator(".acting summary").click()
        self.presses(account)


class Sales(Pricing):
    """Somebody of the supplier who works on quotes."""

    home = "/staff"

    def takes_over(self, reference: str) -> None:
        self.opens_request(reference)
        self.presses("Take over")
        self.is_told("It is yours now.")

    def invites(self, code: str, name: str, email: str) -> None:
        """Add a contact to an account's file and invite them to the portal (rule A1)."""
        self.opens(f"/accounts/{code}")
        self.follows("Add a contact")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("E-mail").fill(email)
        self.presses("Add contact")
        self.is_told(f"{name} is in the file.")
        self.page.get_by_role("radio", name="Buyer").check()
        self.presses("Invite to the portal")
        self.is_told(f"The invitation to {name} is on its way.")

    def enters_request(
        self, account: str, title: str, lines: Sequence[Wanted], *, contact: str, wanted_on: date
    ) -> str:
        """Enter what a contact asked for by phone; returns the reference (rule Q1)."""
        self.opens("/quotes")
        self.follows("Enter a request")
        self.follows(account)
        self.page.get_by_role("radio", name="Phone").check()
        self.page.get_by_label("Who called or wrote").select_option(contact)
        self.page.get_by_label("Subject").fill(title)
        for row, line in enumerate(lines):
            fill_line(self.page, row, line)
        self.page.get_by_label("Needed by").last.fill(wanted_on.isoformat())
        self.presses("Enter the request")
        self.is_told("entered.")
        return reference_in(self.page.url, "RFQ")

    def asks(self, reference: str, question: str) -> None:
        """Ask the customer for what is missing; the clock waits (rule Q2)."""
        self._opens_form(reference, "Ask for information")
        self.page.get_by_label("What do you need to know").fill(question)
        self.presses("Send question")
        self.is_told("Question sent. The clock waits for the customer.")

    def notes(self, reference: str, text: str) -> None:
        """Write down what only colleagues may read."""
        self.opens_request(reference)
        self.page.get_by_label("Internal note").fill(text)
        self.presses("Save internal note")
        self.is_told("Internal note saved.")

    def records_call(self, reference: str, note: str) -> None:
        """Record that the customer called about an urgent request (rule Q2)."""
        self._opens_form(reference, "Record a call")
        self.page.get_by_label("Note for colleagues").fill(note)
        self.presses("Record call")
        self.is_told("Call recorded.")

    def judges(
        self,
        reference: str,
        *,
        feasible: bool = True,
        resources: bool = True,
        time: bool = True,
        note: str = "",
    ) -> None:
        """Judge whether the request can be met (rule Q4)."""
        self._opens_form(reference, "Judge the request")
        verdicts = {
            "Feasible": feasible,
            "Resources available": resources,
            "Time sufficient": time,
        }
        for question, verdict in verdicts.items():
            choices = self.page.get_by_role("group", name=question)
            choices.get_by_label("Yes" if verdict else "No").check()
        self.page.get_by_label("What is missing, what would be possible").fill(note)
        self.presses("Save judgement")
        self.is_told("Judgement saved.")

    def declines(self, reference: str, reason: str) -> None:
        self._opens_form(reference, "Decline")
        self.page.get_by_label("Why it cannot be met").fill(reason)
        self.presses("Decline the request")

    def approves(self, reference: str) -> None:
        """Approve the revision that somebody else prepared (rule Q5)."""
        self.opens_request(reference)
        self.page.get_by_role("link", name=re.compile(r"^Review revision \d+$")).click()
        self.presses("Approve")
        self.is_told("Approved. It can be sent.")

    def sends_back(self, reference: str, note: str) -> None:
        """Have the preparer change something; the note says what."""
        self.opens_request(reference)
        self.page.get_by_role("link", name=re.compile(r"^Review revision \d+$")).click()
        self.page.get_by_label("Note").fill(note)
        self.presses("Send back")
        self.is_told("Sent back.")

    def sends(self, reference: str) -> None:
        """Send the approved revision: from here on it cannot change (rule Q5)."""
        self.opens_request(reference)
        self.follows("Check and send")
        self.presses("Send the quote")
        self.is_told("Quote sent to")

    def _opens_form(self, reference: str, name: str) -> None:
        self.opens_request(reference)
        self.page.get_by_role("navigation", name="What can be done").get_by_role(
            "link", name=name, exact=True
        ).click()
        expect(self.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
