"""Another colleague serves an account: its open visits and opinions are theirs (rule A21)."""

from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position
from portal.domain.opinions.listing import OpinionFilter, opinions
from portal.domain.service_levels import clock
from portal.domain.visits.succession import change_team
from tests.factories import Factory, acting
from tests.visit_scenarios import confirmed_visit, criticism, loaded, made_visit


async def test_a_new_account_manager_owes_what_the_one_before_had_open(make: Factory) -> None:
    visited = await confirmed_visit(make)
    cast = visited.cast
    made = await made_visit(make, await confirmed_visit(make), opinions=(criticism(),))
    for each in (visited, made):
        team = each.cast
        new = team.assistant
        async with acting(team.supervisor):
            account = await Account.objects().get(Account.id == team.account.id)
            assert account is not None
            await change_team(
                account,
                holders={
                    Position.ACCOUNT_MANAGER: new.staff_member_id,
                    Position.SALES_REPRESENTATIVE: team.representative.staff_member_id,
                },
                backups=[],
                by=team.supervisor,
                expected_version=account.version,
            )
    async with acting(cast.supervisor):
        visit = await loaded(visited.reference, cast.supervisor)
        promise = (await clock.targets_of("visit", visit.id))[0]
        ended = await loaded(made.reference, cast.supervisor)
        listing = await opinions(OpinionFilter(account_id=ended.account_id), by=cast.supervisor)
    assert visit.owner_id == promise.owner_id == cast.assistant.staff_member_id
    assert ended.owner_id == made.cast.manager.staff_member_id
    assert [each.owner_id for each in listing.rows] == [made.cast.assistant.staff_member_id]
