"""One-time links: invitation and reset. Looking consumes nothing, setting a password does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from portal.database import current_unit, execute, fetch_row, fetch_value
from portal.domain.common.errors import NotFound
from portal.domain.common.words import N_, Worded
from portal.domain.identity.addresses import address_to_look_up
from portal.domain.identity.client import Client
from portal.domain.identity.password_hashing import HASHER, Hasher
from portal.domain.identity.passwords import MIN_LENGTH, check_password
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.identity.security_log import SecurityEvent, note


class Purpose(Worded):
    """What a link is for."""

    INVITATION = "invitation", N_("Invitation")
    RESET = "reset", N_("Password reset")


# Where the policy says nothing else: an invitation may wait for somebody's return from a journey, a
# reset is asked for right now.
TOKEN_LIFETIME = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}


class LinkSpent(NotFound):
    """The link was used, has expired, or never was; the three cannot be told apart."""

    message = N_("This link has been used or has expired. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class TokenInLink:
    """For whom a link that still works was made."""

    purpose: Purpose
    person_name: str
    email: str
    locale: str


async def look_at(token: str) -> TokenInLink | None:
    """What is behind a link, or None. Changes nothing: mail scanners open links, too."""
    row = await fetch_row("SELECT * FROM look_at_token($1)", token_hash(token))
    if row is None:
        return None
    return TokenInLink(Purpose(row["purpose"]), row["person_name"], row["email"], row["locale"])


async def set_password(
    token: str,
    password: str,
    client: Client,
    *,
    personal: Iterable[str] = (),
    min_length: int = MIN_LENGTH,
    hasher: Hasher = HASHER,
) -> TokenInLink:
    """Use the link: set the password, void the person's other links and end every session.

    Nobody is signed in by this. `personal` is what a guesser would try besides name and e-mail.
    Raises `FieldError` at `password` (the link stays usable) or `LinkSpent`.
    """
    link = await look_at(token)
    if link is None:
        raise LinkSpent
    await check_password(
        password, personal=[link.person_name, link.email, *personal], min_length=min_length
    )
    person_id = await fetch_value(
        "SELECT use_token($1, $2)", token_hash(token), await hasher.hash(password)
    )
    if person_id is None:
        raise LinkSpent
    await note(SecurityEvent.PASSWORD_SET_BY_LINK, person_id=person_id, address=client.address)
    return link


async def ask_for_reset(email: str, client: Client) -> None:
    """Have a reset link mailed, if there is such a person on this side.

    The visitor learns nothing: known and unknown addresses cost and answer the same.
    """
    await execute("SELECT ask_for_reset($1)", address_to_look_up(email))
    await note(SecurityEvent.RESET_ASKED, person_id=None, address=client.address)
    # Also when nothing was written: a nudge of the relay takes time that could be measured.
    current_unit().outbox_written = True


async def new_token_for(
    purpose: Purpose,
    person_id: int,
    made_by: int | None = None,
    *,
    lifetime: timedelta | None = None,
) -> str | None:
    """A fresh token for a mail, made when the mail is written so that no secret rests anywhere.

    Called by the worker's login; `lifetime` is the policy's, else `TOKEN_LIFETIME`. None for
    somebody who is disabled: there is nothing to send. Earlier links keep working until one is
    used, since a mail may go out twice.
    """
    token = new_token()
    made = await fetch_value(
        "SELECT create_token($1, $2, $3, $4, $5)",
        token_hash(token),
        purpose.value,
        person_id,
        lifetime or TOKEN_LIFETIME[purpose],
        made_by,
    )
    return token if made else None
