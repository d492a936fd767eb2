"""The forms of a visit's page, collected by the modules that say what each does."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from portal.domain.common.permissions import Permission
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.tables import Visit
from portal.staff.visits.page import VISIT, show_visit
from portal.web.forms import RecordId
from portal.web.record_forms import RecordForms, Versioned

FORMS: RecordForms[Visit] = RecordForms(VISIT, load=visit_by_reference, show=show_visit)
MAKES = Permission.MAKE_VISITS
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Reason(Versioned):
    reason: Text = ""


class About(Versioned):
    """A form about one of the things or people of a visit."""

    about: RecordId


async def at_the_customers(visit: Visit, typed: datetime | None) -> datetime | None:
    """What was typed without a zone is meant by the clock on the customer's wall (rule V7)."""
    if typed is None or typed.tzinfo is not None:
        return typed
    zone = ZoneInfo((await visited_account(visit.account_id, archived_too=True)).timezone)
    return typed.replace(tzinfo=zone).astimezone(UTC)
