"""What `portal demo` says once everything runs: where, as whom, and how to stop."""

from collections.abc import Iterable
from pathlib import Path

from portal.settings import Settings
from portal.web.demo_people import DemoPerson, demo_people
from portal.web.portals import CUSTOMER, STAFF, Portal


def welcome(settings: Settings, kept: Iterable[Path]) -> str:
    """The addresses, one sign-in a role, where mails are, and where the data are `kept`."""
    mails = f"{settings.base_url}/staff/demo/mails" if not settings.smtp_url else "sent by SMTP"
    return f"""
The portal is up.

  Customers  {settings.base_url}{CUSTOMER.home}
{_people(settings, CUSTOMER)}
  Staff      {settings.base_url}{STAFF.home}
{_people(settings, STAFF)}
  Mails      {mails}
  Data       {" ".join(str(path) for path in kept)}
             kept for the next start; remove this to begin anew
  Stop       Ctrl-C
"""


def _people(settings: Settings, portal: Portal) -> str:
    people = demo_people(settings, portal)
    if not people:
        return ""
    rows = [f"             {_row(person)}" for person in people]
    return "\n".join([f"             Password for everybody: {people[0].password}", *rows, ""])


def _row(person: DemoPerson) -> str:
    # Names last: the width of Chinese characters differs from terminal to terminal.
    named = f"{person.name} · {person.account_name}" if person.account_name else person.name
    return f"{person.email:<36}{person.role:<27}{named}"
