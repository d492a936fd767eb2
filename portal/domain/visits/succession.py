"""Another colleague serves an account: what is open of its visits and opinions is theirs (A21)."""

from collections.abc import Collection, Mapping

from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Member, Position, contact_for_everything, team_of
from portal.domain.common.actor import Actor
from portal.domain.opinions.succession import pass_opinions_on
from portal.domain.orders import succession
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.cancelling import pass_on
from portal.domain.visits.owners import representative_of
from portal.domain.visits.states import VisitRule, VisitStatus
from portal.domain.visits.tables import Visit


async def change_team(
    account: Account,
    *,
    holders: Mapping[Position, int | None],
    backups: Collection[int],
    by: Actor,
    expected_version: int,
) -> None:
    """As `orders.succession.change_team`; open visits and opinions pass on with their clocks.

    Those of the account manager before and of whoever left the team go to the one contact for
    everything (rule A21), calls to a prospect to who represents the account (rule V3). Raises as
    `set_team`.
    """
    before = await team_of(account.id, active_only=False)
    await succession.change_team(
        account, holders=holders, backups=backups, by=by, expected_version=expected_version
    )
    after = await team_of(account.id, active_only=False)
    now = await contact_for_everything(account.id)
    former = _former(before, after)
    if now is None or not former:
        return
    await _pass_visits_on(account.id, former, now, by=by)
    await pass_opinions_on(account.id, former=former, to=now.staff_member_id, by=by)


def _former(before: Collection[Member], after: Collection[Member]) -> set[int]:
    """Who left the team, and who was its account manager and is so no more."""
    left = {each.staff_member_id for each in before} - {each.staff_member_id for each in after}
    return left | (_managers(before) - _managers(after))


def _managers(team: Collection[Member]) -> set[int]:
    return {each.staff_member_id for each in team if each.position is Position.ACCOUNT_MANAGER}


async def _pass_visits_on(
    account_id: int, former: Collection[int], now: Member, *, by: Actor
) -> None:
    account = await visited_account(account_id)
    caller = await representative_of(account) or now.staff_member_id
    ended = [VisitStatus.MADE.value, VisitStatus.CANCELLED.value]
    theirs = Visit.objects().where(
        (Visit.account_id == account_id)
        & Visit.owner_id.is_in(list(former))
        & Visit.status.not_in(ended)
    )
    for visit in await theirs.order_by(Visit.id):
        to = caller if visit.rule == VisitRule.PROSPECT else now.staff_member_id
        await visit.lock()
        if visit.owner_id != to and visit.state.is_open:
            await pass_on(visit, to, by=by)
