"""Registered projects are signed, watched, and alert without telling one of another (rule O17)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from portal.database import Login, fetch, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import registrations as projects
from portal.domain.orders.changes import cancel
from portal.domain.orders.registration_alerts import AlreadySettled
from portal.domain.orders.registrations import RegistrationFacts, RegistrationState
from portal.domain.orders.tables import ProjectRegistration
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded, phone_order
from tests.scenarios import Cast, cast_of


async def today(make: Factory) -> date:
    now = await make.owner.fetchval("SELECT business_now() AT TIME ZONE 'Asia/Shanghai'")
    day: date = now.date()
    return day


async def registered(make: Factory, cast: Cast, **changes: Any) -> ProjectRegistration:
    """A hundred of the cast's item for a project of the next 30 days."""
    start = await today(make)
    by = cast.representative
    facts = {
        "project_name": "Metro line 7",
        "site": "East depot",
        "sku": cast.sku,
        "quantity": Decimal(100),
        "starts_on": start,
        "ends_on": start + timedelta(days=30),
        **changes,
    }
    async with acting(by):
        return await projects.register(
            RegistrationFacts(**facts), by=by, account_id=cast.account.id
        )


async def duty_manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.DUTY_MANAGER)


async def signed(make: Factory, cast: Cast, **changes: Any) -> ProjectRegistration:
    project = await registered(make, cast, **changes)
    manager = await duty_manager(make)
    async with acting(manager):
        project = await projects.registration_by_reference(project.reference, by=manager)
        await projects.sign(project, by=manager)
    return project


async def ordered_like(make: Factory, cast: Cast, quantity: str) -> Ordered:
    """Another account orders the same item."""
    other = await cast_of(make)
    other.item_id, other.sku = cast.item_id, cast.sku
    return await phone_order(make, other, quantity=quantity)


async def watch() -> int:
    async with unit_of_work(Login.WORKER):
        return await projects.watch_new_orders()


async def alerts(cast: Cast) -> list[projects.Alert]:
    by = cast.representative
    async with acting(by):
        return [
            alert
            for alert in await projects.open_alerts(by=by)
            if alert.account_name == cast.account.name
        ]


async def test_recorded_by_sales_signed_by_the_duty_manager(make: Factory) -> None:
    cast = await cast_of(make)
    project = await registered(make, cast)
    assert project.reference.startswith("PR-")
    manager = await duty_manager(make)
    async with acting(manager):
        (row,) = await projects.registrations(by=manager, reference=project.reference)
        assert (row.state, row.registered_by) == (
            RegistrationState.WAITING,
            cast.representative.name,
        )
        await projects.sign(row.record, by=manager, note="As agreed")
        (row,) = await projects.registrations(by=manager, account_id=cast.account.id)
    assert (row.state, row.decided_by) == (RegistrationState.WATCHED, manager.name)
    assert len(await make.events("registration.registered", cast.account.id)) == 1
    assert len(await make.events("registration.decided", cast.account.id)) == 1


async def test_a_refused_project_is_not_watched(make: Factory) -> None:
    cast = await cast_of(make)
    project = await registered(make, cast)
    manager = await duty_manager(make)
    async with acting(manager):
        with pytest.raises(FieldErrors):
            await projects.refuse(project, " ", by=manager)
        await projects.refuse(project, "Registered before", by=manager)
        with pytest.raises(WrongState):
            await projects.sign(project, by=manager)
    await ordered_like(make, cast, "100")
    await watch()
    assert await alerts(cast) == []


@pytest.mark.parametrize(
    ("quantity", "similar"), [("80", True), ("120", True), ("79.999", False), ("120.001", False)]
)
async def test_a_similar_order_of_another_account_alerts_once(
    make: Factory, quantity: str, similar: bool
) -> None:
    cast = await cast_of(make)
    await signed(make, cast)
    other = await ordered_like(make, cast, quantity)
    await asyncio.gather(*(watch() for _ in range(4)))
    await watch()
    found = await alerts(cast)
    assert [alert.quantity for alert in found] == ([Decimal(quantity)] if similar else [])
    assert len(await make.events("registration.alert", cast.account.id)) == len(found)
    assert await make.events("registration.alert", other.cast.account.id) == []


