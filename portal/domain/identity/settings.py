"""What people set for themselves: name, phone, language, zone, keyboard shortcuts."""

import unicodedata
import zoneinfo
from dataclasses import dataclass
from functools import cache
from typing import Any

from portal.domain.common import activity
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotFound
from portal.domain.common.words import N_
from portal.domain.identity.tables import Person

LOCALES = ("", "en", "zh_Hans", "zh_Hant")
MAX_NAME, MAX_PHONE, MIN_PHONE_DIGITS = 200, 40, 3

# The customer login may read these of a person and no more.
_OWN_COLUMNS = (
    Person.id,
    Person.name,
    Person.phone,
    Person.locale,
    Person.timezone,
    Person.keyboard_shortcuts,
    Person.version,
)


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """One's settings as they stand. `version` goes into the form; `locale` "" is the browser's."""

    name: str
    phone: str
    locale: str
    timezone: str
    keyboard_shortcuts: bool
    version: int


async def own_settings(by: Actor) -> OwnSettings:
    """The settings of the person who asks."""
    return _settings_of(await _own_person(by, lock=False))


async def change_own_settings(
    *,
    name: str,
    phone: str,
    locale: str,
    timezone: str,
    keyboard_shortcuts: bool,
    expected_version: int,
    by: Actor,
) -> OwnSettings:
    """Change one's settings; the change is recorded (rule A5).

    Raises `FieldError` at the field that cannot be, `Conflict` when they were changed elsewhere
    since the form was made.
    """
    wanted = {
        "name": check_name(name),
        "phone": check_phone(phone),
        "locale": check_locale(locale),
        "timezone": check_timezone(timezone),
        "keyboard_shortcuts": keyboard_shortcuts,
    }
    person = await _own_person(by, lock=True)
    if person.version != expected_version:
        raise Conflict
    return await _change(person, wanted, by=by)


async def choose_locale(locale: str, *, by: Actor) -> OwnSettings:
    """Change the language alone, from the menu that every page has."""
    wanted = {"locale": check_locale(locale)}
    return await _change(await _own_person(by, lock=True), wanted, by=by)


def check_name(name: str) -> str:
    """`name` as we store it. Raises `FieldError` at `name`."""
    plain = " ".join(name.split())
    if not plain:
        raise FieldError("name", N_("Enter a name."))
    if len(plain) > MAX_NAME or not plain.isprintable():
        raise FieldError("name", N_("Use at most %(count)s ordinary characters."), count=MAX_NAME)
    return plain


def check_phone(phone: str) -> str:
    """`phone` as we store it: as people write it, or empty. Raises `FieldError` at `phone`."""
    plain = " ".join(unicodedata.normalize("NFKC", phone).split())
    enough = sum(map(str.isdigit, plain)) >= MIN_PHONE_DIGITS or not plain
    if not enough or len(plain) > MAX_PHONE or not plain.isprintable():
        raise FieldError("phone", N_("Enter a phone number, for example +86 571 8888 0001."))
    return plain


def check_locale(locale: str) -> str:
    """One of ours, or empty for the browser's. Raises `FieldError` at `locale`."""
    if locale not in LOCALES:
        raise FieldError("locale", N_("Choose one of the languages."))
    return locale


def check_timezone(timezone: str) -> str:
    """A zone of the IANA list. Raises `FieldError` at `timezone`."""
    if timezone not in time_zones():
        raise FieldError("timezone", N_("Choose one of the time zones."))
    return timezone


@cache
def time_zones() -> frozenset[str]:
    """The zones a person can choose from."""
    return frozenset(zone for zone in zoneinfo.available_timezones() if zone != "localtime")


async def _own_person(by: Actor, *, lock: bool) -> Person:
    query = Person.select(*_OWN_COLUMNS).where(Person.id == by.person_id).first()
    row = await (query.lock_rows("NO KEY UPDATE") if lock else query)
    if row is None:
        raise NotFound
    return Person(**row)


async def _change(person: Person, wanted: dict[str, Any], *, by: Actor) -> OwnSettings:
    changed = await person.change(**wanted)
    subject = Subject("person", person.id, person.name, by.account_id)
    await activity.record_change(subject, "identity.settings_changed", changed, by=by)
    return _settings_of(person)


def _settings_of(person: Person) -> OwnSettings:
    return OwnSettings(
        name=person.name,
        phone=person.phone,
        locale=person.locale,
        timezone=person.timezone,
        keyboard_shortcuts=person.keyboard_shortcuts,
        version=person.version,
    )
