"""How people come in, stay in and are let out: invitation, reset, sessions, accounts."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.actors import Buyer, Sales
from tests.e2e.scene import Scene
from tests.factories import PASSWORD, unique

NEW_PASSWORD = "brass kettle over quiet harbour"


def test_a_contact_is_invited_by_mail_chooses_a_password_and_signs_in(scene: Scene) -> None:
    manager, account = scene.manager, scene.cast.account
    invited = Buyer(scene.open_page(), "Ada Lin", f"{unique('ada')}@customer.example")
    manager.invites(account.code, invited.name, invited.email)  # rule A1

    mail = scene.mail_to(invited, f"{manager.name} invites you")
    assert account.name in mail.text
    link = link_in(mail.text)
    invited.page.goto(link)
    expect(invited.page.get_by_role("main")).to_contain_text(invited.name)
    invited.sets_password("password1234")
    invited.sees_error("This password is easy to guess.")
    invited.sets_password(NEW_PASSWORD)
    invited.is_told("The password is set. Sign in with it.")
    invited.signs_in(NEW_PASSWORD)
    invited.sees(account.name)
    invited.page.goto(link)
    invited.sees("This link does not work any more")

    manager.opens(f"/accounts/{account.code}")
    row = manager.page.get_by_role("table", name="Contacts").get_by_role("row")
    expect(row.filter(has_text=invited.name)).to_contain_text("Has access")


def test_a_colleague_is_invited_and_comes_in_by_the_staff_door(scene: Scene) -> None:
    administrator = scene.administrator
    invited = Sales(scene.open_page(), "Bao Zhou", f"{unique('bao')}@hengda.example")
    administrator.opens("/people")
    administrator.follows("Invite a colleague")
    administrator.page.get_by_label("Name").fill(invited.name)
    administrator.page.get_by_label("E-mail").fill(invited.email)
    administrator.page.get_by_label("Role").select_option("Sales assistant")
    administrator.presses("Send invitation")

    mail = scene.mail_to(invited, f"{administrator.name} invites you")
    invited.page.goto(link_in(mail.text))
    invited.sets_password(NEW_PASSWORD)
    invited.is_told("The password is set. Sign in with it.")
    invited.signs_in(NEW_PASSWORD)
    invited.sees("My work")


def test_a_reset_password_ends_every_session_and_the_link_works_once(scene: Scene) -> None:
    buyer = scene.buyer
    forgetful = Buyer(scene.open_page(), buyer.name, buyer.email)
    forgetful.opens("/sign-in")
    forgetful.follows("Forgot the password")
    forgetful.page.get_by_label("E-mail address").fill(buyer.email)
    forgetful.presses("Send the link")
    forgetful.sees("If there is a person with this address, a link is on its way.")

    link = link_in(scene.mail_to(buyer, "A new password").text)
    forgetful.page.goto(link)
    forgetful.sets_password(NEW_PASSWORD)
    forgetful.is_told("The password is set. Sign in with it.")
    assert is_signed_out(buyer)
    forgetful.tries_to_sign_in(PASSWORD)
    forgetful.sees_error("The address and the password do not fit together.")
    forgetful.signs_in(NEW_PASSWORD)
    forgetful.page.goto(link)
    forgetful.sees("This link does not work any more")


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(scene: Scene) -> None:
    at_desk = scene.buyer
    at_home, at_plant = (scene.enters(Buyer, scene.cast.buyer) for _ in range(2))
    at_desk.opens("/settings")
    sessions = at_desk.page.get_by_role("listitem").filter(has_text="last used")
    expect(sessions).to_have_count(3)
    expect(sessions.filter(has_text="This device")).to_have_count(1)

    sessions.get_by_role("button", name="End").first.click()
    at_desk.is_told("The session has ended.")
    expect(sessions).to_have_count(2)
    assert sorted([is_signed_out(at_home), is_signed_out(at_plant)]) == [False, True]

    at_desk.presses("End all others")
    at_desk.is_told("All other sessions have ended.")
    expect(sessions).to_have_count(1)
    assert is_signed_out(at_home)
    assert is_signed_out(at_plant)
    assert not is_signed_out(at_desk)


def test_a_disabled_person_is_out_at_once(scene: Scene) -> None:
    colleague, administrator = scene.colleague, scene.administrator
    administrator.opens("/people?q=" + colleague.name.replace(" ", "+"))
    administrator.follows(colleague.name)
    administrator.follows("Disable")
    administrator.presses("Disable")
    assert is_signed_out(colleague)
    colleague.tries_to_sign_in(PASSWORD)
    colleague.sees_error("The address and the password do not fit together.")


def test_who_acts_for_two_accounts_switches_and_sees_one_at_a_time(scene: Scene) -> None:
    reference = scene.request("Bearings of the first account")
    buyer, other = scene.buyer, scene.another_account_of(scene.cast.buyer)
    first = scene.cast.account.name
    buyer.opens("/")
    expect(acting_for(buyer.page)).to_have_text(first)

    buyer.switches_to(other.name)
    expect(acting_for(buyer.page)).to_have_text(other.name)
    buyer.sees_nothing_of("Bearings of the first account")
    assert buyer.opens(f"/quotes/{reference}").status == 404
    buyer.switches_to(first)
    assert buyer.opens(f"/quotes/{reference}").ok
    buyer.sees("Bearings of the first account")


def link_in(text: str) -> str:
    """The one-time link of a mail."""
    found = re.search(r"https?://\S+/welcome/\S+", text)
    assert found is not None
    return found[0]


def is_signed_out(person: Buyer | Sales) -> bool:
    person.opens("/settings")
    return "/sign-in" in person.page.url


def acting_for(page: Page) -> Locator:
    """The account that is named at the top of every page."""
    return page.locator(".acting summary")
