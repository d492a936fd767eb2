"""What a customer sees of the corrective action that answers their complaint (rule C9).

Stages with their dates and what each discipline came to. Never: other customers' complaints, who
of ours works on it, what was dropped, why it was sent back. The database holds all of that back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable_sql
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions.record_page import reached
from portal.domain.corrective_actions.states import (
    CorrectiveActionStatus,
    RootCause,
    StepKind,
)
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.quotes.progress import require


@dataclass(frozen=True, slots=True)
class StepOfCustomer:
    """A step as customers read it: nobody of ours is named."""

    kind: StepKind
    what: str
    due_on: date
    done_at: datetime | None
    result: str


@dataclass(frozen=True, slots=True)
class ActionOfCustomer:
    """The action that answers one complaint of the viewer's account."""

    complaint: Complaint
    record: CorrectiveAction
    steps: Sequence[StepOfCustomer]

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> CorrectiveActionStatus:
        return self.record.state

    @property
    def cause(self) -> RootCause | None:
        return RootCause(self.record.cause) if self.record.cause else None

    @property
    def stages(self) -> list[tuple[CorrectiveActionStatus, datetime | None]]:
        """The stages in their order, each with when it was reached; None while it is ahead."""
        return reached(self.record)

    @property
    def containment_steps(self) -> Sequence[StepOfCustomer]:
        return [step for step in self.steps if step.kind is StepKind.CONTAINMENT]

    @property
    def corrective_steps(self) -> Sequence[StepOfCustomer]:
        return [step for step in self.steps if step.kind is StepKind.CORRECTIVE]

    @property
    def preventive_steps(self) -> Sequence[StepOfCustomer]:
        return [step for step in self.steps if step.kind is StepKind.PREVENTIVE]


async def action_of_complaint(complaint_reference: str, *, by: Actor) -> ActionOfCustomer:
    """The newest corrective action that answers this complaint.

    For the customer whose complaint it is. Raises `NotFound` for foreign and unknown complaints and
    for those that have none.
    """
    require(by, Permission.READ_OWN_COMPLAINTS)
    complaint = await complaint_by_reference(complaint_reference, by=by)
    row = await fetch_row(
        f"""SELECT {readable_sql(CorrectiveAction, "a")} FROM corrective_action a
            JOIN corrective_action_complaint l ON l.corrective_action_id = a.id
            WHERE l.complaint_id = $1 AND l.account_id = $2 AND a.status <> 'cancelled'
            ORDER BY a.id DESC LIMIT 1""",  # noqa: S608 - constants
        complaint.id,
        by.account_id,
    )
    if row is None:
        raise NotFound
    action = CorrectiveAction(**dict(row))
    return ActionOfCustomer(complaint, action, await _steps(action.id))


async def _steps(action_id: int) -> list[StepOfCustomer]:
    rows = await fetch(
        """SELECT kind, what, due_on, done_at, result FROM corrective_action_step
           WHERE corrective_action_id = $1 AND dropped_at IS NULL ORDER BY id""",
        action_id,
    )
    return [
        StepOfCustomer(
            StepKind(row["kind"]), row["what"], row["due_on"], row["done_at"], row["result"]
        )
        for row in rows
    ]
