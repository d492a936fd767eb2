"""Account files are confidential, and what customers see is theirs (rule A6)."""

from datetime import timedelta

import pytest

from portal.database import Login, database_now, fetch, fetch_value, unit_of_work
from portal.domain.accounts import queries
from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.classification import KeyClass, Tier
from portal.domain.accounts.confidentiality import (
    may_see,
    note_read,
    reads_from_outside,
    visible_accounts_condition,
)
from portal.domain.accounts.queries import FileFilter, FilePage, files_visible_to
from portal.domain.accounts.team import contact_for_everything, representative_of, team_of
from portal.domain.common.actor import SYSTEM, Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission, StaffRole
from tests.factories import Account, Factory, acting, unique

SEES_ALL = [
    role for role in StaffRole if Actor(1, "", SYSTEM.side, role).may(Permission.READ_ALL_ACCOUNTS)
]
SEES_OWN = [role for role in StaffRole if role not in SEES_ALL]


async def sees(actor: Actor, account: Account) -> bool:
    async with acting(actor):
        allowed = await may_see(account.id, actor)
        listed = await codes(actor, account)
        try:
            await queries.by_code(account.code, actor)
            opened = True
        except NotFound:
            opened = False
        assert allowed == listed == opened  # the ways to a file agree
        return opened


async def codes(actor: Actor, account: Account) -> bool:
    page = await files_visible_to(actor, FileFilter(text=account.code))
    return account.code in [row.code for row in page.rows]


@pytest.mark.parametrize("role", SEES_OWN)
async def test_other_teams_files_are_not_there(make: Factory, role: StaffRole) -> None:  # rule A6
    account, stranger = await make.account(), await make.staff(role)
    assert not await sees(stranger, account)


@pytest.mark.parametrize("role", SEES_ALL)
async def test_stated_roles_see_every_file(make: Factory, role: StaffRole) -> None:  # rule A6
    account, leader = await make.account(), await make.staff(role)
    assert await sees(leader, account)


async def test_a_hidden_file_is_the_same_as_none(make: Factory) -> None:
    account, stranger = await make.account(), await make.staff()
    async with acting(stranger):
        with pytest.raises(NotFound) as hidden:
            await queries.by_code(account.code, stranger)
        with pytest.raises(NotFound) as unknown:
            await queries.by_code("HZ-202601-NOBODY-999", stranger)
        with pytest.raises(NotFound):
            await queries.by_id(account.id, stranger)
    assert str(hidden.value) == str(unknown.value)


async def test_the_team_and_its_line_see_the_file(make: Factory) -> None:  # rule A6
    top = await make.staff()
    middle = await make.staff(supervisor=top)
    representative, colleague = (
        await make.staff(supervisor=middle),
        await make.staff(supervisor=top),
    )
    account = await make.account(representative=representative)
    assert await sees(representative, account)
    assert await sees(middle, account)
    assert await sees(top, account)
    assert not await sees(colleague, account)


async def test_a_deputy_sees_the_files_while_they_stand_in(make: Factory) -> None:  # rule A6
    away, standing_in, supervisor = await make.staff(), await make.staff(), await make.staff()
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $1 WHERE id = $2",
        supervisor.staff_member_id,
        away.staff_member_id,
    )
    account = await make.account(representative=away)
    async with acting(away):
        today = (await database_now()).date()
    assert not await sees(standing_in, account)
    deputy_id = await make.insert(
        "deputy",
        staff_member_id=supervisor.staff_member_id,
        deputy_id=standing_in.staff_member_id,
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
    )
    assert await sees(standing_in, account)  # whoever stands in for the head has the head's line
    second = await make.staff()
    await make.insert(
        "deputy",
        staff_member_id=standing_in.staff_member_id,
        deputy_id=second.staff_member_id,
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
    )
    assert await sees(second, account)  # the deputy is away as well
    await make.owner.execute(
        "UPDATE deputy SET starts_on = $1, ends_on = $1 WHERE id = $2",
        today - timedelta(days=3),
        deputy_id,
    )
    assert not await sees(standing_in, account)


async def test_a_circle_in_the_line_ends(make: Factory) -> None:
    first = await make.staff()
    second = await make.staff(supervisor=first)
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $1 WHERE id = $2",
        second.staff_member_id,
        first.staff_member_id,
    )
    account = await make.account(representative=second)
    assert await sees(first, account)


async def test_the_condition_fits_into_other_queries(make: Factory) -> None:  # rule A6
    representative = await make.staff()
    ours, _ = await make.account(representative=representative), await make.account()
    async with acting(representative):
        condition, values = visible_accounts_condition(representative, "s.account_id", place=2)
        rows = await fetch(
            f"SELECT account_id FROM ship_to s WHERE label = $1 AND {condition}", "Plant 1", *values
        )
    assert [row["account_id"] for row in rows] == [ours.id]
    assert visible_accounts_condition(await make.staff(SEES_ALL[0])) == ("TRUE", [])
    assert visible_accounts_condition(SYSTEM) == ("TRUE", [])
    buyer = await make.buyer(ours)
    assert visible_accounts_condition(buyer, "q.account_id") == ("q.account_id = $1", [ours.id])


async def test_every_read_from_outside_the_team_is_logged(make: Factory) -> None:  # rule A6
    representative = await make.staff()
    account = await make.account(representative=representative)
    leader = await make.staff(StaffRole.GENERAL_MANAGER)
    for reader in (representative, leader, leader):
        async with acting(reader):
            await note_read(account.id, reader, f"/staff/accounts/{account.code}")
    async with acting(leader):
        reads = await reads_from_outside(account.id)
    assert [(read.name, read.path) for read in reads] == [
        (leader.name, f"/staff/accounts/{account.code}")
    ] * 2


