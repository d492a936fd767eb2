"""Another sales representative of an account owes what the one before owed (rules Q1, O1).

Whoever represents an account owes its orders: the shipment, the day of a short line, an answer.
"""

from collections.abc import Collection, Mapping

from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position, representative_of, set_team, team_of
from portal.domain.common.actor import Actor
from portal.domain.onboarding.clock import manager_is_set
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.quotes.succession import pass_requests_on
from portal.domain.service_levels import clock


async def change_team(
    account: Account,
    *,
    holders: Mapping[Position, int | None],
    backups: Collection[int],
    by: Actor,
    expected_version: int,
) -> None:
    """As `team.set_team`; where somebody else represents the account then, what is owed is theirs.

    That is every running clock of the account's orders, and the open requests of the one before.
    The account manager owes the first contact while there was none (rule A7).
    Raises as `set_team`.
    """
    before = await _representatives(account.id)
    await set_team(
        account, holders=holders, backups=backups, by=by, expected_version=expected_version
    )
    await manager_is_set(account)
    now = await representative_of(account.id)
    if now is None or before == {now.staff_member_id}:
        return
    former = before - {now.staff_member_id}
    await clock.reassign_all(account.id, SUBJECT_KIND, now.staff_member_id)
    await pass_requests_on(account.id, former=former, to=now, by=by)


async def _representatives(account_id: int) -> set[int]:
    """Who represents the account: who holds the position, and who answers where they have left."""
    held = {
        member.staff_member_id
        for member in await team_of(account_id, active_only=False)
        if member.position is Position.SALES_REPRESENTATIVE
    }
    acting = await representative_of(account_id)
    return held | ({acting.staff_member_id} if acting else set())
