"""Account codes: `HZ-202601-HENGDA-001` says where, since when, who, and which of that year.

City, year and month of first contact, short name, serial of that year in three digits (rule A2).
"""

import re
from datetime import date

from portal.database import fetch_value
from portal.domain.common.errors import DomainError, FieldError
from portal.domain.common.words import N_

LAST_SERIAL = 999
_CITY = re.compile(r"[A-Z]{2,4}")
_SHORT_NAME = re.compile(r"[A-Z0-9]{2,16}")


class SerialsUsedUp(DomainError):
    """A year has three digits of serials (rule A2)."""

    status = 409
    message = N_("All %(count)s account codes of %(year)s are used.")


def account_code(city: str, first_contact_on: date, short_name: str, serial: int) -> str:
    """The code of these parts (rule A2); `ValueError` for parts that `clean_parts` would refuse."""
    if not (_CITY.fullmatch(city) and _SHORT_NAME.fullmatch(short_name)):
        raise ValueError(f"not parts of an account code: {city!r}, {short_name!r}")
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"not a serial of three digits: {serial}")
    month = f"{first_contact_on.year:04d}{first_contact_on.month:02d}"
    return f"{city}-{month}-{short_name}-{serial:03d}"


def clean_parts(city: str, short_name: str) -> tuple[str, str]:
    """City and short name as the code writes them, in capitals.

    Raises `FieldError` for `city_code` and `name_code`: a code is read out on the phone and stands
    in addresses, so it is made of Latin letters, also where the names are Chinese.
    """
    city, short_name = city.strip().upper(), short_name.strip().upper()
    if not _CITY.fullmatch(city):
        raise FieldError("city_code", N_("Write the city in two to four Latin letters, e.g. HZ."))
    if not _SHORT_NAME.fullmatch(short_name):
        raise FieldError(
            "name_code",
            N_("Write the short name in 2 to 16 Latin letters or digits, e.g. HENGDA."),
        )
    return city, short_name


async def next_code(city: str, first_contact_on: date, short_name: str) -> str:
    """The next code of the year of first contact; never given twice (rule A2).

    The year's row stays locked until the unit of work ends, so two files opened at once get two
    serials, and one that is rolled back leaves no gap. Raises `SerialsUsedUp` after the 999th.
    """
    serial = await fetch_value(
        """INSERT INTO account_serial AS used (year, last_serial) VALUES ($1, 1)
           ON CONFLICT (year) DO UPDATE SET last_serial = used.last_serial + 1
               WHERE used.last_serial < $2
           RETURNING last_serial""",
        first_contact_on.year,
        LAST_SERIAL,
    )
    if serial is None:
        raise SerialsUsedUp(count=LAST_SERIAL, year=first_contact_on.year)
    return account_code(city, first_contact_on, short_name, serial)
