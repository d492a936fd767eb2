"""The actors of the journeys of orders: customer, sales, warehouse, finance, duty manager.

Verbs as in `actors`: each returns once the portal has confirmed it.
"""

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Response, expect

from tests.e2e.actors import Buyer, Sales, reference_in
from tests.e2e.people import Person


def steps_of(person: Person) -> Locator:
    """The steps of the open order, on the customer's page (rule O21)."""
    return person.page.get_by_role("list", name="Steps").get_by_role("listitem")


class Orderer(Buyer):
    """Somebody of the customer who orders."""

    def opens_order(self, reference: str) -> Response:
        return self.opens(f"/orders/{reference}")

    def reorders(
        self,
        source: str,
        *,
        wanted_on: date,
        quantity: str = "",
        purchase_order_number: str = "",
        urgent: bool = False,
    ) -> str:
        """Order again what an order had; returns the reference on the confirmation (rule O1)."""
        self.opens_order(source)
        self.follows("Order again")
        if quantity:
            self.page.get_by_label("Quantity of").first.fill(quantity)
        self.page.get_by_label("Needed by").fill(wanted_on.isoformat())
        if urgent:
            self.page.get_by_role("checkbox", name="Urgent").check()
        self.page.get_by_label("Your order number").fill(purchase_order_number)
        self.presses("Check order")
        self.sees("Nothing has been ordered yet.")
        self.presses("Place order")
        self.page.wait_for_url("**/placed")
        self.sees("Your order is placed")
        return reference_in(self.page.url, "SO")

    def cancels(self, reference: str, reason: str) -> None:
        """Cancel in time, from the order's page (rule O11)."""
        self.opens_order(reference)
        self.follows("Cancel this order")
        self.page.get_by_label("Why do you cancel?").fill(reason)
        self.presses("Cancel the order")

    def agrees_to_parts(self, reference: str) -> None:
        """Let what is there go ahead of the rest (rule O15)."""
        self.opens_order(reference)
        self.follows("Agree to shipping in parts")
        expect(self.page.get_by_label("Your name")).to_have_value(self.name)
        self.presses("Agree to shipping in parts")

    def writes_about(self, reference: str, text: str) -> None:
        """Write into the order's thread."""
        self.opens_order(reference)
        self.page.get_by_label("Your message").fill(text)
        self.presses("Send message")

    def asks_for_another_place(self, reference: str, text: str) -> None:
        """Ask for a delivery elsewhere; sales registers it (rule O13)."""
        self.opens_order(reference)
        self.follows("Ask for another delivery place")
        self.page.get_by_label("Where should it go instead?").fill(text)
        self.presses("Ask for it")
        self.is_told("Sent. You get an answer here.")


class OnOrders(Person):
    """Somebody of the supplier at the page of an order."""

    home = "/staff"

    def opens_order(self, reference: str) -> Response:
        return self.opens(f"/orders/{reference}")

    def check(self, name: str) -> Locator:
        """A line of the release checklist of the open order."""
        release = self.page.get_by_role("region", name="Release", exact=True)
        return release.get_by_role("listitem").filter(has_text=name)

    def open_form(self, reference: str, name: str) -> Locator:
        """Open a form of the order's page by its link; returns it."""
        self.opens_order(reference)
        self.follows(name)
        return self.page.get_by_role("region", name=name, exact=True)


