"""The policy's figures for signing in, as `identity` takes them.

`identity` stands below the policy and is handed these: `sign_in(..., limits_of=session_limits)`.
Each is asked within a unit of work.
"""

from datetime import timedelta

from portal.domain import policy
from portal.domain.common.actor import Side
from portal.domain.identity.sign_in import SessionLimits
from portal.domain.identity.tokens import Purpose
from portal.domain.policy.figures import (
    CUSTOMER_IDLE,
    CUSTOMER_SESSION,
    INVITATION_LIFETIME,
    PASSWORD_LENGTH,
    RESET_LIFETIME,
    STAFF_IDLE,
    STAFF_SESSION,
)

_IDLE = {Side.CUSTOMER: CUSTOMER_IDLE, Side.STAFF: STAFF_IDLE}
_ABSOLUTE = {Side.CUSTOMER: CUSTOMER_SESSION, Side.STAFF: STAFF_SESSION}
_LINK = {Purpose.INVITATION: INVITATION_LIFETIME, Purpose.RESET: RESET_LIFETIME}


async def session_limits(side: Side) -> SessionLimits:
    """How long sessions of this side live, unused and at most."""
    return SessionLimits(
        idle=(await policy.figure(_IDLE[side])).value,
        absolute=(await policy.figure(_ABSOLUTE[side])).value,
    )


async def password_length() -> int:
    """How many characters a new password has at least."""
    return (await policy.figure(PASSWORD_LENGTH)).value


async def link_lifetime(purpose: Purpose) -> timedelta:
    """How long a link of this purpose can be used."""
    return (await policy.figure(_LINK[purpose])).value
