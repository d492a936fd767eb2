"""Somebody of the customer who complains: on a phone, with photos, until it is settled."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.actors import reference_in
from tests.e2e.order_actors import Orderer


class Complainer(Orderer):
    """Verbs return once the portal has confirmed them."""

    def complains(self, about: str, what: str, *, affected: str = "", photo: Path) -> str:
        """File a complaint about the quality of a delivery; returns its reference (rule C1)."""
        self.opens(f"/complaints/new?shipment={about}")
        self.page.get_by_label("Affected").first.fill(affected)
        self.page.get_by_label("What it is about").select_option("Product quality")
        self.page.get_by_label("What happened").fill(what)
        self.page.locator("#field-files").set_input_files(photo)
        self.presses("Send it")
        self.page.wait_for_url("**/received")
        return reference_in(self.page.url, "CP")

    def opens_complaint(self, reference: str) -> None:
        self.opens(f"/complaints/{reference}")

    def answers(self, text: str) -> None:
        """Answer the question on the open page."""
        self.page.get_by_label("Your answer").fill(text)
        self.presses("Send answer")
        self.is_told("Message sent.")

    def objects(self, reason: str) -> None:
        """Object to the outcome on the open page (rule C8)."""
        self.page.locator("summary", has_text="It is not settled").click()
        self.page.get_by_label("What is still wrong?").fill(reason)
        self.presses("Object to the outcome")

    def confirms_outcome(self) -> None:
        """Confirm the outcome on the open page; that closes the complaint (rule C8)."""
        expect(self.page.get_by_label("Your name")).to_have_value(self.name)
        self.presses("Confirm: it is settled")
        self.is_told("Outcome confirmed.")

    def fits_the_screen(self) -> None:
        widths = self.page.locator("html").evaluate("it => [it.scrollWidth, it.clientWidth]")
        assert widths[0] <= widths[1]
