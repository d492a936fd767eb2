"""Who chooses among proposals: who supervises, or their deputy while they are away (rule C8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed
from portal.domain.common.permissions import Permission, StaffRole, allowed
from portal.domain.common.words import N_
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.standing_in import stood_in_for
from portal.domain.organisation.deputies import Absent

CHOOSING_ROLES = tuple(role for role in StaffRole if allowed(role, Permission.CHOOSE_PROPOSALS))
_MOST = 8


class OwnProposal(NotAllowed):
    """Four eyes: who proposed does not choose (rules C7, C8)."""

    message = N_("You proposed this yourself: somebody else chooses.")


class ProposalOfAbsent(NotAllowed):
    """Nor does who stands in for who proposed."""

    message = N_("Whom you stand in for proposed this: somebody else chooses.")


@dataclass(frozen=True, slots=True)
class Chooser:
    """Somebody who chooses in their own name, or else in that of one of those who are away."""

    person_id: int
    in_own_name: bool
    absent: Sequence[Absent]

    def stands_in_for(self, proposed_by: int) -> Absent | None:
        """In whose place they choose what that person proposed; None in their own name.

        Raises `OwnProposal`, `ProposalOfAbsent`.
        """
        if proposed_by == self.person_id:
            raise OwnProposal
        if self.in_own_name:
            return None
        for each in self.absent:
            if each.person_id != proposed_by:
                return each
        raise ProposalOfAbsent

    def may_choose(self, proposed_by: int) -> bool:
        """Whether they may choose what that person proposed."""
        try:
            self.stands_in_for(proposed_by)
        except NotAllowed:
            return False
        return True


@dataclass(frozen=True, slots=True)
class WaitingChoice:
    """A complaint whose proposals wait for a choice; `absent_name` is who would make it."""

    reference: str
    title: str
    account_name: str
    proposals: int
    absent_name: str
    since: datetime


async def chooser_for(by: Actor) -> Chooser | None:
    """How `by` may choose among proposals today, None where they may not."""
    in_own_name = by.may(Permission.CHOOSE_PROPOSALS)
    absent = () if in_own_name else await stood_in_for(by, CHOOSING_ROLES)
    if by.person_id is None or not (in_own_name or absent):
        return None
    return Chooser(by.person_id, in_own_name, absent)


async def waits_for_choice_of_deputy(by: Actor) -> Sequence[WaitingChoice]:
    """What `by` may choose among for who is away, longest waiting first; the first few."""
    chooser = await chooser_for(by)
    if chooser is None or chooser.in_own_name:
        return []
    # With one colleague away, what that one proposed is for somebody else as well.
    theirs = [each.person_id for each in chooser.absent] if len(chooser.absent) == 1 else []
    condition, values = visible_complaints_condition(by, "c", place=3)
    rows = await fetch(
        f"""SELECT c.reference, c.title, a.name AS account_name, count(*) AS proposals,
                min(q.proposed_by) AS proposed_by, min(q.proposed_at) AS since
            FROM complaint c JOIN account a ON a.id = c.account_id
            JOIN complaint_proposal q ON q.complaint_id = c.id AND q.chosen_at IS NULL
                AND q.withdrawn_at IS NULL AND q.proposed_by <> ALL ($1::bigint[])
            WHERE c.status = 'proposed' AND {condition}
            GROUP BY c.id, a.name ORDER BY since, c.id LIMIT $2""",  # noqa: S608 - constants
        [chooser.person_id, *theirs],
        _MOST,
        *values,
    )
    return [
        WaitingChoice(
            reference=row["reference"],
            title=row["title"],
            account_name=row["account_name"],
            proposals=row["proposals"],
            absent_name=_name(chooser.stands_in_for(row["proposed_by"])),
            since=row["since"],
        )
        for row in rows
    ]


def _name(absent: Absent | None) -> str:
    return absent.name if absent else ""
