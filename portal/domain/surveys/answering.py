"""Answering a survey: by the link of a mail, signed in, or typed in from paper (rules S1, S2, V4).

Looking consumes nothing; an invitation is answered once, whichever way is first. By a link there is
nobody signed in: the customer's login reaches one survey through its token and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import current_unit, fetch, fetch_row, fetch_value
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.identity.random_tokens import token_hash
from portal.domain.policy.survey_figures import SATISFIED_FROM
from portal.domain.surveys.definition import Definition, read
from portal.domain.surveys.given import Answers, Given, read_answers
from portal.domain.surveys.states import InvitationStatus, Occasion

LONGEST_CALL_BACK = 200


class SurveyClosed(Conflict):
    """It was answered meanwhile, its time is over, or its campaign has ended."""

    message = N_("This survey can no longer be answered.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey as it waits for somebody. `name` and `account_name` are empty where it is anonymous.

    `expires_at` is UTC; `is_open` says whether it can be answered now, `status` why not.
    """

    public_id: str
    status: InvitationStatus
    is_open: bool
    is_anonymous: bool
    occasion: Occasion
    definition: Definition
    locale: str
    name: str
    account_name: str
    expires_at: datetime


async def survey_by_token(token: str) -> Asked | None:
    """The survey behind a link, also once it is answered or over; None for an unknown token.

    Changes nothing: mail scanners open links, too.
    """
    row = await fetch_row("SELECT * FROM survey_by_token($1)", token_hash(token))
    return _asked(row) if row else None


async def surveys_of(by: Actor, *, only_open: bool = True) -> list[Asked]:
    """The surveys that a customer's person was asked to answer, newest first."""
    if not by.may(Permission.ANSWER_SURVEYS):
        return []
    rows = await fetch("SELECT * FROM surveys_of_person()")
    asked = [_asked(row) for row in rows]
    return [each for each in asked if each.is_open or not only_open]


async def survey_of(public_id: str, *, by: Actor) -> Asked:
    """One of them, also once it is answered or over. Raises `NotFound` for anybody else's."""
    found = await surveys_of(by, only_open=False)
    for each in found:
        if each.public_id == public_id:
            return each
    raise NotFound


async def answer_by_link(token: str, given: Given, *, locale: str, call_back: str = "") -> None:
    """Keep what was answered by whoever has the link; nobody needs to be signed in.

    `call_back` is whom to call about it and how, as they wrote it; where the survey is anonymous
    it reaches the follow-up alone. Raises `NotFound`, `SurveyClosed`, and `FieldErrors` at the
    questions (`given.field_of`).
    """
    asked = await survey_by_token(token)
    if asked is None:
        raise NotFound
    answers = _checked(asked, given, call_back)
    made = await fetch_value(
        "SELECT answer_survey($1, $2, $3::jsonb, $4, $5, $6, $7)",
        token_hash(token),
        *await _summary(answers, locale),
        call_back.strip(),
    )
    _kept(made)


async def answer_signed_in(
    public_id: str, given: Given, *, locale: str, by: Actor, call_back: str = ""
) -> None:
    """Keep what a person of the portal answers. Raises as `answer_by_link`, and `NotAllowed`."""
    if not by.may(Permission.ANSWER_SURVEYS):
        raise NotAllowed
    answers = _checked(await survey_of(public_id, by=by), given, call_back)
    made = await fetch_value(
        "SELECT answer_own_survey($1, $2, $3::jsonb, $4, $5, $6, $7)",
        public_id,
        *await _summary(answers, locale),
        call_back.strip(),
    )
    _kept(made)


def check_answers(asked: Asked, given: Given) -> Answers:
    """The answers to an open survey. Raises `SurveyClosed` and `FieldErrors`."""
    if not asked.is_open:
        raise SurveyClosed
    return read_answers(asked.definition, given)


async def _summary(answers: Answers, locale: str) -> tuple[str, str, int, int, int | None]:
    least = (await policy.figure(SATISFIED_FROM)).value
    return locale, answers.as_json, len(answers.scores), answers.satisfied(least), answers.nps


def _checked(asked: Asked, given: Given, call_back: str) -> Answers:
    answers = check_answers(asked, given)
    if len(call_back.strip()) > LONGEST_CALL_BACK:
        raise FieldError("call_back", _TOO_LONG, max_length=LONGEST_CALL_BACK)
    return answers


def _kept(made: int | None) -> None:
    if made is None:  # somebody was faster, or the time ran out meanwhile
        raise SurveyClosed
    current_unit().outbox_written = True


def _asked(row: Any) -> Asked:
    return Asked(
        public_id=row["public_id"],
        status=InvitationStatus(row["status"]),
        is_open=row["is_open"],
        is_anonymous=row["is_anonymous"],
        occasion=Occasion(row["occasion"]),
        definition=read(row["definition"]),
        locale=row["locale"],
        name=row["name"],
        account_name=row["account_name"],
        expires_at=row["expires_at"],
    )


_TOO_LONG = N_("Keep this under %(max_length)s characters.")
