"""When a visit takes place: proposed, agreed, moved, called off (rule V5)."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from portal.domain.common.words import N_
from portal.domain.visits import appointments, cancelling
from portal.domain.visits.appointments import AppointmentFacts
from portal.domain.visits.tables import Visit
from portal.staff.visits.desk import FORMS, MAKES, Reason, Text, at_the_customers
from portal.staff.visits.panels import Panel
from portal.web.forms import Whole
from portal.web.record_forms import Sent, Versioned

# Longer than any visit may be: the domain says how long one lasts at most.
_Minutes = Annotated[Whole, Field(ge=1, le=10_000)]
_FIELDS = {"ends_at": "minutes"}


class Appointment(Versioned):
    starts_at: datetime | None = None
    minutes: _Minutes | None = None
    way: Text = ""
    place: Text = ""
    told: Text = ""
    goal: Text = ""
    reason: Text = ""


class Agreed(Appointment):
    name: Text = ""


@FORMS.form(
    Panel.PROPOSAL,
    Appointment,
    N_("Proposed. The customer is asked to confirm it or to name another time."),
    asks=MAKES,
    fields=_FIELDS,
)
async def propose(visit: Visit, given: Appointment, sent: Sent) -> None:
    """Propose a time to the customer."""
    await appointments.propose(
        visit,
        await _facts(visit, given),
        given.reason,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.PHONE_AGREEMENT,
    Agreed,
    N_("Noted. The customer finds the appointment in the portal."),
    asks=MAKES,
    fields=_FIELDS,
)
async def agree_by_phone(visit: Visit, given: Agreed, sent: Sent) -> None:
    """Note a time that somebody of the customer agreed to by phone."""
    await appointments.agree_by_phone(
        visit,
        await _facts(visit, given),
        given.name,
        given.reason,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(Panel.AGREEMENT, Versioned, N_("Agreed. The customer is told."), asks=MAKES)
async def agree_to_other(visit: Visit, given: Versioned, sent: Sent) -> None:
    """Let the time hold that the customer asked for."""
    await appointments.agree_to_other(visit, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.MOVE,
    Appointment,
    N_("Moved. The customer is told why and asked to confirm the new time."),
    asks=MAKES,
    fields=_FIELDS,
)
async def move(visit: Visit, given: Appointment, sent: Sent) -> None:
    """We cannot keep it: told, apologised, rebooked (rule V5)."""
    await appointments.move(
        visit,
        await _facts(visit, given),
        given.reason,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.CANCELLATION,
    Reason,
    N_("Cancelled. Nothing is owed any more."),
    asks=MAKES,
    fields={"because": "reason"},
)
async def cancel(visit: Visit, given: Reason, sent: Sent) -> None:
    """It does not take place, and why."""
    await cancelling.cancel(visit, given.reason, by=sent.by, expected_version=given.version)


async def _facts(visit: Visit, given: Appointment) -> AppointmentFacts:
    starts_at = await at_the_customers(visit, given.starts_at)
    lasts = timedelta(minutes=given.minutes) if given.minutes else None
    return AppointmentFacts(
        starts_at=starts_at,
        ends_at=starts_at + lasts if starts_at and lasts else None,
        way=given.way,
        place=given.place,
        told=given.told,
        goal=given.goal,
    )
