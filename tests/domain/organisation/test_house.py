"""Branches, departments, own days, the staff list, the first administrator."""

from datetime import date

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.identity.client import Client
from portal.domain.identity.sign_in import sign_in
from portal.domain.identity.tokens import set_password
from portal.domain.organisation.branches import (
    BranchFacts,
    branch_by_id,
    branches,
    change_branch,
    open_branch,
)
from portal.domain.organisation.departments import (
    DepartmentFacts,
    change_department,
    create_department,
    departments,
)
from portal.domain.organisation.first_administrator import (
    AlreadyAdministered,
    create_first_administrator,
)
from portal.domain.organisation.own_days import (
    own_days,
    own_days_at,
    parse_hours,
    remove_own_day,
    set_own_day,
)
from portal.domain.organisation.queries import StaffFilter, StaffState, staff_list, staff_row
from tests.factories import CHEAP_HASHER, Factory, acting, unique


def code() -> str:
    return unique("T-").upper()


async def admin(make: Factory) -> Actor:
    return await make.staff(StaffRole.ADMINISTRATOR)


async def test_branches_are_opened_and_changed(make: Factory) -> None:  # rule A5
    by = await admin(make)
    facts = BranchFacts(code=code(), name="台北分公司", timezone="Asia/Taipei", country="TW")
    async with acting(by):
        branch = await open_branch(facts, by=by)
        assert branch.id in {found.id for found in await branches()}
        changed = BranchFacts(code=facts.code.lower(), name="台北", timezone="Asia/Taipei")
        await change_branch(branch, changed, expected_version=1, by=by)
        assert (await branch_by_id(branch.id)).country == "CN"
        with pytest.raises(Conflict):
            await change_branch(branch, changed, expected_version=1, by=by)
    verbs = await make.owner.fetch(
        "SELECT verb FROM activity WHERE subject_kind = 'branch' AND subject_id = $1", branch.id
    )
    assert [row["verb"] for row in verbs] == [
        "organisation.branch_opened",
        "organisation.branch_changed",
    ]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("code", {"code": "上海"}),
        ("code", {"code": ""}),
        ("name", {"name": " "}),
        ("timezone", {"timezone": "Asia/Nowhere"}),
        ("country", {"country": "XX"}),
        ("phone", {"phone": "call"}),
    ],
)
async def test_a_branch_that_cannot_be_is_refused_at_its_field(
    make: Factory, field: str, wrong: dict[str, str]
) -> None:
    by = await admin(make)
    with pytest.raises(FieldError) as refused:
        async with acting(by):
            await open_branch(BranchFacts(**{"code": code(), "name": "X", **wrong}), by=by)
    assert refused.value.field == field


async def test_a_code_is_given_once(make: Factory) -> None:
    by = await admin(make)
    facts = BranchFacts(code=code(), name="X")
    department = DepartmentFacts(code=code(), name="X")
    async with acting(by):
        await open_branch(facts, by=by)
        await create_department(department, by=by)
        with pytest.raises(FieldError):
            await open_branch(facts, by=by)
        with pytest.raises(FieldError):
            await create_department(department, by=by)


async def test_departments_have_a_branch_and_a_head(make: Factory) -> None:
    by, head = await admin(make), await make.staff()
    facts = DepartmentFacts(code=code(), name="售后服务")
    async with acting(by):
        department = await create_department(facts, by=by)
        headed = DepartmentFacts(
            code=facts.code,
            name=facts.name,
            branch_id=head.branch_id,
            head_id=head.staff_member_id,
        )
        await change_department(department, headed, expected_version=1, by=by)
        assert department.head_id == head.staff_member_id
        assert department.id in {found.id for found in await departments()}
        for field, wrong in (("branch_id", {"branch_id": -1}), ("head_id", {"head_id": -1})):
            with pytest.raises(FieldError) as refused:
                await create_department(
                    DepartmentFacts(code=code(), name="X", **wrong),
                    by=by,
                )
            assert refused.value.field == field


async def test_only_administrators_change_the_house(make: Factory) -> None:
    clerk = await make.staff(StaffRole.SALES_SUPERVISOR)
    async with acting(clerk):
        for attempt in (
            open_branch(BranchFacts(code=code(), name="X"), by=clerk),
            create_department(DepartmentFacts(code=code(), name="X"), by=clerk),
            set_own_day(date(2026, 12, 24), "", reason="Inventory", by=clerk),
            remove_own_day(date(2026, 12, 24), by=clerk),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_a_branchs_own_day_wins_over_the_companys(make: Factory) -> None:
    by, branch, other = await admin(make), await make.branch(), await make.branch()
    day = date(2031, 12, 24)
    async with acting(by):
        await set_own_day(day, "", reason="Inventory", by=by)
        await set_own_day(day, "13:00–16:00，09:00-12:00", reason="Open", branch_id=branch, by=by)
        await set_own_day(day, "09:00-12:00", reason="Half a day", branch_id=branch, by=by)
        assert (await own_days_at(branch))[day] == (("09:00", "12:00"),)
        assert (await own_days_at(other))[day] == ()
        listed = await own_days(since=day)
        assert [(own.reason, own.branch_id) for own in listed if own.day == day] == [
            ("Inventory", None),
            ("Half a day", branch),
        ]
        await remove_own_day(day, branch_id=branch, by=by)
        await remove_own_day(day, by=by)
        assert day not in await own_days_at(branch)
        with pytest.raises(NotFound):
            await remove_own_day(day, by=by)


async def test_customers_read_the_days_of_the_branch_that_serves_them(make: Factory) -> None:
    by, account = await admin(make), await make.account()
    buyer, day = await make.buyer(account), date(2031, 11, 11)
    async with acting(by):
        await set_own_day(
            day, "09:00-12:00", reason="Half a day", branch_id=account.branch_id, by=by
        )
    async with acting(buyer):
        assert (await own_days_at(account.branch_id))[day] == (("09:00", "12:00"),)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("", ()),
        ("09:00-12:00", (("09:00", "12:00"),)),
        ("13:00-24:00, 08:30 - 12:00", (("08:30", "12:00"), ("13:00", "24:00"))),
        ("09:00-12:00；12:00-13:00", (("09:00", "12:00"), ("12:00", "13:00"))),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, hours: object) -> None:
    assert parse_hours(typed) == hours


