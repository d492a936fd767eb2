"""Who has a part in a complaint: owner and care on our side, the customer's people on theirs."""

from collections.abc import Sequence

from portal.domain.common.permissions import StaffRole
from portal.domain.notices.about import About
from portal.domain.notices.kinds import Reason
from portal.domain.notices.parts import Named, main_contact, staff_named, with_role, writers


async def owner(about: About) -> Sequence[Named]:
    """Who has the complaint until somebody else accepts it (rule C14)."""
    return staff_named(Reason.COMPLAINT_OWNER, about.staff["owner"])


async def former_owner(about: About) -> Sequence[Named]:
    """Who had it until somebody else accepted it (rule C14)."""
    return staff_named(Reason.COMPLAINT_FORMER_OWNER, about.staff["former_owner"])


async def offered_to(about: About) -> Sequence[Named]:
    """Who is asked to take it on (rule C14)."""
    return staff_named(Reason.OFFERED, about.staff["offered_to"])


async def proposer(about: About) -> Sequence[Named]:
    """Who made the proposal that the event names (rule C8)."""
    return staff_named(Reason.PROPOSER, about.staff["proposer"])


async def approvers(about: About) -> Sequence[Named]:
    """Those of the role that the rule names for this approval (rule C7)."""
    return await with_role(StaffRole(about.payload["role"]), Reason.DECIDES, about)


async def service_supervisors(about: About) -> Sequence[Named]:
    """Who supervises complaints at the account's branch, else in the house."""
    return await with_role(StaffRole.SERVICE_SUPERVISOR, Reason.CARE, about)


async def quality(about: About) -> Sequence[Named]:
    """Quality inspection of the account's branch, else of the house (rule C9)."""
    return await with_role(StaffRole.QUALITY_INSPECTION, Reason.CARE, about)


async def senior_management(about: About) -> Sequence[Named]:
    """General managers at the account's branch, else of the house (rule C10)."""
    return await with_role(StaffRole.GENERAL_MANAGER, Reason.DECIDES, about)


async def management_representatives(about: About) -> Sequence[Named]:
    """Who approves the verified result of a corrective action (rule C9)."""
    role = StaffRole.MANAGEMENT_REPRESENTATIVE
    return await with_role(role, Reason.MANAGEMENT_REPRESENTATIVE, about)


async def complainant(about: About) -> Sequence[Named]:
    """Who reported it; where that is nobody of the portal, the account's main contact."""
    person = about.people["complainant"]
    if person is None:
        return await main_contact(about)
    return [Named(Reason.COMPLAINANT, person_id=person)]


async def participants(about: About) -> Sequence[Named]:
    """Colleagues of the customer who have written in the thread of the complaint."""
    return await writers(about, Reason.COMPLAINT_PARTICIPANT)
