"""Surveys, whom they are sent to and what was answered (S1-S4)."""

from piccolo.columns import (
    JSONB,
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
from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.surveys.states import CampaignStatus, InvitationStatus, Occasion

SUBJECT_KIND = "survey"
CAMPAIGN_KIND = "survey_campaign"
INVITATION_KIND = "survey_invitation"


class Survey(Record, tablename="survey"):
    """A questionnaire through all its versions (rules S1, S2, V4)."""

    key = Text()
    occasion = Text()
    name = Text()
    is_anonymous = Boolean(default=False)
    retired_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    @property
    def when(self) -> Occasion:
        return Occasion(self.occasion)

    @property
    def is_retired(self) -> bool:
        """Whether it is not sent any more."""
        return bool(self.retired_at)

    @property
    def subject(self) -> Subject:
        """What activity hangs on."""
        return Subject(SUBJECT_KIND, self.id, self.key, None)


class SurveyVersion(Record, tablename="survey_version"):
    """What is asked; once published it stays (rule S1)."""

    survey_id = BigInt()
    number = Integer()
    definition = JSONB(default="{}")
    published_at = Timestamptz(null=True, default=None)
    published_by = BigInt(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    @property
    def is_published(self) -> bool:
        """Whether it stays as it is."""
        return bool(self.published_at)


class Campaign(Record, tablename="survey_campaign"):
    """A survey sent to the chosen accounts in a period (rule S1)."""

    reference = Text()
    survey_version_id = BigInt()
    name = Text()
    period = Text()
    status = Text()
    tiers = Array(base_column=Text(), default=list)
    main_contacts_only = Boolean(default=True)
    extra_contacts = Array(base_column=BigInt(), default=list)
    left_out = Array(base_column=BigInt(), default=list)
    starts_on = Date()
    spread_days = Integer(default=1)
    closes_on = Date()
    created_by = BigInt()
    created_at = Timestamptz()
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz()

    @property
    def state(self) -> CampaignStatus:
        return CampaignStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What activity hangs on."""
        return Subject(CAMPAIGN_KIND, self.id, self.reference, None)


class Invitation(Record, tablename="survey_invitation"):
    """One person asked once."""

    public_id = Text()
    account_id = BigInt()
    survey_version_id = BigInt()
    campaign_id = BigInt(null=True, default=None)
    complaint_id = BigInt(null=True, default=None)
    shipment_id = BigInt(null=True, default=None)
    visit_id = BigInt(null=True, default=None)
    contact_id = BigInt()
    person_id = BigInt(null=True, default=None)
    email = Text()
    name = Text()
    locale = Text()
    status = Text()
    send_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    reminders = Integer(default=0)
    remind_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz()
    answered_at = Timestamptz(null=True, default=None)
    stopped_because = Text()

    @property
    def state(self) -> InvitationStatus:
        return InvitationStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What activity hangs on; for us alone."""
        return Subject(INVITATION_KIND, self.id, "", self.account_id)


class Response(Table, db=DB, tablename="survey_response"):
    """What one answered survey comes to; nobody in it where anonymity was promised."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(null=True, default=None)
    survey_version_id = BigInt()
    campaign_id = BigInt(null=True, default=None)
    invitation_id = BigInt(null=True, default=None)
    contact_id = BigInt(null=True, default=None)
    is_anonymous = Boolean(default=False)
    tier = Text()
    channel = Text()
    locale = Text()
    answered_on = Date()
    rated = Integer(default=0)
    satisfied = Integer(default=0)
    nps = Integer(null=True, default=None)
    taken_by = BigInt(null=True, default=None)
    call_back = Text()


class Answer(Table, db=DB, tablename="survey_answer"):
    """What was answered to one question."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(null=True, default=None)
    response_id = BigInt()
    question = Text()
    score = Integer(null=True, default=None)
    choices = Array(base_column=Text(), default=list)
    text = Text()
