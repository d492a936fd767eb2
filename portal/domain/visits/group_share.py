"""How many group accounts were talked to in a month with the written feedback form (rule V4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.database import fetch
from portal.domain import policy
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.policy.visit_figures import GROUP_SHARE
from portal.domain.quotes.progress import require
from portal.domain.visits.groups import needed_of
from portal.domain.visits.periods import month_of
from portal.domain.visits.states import VisitStatus

# The talk of the month: by the rule, or any visit whose form came back in it.
_TALKS = """SELECT a.code, a.name, v.reference, v.status, v.due_on, back.at AS returned_at,
        back.reference AS returned_reference
    FROM account a
    LEFT JOIN visit v ON v.account_id = a.id AND v.rule = 'group' AND v.occasion = $1
    LEFT JOIN LATERAL (SELECT b.inquiry_returned_at AS at, b.reference FROM visit b
        WHERE b.account_id = a.id
          AND (b.inquiry_returned_at AT TIME ZONE a.timezone)::date BETWEEN $2 AND $3
        ORDER BY b.inquiry_returned_at LIMIT 1) back ON true
    WHERE a.key_class = 'group' AND a.archived_at IS NULL AND {visible}
    ORDER BY back.at NULLS LAST, v.due_on NULLS LAST, a.name, a.id"""


@dataclass(frozen=True, slots=True)
class GroupTalk:
    """A group account in a month; `returned_at` is when its feedback form came back.

    `reference` and `status` are the visit's that the rule planned; empty and None without one.
    """

    account_code: str
    account_name: str
    reference: str
    status: VisitStatus | None
    due_on: date | None
    returned_at: datetime | None

    @property
    def counts(self) -> bool:
        """Whether they were talked to with the form (rule V4)."""
        return self.returned_at is not None


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What a month came to. `goal` is the policy's share in per cent, `needed` in accounts."""

    month: str
    goal: Decimal
    needed: int
    talks: Sequence[GroupTalk]

    @property
    def accounts(self) -> int:
        return len(self.talks)

    @property
    def returned(self) -> int:
        return sum(talk.counts for talk in self.talks)

    @property
    def missing(self) -> int:
        """How many are short of what is needed; each counts against the service centre (V4)."""
        return max(0, self.needed - self.returned)

    @property
    def share(self) -> Decimal | None:
        """Per cent of the group accounts that were talked to; None where there are none."""
        if not self.talks:
            return None
        return Decimal(100 * self.returned) / self.accounts


async def group_share(on: date, *, by: Actor) -> GroupShare:
    """The month of `on`, over the group accounts that `by` may see (rule A6).

    Raises `NotAllowed`.
    """
    require(by, Permission.READ_VISITS)
    month = month_of(on)
    condition, values = visible_accounts_condition(by, "a.id", place=4)
    rows = await fetch(
        _TALKS.format(visible=condition), month.name, month.starts_on, month.ends_on, *values
    )
    goal = (await policy.figure(GROUP_SHARE)).value
    talks = [
        GroupTalk(
            account_code=row["code"],
            account_name=row["name"],
            reference=row["returned_reference"] or row["reference"] or "",
            status=VisitStatus(row["status"]) if row["status"] else None,
            due_on=row["due_on"],
            returned_at=row["returned_at"],
        )
        for row in rows
    ]
    return GroupShare(month.name, goal, needed_of(len(talks), goal), talks)
