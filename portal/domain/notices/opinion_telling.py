"""Opinions: who follows one up, and what the customer hears of theirs (rules V5, S4)."""

from collections.abc import Mapping, Sequence

from portal.database import fetch
from portal.domain.notices.about import About
from portal.domain.notices.about_opinions import about_opinion
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.parts import Named, staff_named
from portal.domain.notices.tellings import Telling, Told, unless, when
from portal.domain.notices.visit_parts import who_answers
from portal.domain.opinions.events import OpinionEvent


async def _owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.OPINION_OWNER, about.staff["owner"])


async def _former_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.FORMER_OPINION_OWNER, about.staff["former_owner"])


async def _who_said_it(about: About) -> Sequence[Named]:
    """Those of the customer who took part in that visit; else who answers for them."""
    rows = await fetch(
        """SELECT DISTINCT c.person_id FROM opinion o
           JOIN visit_person v ON v.visit_id = o.visit_id AND v.attended IS NOT FALSE
           JOIN contact c ON c.id = v.contact_id AND c.archived_at IS NULL
           WHERE o.id = $1 AND c.person_id IS NOT NULL ORDER BY c.person_id""",
        about.payload["opinion_id"],
    )
    told = [Named(Reason.SAID_IT, person_id=row["person_id"]) for row in rows]
    return told or await who_answers(about)


def _opinion(*tellings: Telling) -> Told:
    return Told(about_opinion, tellings)


_E, _K = OpinionEvent, NoticeKind

TOLD_OF_OPINIONS: Mapping[str, Told] = {
    _E.OPENED: _opinion(
        Telling(_K.OPINION_FROM_SURVEY, (_owner,), when("low_score")),  # rule S4
        Telling(_K.OPINION_TO_ANSWER, (_owner,), unless("low_score")),  # rule V5
    ),
    _E.ANSWERED: _opinion(Telling(_K.OPINION_ANSWERED, (_who_said_it,), when("is_shown"))),
    _E.DROPPED: _opinion(Telling(_K.OPINION_DROPPED, (_owner,), by_mail=False)),
    _E.GIVEN: _opinion(
        Telling(_K.OPINION_GIVEN, (_owner,)),
        Telling(_K.OPINION_TAKEN, (_former_owner,), by_mail=False),
    ),
    _E.OPENED_AGAIN: _opinion(Telling(_K.OPINION_OPEN_AGAIN, (_owner,))),
}
