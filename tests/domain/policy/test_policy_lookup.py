"""The policy in the database, as the application's logins see it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from portal.database import Login, database_now, execute, fetch, unit_of_work
from portal.domain import policy
from portal.domain.policy import FIGURES, Scope, seed_defaults
from portal.domain.policy.figures import OFFICE_HOURS, PAGE_SIZE, QUOTE_NORMAL, QUOTE_VALIDITY
from portal.domain.policy.tables import PolicyFigure
from portal.domain.policy.values import CalendarKind, Clock
from tests.factories import Factory, acting

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def add(make: Factory, figure: policy.Figure[Any], value: Any, **columns: Any) -> None:
    """Write a version as an administrator's form will."""
    await make.insert(
        "policy_figure",
        **{
            "key": figure.key,
            "scope_kind": "company",
            "value": json.dumps(figure.to_json(value)),
            "version": 1,
            "valid_from": LONG_AGO,
            **columns,
        },
    )


async def add_as_staff(figure: policy.Figure[Any], value: Any) -> None:
    """Write version 1 for the company in the current unit of work."""
    await execute(
        """INSERT INTO policy_figure (key, scope_kind, value, version, valid_from)
           VALUES ($1, 'company', $2, 1, $3)""",
        figure.key,
        json.dumps(figure.to_json(value)),
        LONG_AGO,
    )


@pytest.fixture
async def make(make: Factory) -> AsyncIterator[Factory]:
    """Versions hold for everybody: each test begins without any, and leaves those it found."""
    await make.owner.execute("CREATE TEMP TABLE found AS SELECT * FROM policy_figure")
    await make.owner.execute("DELETE FROM policy_figure")
    yield make
    await make.owner.execute("DELETE FROM policy_figure")
    await make.owner.execute(
        "INSERT INTO policy_figure OVERRIDING SYSTEM VALUE SELECT * FROM found"
    )


