"""Signing in: the one verb that runs before anybody is known.

It opens units of work of its own, so that no connection is held while a password is hashed and
that a refused attempt is written down although the request is rolled back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from portal.database import execute, fetch_row, fetch_value, unit_of_work
from portal.domain.common.actor import Side
from portal.domain.identity.addresses import address_to_look_up
from portal.domain.identity.client import Client
from portal.domain.identity.password_hashing import HASHER, Hasher
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.identity.security_log import SecurityEvent, note


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives: unused, and at most."""

    idle: timedelta
    absolute: timedelta


# Where the policy says nothing else: customers look in a few times a day; staff sign in once a
# working day and leave shared desks.
LIMITS = {
    Side.CUSTOMER: SessionLimits(idle=timedelta(hours=12), absolute=timedelta(days=7)),
    Side.STAFF: SessionLimits(idle=timedelta(hours=2), absolute=timedelta(hours=12)),
}


LimitsOf = Callable[[Side], Awaitable[SessionLimits]]


async def usual_limits(side: Side) -> SessionLimits:
    """`LIMITS` of this side; a higher room hands in the policy's instead."""
    return LIMITS[side]


@dataclass(frozen=True, slots=True)
class NewSession:
    """`token` goes into the cookie and is nowhere else; it is worth something for `lasts`."""

    token: str
    person_id: int
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class _Candidate:
    person_id: int
    password_hash: str


async def sign_in(
    email: str,
    password: str,
    client: Client,
    *,
    replaces: str = "",
    hasher: Hasher = HASHER,
    limits_of: LimitsOf = usual_limits,
) -> NewSession | None:
    """Open a session, or None: for every reason the same answer after the same time.

    Call it outside of a unit of work. `replaces` is the token the browser had before: that session
    ends; a new token is made here and never taken from the visitor. `limits_of` is asked within the
    unit of work that opens the session.
    """
    candidate = await _candidate(email, client)
    proven = await hasher.verifies(password, candidate.password_hash if candidate else None)
    renewed = None
    if proven and candidate and hasher.is_outdated(candidate.password_hash):
        renewed = await hasher.hash(password)
    async with unit_of_work(client.login):
        session = None
        if proven and candidate:
            session = await _open(candidate, client, await limits_of(client.side))
        if session and candidate and renewed:
            await execute(
                "SELECT rehash_password($1, $2, $3)",
                candidate.person_id,
                candidate.password_hash,
                renewed,
            )
        if session and replaces:
            await execute("SELECT end_session($1)", token_hash(replaces))
        await note(
            SecurityEvent.SIGNED_IN if session else SecurityEvent.SIGN_IN_FAILED,
            person_id=candidate.person_id if candidate else None,
            address=client.address,
        )
    return session


async def _candidate(email: str, client: Client) -> _Candidate | None:
    async with unit_of_work(client.login):
        row = await fetch_row(
            "SELECT person_id, password_hash FROM person_to_sign_in($1)", address_to_look_up(email)
        )
    return _Candidate(row["person_id"], row["password_hash"]) if row else None


async def _open(candidate: _Candidate, client: Client, limits: SessionLimits) -> NewSession | None:
    # None when the password was changed or the person disabled while we were hashing.
    token = new_token()
    opened = await fetch_value(
        "SELECT open_session($1, $2, $3, $4, $5, $6, $7)",
        token_hash(token),
        candidate.person_id,
        candidate.password_hash,
        limits.idle,
        limits.absolute,
        _printable(client.address),
        _printable(client.user_agent),
    )
    return NewSession(token, candidate.person_id, limits.absolute) if opened else None


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
