"""Changing one's own password while signed in."""

from collections.abc import Iterable

from portal.database import fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.words import N_
from portal.domain.identity.password_hashing import HASHER, Hasher
from portal.domain.identity.passwords import MIN_LENGTH, check_password
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.identity.security_log import SecurityEvent, note
from portal.domain.identity.sign_in import NewSession


async def change_own_password(
    current_password: str,
    new_password: str,
    token: str,
    *,
    by: Actor,
    personal: Iterable[str] = (),
    min_length: int = MIN_LENGTH,
    hasher: Hasher = HASHER,
) -> NewSession:
    """Change the password; every other session and every open link of the person ends.

    This session goes on under the token returned, which must replace the cookie. `personal` is what
    a guesser would try besides the name: e-mail, account, supplier. Raises `FieldError` at
    `current_password` or `new_password`, `Conflict` when it was changed elsewhere meanwhile.
    """
    proven_hash: str | None = await fetch_value("SELECT own_password_hash()")
    if not await hasher.verifies(current_password, proven_hash):
        raise FieldError("current_password", N_("This is not your current password."))
    await check_password(
        new_password,
        personal=[by.name, *personal],
        min_length=min_length,
        field="new_password",
    )
    renewed = new_token()
    lasts = await fetch_value(
        "SELECT change_own_password($1, $2, $3, $4)",
        proven_hash,
        await hasher.hash(new_password),
        token_hash(token),
        token_hash(renewed),
    )
    if lasts is None or by.person_id is None:
        raise Conflict
    await note(SecurityEvent.PASSWORD_CHANGED, person_id=by.person_id, address=by.client_address)
    return NewSession(renewed, by.person_id, lasts)
