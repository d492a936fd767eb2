"""Who is on stage in a journey, and the mails that reach them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from portal.domain.common.permissions import StaffRole
from portal.rendering.mail_folder import FolderMail, MailFolder
from portal.web.cookies import session_cookie_of
from portal.web.portals import portal_of
from tests.e2e.actors import Buyer, Sales, Wanted
from tests.e2e.people import Person
from tests.e2e.pricing import Offer, Priced
from tests.factories import Account, Factory

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portal.domain.common.actor import Actor
    from tests.e2e.conftest import RunningPortal
    from tests.scenarios import Cast

MAIL_SECONDS = 30
AnyPerson = TypeVar("AnyPerson", bound=Person)


@dataclass
class Scene:
    """One account with the people around it; who is named first comes in and signs in."""

    portal: RunningPortal
    open_page: Callable[..., Page]
    cast: Cast

    @cached_property
    def buyer(self) -> Buyer:
        return self.enters(Buyer, self.cast.buyer)

    @cached_property
    def sales(self) -> Sales:
        """The account's sales representative, who has its requests (rule Q1)."""
        return self.enters(Sales, self.cast.representative)

    @cached_property
    def assistant(self) -> Sales:
        return self.enters(Sales, self.cast.assistant)

    @cached_property
    def colleague(self) -> Sales:
        """Another sales representative who may work for the account."""
        return self.enters(Sales, self.cast.colleague)

    @cached_property
    def supervisor(self) -> Sales:
        return self.enters(Sales, self.cast.supervisor)

    @cached_property
    def manager(self) -> Sales:
        """The account manager, who looks after the file."""
        return self.enters(Sales, self.cast.manager)

    @cached_property
    def administrator(self) -> Sales:
        """Somebody who looks after who has access."""
        role = StaffRole.ADMINISTRATOR
        return self.enters(Sales, self.portal.make(lambda make: make.staff(role)))

    def another_account_of(self, person: Actor) -> Account:
        """One more account for which a customer's person may act."""

        async def joined(make: Factory) -> Account:
            account = await make.account(branch_id=self.cast.account.branch_id)
            await make.member(person, account)
            return account

        return self.portal.make(joined)

    def enters(self, kind: type[AnyPerson], actor: Actor, **browser: Any) -> AnyPerson:
        """A person at a browser of their own, signed in; `browser` are options of its context.

        No page is open yet: they say which one they open first.

        `test_access` and `test_browser_habits` sign in by the form: elsewhere the session is there.
        """
        email, token = self.portal.make(lambda make: _session_of(make, actor))
        page = self.open_page(**browser)
        cookie: Any = {
            "name": session_cookie_of(portal_of("/staff" if actor.is_staff else "/")),
            "value": token,
            # The browser sets a `__Host-` cookie for this address only; it sends it over loopback.
            "url": self.portal.url.replace("http://", "https://"),
            "secure": True,
            "httpOnly": True,
            "sameSite": "Lax",
        }
        page.context.add_cookies([cookie])
        return kind(page, actor.name, email)

    @property
    def today(self) -> date:
        """The day at the customer's, by the real clock."""
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()

    def day(self, ahead: int) -> date:
        return self.today + timedelta(days=ahead)

    def request(self, title: str = "Spare bearings for line 3", **facts: Any) -> str:
        """The buyer asks for forty of the item; returns the reference."""
        wanted = [Wanted("40", sku=self.cast.sku)]
        return self.buyer.requests_quote(title, wanted, wanted_on=self.day(21), **facts)

    def offer(self, unit_price: str = "12.50", **facts: Any) -> Offer:
        """A price for what `request` asks for, valid for a month."""
        whole: dict[str, Any] = {"valid_until": self.day(30), "ships_on": self.day(14), **facts}
        return Offer(**{"lines": [Priced(unit_price)], **whole})

    def quote(self, reference: str, offer: Offer | None = None) -> None:
        """The representative prices a request, a colleague reviews it, and it goes out."""
        self.sales.prices(reference, offer or self.offer())
        self.colleague.approves(reference)
        self.sales.sends(reference)

    def mail_to(self, person: Person, subject: str) -> FolderMail:
        """The mail to a person whose subject has these words, once it is there."""
        folder = MailFolder(self.portal.settings.mail_folder)
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in folder.newest():
                if person.email in mail.recipient and subject in mail.subject:
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail “{subject}” to {person.email}")


async def _session_of(make: Factory, actor: Actor) -> tuple[str, str]:
    """The address to sign in with, and the token of a session."""
    return await make.password_for(actor), await make.session_of(actor)
