"""Mails of the gate: invitations and resets. The link's token is made when the mail is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import Side
from portal.domain.identity.invitations import PERSON_INVITED, PERSON_RESET
from portal.domain.identity.people import has_password
from portal.domain.notices.recipients import language

GATE_EVENTS = frozenset({PERSON_INVITED, PERSON_RESET})


@dataclass(frozen=True, slots=True)
class GateMail:
    """What is owed to somebody at the gate."""

    person_id: int
    account_id: int | None
    email: str
    locale: str
    template: str
    words: Mapping[str, object]


async def gate_mail(event: str, payload: Mapping[str, Any]) -> GateMail | None:
    """The mail that the event asks for; None for somebody who was disabled meanwhile.

    Whoever has a password already is told of the account and gets no link. Written in the person's
    language, else the account's, else that of who invites.
    """
    row = await fetch_row(
        """SELECT p.id, p.side, p.email, p.locale, a.locale AS account_locale, a.name AS account,
               i.name AS inviter, i.locale AS inviter_locale
           FROM person p
           LEFT JOIN account a ON a.id = $2
           LEFT JOIN person i ON i.id = $3
           WHERE p.id = $1 AND p.disabled_at IS NULL""",
        payload["person_id"],
        payload.get("account_id"),
        payload.get("invited_by"),
    )
    if row is None:
        return None
    return GateMail(
        person_id=row["id"],
        account_id=payload.get("account_id"),
        email=row["email"],
        locale=language(row["locale"], row["account_locale"], row["inviter_locale"]),
        template=await _template(event, row["id"]),
        words={
            "side": Side(row["side"]).value,
            "account": row["account"] or "",
            "inviter": row["inviter"] or "",
            "invited_by": payload.get("invited_by"),
        },
    )


async def _template(event: str, person_id: int) -> str:
    if event == PERSON_RESET:
        return "password_reset"
    return "account_opened" if await has_password(person_id) else "invitation"
