"""Staff: invited, moved, disabled, and that somebody can always administer."""

import asyncio
import json

import pytest

from portal.database import Login, execute, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, DomainError, FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.identity.disabling import NotOneself
from portal.domain.identity.invitations import PersonDisabled
from portal.domain.identity.people import person_by_id
from portal.domain.organisation.departments import DepartmentFacts, create_department
from portal.domain.organisation.staff import (
    LastAdministrator,
    Post,
    change_post,
    disable_staff,
    enable_staff,
    invite_again,
    invite_staff,
    staff_member_by_id,
)
from portal.domain.organisation.tables import StaffMember
from tests.factories import Factory, acting, unique


async def administrator(make: Factory) -> Actor:
    actor = await make.staff(StaffRole.ADMINISTRATOR)
    await make.password(actor)
    return actor


async def member_of(actor: Actor) -> StaffMember:
    assert actor.staff_member_id is not None
    return await staff_member_by_id(actor.staff_member_id)


async def leave_as_only_administrators(make: Factory, *actors: Actor) -> None:
    """Tests share a house: every other administrator is disabled for the moment."""
    await make.owner.execute(
        """UPDATE person SET disabled_at = now() FROM staff_member s
           WHERE s.person_id = person.id AND s.role = 'administrator'
             AND NOT person.id = ANY($1)""",
        [actor.person_id for actor in actors],
    )


async def test_an_administrator_takes_somebody_on(make: Factory) -> None:  # rules J1, A5
    boss, by = await make.staff(StaffRole.SALES_SUPERVISOR), await administrator(make)
    email = f"{unique('new')}@hengda.example"
    async with acting(by) as unit:
        department = await create_department(
            DepartmentFacts(code=unique("S"), name="销售部", branch_id=boss.branch_id), by=by
        )
        member = await invite_staff(
            name="李 娜",
            email=email.upper(),
            locale="zh_Hans",
            post=Post(
                role=StaffRole.ACCOUNT_MANAGER,
                branch_id=boss.branch_id,
                department_id=department.id,
                supervisor_id=boss.staff_member_id,
                job_title="客户经理",
            ),
            by=by,
        )
        person = await person_by_id(member.person_id)
        assert unit.outbox_written
    assert (person.name, person.email, person.side) == ("李 娜", email, "staff")
    assert (member.role, member.job_title) == (StaffRole.ACCOUNT_MANAGER, "客户经理")
    invited = [
        event
        for event in await make.events("person.invited")
        if event["person_id"] == member.person_id
    ]
    assert [(event["side"], event["account_id"]) for event in invited] == [("staff", None)]
    verbs = await make.owner.fetch(
        "SELECT verb FROM activity WHERE actor_id = $1 ORDER BY id", by.person_id
    )
    assert [row["verb"] for row in verbs] == [
        "organisation.department_added",
        "identity.person_added",
        "organisation.staff_added",
        "identity.invited",
    ]


@pytest.mark.parametrize("role", [role for role in StaffRole if role != "administrator"])
async def test_nobody_else_edits_staff(make: Factory, role: StaffRole) -> None:
    clerk, other = await make.staff(role), await make.staff()
    post = Post(role=StaffRole.ADMINISTRATOR)
    async with acting(clerk):
        member, own = await member_of(other), await member_of(clerk)
        for attempt in (
            invite_staff(name="Eve", email="eve@hengda.example", post=post, by=clerk),
            change_post(own, post, expected_version=1, by=clerk),
            disable_staff(member, by=clerk),
            enable_staff(member, by=clerk),
            invite_again(member, by=clerk),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_the_same_address_is_taken_on_once(make: Factory) -> None:
    by = await administrator(make)
    clerk = await make.staff()
    with pytest.raises(FieldError) as refused:
        async with acting(by):
            await invite_staff(
                name="Twin",
                email=await make.email(clerk),
                post=Post(role=StaffRole.FINANCE),
                by=by,
            )
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("field", "post"),
    [
        ("branch_id", Post(role=StaffRole.FINANCE, branch_id=-1)),
        ("department_id", Post(role=StaffRole.FINANCE, department_id=-1)),
        ("supervisor_id", Post(role=StaffRole.FINANCE, supervisor_id=-1)),
        ("job_title", Post(role=StaffRole.FINANCE, job_title="x" * 101)),
    ],
)
async def test_a_post_that_cannot_be_is_refused_at_its_field(
    make: Factory, field: str, post: Post
) -> None:
    by, clerk = await administrator(make), await make.staff()
    with pytest.raises(FieldError) as refused:
        async with acting(by):
            await change_post(await member_of(clerk), post, expected_version=1, by=by)
    assert refused.value.field == field


