"""Ship-to addresses and the account's team (rules A1, A5, A21)."""

import pytest

from portal.database import execute
from portal.domain.accounts import addresses
from portal.domain.accounts.addresses import AddressDetails
from portal.domain.accounts.phones import PhoneDoubled
from portal.domain.accounts.queries import by_id
from portal.domain.accounts.tables import Account, ShipTo
from portal.domain.accounts.team import Position, set_team, team_of
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, acting, unique

PLANT_2 = AddressDetails(label="Plant 2", address="2 Test Road\nHangzhou", recipient="Gate 3")


@pytest.fixture
async def manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.ACCOUNT_MANAGER)


@pytest.fixture
async def account(make: Factory, manager: Actor) -> Account:
    made = await make.account(manager=manager)
    async with acting(manager):
        return await by_id(made.id, manager)


async def labels(account: Account, by: Actor, *, archived: bool = False) -> list[tuple[str, bool]]:
    async with acting(by):
        found = await addresses.all_addresses_of(account.id)
    return [(one.label, one.is_default) for one in found if bool(one.archived_at) is archived]


async def the(account: Account, label: str, by: Actor) -> ShipTo:
    async with acting(by):
        for one in await addresses.all_addresses_of(account.id):
            if one.label == label:
                return one
    raise AssertionError(label)


async def test_one_address_is_the_default(account: Account, manager: Actor) -> None:
    async with acting(manager):
        second = await addresses.add_address(account, PLANT_2, by=manager)
    assert await labels(account, manager) == [("Plant 1", True), ("Plant 2", False)]
    async with acting(manager):
        await addresses.make_default(account, second, by=manager, expected_version=1)
    assert await labels(account, manager) == [("Plant 2", True), ("Plant 1", False)]
    async with acting(manager):
        third = AddressDetails(label="Site", address="Somewhere")
        await addresses.add_address(account, third, by=manager, is_default=True)
    assert await labels(account, manager) == [
        ("Site", True),
        ("Plant 1", False),
        ("Plant 2", False),
    ]


async def test_a_given_up_address_is_kept_and_can_return(account: Account, manager: Actor) -> None:
    first = await the(account, "Plant 1", manager)
    async with acting(manager):
        await addresses.archive_address(account, first, by=manager, expected_version=first.version)
    assert await labels(account, manager) == []
    assert await labels(account, manager, archived=True) == [("Plant 1", False)]
    with pytest.raises(NotFound):
        async with acting(manager):
            await addresses.make_default(account, first, by=manager, expected_version=first.version)
    async with acting(manager):
        await addresses.restore_address(account, first, by=manager)
    assert await labels(account, manager) == [("Plant 1", False)]


async def test_a_changed_address_keeps_its_history(account: Account, manager: Actor) -> None:  # A5
    first = await the(account, "Plant 1", manager)
    moved = AddressDetails(label="Plant 1", address="9 New Road")
    async with acting(manager):
        await addresses.edit_address(account, first, moved, by=manager, expected_version=1)
        (entry,) = await timeline("account", account.id, visible_to=Audience.INTERNAL)
    assert entry.before == {"label": "Plant 1", "address": "No. 1 Test Road"}
    assert entry.after == {"label": "Plant 1", "address": "9 New Road"}
    with pytest.raises(Conflict):
        async with acting(manager):
            await addresses.edit_address(account, first, PLANT_2, by=manager, expected_version=1)


async def test_what_is_missing_is_asked_for(account: Account, manager: Actor) -> None:
    for wrong, field in (
        (AddressDetails(label=" ", address="x"), "label"),
        (AddressDetails(label="x", address="\n"), "address"),
    ):
        with pytest.raises(FieldError) as refused:
            async with acting(manager):
                await addresses.add_address(account, wrong, by=manager)
        assert refused.value.field == field


async def test_a_phone_of_another_account_is_flagged(  # rule A5
    make: Factory, account: Account, manager: Actor
) -> None:
    phone = f"138{unique('')[-9:].replace('x', '7')}"
    other = await make.account()
    await make.owner.execute("UPDATE ship_to SET phone = $1 WHERE account_id = $2", phone, other.id)
    site = AddressDetails(label="Site", address="Somewhere", phone=phone)
    with pytest.raises(PhoneDoubled):
        async with acting(manager):
            await addresses.add_address(account, site, by=manager)
    async with acting(manager):
        await addresses.add_address(
            account, site, by=manager, doubled_phone_reason="Shared warehouse"
        )


