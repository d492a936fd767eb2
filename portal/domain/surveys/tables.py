"""Surveys, whom they are sent to and what was answered (S1-S4)."""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.record import Record

SUBJECT_KIND = "survey"
CAMPAIGN_KIND = "survey_campaign"


class Survey(Record, tablename="survey"):
    """A questionnaire through all its versions (rules S1, S2, V4)."""

    key = Text()
    occasion = Text()
    name = Text()
    is_anonymous = Boolean(default=False)
    retired_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()


class SurveyVersion(Record, tablename="survey_version"):
    """What is asked; once published it stays (rule S1)."""

    survey_id = BigInt()
    number = Integer()
    definition = JSONB(default="{}")
    published_at = Timestamptz(null=True, default=None)
    published_by = BigInt(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()


class Campaign(Record, tablename="survey_campaign"):
    """A survey sent to the chosen accounts in a period (rule S1)."""

    reference = Text()
    survey_version_id = BigInt()
    name = Text()
    period = Text()
    status = Text()
    tiers = Array(base_column=Text(), default=list)
    main_contacts_only = Boolean(default=False)
    starts_on = Date()
    spread_days = Integer(default=1)
    closes_on = Date()
    created_by = BigInt()
    created_at = Timestamptz()
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz()


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
    token_hash = Bytea()
    status = Text()
    send_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    reminders = Integer(default=0)
    remind_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz()
    answered_at = Timestamptz(null=True, default=None)
    stopped_because = Text()


class Response(Table, db=DB, tablename="survey_response"):
    """What one answered survey comes to; nobody in it where anonymity was promised."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
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


class Answer(Table, db=DB, tablename="survey_answer"):
    """What was answered to one question."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    response_id = BigInt()
    question = Text()
    score = Integer(null=True, default=None)
    choices = Array(base_column=Text(), default=list)
    text = Text()