async def test_a_post_changes_with_its_history(make: Factory) -> None:  # rule A5
    by, clerk, boss = await administrator(make), await make.staff(), await make.staff()
    async with acting(by):
        changed = await change_post(
            await member_of(clerk),
            Post(
                role=StaffRole.SALES_ASSISTANT,
                branch_id=clerk.branch_id,
                supervisor_id=boss.staff_member_id,
            ),
            expected_version=1,
            by=by,
        )
    assert changed == {
        "role": ("sales_representative", "sales_assistant"),
        "supervisor_id": (None, boss.staff_member_id),
    }
    entry = await make.owner.fetchrow(
        "SELECT * FROM activity WHERE subject_kind = 'staff_member' AND subject_id = $1",
        clerk.staff_member_id,
    )
    assert json.loads(entry["before"])["role"] == "sales_representative"
    assert json.loads(entry["after"])["role"] == "sales_assistant"
    with pytest.raises(Conflict):
        async with acting(by):
            await change_post(
                await member_of(clerk),
                Post(role=StaffRole.FINANCE),
                expected_version=1,
                by=by,
            )


async def test_nobody_comes_to_stand_above_themselves(make: Factory) -> None:
    by, top = await administrator(make), await make.staff()
    middle = await make.staff(supervisor=top)
    below = await make.staff(supervisor=middle)
    for supervisor in (top, middle, below):
        with pytest.raises(FieldError) as refused:
            async with acting(by):
                await change_post(
                    await member_of(top),
                    Post(role=StaffRole.FINANCE, supervisor_id=supervisor.staff_member_id),
                    expected_version=1,
                    by=by,
                )
        assert refused.value.field == "supervisor_id"


async def test_two_changes_at_once_make_no_circle(make: Factory) -> None:
    by, first, second = await administrator(make), await make.staff(), await make.staff()

    async def put_below(member: Actor, supervisor: Actor) -> None:
        async with acting(by):
            post = Post(role=StaffRole.FINANCE, supervisor_id=supervisor.staff_member_id)
            await change_post(await member_of(member), post, expected_version=1, by=by)

    results = await asyncio.gather(
        put_below(first, second), put_below(second, first), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["FieldError", "NoneType"]


async def test_somebody_who_left_supervises_nobody_new(make: Factory) -> None:
    by, clerk, boss = await administrator(make), await make.staff(), await make.staff()
    async with acting(by):
        await disable_staff(await member_of(boss), by=by)
    with pytest.raises(FieldError):
        async with acting(by):
            await change_post(
                await member_of(clerk),
                Post(role=StaffRole.FINANCE, supervisor_id=boss.staff_member_id),
                expected_version=1,
                by=by,
            )


async def test_disabled_staff_are_out_and_can_come_back(make: Factory) -> None:
    by, clerk = await administrator(make), await make.staff()
    async with acting(by):
        await disable_staff(await member_of(clerk), by=by)
        with pytest.raises(PersonDisabled):
            await invite_again(await member_of(clerk), by=by)
    assert await make.owner.fetchval(
        "SELECT disabled_at IS NOT NULL FROM person WHERE id = $1", clerk.person_id
    )
    async with acting(by):
        await enable_staff(await member_of(clerk), by=by)
        await invite_again(await member_of(clerk), by=by)


async def test_nobody_disables_themselves_nor_the_last_administrator(make: Factory) -> None:
    by, other = await administrator(make), await administrator(make)
    invited_only = await make.staff(StaffRole.ADMINISTRATOR)
    await leave_as_only_administrators(make, by, other, invited_only)
    with pytest.raises(NotOneself):
        async with acting(by):
            await disable_staff(await member_of(by), by=by)
    async with acting(by):
        await disable_staff(await member_of(other), by=by)
    # Who has not signed up yet may never do so: that does not count as an administrator.
    with pytest.raises(LastAdministrator):
        async with acting(by):
            await change_post(
                await member_of(by), Post(role=StaffRole.FINANCE), expected_version=1, by=by
            )


async def test_two_administrators_cannot_disable_each_other_at_once(make: Factory) -> None:
    first, second = await administrator(make), await administrator(make)
    await leave_as_only_administrators(make, first, second)

    async def shut_out(by: Actor, other: Actor) -> None:
        async with acting(by):
            await disable_staff(await member_of(other), by=by)

    results = await asyncio.gather(
        shut_out(first, second), shut_out(second, first), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, DomainError)]
    assert [type(error) for error in refused] == [LastAdministrator]


async def test_an_unknown_staff_member_is_not_found(make: Factory) -> None:
    async with acting(await administrator(make)):
        with pytest.raises(NotFound):
            await staff_member_by_id(-1)


async def test_the_database_knows_the_roles(make: Factory) -> None:
    for role in StaffRole:
        await make.staff(role)
    with pytest.raises(Exception, match="staff_member_role"):
        await make.insert("staff_member", person_id=(await make.staff()).person_id, role="emperor")


async def test_a_customer_reads_posts_and_nothing_more(make: Factory) -> None:
    clerk, buyer = await make.staff(), await make.buyer(await make.account())
    async with acting(buyer):
        await execute(
            "SELECT id, person_id, branch_id, role, job_title FROM staff_member WHERE id = $1",
            clerk.staff_member_id,
        )
    for statement in (
        "SELECT supervisor_id FROM staff_member",
        "SELECT * FROM department",
        "SELECT * FROM deputy",
        "UPDATE staff_member SET role = 'administrator'",
        "INSERT INTO branch (code, name) VALUES ('X', 'X')",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with unit_of_work(Login.CUSTOMER):
                await execute(statement)
