"""Who looks at a page: what handlers and layouts ask of the signed-in person."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from portal.database import Login, UnitOfWork, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import Permission
from portal.domain.identity.sessions import Membership, SignedIn
from portal.rendering.reader import Reader

LOGIN_OF = {Side.CUSTOMER: Login.CUSTOMER, Side.STAFF: Login.STAFF}
# Templates name them by their words, in every row of a list.
_PERMISSIONS = {permission.value: permission for permission in Permission}


class Viewer:
    """The signed-in person of a request.

    `actor` goes into verbs; `reader` says language, zone and moment for rendering. `memberships` is
    filled only for people who have several, for the account switcher.
    """

    # No dataclass: Litestar would take a handler's argument of that kind apart to validate it.
    __slots__ = ("memberships", "reader", "session_token", "signed_in")

    def __init__(
        self,
        signed_in: SignedIn,
        session_token: str,
        reader: Reader,
        memberships: Sequence[Membership] = (),
    ) -> None:
        self.signed_in = signed_in
        self.session_token = session_token
        self.reader = reader
        self.memberships = memberships

    @property
    def actor(self) -> Actor:
        return self.signed_in.actor

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def audience(self) -> str:
        return self.actor.side.value

    @property
    def account_name(self) -> str:
        return self.signed_in.account_name

    @property
    def account_id(self) -> int:
        """The account a customer acts for. Raises `RuntimeError` for staff."""
        if self.actor.account_id is None:
            raise RuntimeError("staff act for no account")
        return self.actor.account_id

    @property
    def unread_count(self) -> int:
        return self.signed_in.unread_count

    @property
    def keyboard_shortcuts(self) -> bool:
        return self.signed_in.keyboard_shortcuts

    @property
    def now(self) -> datetime:
        """Business time at the start of the request, UTC."""
        return self.reader.now

    def can(self, permission: str) -> bool:
        """Whether they may do what `permission` names; `KeyError` for what is no permission."""
        return self.actor.may(_PERMISSIONS[permission])

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work bound to this person, for routes that open their own (`OWN_UNITS`)."""
        async with unit_of_work(
            LOGIN_OF[self.actor.side],
            account_id=self.actor.account_id,
            person_id=self.actor.person_id,
        ) as unit:
            unit.now = self.reader.now
            yield unit
