"""What the customer says to an appointment: agrees, or asks for another time (rule V5).

The forms stand on the record's page; without script each is opened by a link. Times are typed by
the reader's own clock.
"""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from portal.customer.visits.pages import VISIT, record_answer
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.visits import appointments
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.tables import Visit
from portal.web.record_forms import RecordForms, Sent, Versioned

FORMS: RecordForms[Visit] = RecordForms(VISIT, load=visit_by_reference, show=record_answer)
_ANSWERS = Permission.ANSWER_VISITS


class AnotherTime(Versioned):
    starts_at: datetime | None = None
    reason: Annotated[str, StringConstraints(max_length=10_000)] = ""


@FORMS.form("confirm", Versioned, N_("Agreed. We expect each other then."), asks=_ANSWERS)
async def confirm(visit: Visit, given: Versioned, sent: Sent) -> None:
    """Agree to the time that was proposed."""
    await appointments.confirm(visit, by=sent.by, expected_version=given.version)


@FORMS.form(
    "other-time",
    AnotherTime,
    N_("Sent. We agree to your time or propose another."),
    asks=_ANSWERS,
)
async def ask_for_other_time(visit: Visit, given: AnotherTime, sent: Sent) -> None:
    """Ask for another time and say why."""
    starts_at = given.starts_at
    if starts_at is not None and starts_at.tzinfo is None:
        starts_at = starts_at.replace(tzinfo=sent.viewer.reader.zone)
    await appointments.propose_other(
        visit, starts_at, given.reason, by=sent.by, expected_version=given.version
    )


ROUTES = FORMS.routes
