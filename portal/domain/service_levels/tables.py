"""Targets and their pauses as rows."""

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Integer,
    Interval,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB


class Target(Table, db=DB, tablename="target"):
    """One promise on a clock. It copies what a list needs, so that this room knows no subject."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(null=True, default=None)
    account_name = Text()
    subject_kind = Text()
    subject_id = BigInt()
    reference = Text()
    title = Text()
    kind = Text()
    owner_id = BigInt(null=True, default=None)
    branch_id = BigInt()
    figure_key = Text(default="")
    policy_version = Integer()
    calendar = Text()
    timezone = Text()
    warn_after = Interval(null=True, default=None)
    due_after = Interval(null=True, default=None)
    moment_rule = Text(null=True, default=None)
    promised_at = Timestamptz(null=True, default=None)
    warn_share = Numeric(digits=(5, 2), null=True, default=None)
    opened_at = Timestamptz()
    warn_at = Timestamptz()
    due_at = Timestamptz()
    paused_since = Timestamptz(null=True, default=None)
    warned_at = Timestamptz(null=True, default=None)
    breached_at = Timestamptz(null=True, default=None)
    breach_told_at = Timestamptz(null=True, default=None)
    next_step = Text(null=True, default=None)
    next_step_at = Timestamptz(null=True, default=None)
    met_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    replaces = BigInt(null=True, default=None)
    replaced_because = Text(null=True, default=None)
    provisional = Boolean(default=False)
    leads = Boolean(default=True)


class TargetPause(Table, db=DB, tablename="target_pause"):
    """A stretch in which the clock of a target waits for the customer, and why."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    target_id = BigInt()
    started_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    reason = Text()


class TargetChange(Table, db=DB, tablename="target_change"):
    """What an open target was due before the policy or a calendar changed."""

    id = BigSerial(primary_key=True)
    account_id = BigInt(null=True, default=None)
    target_id = BigInt()
    changed_at = Timestamptz()
    due_before = Timestamptz()
    due_after = Timestamptz()
    version_before = Integer()
    reason = Text()


class Recomputation(Table, db=DB, tablename="recomputation"):
    """Open targets that have to be recomputed from a moment on, and how far that has come."""

    id = BigSerial(primary_key=True)
    cause = Text()
    figure_key = Text(null=True, default=None)
    branch_id = BigInt(null=True, default=None)
    due_at = Timestamptz()
    reached_id = BigInt(default=0)
    looked_at = Integer(default=0)
    moved = Integer(default=0)
    done_at = Timestamptz(null=True, default=None)