async def test_others_addresses_are_not_there(
    make: Factory, account: Account, manager: Actor
) -> None:
    other = await make.account()
    async with acting(manager):
        with pytest.raises(NotFound):
            await addresses.address_of(account.id, other.ship_to_id)
    representative = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    with pytest.raises(NotAllowed):
        async with acting(representative):
            await addresses.add_address(account, PLANT_2, by=representative)
    with pytest.raises(Exception, match="permission denied"):
        async with acting(await make.buyer(other)):
            await execute("UPDATE ship_to SET label = 'x'")


async def test_a_team_is_set_and_recorded(  # rules A5, A21
    make: Factory, account: Account, manager: Actor
) -> None:
    wang, li, zhao = [await make.staff(name=unique(name)) for name in ("Wang ", "Li ", "Zhao ")]
    async with acting(manager):
        await set_team(
            account,
            holders={
                Position.ACCOUNT_MANAGER: manager.staff_member_id,
                Position.SALES_REPRESENTATIVE: wang.staff_member_id,
                Position.SALES_ASSISTANT: None,
            },
            backups=[li.staff_member_id or 0, zhao.staff_member_id or 0],
            by=manager,
            expected_version=1,
        )
        team = [(one.position, one.name) for one in await team_of(account.id)]
        (entry,) = await timeline("account", account.id, visible_to=Audience.INTERNAL)
    assert team == [
        (Position.ACCOUNT_MANAGER, manager.name),
        (Position.SALES_REPRESENTATIVE, wang.name),
        (Position.BACKUP, li.name),
        (Position.BACKUP, zhao.name),
    ]
    assert entry.verb == "accounts.team_changed"
    assert entry.before == {"sales_representative": "", "backup": ""}
    assert entry.after == {"sales_representative": wang.name, "backup": f"{li.name}, {zhao.name}"}
    assert account.version == 2
    with pytest.raises(Conflict):
        async with acting(manager):
            await set_team(account, holders={}, backups=[], by=manager, expected_version=1)


async def test_the_same_team_changes_nothing(account: Account, manager: Actor) -> None:
    async with acting(manager):
        await set_team(
            account,
            holders={Position.ACCOUNT_MANAGER: manager.staff_member_id},
            backups=[],
            by=manager,
            expected_version=1,
        )
        assert await timeline("account", account.id, visible_to=Audience.INTERNAL) == []
    assert account.version == 1


async def test_a_team_is_made_of_people_who_work_here(
    make: Factory, account: Account, manager: Actor
) -> None:
    gone = await make.staff()
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", gone.person_id)
    for holder in (gone.staff_member_id, 0, -1):
        with pytest.raises(FieldError):
            async with acting(manager):
                await set_team(
                    account,
                    holders={},
                    backups=[holder or 0],
                    by=manager,
                    expected_version=1,
                )
    with pytest.raises(FieldError) as refused:
        async with acting(manager):
            await set_team(
                account,
                holders={Position.ACCOUNT_MANAGER: manager.staff_member_id},
                backups=[manager.staff_member_id or 0],
                by=manager,
                expected_version=1,
            )
    assert refused.value.field == "backups"
    with pytest.raises(NotAllowed):
        async with acting(gone):
            await set_team(account, holders={}, backups=[], by=gone, expected_version=1)


async def test_who_has_left_may_stay_on_the_list_until_replaced(
    make: Factory, account: Account, manager: Actor
) -> None:
    backup, gone = await make.staff(), await make.staff()
    await make.insert(
        "team_member",
        account_id=account.id,
        staff_member_id=gone.staff_member_id,
        position="sales_representative",
    )
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", gone.person_id)
    async with acting(manager):
        await set_team(
            account,
            holders={
                Position.ACCOUNT_MANAGER: manager.staff_member_id,
                Position.SALES_REPRESENTATIVE: gone.staff_member_id,
            },
            backups=[backup.staff_member_id or 0],
            by=manager,
            expected_version=1,
        )
        assert len(await team_of(account.id, active_only=False)) == 3
