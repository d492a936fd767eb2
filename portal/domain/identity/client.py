"""Where a visitor comes from: which portal, which address, which browser."""

from dataclasses import dataclass

from portal.database import Login
from portal.domain.common.actor import Side

LOGIN_OF = {Side.CUSTOMER: Login.CUSTOMER, Side.STAFF: Login.STAFF}


@dataclass(frozen=True, slots=True)
class Client:
    """Who knocks before anybody is signed in. `side` is the portal, never a choice of the visitor.

    `address` and `user_agent` are shown to people in the list of their sessions.
    """

    side: Side
    address: str = ""
    user_agent: str = ""

    @property
    def login(self) -> Login:
        """The database login that this portal uses."""
        return LOGIN_OF[self.side]
