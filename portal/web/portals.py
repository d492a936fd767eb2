"""The two portals: which addresses, login, cookie and dress each has."""

from dataclasses import dataclass

from portal.database import Login
from portal.domain.common.actor import Side

STAFF_PREFIX = "/staff"


@dataclass(frozen=True, slots=True)
class Portal:
    """One entrance. `home` is its start page, `name` the dress of its pages."""

    name: str
    side: Side
    login: Login
    home: str

    def path(self, path: str) -> str:
        """`path` ("/sign-in") below this portal's entrance."""
        return path if self.home == "/" else self.home + path


CUSTOMER = Portal("customer", Side.CUSTOMER, Login.CUSTOMER, "/")
STAFF = Portal("staff", Side.STAFF, Login.STAFF, STAFF_PREFIX)
PORTALS = (CUSTOMER, STAFF)


def portal_of(path: str) -> Portal:
    """The portal that an address belongs to."""
    inside = path == STAFF_PREFIX or path.startswith(STAFF_PREFIX + "/")
    return STAFF if inside else CUSTOMER
