"""The unit of work, as the application's logins see the database."""

import pytest

from portal.database import Login, database_now, execute, fetch, fetch_value, unit_of_work
from portal.domain.common.activity import record, timeline
from portal.domain.common.actor import SYSTEM, Audience
from portal.domain.common.story import story
from portal.domain.common.thread import write
from tests.factories import Factory, acting


async def test_without_a_tenant_a_customer_login_sees_no_account(make: Factory) -> None:
    await make.account()
    async with unit_of_work(Login.CUSTOMER):
        assert await fetch("SELECT id FROM account") == []


async def test_a_tenant_sees_its_account_alone(make: Factory) -> None:
    ours, _other = await make.account(), await make.account()
    buyer = await make.buyer(ours)
    async with acting(buyer):
        assert [row["id"] for row in await fetch("SELECT id FROM account")] == [ours.id]


async def test_a_tenant_does_not_survive_its_unit(make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    async with acting(buyer):
        pass
    async with unit_of_work(Login.CUSTOMER):
        assert await fetch_value("SELECT count(*) FROM account") == 0


async def test_a_failed_unit_leaves_nothing(make: Factory) -> None:
    account = await make.account()
    buyer = await make.buyer(account)
    subject = await make.record_of(buyer)
    with pytest.raises(ZeroDivisionError):
        async with acting(buyer):
            await write(subject, "lost", by=buyer, audience=Audience.CUSTOMER)
            raise ZeroDivisionError
    async with acting(buyer):
        told = await story(subject.kind, subject.id, visible_to=Audience.CUSTOMER)
    assert told.messages == []


async def test_units_do_not_nest(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        with pytest.raises(RuntimeError):
            async with unit_of_work(Login.STAFF):
                pass


async def test_no_login_can_become_another(make: Factory) -> None:
    for login in Login:
        for other in {*Login} - {login}:
            with pytest.raises(Exception, match="permission denied"):
                async with unit_of_work(login):
                    await execute(f"SET ROLE {other.value}")


async def test_the_activity_log_cannot_be_altered(make: Factory) -> None:
    account = await make.account()
    buyer = await make.buyer(account)
    subject = await make.record_of(buyer)
    async with acting(buyer):
        await record(subject, "quotes.filed", by=buyer, visible_to=Audience.CUSTOMER)
    for login in Login:
        for change in ("UPDATE activity SET verb = 'x'", "DELETE FROM activity"):
            with pytest.raises(Exception, match="permission denied"):
                async with unit_of_work(login):
                    await execute(change)


async def test_customers_see_their_part_of_the_timeline(make: Factory) -> None:  # rule A5
    account = await make.account()
    clerk, buyer = await make.staff(), await make.buyer(account)
    subject = await make.record_of(buyer)
    async with acting(clerk):
        await record(subject, "quotes.judged", by=clerk, visible_to=Audience.INTERNAL)
        await record(subject, "quotes.sent", by=clerk, visible_to=Audience.CUSTOMER)
    async with acting(buyer):
        seen = await timeline(subject.kind, subject.id, visible_to=Audience.CUSTOMER)
        assert [entry.verb for entry in seen] == ["quotes.sent"]
        # Asking for more does not give more: the database holds it back.
        more = await timeline(subject.kind, subject.id, visible_to=Audience.INTERNAL)
        assert [entry.verb for entry in more] == ["quotes.sent"]


async def test_one_unit_has_one_moment(make: Factory) -> None:
    async with unit_of_work(Login.WORKER):
        assert await database_now() == await database_now()
    assert SYSTEM.person_id is None
