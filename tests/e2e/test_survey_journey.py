"""A half-yearly survey of 200 contacts by a mail server, answered by link (rules S1, S3, S4)."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from itertools import pairwise

from playwright.sync_api import Page, expect

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from tests.e2e.actors import reference_in
from tests.e2e.barriers import barriers, scrolls_sideways
from tests.e2e.conftest import PATIENCE_SECONDS, RunningPortal
from tests.e2e.people import Person
from tests.e2e.scene import Scene
from tests.factories import Factory, unique
from tests.workers.mail_server import MailServer, mail_server

ACCOUNTS, CONTACTS = 20, 10
LOCALES = ("en", "zh_Hans", "zh_Hant")
POSTED_SECONDS = 120
_LINK = re.compile(r"http://\S+/s/[\w-]+")
_NO_SCRIPT = {"java_script_enabled": False}
_PHONE = {"viewport": {"width": 375, "height": 740}}
UNHAPPY_WORDS = "密封件一周后开始渗漏。"


class Supervisor(Person):
    """Who leads service and sends surveys."""

    home = "/staff"


@dataclass(frozen=True)
class Customers:
    """Accounts of one manager; `addresses` of their contacts by the language they read."""

    manager: Actor
    addresses: dict[str, list[str]]

    @property
    def all(self) -> list[str]:
        return [address for addresses in self.addresses.values() for address in addresses]


def test_a_campaign_is_mailed_answered_in_three_languages_and_followed_up(
    portal: RunningPortal, new_page: Callable[..., Page], scene: Scene
) -> None:
    customers = portal.make(two_hundred_contacts)
    editor = scene.enters(
        Supervisor, portal.make(lambda make: make.staff(StaffRole.SERVICE_SUPERVISOR))
    )
    with mail_by_smtp(portal) as server:
        reference = plans_and_starts(editor)
        portal.make(lambda make: falls_due(make, reference))
        links = posted(portal, server, customers)

        refused_first(new_page(**_PHONE, **_NO_SCRIPT, locale="en-US"), links["en"])
        unhappy(new_page(**_PHONE, locale="zh-CN"), links["zh_Hans"])
        in_another_language(new_page(locale="zh-TW"), links["zh_Hant"])

        follows_up(scene.enters(Supervisor, customers.manager))
    has_come_to(editor, reference)


def plans_and_starts(editor: Person) -> str:
    """The published half-yearly survey goes to the contacts of strategic customers (rule S1)."""
    page = editor.page
    editor.opens("/surveys")
    editor.follows("Half-yearly satisfaction survey · 顾客满意程度调查表")
    editor.follows("Plan a campaign")
    page.get_by_label("Key", exact=True).uncheck()
    page.get_by_label("Only the main contact of each customer").uncheck()
    page.get_by_label("Spread over").fill("1")
    editor.presses("Plan the campaign")
    editor.sees("Whom it asks")
    assert barriers(page) == []
    reference = reference_in(page.url, "SU")
    editor.follows("Start the campaign")
    page.locator("#panel").get_by_role("button", name="Start the campaign").click()
    editor.is_told("Started.")
    editor.sees("How far it is")
    return reference


def refused_first(page: Page, link: str) -> None:
    """On a phone, without script: what is missing is said, what was typed is still there."""
    page.goto(link)
    assert not scrolls_sideways(page)
    page.get_by_role("textbox").last.fill("Keep the driver, he is good.")
    page.get_by_role("button", name="Send answers").click()
    expect(page).to_have_title(re.compile("^Error:"))
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("Answer this question.")
    expect(page.get_by_role("textbox").last).to_have_value("Keep the driver, he is good.")
    rate(page, "5")
    page.get_by_role("button", name="Send answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("your answers have arrived")
    page.goto(link)
    expect(page.get_by_role("main")).not_to_contain_text("Send answers")


def unhappy(page: Page, link: str) -> None:
    """On a phone, interrupted: the draft stays in the tab until it is sent."""
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert barriers(page) == []
    rate(page, "4")
    page.locator("fieldset.kind-rating").first.get_by_role("radio").first.check()
    page.get_by_role("textbox").last.fill(UNHAPPY_WORDS)
    # A telephone drops pages that lie behind others: what was answered is there again.
    drafted(page, UNHAPPY_WORDS)
    page.reload()
    expect(page.get_by_role("textbox").last).to_have_value(UNHAPPY_WORDS)
    expect(page.locator("fieldset.kind-rating input:checked").first).to_have_value("1")
    page.get_by_role("button", name="提交答卷").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("答卷已收到")
    assert UNHAPPY_WORDS not in kept_in(page)
    assert barriers(page) == []


def drafted(page: Page, words: str) -> None:
    """Once the tab has kept what was typed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while words not in kept_in(page) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert words in kept_in(page)