async def test_neither_is_told_of_the_other(make: Factory) -> None:  # rules O17, A6
    cast = await cast_of(make)
    await signed(make, cast)
    other = await ordered_like(make, cast, "100")
    await watch()
    (alert,) = await alerts(cast)
    assert (alert.order_reference, alert.order_account_name) == ("", "")
    manager = await duty_manager(make)
    async with acting(manager):
        (seen,) = [each for each in await projects.open_alerts(by=manager) if each.id == alert.id]
    assert seen.order_reference == other.reference
    assert seen.order_account_name == other.cast.account.name
    # Nothing on the order that its team or its customer could read.
    verbs = await make.owner.fetch(
        "SELECT DISTINCT verb FROM activity WHERE reference = $1", other.reference
    )
    assert not any("registration" in row["verb"] for row in verbs)
    for buyer in (cast.buyer, other.cast.buyer):
        async with acting(buyer):
            assert await fetch("SELECT verb FROM activity WHERE verb LIKE 'registrations.%'") == []
        for table in ("project_registration", "registration_alert"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with acting(buyer):
                    await fetch(f"SELECT * FROM {table}")


async def test_what_does_not_alert(make: Factory) -> None:
    cast = await cast_of(make)
    day = await today(make)
    await signed(make, cast, starts_on=day + timedelta(days=1))  # not yet
    await phone_order(make, cast, quantity="100")  # the account's own
    await ordered_like(make, cast, "100")
    await watch()
    assert await alerts(cast) == []
    await registered(make, cast)  # not signed
    await watch()
    assert await alerts(cast) == []
    await signed(make, cast, quantity=Decimal(50))
    gone = await ordered_like(make, cast, "50")
    by = gone.cast.representative
    async with acting(by):
        await cancel(await loaded(gone.reference, by), "Not needed", by=by)
    await watch()
    assert await alerts(cast) == []


async def test_the_policy_says_what_is_similar(make: Factory) -> None:
    cast = await cast_of(make)
    await signed(make, cast)
    await ordered_like(make, cast, "130")
    await watch()
    assert await alerts(cast) == []
    await make.insert(
        "policy_figure",
        key="order.registration-tolerance",
        scope_kind="account",
        scope_value=str(cast.account.id),
        value='"30"',
        version=1,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )
    await watch()
    assert len(await alerts(cast)) == 1


async def test_an_alert_is_settled_by_a_person_once(make: Factory) -> None:
    cast = await cast_of(make)
    await signed(make, cast)
    await ordered_like(make, cast, "100")
    await watch()
    (alert,) = await alerts(cast)
    stranger = (await cast_of(make)).representative
    with pytest.raises(NotFound):  # rule A6
        async with acting(stranger):
            await projects.settle_alert(alert.id, "Spying", by=stranger)
    by = cast.representative
    with pytest.raises(FieldErrors):
        async with acting(by):
            await projects.settle_alert(alert.id, " ", by=by)
    async with acting(by):
        await projects.settle_alert(alert.id, "Another project", by=by)
    with pytest.raises(AlreadySettled):
        async with acting(by):
            await projects.settle_alert(alert.id, "Another project", by=by)
    assert await alerts(cast) == []
    async with acting(by):
        (settled,) = await projects.alerts_of(
            (await projects.registrations(by=by))[0].record.id, by=by
        )
    assert (settled.settled_by, settled.note) == (by.name, "Another project")


async def test_what_a_registration_has_to_say(make: Factory) -> None:
    cast = await cast_of(make)
    day = await today(make)
    for changes, fields in (
        ({"project_name": " ", "sku": "NO-SUCH", "quantity": None}, None),
        ({"starts_on": None, "ends_on": None}, ["starts_on", "ends_on"]),
        ({"ends_on": day - timedelta(days=1), "starts_on": day - timedelta(days=9)}, ["ends_on"]),
        ({"ends_on": day - timedelta(days=1)}, ["ends_on"]),
        ({"ends_on": day + timedelta(days=9999)}, ["ends_on"]),
    ):
        with pytest.raises(FieldErrors) as refused:
            await registered(make, cast, **changes)
        named = [error.field for error in refused.value.errors]
        assert named == (fields or ["project_name", "sku", "quantity"])


async def test_who_may_register_sign_and_read(make: Factory) -> None:
    cast = await cast_of(make)
    project = await registered(make, cast)
    stranger = (await cast_of(make)).representative
    facts = RegistrationFacts()
    for actor, error in (
        (cast.buyer, NotAllowed),
        (await make.staff(StaffRole.WAREHOUSE), NotAllowed),
        (await duty_manager(make), NotAllowed),
        (stranger, NotFound),  # rule A6
    ):
        with pytest.raises(error):
            async with acting(actor):
                await projects.register(facts, by=actor, account_id=cast.account.id)
    for actor in (cast.representative, cast.supervisor, cast.buyer):
        with pytest.raises(NotAllowed):
            async with acting(actor):
                await projects.sign(project, by=actor)
    for actor, error in ((stranger, NotFound), (cast.buyer, NotAllowed)):
        with pytest.raises(error):
            async with acting(actor):
                await projects.registration_by_reference(project.reference, by=actor)
    async with acting(stranger):
        assert await projects.registrations(by=stranger) == []
    manager = await duty_manager(make)
    with pytest.raises(Conflict):
        async with acting(manager):
            await projects.sign(project, by=manager, expected_version=7)
