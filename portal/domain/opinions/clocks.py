"""The clock of an opinion: from the moment it is known until it is answered (rules V5, S4).

What the customer reads is owed to them; everything else is owed inside the house.
"""

from portal.database import fetch_row
from portal.domain import policy
from portal.domain.opinions.tables import Opinion
from portal.domain.policy.visit_figures import OPINION
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind

_LONGEST_TITLE = 120
# The branch that serves the account; of what has none, where the owner works.
_PLACE = """SELECT coalesce(a.name, '') AS account_name, coalesce(a.tier, '') AS tier,
        coalesce(a.branch_id, s.branch_id, (SELECT min(id) FROM branch)) AS branch_id
    FROM staff_member s LEFT JOIN account a ON a.id = $1 WHERE s.id = $2"""


async def start(opinion: Opinion) -> None:
    """The owner owes an answer from now on."""
    await clock.open_target(TargetKind.OPINION, opinion.subject, await _owed(opinion))


async def answered(opinion: Opinion) -> None:
    await clock.meet(opinion.subject, kind=TargetKind.OPINION)


async def dropped(opinion: Opinion) -> None:
    await clock.cancel(opinion.subject, kind=TargetKind.OPINION)


async def owner_changed(opinion: Opinion) -> None:
    """Who follows it up from now on owes the answer."""
    await clock.reassign(opinion.subject, opinion.owner_id, kind=TargetKind.OPINION)


async def _owed(opinion: Opinion) -> clock.Owed:
    place = await fetch_row(_PLACE, opinion.account_id, opinion.owner_id)
    assert place is not None  # noqa: S101 - the owner is one of us
    scope = policy.Scope(account_id=opinion.account_id, tier=place["tier"] or None)
    in_force = await policy.figure(OPINION, scope=scope)
    # What is owed inside the house names its account in the title's place of lists all the same.
    return clock.Owed(
        account_id=opinion.account_id if opinion.is_shown else None,
        account_name=place["account_name"],
        branch_id=place["branch_id"],
        title=_title(opinion.text),
        owner_id=opinion.owner_id,
        figures=in_force.value,
        policy_version=in_force.version,
        figure_key=OPINION.key,
    )


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"
