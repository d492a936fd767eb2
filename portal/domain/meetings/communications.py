"""Calls, letters and talks that the portal did not carry itself, entered at once (rule M6)."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now
from portal.domain.accounts.tables import Account, Contact
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings.reports import owed_after_call
from portal.domain.meetings.states import Channel, Direction
from portal.domain.meetings.tables import Communication, ContactReport
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

RECORDED = "communications.recorded"
_NO_CHANNEL = N_("Choose how you spoke.")
_NO_DIRECTION = N_("Choose who turned to whom.")
_FUTURE = N_("This lies in the future.")
_NO_CONTACT = N_("Choose people of this account.")
_NO_NAME = N_("Choose a contact or write the name.")


@dataclass(frozen=True, slots=True)
class CommunicationFacts:
    """An entry of the log as its form has it; errors name the fields as here.

    `at` is aware, now if None. `name` is whom it was with where that is no contact of the file.
    """

    channel: str = ""
    direction: str = ""
    at: datetime | None = None
    contact_id: int | None = None
    name: str = ""
    title: str = ""
    note: str = ""
    is_important: bool = False


async def record_communication(
    account: Account, facts: CommunicationFacts, *, by: Actor
) -> tuple[Communication, ContactReport | None]:
    """Enter it into the account's log; an important one owes a contact report (rules M1, M6).

    Returns the entry and, of an important one, the draft of its report. Raises `FieldErrors`,
    `NotAllowed`.
    """
    require(by, Permission.WRITE_REPORTS)
    now = await database_now()
    checks = FieldChecks()
    if facts.channel not in set(Channel):
        checks.refuse("channel", _NO_CHANNEL)
    if facts.direction not in set(Direction):
        checks.refuse("direction", _NO_DIRECTION)
    if facts.at is not None and facts.at > now:
        checks.refuse("at", _FUTURE)
    name = await _whom(checks, account, facts)
    title = checks.text("title", facts.title, 200, needed=True)
    note = checks.text("note", facts.note, 4000)
    checks.done()
    entry = Communication(
        account_id=account.id,
        at=facts.at or now,
        channel=facts.channel,
        direction=facts.direction,
        contact_id=facts.contact_id,
        name=name,
        title=title,
        note=note,
        is_important=facts.is_important,
        recorded_by=by.person_id,
        recorded_at=now,
    )
    await entry.save()
    await record(
        account.subject,
        RECORDED,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"communication_id": entry.id, "channel": entry.channel, "title": title},
    )
    report = await owed_after_call(entry, by=by) if facts.is_important else None
    return entry, report


async def _whom(checks: FieldChecks, account: Account, facts: CommunicationFacts) -> str:
    name = checks.text("name", facts.name, 200)
    if facts.contact_id is None:
        if not name:
            checks.refuse("contact_id", _NO_NAME)
        return name
    contact = await Contact.objects().get(
        (Contact.id == facts.contact_id) & (Contact.account_id == account.id)
    )
    if contact is None:
        checks.refuse("contact_id", _NO_CONTACT)
        return name
    return str(contact.name)
