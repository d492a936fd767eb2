"""Corrective and preventive actions and the complaints they come from (rule C9)."""

import json

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    Boolean,
    Date,
    Text,
    Timestamptz,
)

from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.corrective_actions.states import CorrectiveActionStatus

SUBJECT_KIND = "corrective_action"
STEP_KIND = "corrective_action_step"


class CorrectiveAction(Record, tablename="corrective_action"):
    """Corrective and preventive action by the eight disciplines (rule C9)."""

    ours = frozenset(
        {
            "origin",
            "department_id",
            "leader_id",
            "team",
            "checked_by",
            "verified_by",
            "verified_for_id",
            "sent_back_because",
            "cancelled_because",
            "opened_by",
            "search_terms",
        }
    )

    reference = Text()
    status = Text()
    title = Text()
    origin = Text()
    department_id = BigInt()
    leader_id = BigInt()
    team = Text()
    problem = Text()
    containment = Text()
    whys = JSONB(default="[]")
    cause = Text()
    root_cause = Text()
    check_on = Date(null=True, default=None)
    effective = Boolean(null=True, default=None)
    check_result = Text()
    checked_by = BigInt(null=True, default=None)
    checked_at = Timestamptz(null=True, default=None)
    prevention = Text()
    closing_note = Text()
    verified_by = BigInt(null=True, default=None)
    verified_for_id = BigInt(null=True, default=None)
    verified_at = Timestamptz(null=True, default=None)
    sent_back_because = Text()
    cancelled_because = Text()
    contained_at = Timestamptz(null=True, default=None)
    analysed_at = Timestamptz(null=True, default=None)
    planned_at = Timestamptz(null=True, default=None)
    carried_out_at = Timestamptz(null=True, default=None)
    opened_by = BigInt()
    opened_at = Timestamptz()
    updated_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> CorrectiveActionStatus:
        return CorrectiveActionStatus(self.status)

    @property
    def why_chain(self) -> tuple[str, ...]:
        """The answers to "why?", the first one first."""
        return tuple(json.loads(self.whys))

    @property
    def subject(self) -> Subject:
        """What its timeline, files and clocks hang on; it belongs to no account alone."""
        return Subject(SUBJECT_KIND, self.id, self.reference, None)


class CorrectiveStep(Record, tablename="corrective_action_step"):
    """A measure with owner department and due date (rule C9)."""

    ours = frozenset(
        {"department_id", "owner_id", "done_by", "dropped_because", "added_at", "version"}
    )

    corrective_action_id = BigInt()
    kind = Text()
    what = Text()
    department_id = BigInt()
    owner_id = BigInt()
    due_on = Date()
    done_at = Timestamptz(null=True, default=None)
    done_by = BigInt(null=True, default=None)
    result = Text()
    dropped_at = Timestamptz(null=True, default=None)
    dropped_because = Text()
    added_at = Timestamptz()

    @property
    def is_open(self) -> bool:
        return not (self.done_at or self.dropped_at)
