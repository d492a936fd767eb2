"""Sessions of people who are signed in: resumed with each request, listed, ended, switched.

Rows of PostgreSQL in real time, known by the hash of their token. Every verb here runs in the
caller's unit of work, which `resume` has bound to the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import current_unit, fetch, fetch_row, fetch_value
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.identity.random_tokens import token_hash
from portal.domain.identity.security_log import SecurityEvent, note


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person of a session with what every page shows. `now` is business time, UTC.

    The account's fields are empty for staff. `unread_count` stops at 100. `locale` is empty while
    the browser decides.
    """

    session_id: int
    actor: Actor
    email: str
    locale: str
    timezone: str
    keyboard_shortcuts: bool
    account_code: str
    account_name: str
    account_currency: str
    membership_count: int
    unread_count: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """An account that the person may act for."""

    account_id: int
    account_code: str
    account_name: str
    role: CustomerRole


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One line of the list of one's sessions. `is_current` is the one that asks."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    client_address: str
    user_agent: str
    is_current: bool


async def resume(token: str, client_address: str = "") -> SignedIn | None:
    """Who is behind this token, or None when it is unknown, ended, idle too long or disabled.

    Binds the unit of work to the person and the account: from here on row-level security lets
    their rows through. The unit's moment is set, too.
    """
    if not token:
        return None
    row = await fetch_row("SELECT * FROM resume_session($1)", token_hash(token))
    if row is None:
        return None
    current_unit().now = row["now"]
    is_staff = row["staff_member_id"] is not None
    actor = Actor(
        person_id=row["person_id"],
        name=row["name"],
        side=Side.STAFF if is_staff else Side.CUSTOMER,
        role=StaffRole(row["staff_role"]) if is_staff else CustomerRole(row["membership_role"]),
        account_id=row["account_id"],
        staff_member_id=row["staff_member_id"],
        branch_id=row["branch_id"],
        client_address=client_address,
    )
    return SignedIn(
        session_id=row["session_id"],
        actor=actor,
        email=row["email"],
        locale=row["locale"],
        timezone=row["timezone"],
        keyboard_shortcuts=row["keyboard_shortcuts"],
        account_code=row["account_code"],
        account_name=row["account_name"],
        account_currency=row["account_currency"],
        membership_count=row["membership_count"],
        unread_count=row["unread_count"],
        now=row["now"],
    )


async def is_alive(token: str) -> bool:
    """Whether the session still stands; asked by open streams, does not count as being used."""
    return bool(await fetch_value("SELECT is_session_alive($1)", token_hash(token)))


async def alive_among(tokens: Collection[str]) -> set[str]:
    """Those of `tokens` whose session still stands; like `is_alive`, for many at once."""
    hashes = {token_hash(token): token for token in tokens}
    rows = await fetch(
        "SELECT hash FROM unnest($1::bytea[]) AS hash WHERE is_session_alive(hash)", list(hashes)
    )
    return {hashes[row["hash"]] for row in rows}


async def end(token: str, client_address: str = "") -> None:
    """Sign out. Ending a session that is gone is no error."""
    person_id = await fetch_value("SELECT end_session($1)", token_hash(token))
    if person_id is not None:
        await note(SecurityEvent.SIGNED_OUT, person_id=person_id, address=client_address)


async def own_sessions(current: SignedIn) -> list[OwnSession]:
    """One's sessions that are alive, last used first."""
    rows = await fetch("SELECT * FROM own_sessions()")
    return [
        OwnSession(
            id=row["session_id"],
            created_at=row["created_at"],
            last_seen_at=row["last_seen_at"],
            client_address=row["client_address"],
            user_agent=row["user_agent"],
            is_current=row["session_id"] == current.session_id,
        )
        for row in rows
    ]


async def end_own(session_id: int, *, by: Actor) -> None:
    """End one of one's own sessions. Raises `NotFound` for a foreign or ended one."""
    if not await fetch_value("SELECT end_own_session($1)", session_id):
        raise NotFound
    await note(SecurityEvent.SESSION_ENDED, person_id=by.person_id, address=by.client_address)


async def end_others(token: str, *, by: Actor) -> int:
    """End all of one's sessions but this one; returns how many."""
    count: int = await fetch_value("SELECT end_own_sessions_except($1)", token_hash(token))
    await note(
        SecurityEvent.OTHER_SESSIONS_ENDED,
        person_id=by.person_id,
        address=by.client_address,
        count=count,
    )
    return count


async def own_memberships() -> list[Membership]:
    """The accounts one may switch to, the present one included, by name."""
    return [_membership(row) for row in await fetch("SELECT * FROM own_memberships()")]


async def own_account_with(reference: str) -> Membership | None:
    """The one of one's accounts that a request or an order belongs to; None for any other's."""
    rows = await fetch("SELECT * FROM own_account_with($1)", reference)
    return _membership(rows[0]) if rows else None


def _membership(row: Mapping[str, Any]) -> Membership:
    return Membership(
        account_id=row["account_id"],
        account_code=row["account_code"],
        account_name=row["account_name"],
        role=CustomerRole(row["role"]),
    )


async def switch_account(token: str, account_code: str, *, by: Actor) -> None:
    """Let the session act for another of one's accounts from the next request on.

    The next sign-in starts there. Raises `NotFound` for an account one is no member of.
    """
    if not await fetch_value("SELECT switch_account($1, $2)", token_hash(token), account_code):
        raise NotFound
    await note(
        SecurityEvent.ACCOUNT_SWITCHED,
        person_id=by.person_id,
        address=by.client_address,
        account=account_code,
    )


async def remove_ended() -> int:
    """Clear away what is over (worker): sessions, links after 30 days, events after 9 months."""
    return int(await fetch_value("SELECT remove_ended_sessions()"))
