"""The customers of the demo: account files, contacts with their access, teams, prices, stock."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.demo.cast import Cast, Customer, acting
from portal.demo.data_files import read_tables
from portal.demo.owner import DemoOwner
from portal.domain.accounts.access import invite
from portal.domain.accounts.addresses import AddressDetails, add_address, addresses_of
from portal.domain.accounts.classification import (
    AccountKind,
    KeyClass,
    KeyCriterion,
    NeedSegment,
    PaymentStanding,
    Tier,
)
from portal.domain.accounts.contacts import ContactDetails, add_contact
from portal.domain.accounts.details import AccountDetails
from portal.domain.accounts.opening import open_file
from portal.domain.accounts.tables import Account, Contact
from portal.domain.accounts.team import Position, set_team
from portal.domain.catalogue.items import by_sku
from portal.domain.catalogue.prices import Term, add_price
from portal.domain.catalogue.safety_stock import hold
from portal.domain.common.actor import Actor, Side
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import CustomerRole
from portal.domain.onboarding.first_contact import (
    ContactChannel,
    ContactFacts,
    record_first_contact,
)

# A head of a group stands before its members in the data.
_KNOWN_LONG_BEFORE = timedelta(days=30)


async def open_accounts(cast: Cast, owner: DemoOwner, opening: datetime) -> None:
    """Open every account's file by the supervisor of its branch; its manager invites its people."""
    opened: dict[str, Account] = {}
    for facts in read_tables("accounts")["account"]:
        account = await _open(facts, cast, opened, opening)
        opened[facts["key"]] = account
        people, contact_ids = await _take_in_people(facts, account, cast)
        await _reach_them(facts, account, cast)
        cast.customers[facts["key"]] = await _customer(facts, account, people, contact_ids, cast)
        await _agree(facts, account, cast, opening)
        await owner.note_bank(account.id, *facts["bank"])


async def _open(
    facts: dict[str, Any], cast: Cast, opened: dict[str, Account], opening: datetime
) -> Account:
    supervisor = cast.supervisors[facts["branch"]]
    city_code, name_code = facts["code"]
    team = facts["team"]
    async with acting(supervisor):
        account = await open_file(
            _details(facts, cast, opened, opening),
            city_code=city_code,
            name_code=name_code,
            by=supervisor,
        )
        holders = {
            Position.ACCOUNT_MANAGER: team["manager"],
            Position.SALES_REPRESENTATIVE: team["representative"],
            Position.SALES_ASSISTANT: team["assistant"],
        }
        await set_team(
            account,
            holders={
                position: cast.staff[key].staff_member_id for position, key in holders.items()
            },
            backups=[cast.staff[key].staff_member_id or 0 for key in team["backups"]],
            by=supervisor,
            expected_version=account.version,
        )
    return account


def _details(
    facts: dict[str, Any], cast: Cast, opened: dict[str, Account], opening: datetime
) -> AccountDetails:
    first_contact: date = facts["first_contact"]
    parent = opened.get(facts.get("parent", ""))
    return AccountDetails(
        name=facts["name"],
        short_name=facts["short_name"],
        branch_id=cast.branches[facts["branch"]].id,
        first_contact_on=min(first_contact, (opening - _KNOWN_LONG_BEFORE).date()),
        city=facts["city"],
        region=facts["region"],
        industry=facts["industry"],
        kind=AccountKind(facts.get("kind", AccountKind.CONSUMER.value)),
        tier=Tier(facts["tier"]),
        key_class=KeyClass(facts["class"]) if facts["class"] else None,
        key_criteria=[KeyCriterion(each) for each in facts["criteria"]],
        need_segment=NeedSegment(facts.get("need", NeedSegment.REGULAR.value)),
        parent_id=parent.id if parent else None,
        phone=facts["phone"],
        website=facts["website"],
        address=facts["address"],
        business_scope=facts["scope"],
        qualifications=facts["qualifications"],
        credit_note=facts["credit"],
        currency=facts["currency"],
        locale=facts["locale"],
        timezone=facts.get("timezone", "Asia/Shanghai"),
        payment_terms=PaymentTerms(facts["terms"]),
        payment_standing=PaymentStanding(facts.get("standing", PaymentStanding.STABLE.value)),
        invoice_title=facts["name"],
        tax_number=facts["tax_number"],
        invoice_address=facts["address"],
    )


async def _take_in_people(
    facts: dict[str, Any], account: Account, cast: Cast
) -> tuple[dict[str, Actor], dict[str, int]]:
    manager = cast.staff[facts["team"]["manager"]]
    people: dict[str, Actor] = {}
    contact_ids: dict[str, int] = {}
    async with acting(manager):
        for number, known in enumerate(facts["contacts"]):
            contact = await add_contact(
                account,
                ContactDetails(
                    name=known["name"],
                    function=known["function"],
                    email=known["email"],
                    phone=known["phone"],
                ),
                by=manager,
                is_main=number == 0,
            )
            contact_ids[known["key"]] = contact.id
            if known["access"]:
                people[known["key"]] = await _let_in(
                    account, contact, CustomerRole(known["access"]), manager
                )
        for place in facts["addresses"]:
            await add_address(account, AddressDetails(**place), by=manager)
    return people, contact_ids


async def _reach_them(facts: dict[str, Any], account: Account, cast: Cast) -> None:
    """Their manager has known them for long (rule A7)."""
    manager = cast.staff[facts["team"]["manager"]]
    reached = ContactFacts(
        reached=facts["contacts"][0]["name"],
        channel=ContactChannel.PHONE,
        reached_on=account.first_contact_on,
    )
    async with acting(manager):
        await record_first_contact(account, reached, by=manager)


async def _let_in(account: Account, contact: Contact, role: CustomerRole, manager: Actor) -> Actor:
    await invite(account, contact, role=role, by=manager)
    return Actor(contact.person_id, contact.name, Side.CUSTOMER, role, account.id)


async def _customer(
    facts: dict[str, Any],
    account: Account,
    people: dict[str, Actor],
    contact_ids: dict[str, int],
    cast: Cast,
) -> Customer:
    team = facts["team"]
    manager = cast.staff[team["manager"]]
    async with acting(manager):
        ship_to_ids = [place.id for place in await addresses_of(account.id)]
    return Customer(
        id=account.id,
        name=account.name,
        branch=cast.branches[facts["branch"]],
        locale=account.locale,
        currency=account.currency,
        timezone=account.timezone,
        people=people,
        contact_ids=contact_ids,
        ship_to_ids=ship_to_ids,
        representative=cast.staff[team["representative"]],
        assistant=cast.staff[team["assistant"]],
        manager=manager,
        supervisor=cast.supervisors[facts["branch"]],
        terms=PaymentTerms(facts["terms"]),
    )


async def _agree(facts: dict[str, Any], account: Account, cast: Cast, opening: datetime) -> None:
    """Prices of the account's own and the stock held for it (rule O5)."""
    supervisor = cast.supervisors[facts["branch"]]
    since = date(opening.year, 1, 1)
    async with acting(supervisor):
        wanted = {*facts["prices"], *facts["safety"]}
        items = {sku: await by_sku(sku) for sku in sorted(wanted)}
        for sku, price in facts["prices"].items():
            await add_price(
                account,
                items[sku],
                Term(unit_price=Decimal(str(price)), valid_from=since),
                by=supervisor,
            )
        for sku, quantity in facts["safety"].items():
            await hold(account, items[sku], Decimal(quantity), by=supervisor)
