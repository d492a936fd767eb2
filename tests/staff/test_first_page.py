"""My work: what somebody owes on any clock leads their day."""

from datetime import timedelta
from typing import Any

import pytest

from portal.database import database_now
from portal.domain.common.permissions import StaffRole
from portal.domain.service_levels.promise import TargetKind
from tests.factories import Factory, acting, unique
from tests.visitor import signed_in


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (TargetKind.SHORT_LINES, "/staff/orders"),  # rule O15
        (TargetKind.FOLLOW_UP, "/staff/complaints"),  # rule C11
        (TargetKind.CALLBACK, "/staff/visits"),  # rule V7
        (TargetKind.CONTACT_REPORT, "/staff/contact-reports"),  # rule M1
    ],
)
async def test_what_is_owed_stands_on_the_owners_page_and_on_no_other(
    site: Any, make: Factory, kind: TargetKind, place: str
) -> None:
    owner = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    other = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    account = await make.account(representative=owner)
    async with acting(owner):
        now = await database_now()
    reference = unique("OWED")
    await make.insert(
        "target",
        account_id=account.id,
        account_name="Huadong",
        subject_kind="other",
        subject_id=account.id,
        reference=reference,
        kind=kind.value,
        branch_id=account.branch_id,
        owner_id=owner.staff_member_id,
        policy_version=1,
        calendar="always",
        timezone="Asia/Shanghai",
        warn_after=timedelta(hours=4),
        due_after=timedelta(hours=8),
        opened_at=now,
        warn_at=now + timedelta(hours=4),
        due_at=now + timedelta(hours=8),
    )
    link = f'href="{place}/{reference}"'
    assert link in (await (await signed_in(site, make, owner)).get("/staff")).text
    assert link not in (await (await signed_in(site, make, other)).get("/staff")).text
