"""Every page of a request is part of the customer's file: reads from outside are noted (A6)."""

from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.settings import Settings
from tests.factories import Factory
from tests.scenarios import Filed, quote_in_draft, sent_quote
from tests.visitor import signed_in


async def noted(make: Factory, filed: Filed, reader: Actor) -> list[str]:
    rows = await make.owner.fetch(
        "SELECT path FROM file_read WHERE account_id = $1 AND person_id = $2 ORDER BY id",
        filed.cast.account.id,
        reader.person_id,
    )
    return [row["path"] for row in rows]


async def test_whoever_is_outside_the_team_leaves_a_trace_on_each_page(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    await quote_in_draft(make, filed)
    base = f"/staff/quotes/{filed.reference}"
    pages = ["", "/revisions/1", "/revisions/2", "/revisions/2/preview", "/revision/send"]
    leader, team = await make.staff(StaffRole.SALES_SUPERVISOR), filed.cast.representative
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $1 WHERE id = $2",
        leader.staff_member_id,
        team.staff_member_id,
    )
    for actor in (leader, team):
        visitor = await signed_in(site, make, actor)
        for page in pages:
            assert (await visitor.get(base + page)).status_code == 200, page
    assert await noted(make, filed, leader) == [base + page for page in pages]
    assert await noted(make, filed, team) == []


async def test_so_does_who_downloads_a_paper(site: Any, make: Factory, settings: Settings) -> None:
    filed = await sent_quote(make, settings)
    public_id = await make.owner.fetchval(
        """SELECT f.public_id FROM stored_file f JOIN quote q ON q.document_id = f.id
           WHERE q.account_id = $1""",
        filed.cast.account.id,
    )
    leader = await make.staff(StaffRole.GENERAL_MANAGER)
    visitor = await signed_in(site, make, leader)
    assert (await visitor.get(f"/staff/files/{public_id}")).status_code == 200
    assert await noted(make, filed, leader) == [f"/staff/files/{public_id}"]


async def test_parts_that_refresh_by_themselves_are_no_further_reads(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    leader = await make.staff(StaffRole.GENERAL_MANAGER)
    visitor = await signed_in(site, make, leader, htmx=True)
    base = f"/staff/quotes/{filed.reference}"
    for part in ("head", "story", "presence"):
        assert (await visitor.get(f"{base}/fragments/{part}")).status_code == 200
    assert await noted(make, filed, leader) == []