class OrderDesk(OnOrders, Sales):
    """Somebody of the supplier's sales who works on orders."""

    def enters_order(self, account: str, *, caller: str = "", sku: str, quantity: str = "") -> str:
        """Enter what a caller orders, as far as they could say; returns the reference (rule O1)."""
        self.opens("/orders")
        self.follows("Enter a phone order")
        self.follows(account)
        self.page.get_by_label("Who ordered").fill(caller)
        line = self.page.get_by_role("table", name="Lines of the order").get_by_role("row").nth(1)
        line.get_by_label("Item no.").fill(sku)
        line.get_by_label("Quantity").fill(quantity)
        self.presses("Enter the order")
        self.is_told("entered.")
        return reference_in(self.page.url, "SO")

    def completes(self, reference: str, *, wanted_on: date, transport: str) -> None:
        """Fill in what was missing, with the place that the account has (rule O1)."""
        self.opens_order(reference)
        self.follows("Complete the order")
        # What the caller said stays, what they did not is not chosen for them.
        expect(self.page.get_by_label("Who ordered")).not_to_be_editable()
        expect(self.page.get_by_label("Ship to")).to_have_value("")
        self.page.get_by_label("Ship to").select_option(index=1)
        self.page.get_by_label("Wanted on").fill(wanted_on.isoformat())
        self.page.get_by_label("Transport").select_option(transport)
        self.presses("Save")

    def confirms(self, reference: str) -> None:
        """Stand for the order: stock is reserved, the shipment promised (rule O1)."""
        self.opens_order(reference)
        self.presses("Confirm the order")
        self.is_told("Confirmed. The customer reads when it ships.")

    def schedules(self, reference: str) -> None:
        """Hand it to the warehouse."""
        self.opens_order(reference)
        self.presses("Schedule it")
        self.is_told("Scheduled. It is on the warehouse's list.")

    def marks_as_project(self, reference: str) -> None:
        """Mark it as a large project order (rule O8)."""
        form = self.open_form(reference, "Mark as urgent or project")
        form.get_by_role("checkbox", name="Large project order").check()
        self.presses("Save")
        self.is_told("Saved.")

    def guarantees(self, reference: str, *, pay_by: date, reason: str) -> None:
        """Vouch for a payment that has not come (rule O9)."""
        form = self.open_form(reference, "Guarantee the payment")
        form.get_by_label("The customer pays by").fill(pay_by.isoformat())
        form.get_by_label("What it rests on").fill(reason)
        self.presses("Guarantee the payment")

    def asks_for_limit(self, reference: str, amount: str, reason: str) -> None:
        """Ask for a credit limit, which somebody else decides on (rule A16)."""
        form = self.open_form(reference, "Ask for a credit limit")
        form.get_by_label("Limit asked for").fill(amount)
        form.get_by_label("Why").fill(reason)
        self.presses("Ask for the limit")
        self.is_told("Asked for. Management decides.")

    def combines(self, reference: str, *, with_order: str) -> None:
        """Let two orders of the customer travel together (rule O12)."""
        form = self.open_form(reference, "Ship together with another order")
        form.get_by_label("Order it travels with").fill(with_order)
        self.presses("Ship together")

    def holds(self, reference: str, *, reason: str, place: str) -> None:
        """Let the goods wait in a place of their own (rule O12)."""
        form = self.open_form(reference, "Put on hold")
        form.get_by_label("Why it waits").fill(reason)
        form.get_by_label("Where the goods wait").fill(place)
        self.presses("Put on hold")
        self.is_told("On hold. Nothing of it ships until it is let go.")

    def lets_go(self, reference: str) -> None:
        self.opens_order(reference)
        self.page.get_by_role("button", name="Let it go").first.click()
        self.is_told("The hold has ended.")

    def redirects(self, reference: str, *, to: str, reason: str) -> None:
        """Register another delivery place (rule O13)."""
        form = self.open_form(reference, "Change the delivery place")
        form.get_by_label("Deliver to").select_option(to)
        form.get_by_label("Why the place changes").fill(reason)
        self.presses("Register the change")
        self.is_told("Registered. The warehouse confirms that it has seen the change.")


