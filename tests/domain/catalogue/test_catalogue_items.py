"""Items: made, changed, found in three languages, shown to customers as far as it is theirs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.database import Login, fetch, unit_of_work
from portal.domain.catalogue import items, queries
from portal.domain.catalogue.items import ItemDetails
from portal.domain.catalogue.kinds import ItemKind, Unit, unit_label
from portal.domain.catalogue.queries import ItemFilter
from portal.domain.catalogue.tables import Item
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, acting, unique

TODAY = date(2026, 3, 2)
BEARING = ItemDetails(
    kind=ItemKind.STANDARD,
    name_en="Deep groove ball bearing",
    name_zh_hans="深沟球轴承",
    name_zh_hant="深溝滾珠軸承",
    unit=Unit.PIECE,
    tax_rate=Decimal("0.13"),
    list_price=Decimal("12.5"),
)


@pytest.fixture
async def supervisor(make: Factory) -> Actor:
    return await make.staff(StaffRole.SALES_SUPERVISOR)


async def created(by: Actor, details: ItemDetails = BEARING) -> Item:
    async with acting(by):
        return await items.create_item(unique("HD-"), details, by=by)


async def test_an_item_is_found_in_three_languages(supervisor: Actor) -> None:
    token = unique("spec")
    item = await created(supervisor, replace(BEARING, specification=token))
    async with acting(supervisor):
        for text in ("bearing", "深沟球", "轴承", "滾珠", item.sku, item.sku.lower()):
            page = await queries.items_for_staff(
                ItemFilter(text=f"{text} {token}"), locale="zh_Hans"
            )
            assert [row.name for row in page.rows] == ["深沟球轴承"]
        assert (await queries.items_for_staff(ItemFilter(text="!"), locale="en")).rows == []
        names = {
            locale: (await queries.names_of([item.id], locale=locale))[item.id]
            for locale in ("en", "zh_Hans", "zh_Hant")
        }
    assert list(names.values()) == ["Deep groove ball bearing", "深沟球轴承", "深溝滾珠軸承"]
    assert [item.name(locale) for locale in names] == list(names.values())


async def test_changes_of_an_item_keep_before_and_after(supervisor: Actor) -> None:  # rule A5
    item = await created(supervisor)
    dearer = replace(BEARING, list_price=Decimal("13.2"), lead_time_days=4)
    async with acting(supervisor):
        await items.edit_item(item, dearer, by=supervisor, expected_version=1)
        _, entry = await timeline("item", item.id, visible_to=Audience.INTERNAL)
    assert entry.before == {"list_price": "12.5000", "lead_time_days": 0}
    assert entry.after == {"list_price": "13.2000", "lead_time_days": 4}
    with pytest.raises(Conflict):
        async with acting(supervisor):
            await items.edit_item(item, BEARING, by=supervisor, expected_version=1)


async def test_saving_what_was_there_records_nothing(supervisor: Actor) -> None:
    item = await created(supervisor)
    async with acting(supervisor):
        (fresh,) = await Item.objects().where(Item.id == item.id)
        assert await items.edit_item(fresh, BEARING, by=supervisor, expected_version=1) == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_zh_hant": " "}, "name_zh_hant"),
        ({"tax_rate": Decimal(13)}, "tax_rate"),
        ({"tax_rate": Decimal("-0.01")}, "tax_rate"),
        ({"list_price": Decimal(-1)}, "list_price"),
        ({"currency": "???"}, "currency"),
        ({"lead_time_days": -1}, "lead_time_days"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    supervisor: Actor, change: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        await created(supervisor, replace(BEARING, **change))  # type: ignore[arg-type]
    assert refused.value.field == field


async def test_an_item_number_is_given_once(supervisor: Actor) -> None:
    item = await created(supervisor)
    for number in (item.sku, f" {item.sku.lower()} ", "", "轴承", "A/B", "x" * 41):
        with pytest.raises(FieldError) as refused:
            async with acting(supervisor):
                await items.create_item(number, BEARING, by=supervisor)
        assert refused.value.field == "sku"


async def test_an_archived_item_is_found_no_more(make: Factory, supervisor: Actor) -> None:
    item = await created(supervisor)
    buyer = await make.buyer(await make.account())
    wanted = ItemFilter(text=item.sku)

    async def found() -> tuple[int, int, int]:
        async with acting(supervisor):
            staff = await queries.items_for_staff(wanted, locale="en")
            gone = await queries.items_for_staff(replace(wanted, archived=True), locale="en")
            assert (await items.by_sku(item.sku)).id == item.id
        async with acting(buyer):
            offer = await queries.offered_to(buyer, wanted, locale="en", on=TODAY)
        return len(staff.rows), len(gone.rows), len(offer.rows)

    assert await found() == (1, 0, 1)
    async with acting(supervisor):
        await items.archive_item(item, by=supervisor, expected_version=1)
    assert await found() == (0, 1, 0)
    async with acting(supervisor):
        await items.restore_item(item, by=supervisor)
        with pytest.raises(NotFound):
            await items.by_sku("HD-NONE")
    assert await found() == (1, 0, 1)


async def test_only_those_who_may_edit_do(make: Factory, supervisor: Actor) -> None:
    item = await created(supervisor)
    for role in (StaffRole.SALES_REPRESENTATIVE, StaffRole.ACCOUNT_MANAGER, StaffRole.WAREHOUSE):
        clerk = await make.staff(role)
        async with acting(clerk):
            with pytest.raises(NotAllowed):
                await items.create_item(unique("X-"), BEARING, by=clerk)
            with pytest.raises(NotAllowed):
                await items.edit_item(item, BEARING, by=clerk, expected_version=1)
            with pytest.raises(NotAllowed):
                await items.archive_item(item, by=clerk, expected_version=1)


async def test_customers_see_their_own_price_and_stock_alone(make: Factory) -> None:  # rule O5
    account, other = await make.account(), await make.account()
    item_id = await make.item(name=f"Bearing {(token := unique('own'))}")
    for owner, price in ((account, "9.8000"), (other, "8.0000")):
        await make.insert(
            "account_price",
            account_id=owner.id,
            item_id=item_id,
            unit_price=Decimal(price),
            currency="CNY",
            valid_from=date(2026, 1, 1),
        )
        await make.insert(
            "safety_stock", account_id=owner.id, item_id=item_id, quantity=Decimal(25)
        )
    stranger = await make.buyer(await make.account())
    for buyer, price, held in (
        (await make.buyer(account), Money(Decimal("9.8"), "CNY"), 25),
        (stranger, None, None),
    ):
        async with acting(buyer):
            wanted = ItemFilter(text=token)
            (offered,) = (await queries.offered_to(buyer, wanted, locale="zh_Hans", on=TODAY)).rows
            assert (offered.own_price, offered.safety_stock) == (price, held)
            assert offered.name.startswith("深沟球轴承")
            (before,) = (
                await queries.offered_to(buyer, wanted, locale="en", on=date(2025, 12, 31))
            ).rows
            assert before.own_price is None
    for column in ("list_price", "currency"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(stranger):
                await fetch(f"SELECT {column} FROM item")
    async with unit_of_work(Login.CUSTOMER):
        assert await fetch("SELECT id FROM account_price") == []
        assert await fetch("SELECT id FROM safety_stock") == []


async def test_customers_page_through_what_they_find(make: Factory) -> None:
    buyer, token = await make.buyer(await make.account()), unique("many")
    made = sorted([await make.item(name=f"Item {token}") for _ in range(5)])
    async with acting(buyer):
        found: list[int] = []
        after: str | None = ""
        while after is not None:
            offer = await queries.offered_to(
                buyer, ItemFilter(text=token), locale="en", on=TODAY, after=after, limit=2
            )
            found += [row.id for row in offer.rows]
            after = offer.after
    assert sorted(found) == made
    assert len(set(found)) == 5


async def test_staff_page_both_ways(make: Factory, supervisor: Actor) -> None:
    token = unique("pages")
    for kind in ("standard", "special", "standard", "made_to_order", "standard"):
        await make.item(name=f"Item {token}", kind=kind)
    wanted = ItemFilter(text=token)
    async with acting(supervisor):
        everything = (await queries.items_for_staff(wanted, locale="en")).rows
        first = await queries.items_for_staff(wanted, locale="en", limit=2)
        second = await queries.items_for_staff(
            wanted, locale="en", limit=2, after=first.after or ""
        )
        third = await queries.items_for_staff(
            wanted, locale="en", limit=2, after=second.after or ""
        )
        back = await queries.items_for_staff(
            wanted, locale="en", limit=2, before=third.before or ""
        )
        start = await queries.items_for_staff(
            wanted, locale="en", limit=2, before=back.before or ""
        )
        special = await queries.items_for_staff(replace(wanted, kind=ItemKind.SPECIAL), locale="en")
    assert [*first.rows, *second.rows, *third.rows] == list(everything)
    assert (back.rows, start.rows) == (second.rows, first.rows)
    assert (first.before, third.after, start.before) == (None, None, None)
    assert [row.kind for row in special.rows] == [ItemKind.SPECIAL]


def test_units_have_a_label_and_typed_ones_are_their_own() -> None:
    assert queries.units()[0] is Unit.PIECE
    assert unit_label("pcs") == "pcs"
    assert unit_label("barrel") == "barrel"
