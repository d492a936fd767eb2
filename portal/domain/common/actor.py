"""Who acts: what a verb needs to know of the person, for rules and for the record."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.common.permissions import CustomerRole, Permission, StaffRole, allowed


class Audience(StrEnum):
    """Who may read. It is always asked for, so that no note reaches a customer by omission."""

    CUSTOMER = "customer"
    INTERNAL = "internal"


class Side(StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the role under which they act now, or the system itself."""

    person_id: int | None
    name: str
    side: Side
    role: StaffRole | CustomerRole | None = None
    account_id: int | None = None
    staff_member_id: int | None = None
    branch_id: int | None = None
    client_address: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether this role carries `permission`."""
        return self.role is not None and allowed(self.role, permission)

    @property
    def is_staff(self) -> bool:
        return self.side is Side.STAFF

    @property
    def reads(self) -> Audience:
        """The widest audience this person belongs to."""
        return Audience.INTERNAL if self.is_staff else Audience.CUSTOMER


SYSTEM = Actor(person_id=None, name="Portal", side=Side.SYSTEM)
