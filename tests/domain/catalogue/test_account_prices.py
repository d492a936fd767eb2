"""Account prices: valid for a time, one a day, else the list's; and safety stock (rule O5)."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.database import fetch
from portal.domain.accounts.queries import by_id
from portal.domain.accounts.tables import Account
from portal.domain.catalogue import prices, safety_stock
from portal.domain.catalogue.prices import PriceSource, Term
from portal.domain.catalogue.tables import AccountPrice, Item, SafetyStock
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, acting

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture
async def supervisor(make: Factory) -> Actor:
    return await make.staff(StaffRole.SALES_SUPERVISOR)


@pytest.fixture
async def account(make: Factory, supervisor: Actor) -> Account:
    made = await make.account()
    async with acting(supervisor):
        return await by_id(made.id, supervisor)


@pytest.fixture
async def item(make: Factory, supervisor: Actor) -> Item:
    item_id = await make.item(price="12.5000")
    async with acting(supervisor):
        (found,) = await Item.objects().where(Item.id == item_id)
    return found


def term(price: str = "9.8", first: date = FIRST, last: date | None = LAST) -> Term:
    return Term(unit_price=Decimal(price), valid_from=first, valid_until=last)


async def agreed(account: Account, item: Item, by: Actor, wanted: Term) -> AccountPrice:
    async with acting(by):
        return await prices.add_price(account, item, wanted, by=by)


async def test_both_days_of_a_term_belong_to_it(
    account: Account, item: Item, supervisor: Actor
) -> None:
    await agreed(account, item, supervisor, term())
    day = timedelta(days=1)
    own = prices.Price(Money(Decimal("9.8"), "CNY"), PriceSource.ACCOUNT)
    listed = prices.Price(Money(Decimal("12.5"), "CNY"), PriceSource.LIST)
    async with acting(supervisor):
        for on, expected in (
            (FIRST - day, listed),
            (FIRST, own),
            (LAST, own),
            (LAST + day, listed),
        ):
            assert await prices.price_for(account.id, item.id, on=on) == expected


async def test_a_term_without_end_holds_until_further_notice(
    account: Account, item: Item, supervisor: Actor
) -> None:
    await agreed(account, item, supervisor, term(last=None))
    async with acting(supervisor):
        found = await prices.price_for(account.id, item.id, on=date(2999, 1, 1))
    assert found is not None
    assert found.source is PriceSource.ACCOUNT


async def test_a_list_price_in_another_currency_is_none(make: Factory, supervisor: Actor) -> None:
    abroad, item_id = await make.account(currency="EUR"), await make.item()
    async with acting(supervisor):
        assert await prices.price_for(abroad.id, item_id, on=FIRST) is None
        assert await prices.prices_for(abroad.id, [], on=FIRST) == {}
        file = await by_id(abroad.id, supervisor)
        (item,) = await Item.objects().where(Item.id == item_id)
        await prices.add_price(file, item, term(), by=supervisor)
        found = await prices.price_for(abroad.id, item_id, on=FIRST)
    assert found is not None
    assert found.unit_price == Money(Decimal("9.8"), "EUR")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, LAST),
        (date(2025, 1, 1), FIRST),
        (LAST, None),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2025, 1, 1), None),
    ],
)
async def test_overlapping_terms_are_refused(
    account: Account, item: Item, supervisor: Actor, first: date, last: date | None
) -> None:
    await agreed(account, item, supervisor, term())
    with pytest.raises(FieldError) as refused:
        await agreed(account, item, supervisor, term("8", first, last))
    assert refused.value.field == "valid_from"
    assert refused.value.words == {"first": "2026-01-01", "last": "2026-06-30"}


async def test_terms_follow_each_other(account: Account, item: Item, supervisor: Actor) -> None:
    await agreed(account, item, supervisor, term())
    await agreed(account, item, supervisor, term("8", LAST + timedelta(days=1), None))
    with pytest.raises(FieldError) as refused:
        await agreed(account, item, supervisor, term("7", date(2027, 1, 1), None))
    assert refused.value.words == {"first": "2026-07-01"}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 15))), max_size=5)
)
async def test_each_day_has_the_one_price_that_was_let_in(
    make: Factory, account: Account, supervisor: Actor, days: list[tuple[int, int | None]]
) -> None:
    item_id = await make.item(price="99")
    accepted: list[Term] = []
    async with acting(supervisor):
        (item,) = await Item.objects().where(Item.id == item_id)
        for number, (start, length) in enumerate(days, 1):
            first = FIRST + timedelta(days=start)
            last = None if length is None else first + timedelta(days=length)
            wanted = Term(unit_price=Decimal(number), valid_from=first, valid_until=last)
            try:
                await prices.add_price(account, item, wanted, by=supervisor)
            except FieldError:
                assert any(overlap(wanted, other) for other in accepted)
            else:
                assert not any(overlap(wanted, other) for other in accepted)
                accepted.append(wanted)
        for day in (FIRST + timedelta(days=offset) for offset in range(0, 60, 3)):
            own = [one.unit_price for one in accepted if overlap(one, term("0", day, day))]
            found = await prices.price_for(account.id, item.id, on=day)
            assert found is not None
            assert [found.unit_price.amount] == (own or [Decimal(99)])


def overlap(one: Term, other: Term) -> bool:
    return one.valid_from <= (other.valid_until or date.max) and other.valid_from <= (
        one.valid_until or date.max
    )


async def test_two_terms_added_at_once_leave_one(
    account: Account, item: Item, supervisor: Actor
) -> None:
    async def add() -> None:
        async with acting(supervisor):
            file = await by_id(account.id, supervisor)
            await prices.add_price(file, item, term(), by=supervisor)

    outcomes = await asyncio.gather(*(add() for _ in range(6)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(one, FieldError) for one in outcomes if one is not None)


async def test_the_database_refuses_an_overlap_by_itself(
    make: Factory, account: Account, item: Item, supervisor: Actor
) -> None:
    await agreed(account, item, supervisor, term())
    with pytest.raises(Exception, match="account_price_no_overlap"):
        await make.insert(
            "account_price",
            account_id=account.id,
            item_id=item.id,
            unit_price=Decimal(1),
            currency="CNY",
            valid_from=LAST,
        )


async def test_changes_of_a_price_are_in_the_history_of_the_account(  # rule A5
    account: Account, item: Item, supervisor: Actor
) -> None:
    price = await agreed(account, item, supervisor, term())
    async with acting(supervisor):
        await prices.edit_price(account, price, term("9.5"), by=supervisor, expected_version=1)
        await prices.remove_price(account, price, by=supervisor, expected_version=2)
        entries = await timeline("account", account.id, visible_to=Audience.INTERNAL)
        assert await prices.agreed_with(account.id) == []
    assert [entry.verb for entry in entries] == [
        "catalogue.price_agreed",
        "catalogue.price_changed",
        "catalogue.price_removed",
    ]
    assert entries[1].before == {"sku": item.sku, "unit_price": "9.8000"}
    assert entries[1].after == {"sku": item.sku, "unit_price": "9.5000"}
    assert entries[2].before["unit_price"] == "9.5000"


async def test_a_price_may_keep_its_own_days(
    account: Account, item: Item, supervisor: Actor
) -> None:
    price = await agreed(account, item, supervisor, term())
    await agreed(account, item, supervisor, term("8", LAST + timedelta(days=1), None))
    async with acting(supervisor):
        await prices.edit_price(account, price, term("9.5"), by=supervisor, expected_version=1)
    with pytest.raises(FieldError):
        async with acting(supervisor):
            longer = term("9.5", FIRST, None)
            await prices.edit_price(account, price, longer, by=supervisor, expected_version=2)
    with pytest.raises(Conflict):
        async with acting(supervisor):
            await prices.remove_price(account, price, by=supervisor, expected_version=1)


async def test_prices_that_cannot_be_are_refused(
    account: Account, item: Item, supervisor: Actor
) -> None:
    for wrong, field in (
        (term("-1"), "unit_price"),
        (term("1", LAST, FIRST), "valid_until"),
    ):
        with pytest.raises(FieldError) as refused:
            await agreed(account, item, supervisor, wrong)
        assert refused.value.field == field


async def test_the_agreed_prices_are_listed_newest_first(
    account: Account, item: Item, supervisor: Actor
) -> None:
    await agreed(account, item, supervisor, term())
    await agreed(account, item, supervisor, term("9", LAST + timedelta(days=1), None))
    async with acting(supervisor):
        rows = await prices.agreed_with(account.id)
    assert [(row.item.sku, row.unit_price.amount) for row in rows] == [
        (item.sku, Decimal("9.0000")),
        (item.sku, Decimal("9.8000")),
    ]


async def test_only_those_who_may_edit_agree_prices_and_hold_stock(
    make: Factory, account: Account, item: Item
) -> None:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    with pytest.raises(NotAllowed):
        await agreed(account, item, manager, term())
    with pytest.raises(NotAllowed):
        async with acting(manager):
            await safety_stock.hold(account, item, Decimal(5), by=manager)


async def test_prices_and_stock_of_another_account_are_not_there(
    make: Factory, account: Account, item: Item, supervisor: Actor
) -> None:
    price = await agreed(account, item, supervisor, term())
    other = await make.account()
    async with acting(supervisor):
        await safety_stock.hold(account, item, Decimal(5), by=supervisor)
        (held,) = await SafetyStock.objects().where(SafetyStock.account_id == account.id)
        with pytest.raises(NotFound):
            await prices.price_of(other.id, price.id)
        with pytest.raises(NotFound):
            await safety_stock.held_of(other.id, held.id)
        assert (await prices.price_of(account.id, price.id)).id == price.id
        assert (await safety_stock.held_of(account.id, held.id)).id == held.id
    for table in ("account_price", "safety_stock"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(await make.buyer(account)):  # type: ignore[arg-type]
                await fetch(f"DELETE FROM {table}")


async def test_safety_stock_is_held_changed_and_released(  # rule O5
    make: Factory, account: Account, item: Item, supervisor: Actor
) -> None:
    await make.stock(item.id, 100)
    async with acting(supervisor):
        await safety_stock.hold(account, item, Decimal(150), by=supervisor)
        (held,) = await safety_stock.held_for(account.id, locale="zh_Hans", reader=supervisor)
        assert (held.sku, held.quantity, held.covered) == (item.sku, 150, 100)
        assert held.name == item.name_zh_hans
        assert held.is_short
        await safety_stock.hold(account, item, Decimal(80), by=supervisor, expected_version=1)
        with pytest.raises(Conflict):
            await safety_stock.hold(account, item, Decimal(70), by=supervisor, expected_version=1)
        with pytest.raises(FieldError):
            await safety_stock.hold(account, item, Decimal(70), by=supervisor)
        with pytest.raises(FieldError):
            await safety_stock.hold(account, item, Decimal(0), by=supervisor)
    buyer = await make.buyer(account)  # type: ignore[arg-type]
    stranger = await make.buyer(await make.account())
    async with acting(buyer):
        (seen,) = await safety_stock.held_for(account.id, locale="en", reader=buyer)
        assert (seen.sku, seen.quantity, seen.covered) == (item.sku, 80, None)
    async with acting(stranger):
        assert await safety_stock.held_for(account.id, locale="en", reader=stranger) == []
    async with acting(supervisor):
        record = await safety_stock.held_of(account.id, held.id)
        await safety_stock.release(account, record, by=supervisor, expected_version=2)
        assert await safety_stock.held_for(account.id, locale="en", reader=supervisor) == []
        entries = await timeline("account", account.id, visible_to=Audience.INTERNAL)
    assert [entry.verb for entry in entries] == [
        "catalogue.safety_stock_held",
        "catalogue.safety_stock_changed",
        "catalogue.safety_stock_released",
    ]
    assert [entry.before.get("quantity") for entry in entries] == [None, "150.000", "80.000"]
