"""Events of security, for those who have to find out afterwards what happened."""

import json
from enum import StrEnum
from typing import Any

from portal.database import execute


class SecurityEvent(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    RESET_ASKED = "reset_asked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    PASSWORD_SET_BY_LINK = "password_set_by_link"  # noqa: S105 - the name of an event
    SESSION_ENDED = "session_ended"
    OTHER_SESSIONS_ENDED = "other_sessions_ended"
    ACCOUNT_SWITCHED = "account_switched"
    THROTTLED = "throttled"


async def note(event: SecurityEvent, *, person_id: int | None, address: str, **detail: Any) -> None:
    """Write an event in the current unit of work; the database stamps time and side.

    `detail` holds no personal data: what somebody typed as a name may well be a password.
    """
    await execute(
        """INSERT INTO security_event (kind, person_id, client_address, detail)
           VALUES ($1, $2, $3, $4)""",
        event.value,
        person_id,
        address[:100],
        json.dumps(detail),
    )
