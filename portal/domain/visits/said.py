"""What was said in visits and what became of it, for lists and papers of ours (rule V5)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from portal.database import fetch
from portal.domain.opinions.states import OpinionStatus, Sentiment


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion and what became of it."""

    reference: str
    sentiment: Sentiment
    text: str
    said_by: str
    owner: str
    status: OpinionStatus
    answer: str
    dropped_because: str

    @property
    def became(self) -> str:
        """What was done about it, or why nothing was."""
        return self.answer or self.dropped_because


async def said_in(visit_ids: Collection[int]) -> Mapping[int, Sequence[Said]]:
    """The opinions of these visits, by their ids; the caller has made sure that they are seen."""
    rows = await fetch(
        """SELECT o.visit_id, o.reference, o.sentiment, o.text, o.said_by, p.name AS owner,
               o.status, o.answer, o.dropped_because
           FROM opinion o JOIN staff_member s ON s.id = o.owner_id
           JOIN person p ON p.id = s.person_id
           WHERE o.visit_id = ANY($1::bigint[]) ORDER BY o.id""",
        list(visit_ids),
    )
    found: dict[int, list[Said]] = defaultdict(list)
    for row in rows:
        values = dict(row)
        visit_id = values.pop("visit_id")
        values["sentiment"] = Sentiment(values["sentiment"])
        values["status"] = OpinionStatus(values["status"])
        found[visit_id].append(Said(**values))
    return found
