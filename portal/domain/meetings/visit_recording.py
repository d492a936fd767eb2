"""A visit is recorded, and from then on its contact report is owed (rules V6, M1).

Pages call this instead of the verb of visits, which knows of no reports.
"""

from collections.abc import Collection

from portal.domain.common.actor import Actor
from portal.domain.meetings.reports import owed_after_visit
from portal.domain.meetings.tables import ContactReport
from portal.domain.visits import recording
from portal.domain.visits.record_facts import VisitRecord
from portal.domain.visits.states import VisitKind
from portal.domain.visits.tables import Visit


async def record(
    visit: Visit,
    facts: VisitRecord,
    *,
    by: Actor,
    form_key: str = "",
    shown_files: Collection[str] = (),
    expected_version: int | None = None,
) -> ContactReport | None:
    """`visits.recording.record`, and the draft of the contact report that is due 48 hours later.

    A callback owes one only where its facts say `is_important`; without one this returns None.
    Raises what the verb of visits raises.
    """
    await recording.record(
        visit,
        facts,
        by=by,
        form_key=form_key,
        shown_files=shown_files,
        expected_version=expected_version,
    )
    if visit.sort is VisitKind.CALLBACK and not facts.is_important:
        return None
    return await owed_after_visit(visit, by=by)
