"""Opening and changing account files (rules A1, A2, A3, A5)."""

from dataclasses import replace
from datetime import date

import pytest

from portal.database import database_now, execute, fetch_value
from portal.domain.accounts import editing, queries
from portal.domain.accounts.classification import KeyClass, KeyCriterion, Tier
from portal.domain.accounts.details import AccountDetails
from portal.domain.accounts.groups import group_of
from portal.domain.accounts.opening import open_file
from portal.domain.accounts.phones import REASON_FIELD, PhoneDoubled
from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position, team_of
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed
from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, acting, unique


def details(branch_id: object, **values: object) -> AccountDetails:
    given: dict[str, object] = {
        "name": unique("Works "),
        "short_name": "Works",
        "branch_id": branch_id,
        "first_contact_on": date(2026, 1, 5),
    }
    return AccountDetails(**{**given, **values})  # type: ignore[arg-type]


async def opened(by: Actor, **values: object) -> Account:
    assert by.branch_id is not None
    async with acting(by):
        wanted = details(**{"branch_id": by.branch_id, **values})
        return await open_file(wanted, city_code="hz", name_code="works", by=by)


@pytest.fixture
async def supervisor(make: Factory) -> Actor:
    return await make.staff(StaffRole.SALES_SUPERVISOR)


async def test_a_file_gets_its_code_and_can_be_found(supervisor: Actor) -> None:  # rules A1, A2
    token = unique("")
    name = f"杭州恒达机械 {token}"
    account = await opened(supervisor, name=name, city="杭州")
    assert account.code.startswith("HZ-202601-WORKS-")
    async with acting(supervisor):
        for text in ("恒达", "机械 杭州", account.code, name):
            page = await queries.files_visible_to(
                supervisor, queries.FileFilter(text=f"{text} {token}")
            )
            assert account.code in [row.code for row in page.rows]
        found = await queries.by_code(account.code, supervisor)
    assert (found.name, found.city, found.version) == (name, "杭州", 1)


async def test_opening_is_recorded_for_staff_alone(make: Factory, supervisor: Actor) -> None:
    account = await opened(supervisor)
    async with acting(supervisor):
        entries = await timeline("account", account.id, visible_to=Audience.INTERNAL)
    assert [(entry.verb, entry.actor_name) for entry in entries] == [
        ("accounts.opened", supervisor.name)
    ]
    assert {entry.audience for entry in entries} == {"internal"}


async def test_an_account_manager_keeps_the_file_they_opened(make: Factory) -> None:  # rule A6
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    account = await opened(manager)
    async with acting(manager):
        assert (await queries.by_code(account.code, manager)).id == account.id
        (member,) = await team_of(account.id)
    assert (member.position, member.name) == (Position.ACCOUNT_MANAGER, manager.name)


async def test_no_account_has_two_files(supervisor: Actor) -> None:  # rule A1
    account = await opened(supervisor)
    with pytest.raises(FieldError) as refused:
        await opened(supervisor, name=f"  {account.name.upper()} ")
    assert refused.value.field == "name"
    assert refused.value.words["code"] == account.code


async def test_a_sales_representative_opens_no_file(make: Factory) -> None:
    representative = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    with pytest.raises(NotAllowed):
        await opened(representative)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"short_name": " "}, "short_name"),
        ({"first_contact_on": date(2999, 1, 1)}, "first_contact_on"),
        ({"first_contact_on": date(1026, 1, 1)}, "first_contact_on"),
        ({"currency": "ABC"}, "currency"),
        ({"locale": "fr"}, "locale"),
        ({"timezone": "Hangzhou"}, "timezone"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "www.works.example"}, "website"),
        ({"parent_id": 0}, "parent"),
        ({"branch_id": 0}, "branch_id"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    supervisor: Actor, values: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        await opened(supervisor, **values)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("tier", "key_class", "criteria", "field"),
    [
        (Tier.GENERAL, None, [KeyCriterion.WEIGHT], "tier"),
        (Tier.POTENTIAL, None, list(KeyCriterion), "tier"),
        (Tier.KEY, KeyClass.GROUP, [], "key_criteria"),
        (Tier.STRATEGIC, None, [KeyCriterion.PROSPECTS], "key_class"),
        (Tier.GENERAL, KeyClass.GROUP, [], "key_class"),
        (Tier.KEY, KeyClass.STRATEGIC, [KeyCriterion.WEIGHT], "key_class"),
    ],
)
async def test_tier_class_and_criteria_agree(  # rule A3
    supervisor: Actor,
    tier: Tier,
    key_class: KeyClass | None,
    criteria: list[KeyCriterion],
    field: str,
) -> None:
    with pytest.raises(FieldError) as refused:
        await opened(supervisor, tier=tier, key_class=key_class, key_criteria=criteria)
    assert refused.value.field == field


