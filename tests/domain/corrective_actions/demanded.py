"""Complaints that demand a corrective action (rule C9)."""

from portal.domain.complaints.closing import demand_capa
from tests.complaint_scenarios import Complained, judged_complaint, loaded
from tests.factories import Factory, acting


async def demanded_complaint(make: Factory, complained: Complained | None = None) -> Complained:
    """A founded complaint for which the service supervisor demands one."""
    complained = complained or await judged_complaint(make)
    by = complained.care.service
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        if not complaint.capa_state:
            await demand_capa(complaint, "A batch is concerned.", by=by)
    return complained
