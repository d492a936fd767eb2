"""The actors of the journeys of complaints: customer, and those of us who look into them.

Verbs as in `actors`: each returns once the portal has confirmed it.
"""

import re
from pathlib import Path

from playwright.sync_api import Locator, Response, expect

from tests.e2e.actors import reference_in
from tests.e2e.people import Person


class Complainant(Person):
    """Somebody of the customer who complains, suggests, confirms and objects."""

    def complains(self, what: str, *, about: str, wish: str = "", **goods: str) -> str:
        """Say what is wrong, not about an order; returns the reference (rules C1, C2)."""
        self.opens("/complaints/new")
        self.page.get_by_label("It is not about an order").check()
        self.page.get_by_label("What it is about").select_option(about)
        if wish:
            self.page.get_by_label("What you would like").first.select_option(wish)
        if goods:
            line = self.page.get_by_role("table", name="Goods").get_by_role("row").nth(1)
            line.get_by_label("Item no.").fill(goods["sku"])
            line.get_by_label("Affected").fill(goods["quantity"])
            line.get_by_label("Batch").fill(goods.get("batch", ""))
        return self._sends(what)

    def suggests(self, what: str) -> str:
        """Suggest something; returns the reference (rule C15)."""
        self.opens("/complaints/new")
        self.page.get_by_label("It is not about an order").check()
        self.page.get_by_role("radio", name="Suggestion").check()
        return self._sends(what)

    def _sends(self, what: str) -> str:
        self.page.get_by_label("What happened").fill(what)
        self.presses("Send it")
        self.page.wait_for_url("**/received")
        self.sees("We have it")
        return reference_in(self.page.url, "CP")

    def opens_complaint(self, reference: str) -> Response:
        return self.opens(f"/complaints/{reference}")

    def confirms(self) -> None:
        """The outcome on the open page is all right (rule C8)."""
        self.page.get_by_label("Your name").fill(self.name)
        self.presses("Confirm: it is settled")

    def objects(self, reason: str) -> None:
        """The outcome on the open page is not (rule C8)."""
        self.page.get_by_text("It is not settled").click()
        self.page.get_by_label("What is still wrong?").fill(reason)
        self.page.get_by_label("Who objects").fill(self.name)
        self.presses("Object to the outcome")

    def answers(self, text: str, photo: Path | None = None) -> None:
        """Answer our question on the open page, with a photo if there is one (rule C5)."""
        self.page.get_by_label("Your answer").fill(text)
        if photo:
            self.page.locator("input[type=file]").first.set_input_files(photo)
        self.presses("Send answer")
        self.sees(text)


class OnComplaints(Person):
    """Somebody of the supplier at the page of a complaint."""

    home = "/staff"

    def opens_complaint(self, reference: str) -> Response:
        return self.opens(f"/complaints/{reference}")

    def step(self, name: str) -> Locator:
        """A line of what is next on the open complaint."""
        course = self.page.get_by_role("region", name="What is next", exact=True)
        return course.get_by_role("listitem").filter(has_text=name).first

    def open_form(self, reference: str, name: str) -> Locator:
        """Open a form of the complaint's page by its link; returns it."""
        self.opens_complaint(reference)
        self.follows(name)
        return self.page.get_by_role("region", name=name, exact=True)

    def does(
        self, reference: str, name: str, send: str, *, choose: str = "", **fields: str
    ) -> None:
        """Fill the form `name` in by the words of its labels, `choose` a radio, and send it.

        A label is written with underscores for its blanks.
        """
        form = self.open_form(reference, name)
        for label, value in fields.items():
            field = form.get_by_label(re.compile(rf"^{label.replace('_', ' ')}", re.IGNORECASE))
            if field.first.evaluate("field => field.tagName") == "SELECT":
                field.first.select_option(value)
            else:
                field.first.fill(value)
        if choose:
            form.get_by_role("radio", name=choose).first.check()
        form.get_by_role("button", name=send, exact=True).click()

    def judges_founded(self, reference: str, *, department: str, until: str) -> None:
        """It holds; the customer is asked for time (rule C3)."""
        self.does(
            reference,
            "Founded",
            "Judge as founded",
            Why_it_holds="The photos show it.",
            Responsible_department=department,
            Looked_into_until=until,
        )
        self.is_told("Judged as founded.")

    def looks_for_batch(self, reference: str, batch: str) -> None:
        """See whether the same batch is in stock (rule C5)."""
        self.does(reference, "Look for the batch in stock", "Look for it", Batch=batch)
        self.is_told("Looked for.")

    def tests_sample(self, reference: str, size: str, showed: str) -> None:
        """Say what a sample of the same batch showed (rule C5)."""
        self.does(
            reference,
            "Record the sample test",
            "Record the sample",
            choose=showed,
            Pieces_tested=size,
        )
        self.is_told("Sample recorded.")

    def finds(self, reference: str, finding: str, *, whose: str, told: str = "") -> None:
        """Close the investigation with the final finding (rules C5, C6)."""
        self.does(
            reference,
            "Record a finding",
            "Record the finding",
            choose="Final finding",
            What_was_found=finding,
            For_the_customer=told,
            Whose_doing=whose,
            Cause="Material",
        )
        self.is_told("Finding recorded.")

    def proposes(
        self, reference: str, measure: str, what: str, *, by: str, cost: str, pieces: str = "0"
    ) -> None:
        """Set a way to put it right beside the others (rule C8)."""
        self.does(
            reference,
            "Add a proposal",
            "Add the proposal",
            Measure=measure,
            What_is_done=what,
            Done_by=by,
            What_it_costs_us=cost,
            Pieces_compensated=pieces,
            Compensation=cost if pieces != "0" else "0",
        )
        self.is_told("Proposal added.")

    def chooses(self, reference: str, proposal: str, because: str) -> None:
        """Choose among the proposals (rule C8)."""
        self.does(
            reference, "Choose a proposal", "Choose it", choose=proposal, Why_this_one=because
        )
        self.is_told("Chosen.")

    def approves(self, reference: str) -> None:
        """Allow the compensation that waits on one's first page (rule C7)."""
        self.opens("")
        waiting = self.page.get_by_role("table", name="Waits for your approval")
        waiting.get_by_role("link", name=reference).click()
        self.page.get_by_role("region", name="Approve the compensation").get_by_role(
            "button", name="Approve", exact=True
        ).click()
        self.is_told("Approved.")

    def tells_outcome(self, reference: str, what: str) -> None:
        """It is carried out, and the customer is asked to confirm (rule C8)."""
        self.does(reference, "Tell the outcome", "Tell the outcome", What_was_done=what)
        self.is_told("Told.")

    def takes_by_phone(self, account: str, *, caller: str, about: str, what: str) -> str:
        """Take what somebody says on the phone, of whatever customer; returns the reference."""
        self.opens("/complaints")
        self.follows("Take a complaint")
        search = self.page.get_by_role("search").get_by_label("Customer")
        search.fill(account)
        self.page.get_by_role("main").get_by_role("button", name="Search").click()
        self.follows(account)
        self.page.get_by_label("Their name").fill(caller)
        self.page.get_by_label("What it is about").select_option(about)
        self.page.get_by_label("What happened").fill(what)
        self.presses("Take the complaint")
        self.is_told("is taken and yours")
        return reference_in(self.page.url, "CP")


def is_next(person: OnComplaints, step: str, words: str) -> None:
    """The checklist of the open complaint says so at a step."""
    expect(person.step(step)).to_contain_text(words)