@pytest.mark.parametrize("criterion", KeyCriterion)
async def test_any_one_criterion_makes_a_key_account(  # rule A3
    supervisor: Actor, criterion: KeyCriterion
) -> None:
    account = await opened(
        supervisor, tier=Tier.KEY, key_class=KeyClass.HIGH_VALUE, key_criteria=[criterion]
    )
    assert account.is_key
    assert account.criteria == [criterion]
    assert not (await opened(supervisor)).is_key


async def test_the_database_keeps_tier_and_criteria_together(make: Factory) -> None:  # rule A3
    account = await make.account(tier="general")
    clerk = await make.staff(StaffRole.ADMINISTRATOR)
    for change in ("tier = 'key'", "key_criteria = '{weight}'", "key_class = 'group'"):
        with pytest.raises(Exception, match="violates check constraint"):
            async with acting(clerk):
                await execute(f"UPDATE account SET {change} WHERE id = $1", account.id)


async def test_a_change_keeps_who_when_before_and_after(supervisor: Actor) -> None:  # rule A5
    account = await opened(supervisor, industry="Pumps", region="East")
    wanted = details(account.branch_id, name=account.name, industry="Pumps", region="South")
    async with acting(supervisor):
        await editing.edit(account, wanted, by=supervisor, expected_version=1)
        now = await database_now()
    async with acting(supervisor):
        entry = (await timeline("account", account.id, visible_to=Audience.INTERNAL))[-1]
        assert (await queries.by_code(account.code, supervisor)).region == "South"
    assert (entry.verb, entry.actor_name, entry.at) == ("accounts.edited", supervisor.name, now)
    assert (entry.before, entry.after) == ({"region": "East"}, {"region": "South"})


async def test_saving_what_was_there_changes_and_records_nothing(supervisor: Actor) -> None:
    account = await opened(supervisor)
    same = details(account.branch_id, name=account.name, short_name=account.short_name)
    async with acting(supervisor):
        assert await editing.edit(account, same, by=supervisor, expected_version=1) == {}
        assert account.version == 1
        assert len(await timeline("account", account.id, visible_to=Audience.INTERNAL)) == 1


async def test_who_saves_second_is_told_of_the_conflict(supervisor: Actor) -> None:
    account = await opened(supervisor)
    wanted = details(account.branch_id, name=account.name, region="South")
    async with acting(supervisor):
        await editing.edit(account, wanted, by=supervisor, expected_version=1)
    with pytest.raises(Conflict):
        async with acting(supervisor):
            late = replace(wanted, region="North")
            await editing.edit(account, late, by=supervisor, expected_version=1)


async def test_the_first_contact_stays_in_the_month_of_the_code(supervisor: Actor) -> None:  # A2
    account = await opened(supervisor)
    moved = details(account.branch_id, name=account.name, first_contact_on=date(2026, 1, 9))
    async with acting(supervisor):
        await editing.edit(account, moved, by=supervisor, expected_version=1)
    assert account.first_contact_on == date(2026, 1, 9)
    with pytest.raises(FieldError):
        async with acting(supervisor):
            away = replace(moved, first_contact_on=date(2026, 2, 1))
            await editing.edit(account, away, by=supervisor, expected_version=2)