def kept_in(page: Page) -> str:
    return str(page.evaluate("JSON.stringify({...sessionStorage})"))


def in_another_language(page: Page, link: str) -> None:
    """Choosing another language keeps what was answered."""
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    rate(page, "5")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    scales = page.locator("fieldset.kind-rating")
    assert scales.locator("input:checked").count() == scales.count()
    page.get_by_role("button", name="繁體中文").click()
    page.get_by_role("button", name="送出答卷").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("答卷已收到")


def rate(page: Page, score: str) -> None:
    """Mark every scale; a recommendation is twice as high."""
    for scale in page.locator("fieldset.kind-rating").all():
        scale.locator(f"input[value='{score}']").check()
    for scale in page.locator("fieldset.kind-nps").all():
        scale.locator(f"input[value='{int(score) * 2}']").check()


def follows_up(manager: Person) -> None:
    """The low score is the account manager's to follow up, with a clock (rule S4)."""
    deadline = time.monotonic() + POSTED_SECONDS
    manager.opens("/opinions?owner=me")
    while manager.page.get_by_text(UNHAPPY_WORDS).count() == 0 and time.monotonic() < deadline:
        manager.opens("/opinions?owner=me")
    row = manager.page.get_by_role("row").filter(has_text=UNHAPPY_WORDS)
    expect(row).to_have_count(1)
    row.get_by_role("link").first.click()
    manager.sees(UNHAPPY_WORDS)
    expect(manager.page.locator(".promise").first).to_be_visible()


def has_come_to(editor: Person, reference: str) -> None:
    """The campaign's page says how far it is, the results what was said (rule S3)."""
    editor.opens(f"/surveys/campaigns/{reference}")
    answered = editor.page.locator("#progress div").filter(has_text="Answered")
    expect(answered).to_contain_text("3")
    editor.follows("Results")
    editor.sees("By question")
    editor.sees(UNHAPPY_WORDS)
    assert barriers(editor.page) == []


@contextmanager
def mail_by_smtp(portal: RunningPortal) -> Iterator[MailServer]:
    """While it lasts, the worker of the portal sends to a mail server instead of a folder."""
    usual = portal.settings
    portal.stop("worker")
    with mail_server() as server:
        portal.settings = replace(usual, smtp_url=server.url)
        portal.start("worker", "worker")
        try:
            yield server
        finally:
            portal.stop("worker")
            portal.settings = usual
            portal.start("worker", "worker")


def posted(portal: RunningPortal, server: MailServer, customers: Customers) -> dict[str, str]:
    """Once everybody has their mail, each one of their own: a link to answer by, by language."""
    deadline = time.monotonic() + POSTED_SECONDS
    while time.monotonic() < deadline:
        portal.make(mails_go_out)
        if set(customers.all) <= reached(server):
            break
        time.sleep(0.5)
    arrived = {address: server.to(address) for address in customers.all}
    assert [len(mails) for mails in arrived.values()] == [1] * (ACCOUNTS * CONTACTS)
    links = sorted(link_in(mails[0]) for mails in arrived.values())
    assert all(one != other for one, other in pairwise(links))
    return {locale: link_in(arrived[customers.addresses[locale][0]][0]) for locale in LOCALES}


def reached(server: MailServer) -> set[str]:
    """The addresses that have got a mail."""
    return {to.addr_spec for mail in list(server.accepted) for to in mail["To"].addresses}


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = _LINK.search(body.get_content())
    assert found is not None, body.get_content()
    return found[0]


async def two_hundred_contacts(make: Factory) -> Customers:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    addresses: dict[str, list[str]] = {locale: [] for locale in LOCALES}
    branch = await make.branch()
    for number in range(ACCOUNTS):
        locale = LOCALES[number % len(LOCALES)]
        account = await make.account(branch_id=branch, manager=manager, tier="strategic")
        await make.owner.execute("UPDATE account SET locale = $2 WHERE id = $1", account.id, locale)
        emails = [f"{unique('asked')}@customer.example" for _ in range(CONTACTS)]
        await make.owner.execute(
            """INSERT INTO contact (account_id, name, email)
               SELECT $1, 'Wang ' || email, email FROM unnest($2::text[]) AS email""",
            account.id,
            emails,
        )
        addresses[locale] += emails
    return Customers(manager, addresses)


async def falls_due(make: Factory, reference: str) -> None:
    """No test waits for the next working morning."""
    await make.owner.execute(
        """UPDATE survey_invitation SET send_at = business_now() WHERE campaign_id =
               (SELECT id FROM survey_campaign WHERE reference = $1)""",
        reference,
    )


async def mails_go_out(make: Factory) -> None:
    """Nor for the hours in which mails may be sent (rule V7)."""
    await make.owner.execute(
        """UPDATE mail SET next_attempt_at = now()
           WHERE template = 'survey' AND status = 'waiting' AND attempts = 0"""
    )
