"""What everybody at a browser can do in either portal: sign in, open pages, read what is said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from playwright.sync_api import Download, Locator, Page, Response, expect


@dataclass
class Person:
    """Somebody with a page in a browser context of their own."""

    page: Page
    name: str
    email: str
    home: ClassVar[str] = ""
    quotes: ClassVar[str] = "/quotes"

    def signs_in(self, password: str) -> None:
        self.tries_to_sign_in(password)
        expect(self.page).not_to_have_url(f"{self.home}/sign-in")

    def tries_to_sign_in(self, password: str) -> None:
        self.page.goto(f"{self.home}/sign-in")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.presses("Sign in")

    def sets_password(self, password: str) -> None:
        """Choose a password on the page behind an invitation or a reset link."""
        self.page.get_by_label("New password").fill(password)
        self.presses("Set the password")

    def opens(self, path: str) -> Response:
        """Open a page of the portal; returns the answer that it came with."""
        answer = self.page.goto(f"{self.home}{path}")
        assert answer is not None
        return answer

    def opens_request(self, reference: str) -> None:
        self.opens(f"/quotes/{reference}")

    def presses(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def follows(self, label: str) -> None:
        self.page.get_by_role("link", name=label, exact=True).first.click()

    def is_told(self, text: str) -> None:
        """A toast says so, as it does after what was done."""
        expect(self.page.locator("#toasts")).to_contain_text(text)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def sees_nothing_of(self, text: str) -> None:
        expect(self.page.get_by_role("main")).not_to_contain_text(text)

    def sees_error(self, text: str) -> None:
        """The summary of what is to be corrected says so and has the focus."""
        summary = self.page.locator("[data-error-summary]")
        expect(summary).to_contain_text(text)
        expect(summary).to_be_focused()

    def sees_notice(self, text: str) -> None:
        """A headline among one's notices says so; notices arrive behind the answer."""
        reload_until(
            self.page,
            lambda: self.opens("/notices"),
            self.page.get_by_role("main").get_by_role("link", name=text),
        )

    def downloads(self, label: str) -> bytes:
        with self.page.expect_download() as started:
            self.follows(label)
        return _bytes_of(started.value)

    def is_promised(self) -> datetime:
        """The moment by which something is owed, as the open page says it."""
        promise = self.page.locator(".promise-when time")
        return datetime.fromisoformat(promise.get_attribute("datetime") or "")


def reload_until(page: Page, load: Callable[[], object], wanted: Locator) -> None:
    """Load the page until it shows what a worker is about to do; a bounded number of times."""
    for _ in range(40):
        load()
        try:
            expect(wanted.first).to_be_visible(timeout=500)
        except AssertionError:
            continue
        return
    expect(wanted.first).to_be_visible()


def _bytes_of(download: Download) -> bytes:
    return download.path().read_bytes()
