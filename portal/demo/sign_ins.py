"""Whom a visitor of the demo can sign in as: one person a role, on both sides."""

from portal.demo.cast import Cast
from portal.demo.data_files import read_tables
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import StaffRole
from portal.web.demo_people import DemoPerson

# Shown on the sign-in page and at the start; only demo databases have people who use it.
PASSWORD = "demo demo demo demo"  # noqa: S105

# Account and contact by their keys: a buyer, a reader, one with two accounts, and two who read
# English and traditional Chinese.
_CUSTOMERS = (
    ("water", "fang.min"),
    ("water", "lou.ping"),
    ("shipyard", "ruan.haiyang"),
    ("german", "grace.shi"),
    ("taiwan", "tsai.yaling"),
)
# Of several colleagues with one role the one with most to do.
_PREFERRED = {StaffRole.SALES_ASSISTANT: "sun.yue", StaffRole.SALES_REPRESENTATIVE: "chen.li"}


def sign_ins(cast: Cast) -> list[DemoPerson]:
    """The people shown, customers first."""
    return [*_customers(cast), *_staff(cast)]


def _customers(cast: Cast) -> list[DemoPerson]:
    emails = {
        (account["key"], contact["key"]): contact["email"]
        for account in read_tables("accounts")["account"]
        for contact in account["contacts"]
    }
    people = []
    for account_key, contact_key in _CUSTOMERS:
        customer = cast.customers[account_key]
        person = customer.people[contact_key]
        email = emails[account_key, contact_key]
        people.append(_shown(person, email, account_name=customer.name))
    return people


def _staff(cast: Cast) -> list[DemoPerson]:
    domain = read_tables("company")["mail_domain"]
    people = []
    for role in StaffRole:
        first = next(key for key, person in cast.staff.items() if person.role is role)
        key = _PREFERRED.get(role, first)
        people.append(_shown(cast.staff[key], f"{key}@{domain}"))
    return people


def _shown(person: Actor, email: str, *, account_name: str = "") -> DemoPerson:
    return DemoPerson(
        side=Side(person.side).value,
        name=person.name,
        email=email,
        role=person.role.label if person.role else "",
        account_name=account_name,
        password=PASSWORD,
    )