async def test_nobody_writes_codes_or_bank_details(make: Factory) -> None:  # rules A2, A5
    account = await make.account()
    for column in ("code", "bank_name", "bank_account"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(await make.staff(StaffRole.ADMINISTRATOR)):
                await execute(f"UPDATE account SET {column} = 'x' WHERE id = $1", account.id)


async def test_a_phone_of_another_account_is_flagged_and_needs_a_reason(  # rule A5
    make: Factory, supervisor: Actor
) -> None:
    number = f"571 {unique('')[-12:].replace('x', '')}0001"
    first = await opened(supervisor, phone=f"+86 {number}")
    with pytest.raises(PhoneDoubled) as flagged:
        await opened(supervisor, phone=f"0{number.replace(' ', '-')}")
    assert flagged.value.codes == [first.code]
    assert flagged.value.field == "phone"
    async with acting(supervisor):
        second = await open_file(
            details(first.branch_id, phone=f"0{number}"),
            city_code="HZ",
            name_code="SISTER",
            by=supervisor,
            doubled_phone_reason="One switchboard for both companies",
        )
        (entry,) = await timeline("account", second.id, visible_to=Audience.INTERNAL)
    assert entry.after[REASON_FIELD] == "One switchboard for both companies"
    assert entry.after["phone_also_on"] == first.code


async def test_a_phone_that_stays_is_not_asked_about_again(supervisor: Actor) -> None:
    phone = f"0571 {unique('')[-8:].replace('x', '')}77"
    first = await opened(supervisor)
    async with acting(supervisor):
        second = await open_file(
            details(first.branch_id, phone=phone),
            city_code="HZ",
            name_code="WORKS",
            by=supervisor,
            doubled_phone_reason="",
        )
    await opened(supervisor, phone="")  # no number is no double
    wanted = details(second.branch_id, name=second.name, phone=phone, region="East")
    async with acting(supervisor):
        await editing.edit(second, wanted, by=supervisor, expected_version=1)
    taken = details(first.branch_id, name=first.name, phone=phone)
    with pytest.raises(PhoneDoubled):
        async with acting(supervisor):
            await editing.edit(first, taken, by=supervisor, expected_version=1)


async def test_a_group_has_one_head_and_one_level(supervisor: Actor) -> None:  # rule A3
    head = await opened(supervisor)
    member = await opened(supervisor, parent_id=head.id)
    with pytest.raises(FieldError, match=r".*"):
        await opened(supervisor, parent_id=member.id)
    for wanted in (head.id, member.id):
        loop = details(head.branch_id, name=head.name, parent_id=wanted)
        with pytest.raises(FieldError) as refused:
            async with acting(supervisor):
                await editing.edit(head, loop, by=supervisor, expected_version=1)
        assert refused.value.field == "parent"
    other = await opened(supervisor)
    under = details(head.branch_id, name=head.name, parent_id=other.id)
    with pytest.raises(FieldError):  # a head gets no head
        async with acting(supervisor):
            await editing.edit(head, under, by=supervisor, expected_version=1)


async def test_a_group_is_shown_as_far_as_one_may_see(make: Factory, supervisor: Actor) -> None:
    head = await opened(supervisor)
    first = await opened(supervisor, parent_id=head.id)
    second = await opened(supervisor, parent_id=head.id)
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    for account in (head, first):
        await make.insert(
            "team_member",
            account_id=account.id,
            staff_member_id=manager.staff_member_id,
            position="account_manager",
        )
    async with acting(supervisor):
        assert {one.code for one in await group_of(head, supervisor)} == {first.code, second.code}
        companies = await group_of(first, supervisor)
        assert [(one.code, one.is_head) for one in companies] == [
            (head.code, True),
            (second.code, False),
        ]
    async with acting(manager):  # rule A6
        assert [one.code for one in await group_of(head, manager)] == [first.code]
        assert await fetch_value("SELECT count(*) FROM account WHERE parent_id = $1", head.id) == 2
