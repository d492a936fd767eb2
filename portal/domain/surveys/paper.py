"""Answers that came on paper, typed in by us; and the feedback form of a visit (rules S1, V4)."""

from portal.database import current_unit, database_now, fetch_row, fetch_value
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy.survey_figures import SATISFIED_FROM
from portal.domain.quotes.progress import require
from portal.domain.surveys.answering import SurveyClosed
from portal.domain.surveys.definition import Definition, read
from portal.domain.surveys.given import Given, read_answers
from portal.domain.surveys.inviting import Event, invite
from portal.domain.surveys.listing import survey_of_occasion
from portal.domain.surveys.states import Occasion
from portal.domain.surveys.tables import Invitation
from portal.domain.visits import inquiry
from portal.domain.visits.tables import Visit

_CHOOSE_CONTACT = N_("Choose who has filled it in.")
_NO_ADDRESS = N_("%(name)s has no e-mail address: print the form, and type it in here.")


class NoForm(Conflict):
    """No feedback form is in force."""

    message = N_("Publish a feedback form for visits first.")


async def definition_of(invitation: Invitation) -> Definition:
    """What it asks."""
    stored = await fetch_value(
        "SELECT definition FROM survey_version WHERE id = $1", invitation.survey_version_id
    )
    return read(stored)


async def answer_on_paper(invitation: Invitation, given: Given, *, locale: str, by: Actor) -> None:
    """Keep what somebody has filled in on paper; their link and reminders end with it.

    Raises `NotAllowed`, `SurveyClosed`, and `FieldErrors` at the questions (`given.field_of`).
    """
    require(by, Permission.EDIT_SURVEYS, Permission.MAKE_VISITS)
    answers = read_answers(await definition_of(invitation), given)
    least = (await policy.figure(SATISFIED_FROM)).value
    made = await fetch_value(
        "SELECT answer_survey_on_paper($1, $2, $3::jsonb, $4, $5, $6)",
        invitation.id,
        locale,
        answers.as_json,
        len(answers.scores),
        answers.satisfied(least),
        answers.nps,
    )
    if made is None:
        raise SurveyClosed
    current_unit().outbox_written = True


async def inquiry_form() -> Definition | None:
    """The feedback form of visits that is in force, to print or to fill in (rule V4)."""
    found = await survey_of_occasion(Occasion.INQUIRY)
    return read(found[1].definition) if found else None


async def inquiry_of(visit: Visit) -> Invitation | None:
    """The feedback form that was sent or typed in for a visit (rule V4)."""
    row = await fetch_row(
        """SELECT i.id FROM survey_invitation i
           JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
           WHERE i.visit_id = $1 AND s.occasion = 'inquiry' ORDER BY i.id DESC LIMIT 1""",
        visit.id,
    )
    return await Invitation.objects().get(Invitation.id == row["id"]) if row else None


async def send_inquiry(visit: Visit, contact_id: int, *, by: Actor) -> Invitation:
    """Have the feedback form sent to a contact of the visit's account, by mail and in the portal.

    The one there is, where it was sent already. Raises `NotAllowed`, `NoForm`, and `FieldError` for
    `contact_id`.
    """
    if not by.may(Permission.MAKE_VISITS):
        raise NotAllowed
    name = await fetch_value(
        "SELECT name FROM contact WHERE id = $1 AND account_id = $2 AND email = ''",
        contact_id,
        visit.account_id,
    )
    if name is not None:
        raise FieldError("contact_id", _NO_ADDRESS, name=name)
    return await _inquiry(visit, contact_id)


async def enter_inquiry(
    visit: Visit, contact_id: int, given: Given, *, locale: str, by: Actor
) -> None:
    """Type in the form as it came back on paper: it counts for the month (rule V4).

    Raises as `send_inquiry` and `answer_on_paper`.
    """
    if not by.may(Permission.MAKE_VISITS):
        raise NotAllowed
    await answer_on_paper(await _inquiry(visit, contact_id), given, locale=locale, by=by)
    await inquiry.returned(visit, by=by)


async def _inquiry(visit: Visit, contact_id: int) -> Invitation:
    known = await inquiry_of(visit)
    if known is not None:
        return known
    form = await survey_of_occasion(Occasion.INQUIRY)
    if form is None:
        raise NoForm
    is_theirs = await fetch_value(
        "SELECT EXISTS (SELECT FROM contact WHERE id = $1 AND account_id = $2)",
        contact_id,
        visit.account_id,
    )
    if not is_theirs:
        raise FieldError("contact_id", _CHOOSE_CONTACT)
    await invite(
        Event(Occasion.INQUIRY, visit.id, contact_id),
        survey_version_id=form[1].id,
        send_at=await database_now(),
    )
    made = await inquiry_of(visit)  # ours, or that of whoever was faster
    if made is None:
        raise NoForm
    return made
