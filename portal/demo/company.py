"""The supplier of the demo: branches, departments, staff, deputies, and what it sells."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import Login, fetch_row, unit_of_work
from portal.demo.cast import Branch, Cast, Goods, acting
from portal.demo.data_files import read_rows, read_tables
from portal.domain.catalogue.items import ItemDetails, create_item
from portal.domain.catalogue.kinds import ItemKind, Unit
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import StaffRole
from portal.domain.organisation.branches import BranchFacts, open_branch
from portal.domain.organisation.departments import (
    DepartmentFacts,
    change_department,
    create_department,
)
from portal.domain.organisation.deputies import appoint
from portal.domain.organisation.first_administrator import create_first_administrator
from portal.domain.organisation.staff import (
    Post,
    change_post,
    invite_staff,
    staff_member_by_id,
)
from portal.domain.organisation.tables import Department
from portal.domain.policy.seeding import seed_defaults
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.branch_calendar import calendar_at

TAX_RATE = Decimal("0.13")
_HOME = ZoneInfo("Asia/Shanghai")


async def found_company(cast: Cast, opening: datetime) -> None:
    """Make the supplier as its own administrator would, with the policy's defaults in force."""
    company = read_tables("company")
    domain = company["mail_domain"]
    first, *others = company["staff"]
    administrator = await _first_administrator(first, domain)
    async with acting(administrator):
        await seed_defaults(valid_from=opening)
        branch_ids = await _open_branches(company["branch"], administrator)
        departments = await _create_departments(company["department"], branch_ids, administrator)
    for code, branch_id in branch_ids.items():
        async with acting(administrator):
            cast.branches[code] = await _branch(branch_id)
    async with acting(administrator):
        post = _post(first, cast, departments)
        member = await staff_member_by_id(administrator.staff_member_id or 0)
        await change_post(member, post, expected_version=member.version, by=administrator)
        cast.staff[first["key"]] = administrator
        for hired in others:
            await _hire(hired, domain, cast, departments, administrator)
        await _name_heads(company["department"], cast, departments, administrator)


async def stock_catalogue(cast: Cast) -> None:
    """Enter the items, by the supervisor who keeps the catalogue."""
    keeper = cast.supervisors["HZ"]
    async with acting(keeper):
        for row in read_rows("items"):
            item = await create_item(row["sku"], _details(row), by=keeper)
            cast.goods[item.sku] = Goods(item.id, item.sku, Decimal(row["list_price"]))


async def appoint_deputies(cast: Cast, now: datetime) -> None:
    """Absences counted from the day of seeding, so that somebody is away today."""
    today = now.astimezone(_HOME).date()
    for absence in read_tables("company")["deputy"]:
        absent = cast.staff[absence["of"]]
        async with acting(absent):
            await appoint(
                absent.staff_member_id or 0,
                cast.staff[absence["deputy"]].staff_member_id or 0,
                starts_on=today + timedelta(days=absence["from"]),
                ends_on=today + timedelta(days=absence["to"]),
                reason=absence["reason"],
                by=absent,
            )


async def _first_administrator(hired: dict[str, Any], domain: str) -> Actor:
    email = f"{hired['key']}@{domain}"
    await create_first_administrator(name=hired["name"], email=email, locale=hired["locale"])
    async with unit_of_work(Login.STAFF):
        row = await fetch_row(
            """SELECT p.id, s.id AS staff_id FROM person p JOIN staff_member s ON s.person_id = p.id
               WHERE p.side = 'staff' AND p.email = $1""",
            email,
        )
    assert row is not None  # noqa: S101 - just made
    return Actor(
        row["id"], hired["name"], Side.STAFF, StaffRole.ADMINISTRATOR, None, row["staff_id"]
    )


async def _open_branches(branches: list[dict[str, str]], by: Actor) -> dict[str, int]:
    opened = [await open_branch(BranchFacts(**facts), by=by) for facts in branches]
    return {branch.code: branch.id for branch in opened}


async def _branch(branch_id: int) -> Branch:
    office = await calendar_at(branch_id, CalendarKind.OFFICE_HOURS)
    days = await calendar_at(branch_id, CalendarKind.WORKING_DAYS)
    return Branch(branch_id, office.calendar, days.calendar)


async def _create_departments(
    departments: list[dict[str, str]], branch_ids: dict[str, int], by: Actor
) -> dict[str, Department]:
    return {
        each["code"]: await create_department(
            DepartmentFacts(
                code=each["code"], name=each["name"], branch_id=branch_ids.get(each["branch"])
            ),
            by=by,
        )
        for each in departments
    }


async def _hire(
    hired: dict[str, Any],
    domain: str,
    cast: Cast,
    departments: dict[str, Department],
    by: Actor,
) -> None:
    post = _post(hired, cast, departments)
    member = await invite_staff(
        name=hired["name"],
        email=f"{hired['key']}@{domain}",
        post=post,
        phone=hired["phone"],
        locale=hired["locale"],
        by=by,
    )
    actor = Actor(
        member.person_id, hired["name"], Side.STAFF, post.role, None, member.id, post.branch_id
    )
    cast.staff[hired["key"]] = actor
    if post.role is StaffRole.SALES_SUPERVISOR:
        cast.supervisors[hired["branch"]] = actor


def _post(hired: dict[str, Any], cast: Cast, departments: dict[str, Department]) -> Post:
    superior = cast.staff.get(hired.get("under", ""))
    return Post(
        role=StaffRole(hired["role"]),
        branch_id=cast.branches[hired["branch"]].id,
        department_id=departments[hired["department"]].id,
        supervisor_id=superior.staff_member_id if superior else None,
        job_title=hired["title"],
    )


async def _name_heads(
    facts: list[dict[str, str]], cast: Cast, departments: dict[str, Department], by: Actor
) -> None:
    for each in facts:
        department = departments[each["code"]]
        await change_department(
            department,
            DepartmentFacts(
                code=department.code,
                name=department.name,
                branch_id=department.branch_id,
                head_id=cast.staff[each["head"]].staff_member_id,
            ),
            expected_version=department.version,
            by=by,
        )


def _details(row: dict[str, str]) -> ItemDetails:
    return ItemDetails(
        kind=ItemKind(row["kind"]),
        name_en=row["name_en"],
        name_zh_hans=row["name_zh_hans"],
        name_zh_hant=row["name_zh_hant"],
        unit=Unit(row["unit"]),
        tax_rate=TAX_RATE,
        specification=row["specification"],
        list_price=Decimal(row["list_price"]),
        lead_time_days=int(row["lead_time_days"]),
    )
