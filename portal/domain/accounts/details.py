"""What a file says of an account (rule A1), as a form gives it: cleaned, checked, as columns."""

import unicodedata
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import list_currencies

from portal.domain.accounts.classification import (
    AccountKind,
    KeyClass,
    KeyCriterion,
    NeedSegment,
    PaymentStanding,
    Tier,
    check_consistent,
)
from portal.domain.common.errors import FieldError
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_, Worded

LOCALES = ("en", "zh_Hans", "zh_Hant")
EARLIEST_CONTACT = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDetails:
    """Everything of a file that staff edit (rule A1).

    Not the code, which stays (rule A2), and not the bank details, which are read-only until their
    evidence and second approval can be kept (rule A5). `currency` is ISO 4217, `timezone` an IANA
    name, `parent_id` the head of the group (rule A3).
    """

    name: str
    short_name: str
    branch_id: int
    first_contact_on: date
    city: str = ""
    region: str = ""
    industry: str = ""
    kind: AccountKind = AccountKind.CONSUMER
    tier: Tier = Tier.GENERAL
    key_class: KeyClass | None = None
    key_criteria: Collection[KeyCriterion] = ()
    need_segment: NeedSegment = NeedSegment.REGULAR
    parent_id: int | None = None
    phone: str = ""
    website: str = ""
    address: str = ""
    business_scope: str = ""
    qualifications: str = ""
    credit_note: str = ""
    payment_standing: PaymentStanding = PaymentStanding.STABLE
    currency: str = "CNY"
    locale: str = "zh_Hans"
    timezone: str = "Asia/Shanghai"
    payment_terms: PaymentTerms = PaymentTerms.IN_ADVANCE
    invoice_title: str = ""
    tax_number: str = ""
    invoice_address: str = ""

    def check(self) -> None:
        """Raise `FieldError` for the first thing that cannot be."""
        if not one_line(self.name):
            raise FieldError("name", N_("Write the name of the account."))
        if not one_line(self.short_name):
            raise FieldError("short_name", N_("Write the short name of the account."))
        if self.first_contact_on < EARLIEST_CONTACT:
            raise FieldError("first_contact_on", N_("Check the year of the first contact."))
        if self.currency not in list_currencies():
            raise FieldError("currency", N_("Write a currency of three letters, e.g. CNY."))
        if self.locale not in LOCALES:
            raise FieldError("locale", N_("Choose one of the languages."))
        if self.timezone not in zoneinfo.available_timezones():
            raise FieldError("timezone", N_("Choose a time zone, e.g. Asia/Shanghai."))
        if self.website and not _is_web_address(self.website.strip()):
            raise FieldError(
                "website", N_("Write the whole address, beginning with https:// or http://.")
            )
        check_consistent(self.tier, self.key_class, self.key_criteria)

    def columns(self, code: str) -> dict[str, Any]:
        """The values as the table keeps them, with the search terms they make."""
        values = {field.name: _as_stored(getattr(self, field.name)) for field in fields(self)}
        values["name"] = one_line(self.name)
        values["short_name"] = one_line(self.short_name)
        values["key_class"] = self.key_class.value if self.key_class else ""
        # In the order of the rule, so that the same ticks are the same value.
        values["key_criteria"] = [one.value for one in KeyCriterion if one in self.key_criteria]
        values["search_terms"] = search_terms(
            code, values["name"], values["short_name"], self.city, self.industry
        )
        return values


def one_line(text: str) -> str:
    """A name as it is stored: composed, single spaces, none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _as_stored(value: Any) -> Any:
    if isinstance(value, Worded):
        return value.value
    if isinstance(value, str):
        return value.strip()
    return value


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not text.split()[1:]
