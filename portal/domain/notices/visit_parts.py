"""Who has a part in a visit, a meeting or a contact report: of ours, and of the customer's."""

from collections.abc import Sequence

from portal.database import fetch
from portal.domain.accounts.team import contact_for_everything
from portal.domain.notices.about import About
from portal.domain.notices.kinds import Reason
from portal.domain.notices.parts import Named, main_contact, staff_named

# Who takes part, by the table and the column that names what in.
_PARTIES = {
    "visit": ("visit_person", "visit_id"),
    "meeting": ("meeting_person", "meeting_id"),
    "report": ("report_reader", "report_id"),
}


async def visit_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.VISIT_OWNER, about.staff["owner"])


async def former_visit_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.FORMER_VISIT_OWNER, about.staff["former_owner"])


async def supervisor(about: About) -> Sequence[Named]:
    """Who supervises the owner."""
    return staff_named(Reason.SUPERVISES, about.staff["supervisor"])


async def looks_after(about: About) -> Sequence[Named]:
    """The account's one contact for everything (rule A21)."""
    found = await contact_for_everything(about.account_id) if about.account_id else None
    return staff_named(Reason.LOOKS_AFTER, found.staff_member_id if found else None)


async def colleagues_of_visit(about: About) -> Sequence[Named]:
    """Who of ours goes along."""
    return await _of_ours("visit", Reason.VISITED, about)


async def visited(about: About) -> Sequence[Named]:
    """Whom of the customer we see; where none of them has access, who answers for them."""
    return await _of_theirs("visit", Reason.VISITED, about) or await who_answers(about)


async def who_answers(about: About) -> Sequence[Named]:
    """The account's main contact; where that one has no access, those who order for it."""
    rows = await fetch(
        """SELECT m.person_id FROM membership m
           WHERE m.account_id = $1 AND m.role = 'buyer' AND m.ended_at IS NULL
           ORDER BY m.person_id""",
        about.account_id,
    )
    buyers = [Named(Reason.BUYER, person_id=row["person_id"]) for row in rows]
    return await main_contact(about) or buyers


async def organiser(about: About) -> Sequence[Named]:
    return staff_named(Reason.ORGANISER, about.staff["organiser"])


async def colleagues_of_meeting(about: About) -> Sequence[Named]:
    return await _of_ours("meeting", Reason.INVITED, about)


async def invited(about: About) -> Sequence[Named]:
    """Who of the customer is invited and has access: the others have the letter (rule M2)."""
    return await _of_theirs("meeting", Reason.INVITED, about)


async def report_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.REPORT_OWNER, about.staff["owner"])


async def readers(about: About) -> Sequence[Named]:
    """Who the report goes to, on both sides, as far as they have access (rule M1)."""
    theirs = await _of_theirs("report", Reason.REPORT_READER, about)
    return [*await _of_ours("report", Reason.REPORT_READER, about), *theirs]


async def item_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.ITEM_OWNER, about.staff["item_owner"])


async def _of_ours(kind: str, reason: Reason, about: About) -> list[Named]:
    table, column = _PARTIES[kind]
    rows = await fetch(
        f"""SELECT staff_member_id FROM {table}
            WHERE {column} = $1 AND staff_member_id IS NOT NULL ORDER BY id""",  # noqa: S608
        about.payload[column],
    )
    return [Named(reason, row["staff_member_id"]) for row in rows]


async def _of_theirs(kind: str, reason: Reason, about: About) -> list[Named]:
    table, column = _PARTIES[kind]
    rows = await fetch(
        f"""SELECT c.person_id FROM {table} t JOIN contact c ON c.id = t.contact_id
            WHERE t.{column} = $1 AND c.person_id IS NOT NULL AND c.archived_at IS NULL
            ORDER BY t.id""",  # noqa: S608 - constants
        about.payload[column],
    )
    return [Named(reason, person_id=row["person_id"]) for row in rows]
