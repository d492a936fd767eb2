"""Tables of the account files (rule A1)."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB
from portal.domain.accounts.classification import (
    AccountKind,
    KeyClass,
    KeyCriterion,
    PaymentStanding,
    Tier,
)
from portal.domain.common.activity import Subject
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.record import Record


class Account(Record, tablename="account"):
    """One file per account (rule A1). Staff read it whole; customers read granted columns only."""

    code = Text()
    name = Text()
    short_name = Text()
    city = Text()
    region = Text()
    industry = Text()
    kind = Text(default=AccountKind.CONSUMER.value)
    tier = Text(default=Tier.GENERAL.value)
    key_class = Text()
    key_criteria = Array(base_column=Text())
    need_segment = Text(default="regular")
    parent_id = BigInt(null=True, default=None)
    branch_id = BigInt(default=None)
    first_contact_on = Date(default=None)
    phone = Text()
    website = Text()
    address = Text()
    business_scope = Text()
    qualifications = Text()
    credit_note = Text()
    payment_standing = Text(default=PaymentStanding.STABLE.value)
    currency = Text(default="CNY")
    locale = Text(default="zh_Hans")
    timezone = Text(default="Asia/Shanghai")
    payment_terms = Text(default=PaymentTerms.IN_ADVANCE.value)
    invoice_title = Text()
    tax_number = Text()
    invoice_address = Text()
    bank_name = Text()
    bank_account = Text()
    search_terms = Array(base_column=Text())
    created_at = Timestamptz()
    archived_at = Timestamptz(null=True, default=None)

    @property
    def subject(self) -> Subject:
        return Subject("account", self.id, self.code, self.id)

    @property
    def tier_label(self) -> str:
        return Tier(self.tier).label

    @property
    def key_class_label(self) -> str:
        return KeyClass(self.key_class).label if self.key_class else ""

    @property
    def criteria(self) -> list[KeyCriterion]:
        """The criteria that hold, in the order of the rule."""
        return [criterion for criterion in KeyCriterion if criterion.value in self.key_criteria]

    @property
    def terms(self) -> PaymentTerms:
        return PaymentTerms(self.payment_terms)

    @property
    def standing(self) -> PaymentStanding:
        """How surely it pays (rule O9)."""
        return PaymentStanding(self.payment_standing)

    @property
    def is_key(self) -> bool:
        """Key when any one of the five criteria holds (rule A3)."""
        return bool(self.key_criteria)


class AccountSerial(Table, tablename="account_serial", db=DB):
    """The last serial given in a year (rule A2)."""

    year = Integer(primary_key=True)
    last_serial = Integer()


class Contact(Record, tablename="contact"):
    """A person at the customer's (rule A1); with `person_id` one who was invited to the portal."""

    account_id = BigInt(default=None)
    person_id = BigInt(null=True, default=None)
    name = Text()
    function = Text()
    email = Text()
    phone = Text()
    is_main = Boolean(default=False)
    note = Text()
    archived_at = Timestamptz(null=True, default=None)

    @property
    def is_archived(self) -> bool:
        return bool(self.archived_at)


class Membership(Table, tablename="membership", db=DB):
    """A person may act for an account until `ended_at`; one person, several accounts."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(default=None)
    person_id = BigInt(default=None)
    role = Text()
    created_at = Timestamptz()
    last_used_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class ShipTo(Record, tablename="ship_to"):
    """An address that goods are sent to; one is the default."""

    account_id = BigInt(default=None)
    label = Text()
    recipient = Text()
    phone = Text()
    address = Text()
    is_default = Boolean(default=False)
    archived_at = Timestamptz(null=True, default=None)

    @property
    def is_archived(self) -> bool:
        return bool(self.archived_at)


class TeamMember(Table, tablename="team_member", db=DB):
    """Who of us serves the account, and as what (rules A6, A21)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(default=None)
    staff_member_id = BigInt(default=None)
    position = Text()


class FileRead(Table, tablename="file_read", db=DB):
    """A read of a file by someone outside its team (rule A6)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(default=None)
    person_id = BigInt(default=None)
    at = Timestamptz()
    path = Text()
