"""Complaints as they come: from the portal, or taken by us (rules C1, C2, C14, C15)."""

from tests.complaint_scenarios import filed_complaint, judged_complaint, taken_complaint
from tests.factories import Factory


async def test_smoke(make: Factory) -> None:
    await filed_complaint(make)
    await taken_complaint(make)
    await judged_complaint(make)