class Warehouse(OnOrders):
    """Somebody of the warehouse, at its own pages."""

    def prepares(self, reference: str) -> str:
        """Take an order from the day's list to the bench; returns its delivery note."""
        self.opens("/warehouse")
        self.page.get_by_role("link", name=reference).click()
        self.presses("Start packing")
        self.page.wait_for_url("**/shipments/*")
        return reference_in(self.page.url, "DN")

    def hands_over(
        self, shipment: str, *, carrier: str, tracking_number: str = "", expected_on: date
    ) -> None:
        """Give it to a carrier; `is_told` or `sees` says whether it may leave."""
        self.opens(f"/warehouse/shipments/{shipment}")
        form = self.page.get_by_role("region", name="Hand over to the carrier")
        form.get_by_label("Carrier").fill(carrier)
        form.get_by_label("Tracking number").fill(tracking_number)
        form.get_by_label("Parcels").fill("2")
        form.get_by_label("Expected").fill(expected_on.isoformat())
        self.presses("It has left")

    def records_delivery(self, shipment: str, *, signed_by: str, photograph: Path) -> None:
        """Note who signed, with the signed note photographed (rule O16)."""
        self.opens("/warehouse/on-the-way")
        self.page.get_by_role("link", name=shipment).click()
        self.page.get_by_label("Who signed").fill(signed_by)
        self.page.get_by_label("Photograph of the signed note").set_input_files(photograph)
        self.presses("Record the delivery")
        self.is_told("Delivered. The signed note is kept.")

    def notes_exception(self, shipment: str, *, what: str, expected_on: date) -> None:
        """Note what went wrong on the way, with a new day (rule O14)."""
        self.opens(f"/warehouse/shipments/{shipment}")
        self.follows("Something went wrong on the way")
        self.page.get_by_label("What happened").fill(what)
        self.page.get_by_label("New day").fill(expected_on.isoformat())
        self.presses("Tell the customer")
        self.is_told("Noted. The customer has been told the new day.")

    def has_seen_the_new_place(self, shipment: str) -> None:
        """Acknowledge a changed delivery place of what is being packed (rule O13)."""
        self.opens(f"/warehouse/shipments/{shipment}")
        self.presses("I have seen it")
        self.is_told("Noted: the warehouse has seen the new delivery place.")

    def receives(self, sku: str, quantity: str) -> None:
        """Book goods that came in; orders that wait for them get theirs (rules O15, O19)."""
        self.opens(f"/catalogue/{sku}/stock/receipt")
        self.page.get_by_label("Quantity").fill(quantity)
        self.page.get_by_label("Came with").fill("Production order 4711")
        self.presses("Book the receipt")
        expect(self.page).to_have_url(re.compile("/stock$"))

    def tells_when_it_comes(self, reference: str, expected_on: date) -> None:
        """Confirm the day of the order's only short line (rule O15)."""
        self.opens("/warehouse/short")
        card = self.page.get_by_role("listitem").filter(has_text=reference)
        card.get_by_label("Expected in stock").fill(expected_on.isoformat())
        card.get_by_role("button", name="Confirm").click()
        self.is_told("Date confirmed.")


class Finance(OnOrders):
    """Somebody who records money."""

    def records_payment(self, reference: str, amount: str, *, bank_reference: str) -> None:
        form = self.open_form(reference, "Record a payment")
        form.get_by_label("Amount").fill(amount)
        form.get_by_label("Bank reference").fill(bank_reference)
        self.presses("Record the payment")
        self.is_told("Payment recorded.")

    def invoices(self, reference: str, number: str) -> None:
        """Record the invoice of a delivered order, from the list of those (rule O22)."""
        self.opens("/finance/to-invoice")
        self.page.get_by_role("row").filter(has_text=reference).get_by_role(
            "link", name="Invoice"
        ).click()
        self.page.get_by_label("Invoice number").fill(number)
        self.page.get_by_role("button", name="Record the invoice").click()
        self.is_told("Invoice recorded.")


class DutyManager(OnOrders):
    """Somebody who decides on credit."""

    def decides_on_credit(self, account: str, decision: str, note: str = "") -> None:
        """`Approve` or `Refuse` the limit that was asked for (rule A16)."""
        self.opens("/finance/credit")
        self.follows(account)
        self.page.get_by_role("radio", name=decision).check()
        self.page.get_by_label("Note").fill(note)
        self.presses("Save the decision")