@pytest.mark.parametrize(
    "typed", ["9-12", "12:00-09:00", "09:00-09:00", "24:00-24:00", "09:00-12:00,11:00-13:00", "x"]
)
def test_hours_that_cannot_be_are_refused(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_hours(typed)
    assert refused.value.field == "hours"


async def test_a_reason_is_asked_for(make: Factory) -> None:
    by = await admin(make)
    with pytest.raises(FieldError):
        async with acting(by):
            await set_own_day(date(2026, 12, 24), "", reason=" ", by=by)


async def test_the_staff_list_pages_both_ways(make: Factory) -> None:
    branch, clerk = await make.branch(), await make.staff()
    names = [f"Page {letter}" for letter in "ABCDE"]
    for name in reversed(names):
        await make.staff(branch_id=branch, name=name)
    wanted = StaffFilter(branch_id=branch)
    async with acting(clerk):
        first = await staff_list(wanted, limit=2)
        second = await staff_list(wanted, after=first.after, limit=2)
        third = await staff_list(wanted, after=second.after, limit=2)
        back = await staff_list(wanted, before=third.before, limit=2)
        start = await staff_list(wanted, before=back.before, limit=2)
    shown = [[row.name for row in page.rows] for page in (first, second, third, back, start)]
    assert shown == [names[:2], names[2:4], names[4:], names[2:4], names[:2]]
    assert (first.before, third.after, start.before) == (None, None, None)


async def test_staff_are_found_in_chinese_and_by_part_of_a_word(make: Factory) -> None:
    branch, boss = await make.branch(), await make.staff(name="Boss")
    clerk = await make.staff(
        StaffRole.WAREHOUSE, branch_id=branch, name="欧阳 建国", supervisor=boss
    )
    await make.staff(branch_id=branch, name="O'Neil 100%")
    async with acting(boss):

        async def found(text: str) -> list[str]:
            page = await staff_list(StaffFilter(text=text, branch_id=branch))
            return [row.name for row in page.rows]

        assert await found("建国") == ["欧阳 建国"]
        assert await found("欧 国") == ["欧阳 建国"]
        assert await found("NEIL") == ["O'Neil 100%"]
        assert await found("100%") == ["O'Neil 100%"]
        assert await found("neil 建国") == []
        assert await found("%") == ["O'Neil 100%"]
        assert len(await found("\x00")) == 2
        roles = await staff_list(StaffFilter(branch_id=branch, role=StaffRole.WAREHOUSE))
        assert [row.supervisor_name for row in roles.rows] == ["Boss"]
        assert clerk.staff_member_id is not None
        row = await staff_row(clerk.staff_member_id)
        assert (row.name, row.role) == ("欧阳 建国", StaffRole.WAREHOUSE)
        with pytest.raises(NotFound):
            await staff_row(-1)


async def test_the_list_says_who_can_sign_in(make: Factory) -> None:
    branch, by = await make.branch(), await make.staff()
    active, invited, gone = [
        await make.staff(branch_id=branch, name=name) for name in ("Active", "Invited", "Gone")
    ]
    await make.password(active)
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", gone.person_id)
    async with acting(by):
        usual = await staff_list(StaffFilter(branch_id=branch))
        everybody = await staff_list(StaffFilter(branch_id=branch, with_disabled=True))
    assert {row.name: row.state for row in usual.rows} == {
        "Active": StaffState.ACTIVE,
        "Invited": StaffState.INVITED,
    }
    assert {row.name: row.state for row in everybody.rows}["Gone"] is StaffState.DISABLED
    assert StaffState.DISABLED.tone == "neutral"
    assert invited.staff_member_id in {row.id for row in usual.rows}


async def test_the_first_administrator_lets_themselves_in_once(make: Factory) -> None:
    await make.owner.execute(
        """UPDATE person SET disabled_at = now() FROM staff_member s
           WHERE s.person_id = person.id AND s.role = 'administrator'"""
    )
    email = f"{unique('first')}@hengda.example"
    lost = await create_first_administrator(name="First", email=email)
    token = await create_first_administrator(name="First", email=email.upper())
    assert token != lost
    client, password = Client(Side.STAFF), "tomato window eleven moss"
    async with unit_of_work(Login.STAFF):
        await set_password(token, password, client, hasher=CHEAP_HASHER)
    assert await sign_in(email, password, client, hasher=CHEAP_HASHER)
    with pytest.raises(AlreadyAdministered):
        await create_first_administrator(name="Second", email="second@hengda.example")
