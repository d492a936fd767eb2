"""The form of an account file: its fields, their names for people, and what they say (rule A1)."""

from typing import Annotated, Any

from pydantic import StringConstraints, field_validator

from portal.domain.accounts import queries
from portal.domain.accounts.classification import (
    AccountKind,
    KeyClass,
    KeyCriterion,
    NeedSegment,
    PaymentStanding,
    Tier,
)
from portal.domain.accounts.details import AccountDetails
from portal.domain.accounts.groups import head_code
from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import N_
from portal.domain.organisation.branches import branches
from portal.rendering.i18n import LANGUAGE_NAMES
from portal.staff.choices import choices
from portal.web.answers import Answer
from portal.web.forms import Day, Form, FormModel, RecordId, Whole
from portal.web.time_zones import zones_offered
from portal.web.viewer import Viewer

Short = Annotated[str, StringConstraints(max_length=40)]
Line = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=4000)]

# What each field is called, on the form, in the history and where two versions differ.
LABELS = {
    "name": N_("Company name"),
    "short_name": N_("Short name"),
    "kind": N_("Kind"),
    "city": N_("City"),
    "region": N_("Region"),
    "industry": N_("Industry"),
    "phone": N_("Phone"),
    "website": N_("Website"),
    "address": N_("Address"),
    "tier": N_("Tier"),
    "key_class": N_("Class of key account"),
    "key_criteria": N_("Criteria of a key account"),
    "need_segment": N_("Need"),
    "parent": N_("Head of the group"),
    "branch_id": N_("Branch"),
    "first_contact_on": N_("First contact"),
    "locale": N_("Language"),
    "timezone": N_("Time zone"),
    "currency": N_("Currency"),
    "business_scope": N_("Business scope"),
    "qualifications": N_("Qualifications"),
    "credit_note": N_("Credit"),
    "payment_terms": N_("Payment terms"),
    "payment_standing": N_("Payment standing"),
    "invoice_title": N_("Invoice title"),
    "tax_number": N_("Tax number"),
    "invoice_address": N_("Invoice address"),
}
CHOICES = {
    "kind": AccountKind,
    "tier": Tier,
    "key_class": KeyClass,
    "key_criteria": KeyCriterion,
    "need_segment": NeedSegment,
    "payment_terms": PaymentTerms,
    "payment_standing": PaymentStanding,
    "position": Position,
}


class FileFields(FormModel):
    """Everything of a file that staff edit; the rules are the domain's."""

    name: Line
    short_name: Short
    city_code: Short = ""
    name_code: Short = ""
    kind: AccountKind = AccountKind.CONSUMER
    city: Line = ""
    region: Line = ""
    industry: Line = ""
    phone: Short = ""
    doubled_phone_reason: Line = ""
    website: Line = ""
    address: Text = ""
    tier: Tier = Tier.GENERAL
    key_class: KeyClass | None = None
    key_criteria: list[KeyCriterion] = []
    need_segment: NeedSegment = NeedSegment.REGULAR
    parent: Line = ""
    branch_id: RecordId
    first_contact_on: Day
    locale: Short = "zh_Hans"
    timezone: Line = "Asia/Shanghai"
    currency: Short = "CNY"
    business_scope: Text = ""
    qualifications: Text = ""
    credit_note: Text = ""
    payment_standing: PaymentStanding = PaymentStanding.STABLE
    payment_terms: PaymentTerms = PaymentTerms.IN_ADVANCE
    invoice_title: Line = ""
    tax_number: Short = ""
    invoice_address: Text = ""
    version: Whole = 0

    @field_validator("currency")
    @classmethod
    def in_capitals(cls, currency: str) -> str:
        return currency.upper()


async def details(
    given: FileFields, viewer: Viewer, account: Account | None = None
) -> AccountDetails:
    """What the form says to the domain; `account` is the file that it changes.

    Raises `FieldError` for a head that the viewer cannot see and the file did not have.
    """
    values = given.model_dump(
        exclude={"city_code", "name_code", "doubled_phone_reason", "parent", "version"}
    )
    return AccountDetails(**values, parent_id=await _head(given.parent, viewer, account))


async def _head(code: str, viewer: Viewer, account: Account | None) -> int | None:
    if not code:
        return None
    if account is not None and code == await head_code(account):
        return account.parent_id
    try:
        return (await queries.by_code(code, viewer.actor)).id
    except NotFound:
        raise FieldError("parent", N_("There is no such account.")) from None


async def form_of(account: Account) -> Form:
    """The form filled with what the file says."""
    values = {name: getattr(account, name) for name in LABELS if name != "parent"}
    return Form.showing(**values, parent=await head_code(account), version=account.version)


async def form_choices(answer: Answer, zone: str) -> dict[str, Any]:
    """What the selects of the form offer, in the reader's words; `zone` is the one chosen."""
    return {
        "labels": LABELS,
        "kinds": choices(AccountKind, answer),
        "tiers": choices(Tier, answer),
        "key_classes": choices(KeyClass, answer),
        "criteria": choices(KeyCriterion, answer),
        "need_segments": choices(NeedSegment, answer),
        "payment_terms": choices(PaymentTerms, answer),
        "payment_standings": choices(PaymentStanding, answer),
        "branches": [(branch.id, branch.name) for branch in await branches()],
        "languages": list(LANGUAGE_NAMES.items()),
        "timezones": zones_offered(zone),
    }
