"""The first contact with a new account: who was reached, how and when, recorded once (rule A7)."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_row
from portal.domain.accounts.tables import Account
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.onboarding.clock import manager_of, was_made
from portal.domain.onboarding.tables import FirstContact
from portal.domain.organisation.deputies import whose_work_falls_to

_LONGEST_NAME, _LONGEST_NOTE = 200, 2000


class ContactChannel(Worded):
    """How somebody at the customer's was reached."""

    PHONE = "phone", N_("Phone")
    IN_PERSON = "in_person", N_("In person")
    VIDEO = "video", N_("Video call")
    MESSAGE = "message", N_("Instant message")
    EMAIL = "email", N_("E-mail")


class AlreadyRecorded(Conflict):
    """An account has one first contact: a colleague was faster."""

    message = N_("The first contact has been recorded already.")


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A first contact as its form has it; errors name the fields as here."""

    reached: str = ""
    channel: str = ""
    reached_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contacted:
    """The first contact with an account. `reached_on` is a day in the account's zone."""

    reached: str
    channel: ContactChannel
    reached_on: date
    note: str
    recorded_by: str
    recorded_at: datetime


async def first_contact_of(account_id: int) -> Contacted | None:
    """The first contact as it was recorded; None before."""
    row = await fetch_row(
        """SELECT f.reached, f.channel, f.reached_on, f.note, p.name AS recorded_by, f.recorded_at
           FROM first_contact f JOIN person p ON p.id = f.recorded_by WHERE f.account_id = $1""",
        account_id,
    )
    return Contacted(**{**row, "channel": ContactChannel(row["channel"])}) if row else None


async def may_record(account: Account, by: Actor) -> bool:
    """Whether `by` may record it: the account's manager or who stands in, who edits files."""
    if by.may(Permission.EDIT_ACCOUNTS):
        return True
    if by.staff_member_id is None:
        return False
    return await manager_of(account.id) in await whose_work_falls_to(by.staff_member_id)


async def record_first_contact(account: Account, facts: ContactFacts, *, by: Actor) -> None:
    """Note the first contact in the file; nothing more is owed of it (rule A7).

    What counts is when it is recorded. Raises `FieldErrors`, `AlreadyRecorded`, `NotAllowed`.
    """
    await account.lock()
    if not await may_record(account, by):
        raise NotAllowed
    if await FirstContact.exists().where(FirstContact.account_id == account.id):
        raise AlreadyRecorded
    now = await database_now()
    told = _checked(facts, today=now.astimezone(ZoneInfo(account.timezone)).date())
    await FirstContact(
        account_id=account.id,
        reached=told.reached,
        channel=told.channel,
        reached_on=told.reached_on,
        note=told.note,
        recorded_by=by.person_id,
        recorded_at=now,
    ).save()
    await was_made(account)
    await record(
        account.subject,
        "onboarding.first_contact",
        by=by,
        visible_to=Audience.INTERNAL,
        after=asdict(told),
    )


def _checked(facts: ContactFacts, *, today: date) -> ContactFacts:
    reached, note = facts.reached.strip(), facts.note.strip()
    wrong = list[FieldError]()
    if not 0 < len(reached) <= _LONGEST_NAME:
        wrong.append(FieldError("reached", N_("Say who was reached.")))
    if facts.channel not in set(ContactChannel):
        wrong.append(FieldError("channel", N_("Choose how they were reached.")))
    if facts.reached_on is None:
        wrong.append(FieldError("reached_on", N_("Choose a day.")))
    elif facts.reached_on > today:
        wrong.append(FieldError("reached_on", N_("The first contact cannot be in the future.")))
    if len(note) > _LONGEST_NOTE:
        too_long = N_("Keep this under %(max_length)s characters.")
        wrong.append(FieldError("note", too_long, max_length=_LONGEST_NOTE))
    if wrong:
        raise FieldErrors(wrong)
    return replace(facts, reached=reached, note=note)