async def test_the_log_of_reads_is_not_altered_nor_shown_to_customers(make: Factory) -> None:
    account = await make.account()
    buyer, leader = await make.buyer(account), await make.staff(StaffRole.GENERAL_MANAGER)
    for change in ("DELETE FROM file_read", "UPDATE file_read SET path = ''"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(leader):
                await fetch(change)
    with pytest.raises(Exception, match="permission denied"):
        async with acting(buyer):
            await fetch("SELECT * FROM file_read")


async def test_customers_read_of_their_account_what_is_theirs(make: Factory) -> None:
    account, other = await make.account(), await make.account()
    buyer = await make.buyer(account)
    async with acting(buyer):
        own = await queries.own_account(buyer)
        assert (own.id, own.code, own.currency) == (account.id, account.code, "CNY")
        assert await fetch_value("SELECT count(*) FROM account WHERE id = $1", other.id) == 0
        assert await addresses_of(other.id) == []
        assert [one.label for one in await addresses_of(account.id)] == ["Plant 1"]
    for column in ("credit_note", "key_class", "key_criteria", "need_segment", "search_terms"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(buyer):
                await fetch(f"SELECT {column} FROM account")
    async with unit_of_work(Login.CUSTOMER):
        with pytest.raises(NotFound):
            await queries.own_account(buyer)


async def test_customers_see_their_team_and_whom_to_call(make: Factory) -> None:  # rule A21
    manager, representative = await make.staff(), await make.staff()
    account = await make.account(manager=manager, representative=representative)
    other = await make.account(manager=await make.staff())
    async with acting(await make.buyer(account)):
        team = await team_of(account.id)
        assert [(member.label, member.name) for member in team] == [
            ("Account manager", manager.name),
            ("Sales representative", representative.name),
        ]
        assert all(member.phone for member in team)
        contact, wanted = (
            await contact_for_everything(account.id),
            await representative_of(account.id),
        )
        assert contact is not None
        assert wanted is not None
        assert (contact.name, wanted.name) == (manager.name, representative.name)
        assert await team_of(other.id) == []
        assert await contact_for_everything(other.id) is None


async def test_nobody_is_sent_to_who_has_left(make: Factory) -> None:  # rule Q1
    representative, manager = await make.staff(), await make.staff()
    account = await make.account(manager=manager, representative=representative)
    await make.owner.execute(
        "UPDATE person SET disabled_at = now() WHERE id = $1", representative.person_id
    )
    async with acting(manager):
        wanted = await representative_of(account.id)
        assert wanted is not None
        assert wanted.staff_member_id == manager.staff_member_id
        everybody = await team_of(account.id, active_only=False)
        assert [member.is_active for member in everybody] == [True, False]


async def _walk(actor: Actor, wanted: FileFilter, limit: int) -> list[str]:
    """Every page forwards, checked against the way back."""
    found: list[str] = []
    page = await files_visible_to(actor, wanted, limit=limit)
    assert page.before is None
    pages: list[FilePage] = [page]
    while page.after:
        page = await files_visible_to(actor, wanted, after=page.after, limit=limit)
        pages.append(page)
    for earlier, later in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
        assert later.before is not None
        back = await files_visible_to(actor, wanted, before=later.before, limit=limit)
        assert back.rows == earlier.rows
    for one in pages:
        found += [row.code for row in one.rows]
    return found


async def test_pages_follow_each_other_without_gap_or_repeat(make: Factory) -> None:
    leader, token = await make.staff(StaffRole.GENERAL_MANAGER), unique("paging")
    names = ["Anvil", "Anvil", "Bolt", "Crane", "Crane", "Crane", "Drill"]
    made = [await make.account(name=f"{name} {token}") for name in names]
    ordered = [one.code for one in sorted(made, key=lambda one: (one.name, one.id))]
    async with acting(leader):
        for limit in (1, 2, 3, 7, 50):
            assert await _walk(leader, FileFilter(text=token), limit) == ordered


async def test_lists_are_narrowed_by_tier_class_branch_and_team(make: Factory) -> None:
    leader, token = await make.staff(StaffRole.GENERAL_MANAGER), unique("narrow")
    branch = await make.branch()
    key = await make.account(name=f"Key {token}", tier="key", branch_id=branch, manager=leader)
    plain = await make.account(name=f"Plain {token}", tier="general")
    async with acting(leader):
        for wanted, expected in (
            (FileFilter(text=token), [key, plain]),
            (FileFilter(text=token, tier=Tier.KEY), [key]),
            (FileFilter(text=token, tier=Tier.POTENTIAL), []),
            (FileFilter(text=token, key_class=KeyClass.HIGH_VALUE), [key]),
            (FileFilter(text=token, branch_id=branch), [key]),
            (FileFilter(text=token, branch_id=plain.branch_id), [plain]),
            (FileFilter(text=token, mine=True), [key]),
            (FileFilter(text=f"{token} nowhere"), []),
            (FileFilter(text="!"), []),
        ):
            page = await files_visible_to(leader, wanted)
            assert [row.code for row in page.rows] == [one.code for one in expected]
        (row,) = (await files_visible_to(leader, FileFilter(text=token, mine=True))).rows
        assert (row.manager_name, row.representative_name) == (leader.name, "")
        assert (row.tier, row.key_class) == (Tier.KEY, KeyClass.HIGH_VALUE)
