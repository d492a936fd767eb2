"""Opinions are followed up on their pages (rules V5, S4, A6)."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.domain.opinions.opening import CheckedOpinion, open_of_visit
from portal.domain.opinions.states import Sentiment
from tests.factories import Factory, acting
from tests.past_visits import past_visit, said_in
from tests.scenarios import cast_of
from tests.visitor import signed_in


async def test_an_opinion_is_followed_up_by_whom_it_was_given_to(site: Any, make: Factory) -> None:
    """Answered, given on, opened again; criticism is the supervisors' to leave (V5, S4)."""
    cast = await cast_of(make)
    visit = await past_visit(make, cast.account, cast.manager, days_ago=1)
    said = CheckedOpinion(
        sentiment=Sentiment.CRITICISM,
        text="Deliveries come late",
        about="",
        said_by="Wang Jianguo",
        owner_id=None,
        is_shown=True,
    )
    async with acting(cast.manager):
        opinion = await open_of_visit(
            visit,
            cast.account.id,
            said,
            owner_id=cast.manager.staff_member_id or 0,
            by=cast.manager,
        )
    path = f"/staff/opinions/{opinion.reference}"
    manager = await signed_in(site, make, cast.manager)
    assert opinion.reference in (await manager.get("/staff/opinions?owner=me")).text
    of_account = f"/staff/opinions?account={cast.account.code}&late=yes"
    assert opinion.reference not in (await manager.get(of_account)).text
    page = (await manager.get(f"{path}?do=drop")).text
    assert "Do not pursue it" not in page

    warehouse = await make.staff(StaffRole.WAREHOUSE)
    keeper = await signed_in(site, make, warehouse)
    assert (await keeper.get(path)).status_code == 404
    refused = await manager.post(f"{path}/owner", {"version": str(opinion.version)})
    assert refused.status_code == 422
    given = {"version": str(opinion.version), "owner": str(warehouse.staff_member_id)}
    assert (await manager.post(f"{path}/owner", given)).status_code == 303
    assert "Say what was done" in (await keeper.get(path)).text
    stale = await keeper.post(f"{path}/answer", {"version": "1", "text": "Two lorries now."})
    assert stale.status_code == 409
    assert "Two lorries now." in stale.text
    version = str(opinion.version + 1)
    answer = {"version": version, "text": "Two lorries now."}
    assert (await keeper.post(f"{path}/answer", answer)).status_code == 303
    page = (await keeper.get(path)).text
    assert "Two lorries now." in page
    assert "Open it again" in page
    listed = (await manager.get("/staff/opinions?status=answered")).text
    assert opinion.reference in listed
    again = {"version": str(int(version) + 1), "reason": "Late again"}
    assert (await manager.post(f"{path}/reopening", again)).status_code == 303
    supervisor = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    boss = await signed_in(site, make, supervisor)
    drop = {"version": str(int(version) + 2), "reason": "The site is closed"}
    assert (await manager.post(f"{path}/drop", drop)).status_code == 403
    assert (await boss.post(f"{path}/drop", drop)).status_code == 303
    assert "The site is closed" in (await boss.get(path)).text


async def test_what_was_said_without_a_name_is_read_without_one(site: Any, make: Factory) -> None:
    """Nobody is guessed at where a survey promised anonymity (rule S4)."""
    supervisor = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    cast = await cast_of(make)
    visit = await past_visit(make, cast.account, cast.manager, days_ago=3)
    reference = await said_in(make, cast.account, supervisor, visit, "Nobody answers")
    await make.owner.execute("UPDATE opinion SET account_id = NULL WHERE reference = $1", reference)
    boss = await signed_in(site, make, supervisor)
    page = (await boss.get(f"/staff/opinions/{reference}")).text
    assert "Not named" in page
    assert "Nobody answers" in page