async def test_the_default_holds_in_an_empty_database(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        holds = await policy.figure(QUOTE_NORMAL)
    assert (holds.value, holds.version) == (QUOTE_NORMAL.default, 0)


async def test_the_seed_writes_every_default_once(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        await seed_defaults(valid_from=LONG_AGO)
    async with unit_of_work(Login.STAFF):
        await seed_defaults(valid_from=LONG_AGO + timedelta(days=1))
        of_tiers = sum(len(figure.for_tiers) for figure in FIGURES.values())
        assert await PolicyFigure.count() == len(FIGURES) + of_tiers
        for figure in FIGURES.values():
            holds = await policy.figure(figure)
            assert (holds.value, holds.version, holds.valid_from) == (figure.default, 1, LONG_AGO)
            for tier, value in figure.for_tiers.items():
                holds = await policy.figure(figure, scope=Scope(tier=tier))
                assert (holds.value, holds.version, holds.scope_value) == (value, 1, tier)


async def test_a_change_is_seen_by_the_next_unit_of_work(make: Factory) -> None:
    for version, days in enumerate((10, 20, 30), start=1):
        await add(make, QUOTE_VALIDITY, days, version=version)
        async with unit_of_work(Login.WORKER):
            assert (await policy.figure(QUOTE_VALIDITY)).value == days


async def test_a_version_that_commits_late_is_not_overlooked(make: Factory) -> None:
    """Versions become visible in another order than that of their ids."""

    async def page_size_and_validity() -> tuple[int, int]:
        async with unit_of_work(Login.WORKER):
            book, now = await policy.rulebook(), await database_now()
            return tuple(book.figure(each, at=now).value for each in (PAGE_SIZE, QUOTE_VALIDITY))

    async with make.owner.transaction():
        await add(make, PAGE_SIZE, 20)
        async with unit_of_work(Login.STAFF):
            await add_as_staff(QUOTE_VALIDITY, 10)
        assert await page_size_and_validity() == (50, 10)
    assert await page_size_and_validity() == (20, 10)


async def test_business_time_decides_what_holds(make: Factory) -> None:
    async with unit_of_work(Login.STAFF):
        now = await database_now()
    await add(make, QUOTE_VALIDITY, 10, valid_from=now - timedelta(days=1))
    await add(make, QUOTE_VALIDITY, 20, version=2, valid_from=now + timedelta(days=1))
    async with unit_of_work(Login.STAFF):
        assert (await policy.figure(QUOTE_VALIDITY)).value == 10
        later = await policy.figure(QUOTE_VALIDITY, at=now + timedelta(days=2))
        assert (later.value, later.version) == (20, 2)


async def test_an_accounts_own_promise_wins(make: Factory) -> None:  # rules Q2, A21
    account, other = await make.account(tier="strategic"), await make.account(tier="strategic")
    faster = Clock(timedelta(hours=4), timedelta(hours=12), CalendarKind.OFFICE_HOURS)
    fast = Clock(timedelta(hours=12), timedelta(hours=24), CalendarKind.WORKING_DAYS)
    await add(make, QUOTE_NORMAL, fast, scope_kind="tier", scope_value="strategic")
    await add(make, QUOTE_NORMAL, faster, scope_kind="account", scope_value=str(account.id))
    for login, whom, expected in (
        (Login.STAFF, account, faster),
        (Login.CUSTOMER, account, faster),
        (Login.CUSTOMER, other, fast),
        (Login.WORKER, other, fast),
    ):
        tenant = whom.id if login is Login.CUSTOMER else None
        async with unit_of_work(login, account_id=tenant):
            scope = Scope(account_id=whom.id, tier="strategic")
            assert (await policy.figure(QUOTE_NORMAL, scope=scope)).value == expected


async def test_what_was_agreed_with_one_account_is_hidden_from_the_others(make: Factory) -> None:
    ours, other = await make.account(), await make.account()
    buyers = [await make.buyer(ours), await make.buyer(other)]
    await add(make, QUOTE_VALIDITY, 90, scope_kind="account", scope_value=str(ours.id))
    await add(make, QUOTE_VALIDITY, 80, scope_kind="account", scope_value=str(other.id))
    for buyer, visible, days in zip(buyers, (ours, other), (90, 80), strict=True):
        async with acting(buyer):
            rows = await fetch("SELECT scope_value FROM policy_figure")
            assert [row["scope_value"] for row in rows] == [str(visible.id)]
            for account in (ours, other):
                holds = await policy.figure(QUOTE_VALIDITY, scope=Scope(account_id=account.id))
                assert holds.value == (days if account is visible else 30)
    async with unit_of_work(Login.CUSTOMER):
        assert await fetch("SELECT 1 FROM policy_figure") == []


async def test_further_figures_cost_no_further_reading(make: Factory) -> None:
    await add(make, QUOTE_VALIDITY, 10)
    async with unit_of_work(Login.STAFF):
        book = await policy.rulebook()
        assert await policy.rulebook() is book
    async with unit_of_work(Login.WORKER):
        assert await policy.rulebook() is book
    async with acting(await make.buyer(await make.account())):
        tenants = await policy.rulebook()
    async with acting(await make.buyer(await make.account())):
        assert await policy.rulebook() is tenants


async def test_versions_are_added_never_changed(make: Factory) -> None:
    await add(make, QUOTE_VALIDITY, 10)
    for login in Login:
        for change in (
            "UPDATE policy_figure SET value = '1'",
            "DELETE FROM policy_figure",
            "TRUNCATE policy_figure",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with unit_of_work(login):
                    await execute(change)


async def test_only_staff_add_versions(make: Factory) -> None:
    for login in (Login.CUSTOMER, Login.WORKER):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with unit_of_work(login):
                await add_as_staff(PAGE_SIZE, 20)
    async with unit_of_work(Login.STAFF):
        await add_as_staff(PAGE_SIZE, 20)
        assert (await policy.figure(PAGE_SIZE)).value == 20


async def test_the_table_guards_itself(make: Factory) -> None:
    right = {
        "key": "quote.validity",
        "scope_kind": "company",
        "scope_value": None,
        "value": "10",
        "version": 1,
        "valid_from": LONG_AGO,
    }
    await make.insert("policy_figure", **right)
    wrong: list[dict[str, Any]] = [
        {},  # the same version once more
        {"version": 0},
        {"version": 2, "value": None},
        {"version": 2, "value": "null"},
        {"version": 2, "key": "No Key"},
        {"version": 2, "scope_kind": "galaxy", "scope_value": "x"},
        {"version": 2, "scope_value": "key"},
        {"scope_kind": "tier"},
        {"scope_kind": "account", "scope_value": "seven"},
    ]
    for columns in wrong:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await make.insert("policy_figure", **{**right, **columns})


async def test_administrators_see_every_figure_with_its_story(make: Factory) -> None:
    admin = await make.staff(name="Admin of the Policy")
    async with unit_of_work(Login.STAFF):
        now = await database_now()
    await add(make, QUOTE_VALIDITY, 10, set_by=admin.person_id, reason="Prices move")
    await add(make, QUOTE_VALIDITY, 15, scope_kind="tier", scope_value="key")
    await add(make, QUOTE_VALIDITY, 20, version=2, valid_from=now + timedelta(days=9))
    async with unit_of_work(Login.STAFF):
        listing = await policy.all_figures()
    assert [listed.figure for listed in listing.figures] == list(FIGURES.values())
    listed = next(each for each in listing.figures if each.figure is QUOTE_VALIDITY)
    assert (listed.current.value, listed.current.reason) == (10, "Prices move")
    assert [(each.scope_value, each.value) for each in listed.overrides] == [("key", 15)]
    assert [each.version for each in listed.upcoming] == [2]
    assert listing.names == {admin.person_id: "Admin of the Policy"}
    hours = next(each for each in listing.figures if each.figure is OFFICE_HOURS)
    assert (hours.current.version, hours.overrides, hours.upcoming) == (0, [], [])
