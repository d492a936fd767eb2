"""A low score becomes a follow-up at once, with an owner and a clock (rule S4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import execute, fetch, fetch_row, fetch_value
from portal.domain import policy
from portal.domain.common.actor import SYSTEM
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.opinions.opening import open_of_response
from portal.domain.opinions.states import Sentiment
from portal.domain.policy.survey_figures import LOW_NPS, LOW_SCORE
from portal.domain.surveys.definition import RECOMMENDATION, SCALE, Definition, read
from portal.domain.surveys.states import QuestionKind
from portal.domain.visits import owners
from portal.domain.visits.accounts import visited_account

# Who follows up what nobody can be named for, and what has no account manager any more.
_IN_CHARGE = (
    StaffRole.SERVICE_SUPERVISOR,
    StaffRole.SALES_SUPERVISOR,
    StaffRole.MANAGEMENT_REPRESENTATIVE,
    StaffRole.GENERAL_MANAGER,
    StaffRole.ADMINISTRATOR,
)
_RESPONSE = """
    SELECT r.id, r.account_id, r.is_anonymous, r.call_back, coalesce(k.name, '') AS said_by,
        v.definition
    FROM survey_response r JOIN survey_version v ON v.id = r.survey_version_id
    LEFT JOIN contact k ON k.id = r.contact_id WHERE r.id = $1"""


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer that opens or explains a follow-up."""

    question: str
    score: int | None
    most: int
    text: str


async def follow_up(response_id: int) -> bool:
    """Open the follow-up of a response that has a low score, or asks to be called; else nothing.

    Its owner is the account manager; where anonymity was promised it is who leads service, and the
    follow-up knows no account and nobody but whoever wished to be called (rule S4). Doing it twice
    opens one. Returns whether it was opened. Raises `NotFound`.
    """
    row = await fetch_row(_RESPONSE, response_id)
    if row is None:
        raise NotFound
    # Two workers that have the same event, as after a wake-up that was lost, wait for each other.
    await execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('survey.follow_up', $1))", response_id
    )
    known = await fetch_value("SELECT 1 FROM opinion WHERE response_id = $1", response_id)
    low, remarks = await _low_and_remarks(row)
    if known or not (low or row["call_back"]):
        return False
    owner_id = await _owner(row["account_id"])
    if owner_id is None:
        raise NotFound
    definition, locale = read(row["definition"]), await _locale_of(owner_id)
    await open_of_response(
        response_id,
        row["account_id"],
        text=_words(definition, [*low, *remarks], locale),
        about=definition.title.in_language(locale),
        owner_id=owner_id,
        said_by=" · ".join(part for part in (row["said_by"], row["call_back"]) if part),
        sentiment=Sentiment.CRITICISM if low else Sentiment.WISH,
        by=SYSTEM,
    )
    if row["is_anonymous"] and row["call_back"]:  # now it stands in the follow-up alone
        await execute("UPDATE survey_response SET call_back = '' WHERE id = $1", response_id)
    return True


async def _low_and_remarks(row: Mapping[str, Any]) -> tuple[list[_Said], list[_Said]]:
    """The low scores, and what was said in own words."""
    most_of = {
        QuestionKind.RATING: ((await policy.figure(LOW_SCORE)).value, SCALE[-1]),
        QuestionKind.NPS: ((await policy.figure(LOW_NPS)).value, RECOMMENDATION[-1]),
    }
    kinds = {question.key: question.kind for question in read(row["definition"]).questions}
    low, remarks = [], []
    answers = await fetch(
        "SELECT question, score, text FROM survey_answer WHERE response_id = $1 ORDER BY id",
        row["id"],
    )
    for answer in answers:
        limit, most = most_of.get(kinds[answer["question"]], (-1, 0))
        said = _Said(answer["question"], answer["score"], most, answer["text"])
        if said.score is not None and said.score <= limit:
            low.append(said)
        elif said.text:
            remarks.append(said)
    return low, remarks


async def _owner(account_id: int | None) -> int | None:
    if account_id is not None:
        try:
            account = await visited_account(account_id)
        except NotFound:  # archived meanwhile
            pass
        else:
            owner = await owners.manager_of(account)
            if owner is not None:
                return owner
    found: int | None = await fetch_value(
        """SELECT s.id FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL AND s.role = ANY ($1)
           ORDER BY array_position($1, s.role),
               (SELECT count(*) FROM opinion o WHERE o.owner_id = s.id AND o.status = 'open'), s.id
           LIMIT 1""",
        [role.value for role in _IN_CHARGE],
    )
    return found


async def _locale_of(staff_member_id: int) -> str:
    """The owner reads it in their own language."""
    return str(
        await fetch_value(
            """SELECT coalesce(p.locale, 'zh_Hans') FROM staff_member s
               JOIN person p ON p.id = s.person_id WHERE s.id = $1""",
            staff_member_id,
        )
    )


def _words(definition: Definition, said: Sequence[_Said], locale: str) -> str:
    """A line each: the question with its score, what was said with the question before it."""
    lines = []
    for each in said:
        question = definition.question(each.question)
        name = question.text.in_language(locale) if question else each.question
        lines.append(f"{name}: {each.text or f'{each.score}/{each.most}'}")
    return "\n".join(lines) or definition.title.in_language(locale)
