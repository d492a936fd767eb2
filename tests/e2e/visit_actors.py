"""The actors of the journeys of visits: who visits, and whom they visit.

Verbs as in `actors`: each returns once the portal has confirmed it.
"""

from datetime import datetime

from playwright.sync_api import Locator, expect

from tests.e2e.actors import reference_in
from tests.e2e.complainer import Complainer
from tests.e2e.people import Person

PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}


def typed(moment: datetime) -> str:
    """A time as a field of the browser takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M")


class Visitor(Person):
    """Somebody of us who visits customers."""

    home = "/staff"

    def opens_visit(self, reference: str) -> None:
        self.opens(f"/visits/{reference}")

    def marks_installed(self, order: str, what: str) -> None:
        """Mark what an order delivered as installed, from the order's page (rule V2)."""
        self.opens(f"/orders/{order}")
        self.follows("Mark as installed, so that visits follow")
        form = self._form("Mark an installation or a delivery")
        expect(form.get_by_label("Order")).to_have_value(order)
        form.get_by_label("What was installed").fill(what)
        self.presses("Mark it")
        self.is_told("Marked. Its visits are planned from now on.")

    def finds_visit(self, account_code: str, what: str) -> str:
        """Follow the visit of this kind on the customer's page; returns its reference."""
        self.opens(f"/accounts/{account_code}/visits")
        self.follows(what)
        return reference_in(self.page.url, "VS")

    def adds(self, reference: str, kind: str, text: str) -> None:
        """Add a point to the preparation: `Question`, `Offer` and so on (rule V5)."""
        self.opens(f"/visits/{reference}?do=item")
        form = self._form("Add to the preparation")
        form.get_by_role("radio", name=kind).check()
        form.get_by_label("What it is").fill(text)
        self.presses("Add it")
        self.is_told("Added.")

    def brings_along(self, reference: str, contact: str) -> None:
        """Let a contact of the customer take part."""
        self.opens_visit(reference)
        self.follows("Add somebody")
        form = self._form("Add somebody who takes part")
        choice = form.get_by_label("Who").locator("option", has_text=contact)
        form.get_by_label("Who").select_option(choice.get_attribute("value"))
        self.presses("Add them")
        self.is_told("Added.")

    def proposes(self, reference: str, at: datetime, *, place: str, goal: str) -> None:
        """Propose a time, by the clock at the customer's (rule V5)."""
        self.opens_visit(reference)
        self.follows("Propose a time")
        form = self._form("Propose a time")
        form.get_by_label("Starts at").fill(typed(at))
        form.get_by_label("Meeting place").fill(place)
        form.get_by_label("What is to be different afterwards").fill(goal)
        self.presses("Propose it")

    def agrees_to_their_time(self, reference: str) -> None:
        self.opens_visit(reference)
        self.sees("The customer asks for another time")
        self.follows("Agree to their time")
        self.presses("Agree to it")
        self.is_told("Agreed. The customer is told.")

    def begins_the_record(self, reference: str) -> None:
        self.opens_visit(reference)
        self.follows("Record the visit")

    def records_dissatisfied(self, *, answer: str, cause: str, remedy: str, told: str) -> None:
        """Fill in the open record of a customer who is not content, and send it (rules V6, V7)."""
        page = self.page
        expect(page.get_by_label("Why they are not satisfied")).to_be_hidden()
        page.get_by_label("How do the seals hold?").fill(answer)
        page.get_by_role("radio", name="Dissatisfied").check()
        page.get_by_label("Why they are not satisfied").fill(cause)
        page.get_by_label("What was agreed about it").fill(remedy)
        page.get_by_label("How our product works in use").fill("Eight hours a day.")
        page.get_by_role("textbox", name="What was said and seen").fill("Line 3 leaks at night.")
        page.get_by_role("radio", name="None were offered").check()
        page.get_by_label("What the customer reads").fill(told)
        self.presses("Record the visit")

    def writes_report(self, *, conclusions: str, reasons: str) -> str:
        """Write and send the report that the open visit owes; returns its reference (rule M1)."""
        self.follows("Write the contact report")
        reference = reference_in(self.page.url, "CR")
        page = self.page
        page.get_by_label("Conclusions").fill(conclusions)
        page.get_by_label("How they were reached").fill(reasons)
        self.presses("Send the report")
        self.is_told("Sent to its readers of both sides.")
        return reference

    def fits_the_screen(self) -> None:
        widths = self.page.locator("html").evaluate("it => [it.scrollWidth, it.clientWidth]")
        assert widths[0] <= widths[1]

    def _form(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)


class Visited(Complainer):
    """Somebody of the customer who is visited."""

    def opens_visit(self, reference: str) -> None:
        self.opens(f"/visits/{reference}")

    def asks_for_another_time(self, reference: str, at: datetime, reason: str) -> None:
        """Answer a proposal with another time (rule V5)."""
        self.opens_visit(reference)
        self.page.get_by_text("Ask for another time").click()
        self.page.get_by_label("The time that suits you").fill(typed(at))
        self.page.get_by_label("Why the other time does not suit").fill(reason)
        self.presses("Ask for this time")
        self.is_told("Sent. We agree to your time or propose another.")

    def acknowledges(self, report: str) -> None:
        """Confirm that the report is as it was (rule M1)."""
        self.opens(f"/contact-reports/{report}")
        self.presses("Acknowledge the report")
        self.sees("You have acknowledged this report.")
