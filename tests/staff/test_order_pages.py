"""An order as staff see it, with its release checklist, and everything that is done with it."""

from datetime import timedelta
from typing import Any

from portal.database import database_now
from portal.domain.common.permissions import StaffRole
from portal.settings import Settings
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    confirmed_order,
    phone_order,
    placed_order,
    terms,
    warehouse_of,
)
from tests.scenarios import cast_of
from tests.visitor import Visitor, signed_in


def path(ordered: Ordered, rest: str = "") -> str:
    return f"/staff/orders/{ordered.reference}{rest}"


async def version_of(make: Factory, ordered: Ordered) -> str:
    sql = "SELECT version FROM sales_order WHERE reference = $1"
    return str(await make.owner.fetchval(sql, ordered.reference))


async def status_of(make: Factory, ordered: Ordered) -> str:
    sql = "SELECT status FROM sales_order WHERE reference = $1"
    return str(await make.owner.fetchval(sql, ordered.reference))


async def sales_of(ordered: Ordered, site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, ordered.cast.representative)


async def in_days(make: Factory, ordered: Ordered, days: int) -> str:
    async with acting(ordered.cast.representative):
        return str((await database_now()).date() + timedelta(days=days))


async def test_the_representative_confirms_and_what_is_there_is_reserved(  # rules O1, O2
    site: Any, make: Factory
) -> None:
    ordered = await phone_order(make)
    await make.stock(ordered.cast.item_id, "100")
    sales = await sales_of(ordered, site, make)
    page = (await sales.get(path(ordered))).text
    assert "Confirm the order" in page
    assert "The sales representative has not confirmed the order yet." in page
    done = await sales.post(
        path(ordered, "/confirmation"), {"version": await version_of(make, ordered)}
    )
    assert done.status_code == 303
    page = (await sales.get(path(ordered))).text
    assert "Everything that is left to ship is reserved." in page
    assert "Confirm the order" not in page


async def test_the_checklist_says_rule_figure_and_who_resolves_it(  # rule O9
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await terms(make, cast, "in_advance")
    ordered = await confirmed_order(make, await phone_order(make, cast))
    sales = await sales_of(ordered, site, make)
    page = (await sales.get(path(ordered))).text
    assert 'id="check-payment"' in page
    assert "CN¥124.30 of CN¥124.30 is unpaid." in page
    assert ">O9<" in page
    assert f"{path(ordered)}?do=guarantee#panel" in page  # sales may vouch
    assert "?do=payment#panel" not in page  # and finance alone records money
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    page = (await finance.get(path(ordered))).text
    assert "?do=payment#panel" in page
    assert "?do=guarantee#panel" not in page


async def test_a_payment_guaranteed_at_the_check_releases_the_order(  # rule O9
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await terms(make, cast, "in_advance")
    ordered = await confirmed_order(make, await phone_order(make, cast))
    sales = await sales_of(ordered, site, make)
    form = {"version": await version_of(make, ordered), "reason": "The transfer slip is here."}
    too_late = {**form, "pay_by": await in_days(make, ordered, 9)}
    refused = await sales.post(path(ordered, "/guarantee"), too_late)
    assert refused.status_code == 422
    assert "The transfer slip is here." in refused.text
    assert 'href="#field-pay_by"' in refused.text
    in_time = {**form, "pay_by": await in_days(make, ordered, 2)}
    assert (await sales.post(path(ordered, "/guarantee"), in_time)).status_code == 303
    page = (await sales.get(path(ordered))).text
    assert f"{cast.representative.name} guarantees payment by" in page


async def test_only_a_released_order_is_offered_to_the_warehouse(  # rule O8
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await terms(make, cast, "deposit")
    ordered = await confirmed_order(make, await phone_order(make, cast))
    sales = await sales_of(ordered, site, make)
    page = (await sales.get(path(ordered))).text
    assert "Schedule it" not in page
    assert "1 thing to resolve before it may be scheduled" in page
    version = await version_of(make, ordered)
    refused = await sales.post(path(ordered, "/schedule"), {"version": version})
    assert refused.status_code == 409
    assert "The order cannot be scheduled yet." in refused.text
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    paid = {
        "version": version,
        "amount": "100",
        "received_on": await in_days(make, ordered, 0),
        "bank_reference": "ICBC 4711",
    }
    assert (await finance.post(path(ordered, "/payments"), paid)).status_code == 303
    assert "Schedule it" in (await sales.get(path(ordered))).text
    version = await version_of(make, ordered)
    assert (await sales.post(path(ordered, "/schedule"), {"version": version})).status_code == 303
    assert await status_of(make, ordered) == "scheduled"


async def test_a_large_order_is_pointed_out_with_the_figure_that_makes_it_one(  # rule O8
    site: Any, make: Factory
) -> None:
    ordered = await phone_order(make, quantity="50000", price="11.0000")  # CNY 621,500 with tax
    sales = await sales_of(ordered, site, make)
    page = (await sales.get(path(ordered))).text
    assert "This looks like a large project order" in page
    assert "Its total of CN¥621,500.00 reaches CN¥500,000.00." in page
    # Neither amounts nor marks are the warehouse's (rule A6).
    packer = await signed_in(site, make, await warehouse_of(make, ordered.cast))
    assert "large project order" not in (await packer.get(path(ordered))).text
    marked = {"version": await version_of(make, ordered), "project": "yes"}
    assert (await sales.post(path(ordered, "/marks"), marked)).status_code == 303
    assert "This looks like" not in (await sales.get(path(ordered))).text


async def test_consent_on_stock_is_given_where_it_is_asked_for(  # rule O1
    site: Any, make: Factory
) -> None:
    ordered = await confirmed_order(make, await phone_order(make, price=None))
    sales = await sales_of(ordered, site, make)
    assert "?do=consent" not in (await sales.get(path(ordered))).text
    supervisor = await signed_in(site, make, ordered.cast.supervisor)
    assert "?do=consent#panel" in (await supervisor.get(path(ordered))).text
    form = {"version": await version_of(make, ordered), "reason": "New customer, small lot."}
    assert (await supervisor.post(path(ordered, "/consent"), form)).status_code == 303
    assert "Consent given on" in (await supervisor.get(path(ordered))).text


async def test_a_short_line_is_given_a_day_and_parts_are_agreed(  # rule O15
    site: Any, make: Factory
) -> None:
    ordered = await confirmed_order(make, stock="4")
    sales = await sales_of(ordered, site, make)
    page = (await sales.get(path(ordered, "?do=available"))).text
    assert "Short of stock: 1 of 1 lines." in page
    line = str(
        await make.owner.fetchval(
            """SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
               WHERE o.reference = $1""",
            ordered.reference,
        )
    )
    day = await in_days(make, ordered, 5)
    form = {"version": await version_of(make, ordered), "line": line, "on": day}
    assert (await sales.post(path(ordered, "/availability"), form)).status_code == 303
    assert "expected in stock" in (await sales.get(path(ordered))).text
    parts = {"version": await version_of(make, ordered), "name": "Ms Zhou"}
    assert (await sales.post(path(ordered, "/parts"), parts)).status_code == 303
    assert "Ms Zhou agreed to shipping in parts." in (await sales.get(path(ordered))).text
    back = {"version": await version_of(make, ordered)}
    assert (await sales.post(path(ordered, "/parts/end"), back)).status_code == 303


async def test_a_line_of_another_order_is_not_there(site: Any, make: Factory) -> None:
    ordered, other = await confirmed_order(make, stock="1"), await confirmed_order(make, stock="1")
    line = str(
        await make.owner.fetchval(
            """SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
               WHERE o.reference = $1""",
            other.reference,
        )
    )
    sales = await sales_of(ordered, site, make)
    form = {
        "version": await version_of(make, ordered),
        "line": line,
        "on": await in_days(make, ordered, 5),
    }
    assert (await sales.post(path(ordered, "/availability"), form)).status_code == 404


async def test_goods_on_hold_wait_in_a_place_of_their_own(  # rule O12
    site: Any, make: Factory
) -> None:
    ordered = await confirmed_order(make)
    sales = await sales_of(ordered, site, make)
    form = {"version": await version_of(make, ordered), "reason": "", "place": "B-12"}
    refused = await sales.post(path(ordered, "/hold"), form)
    assert refused.status_code == 422
    assert 'value="B-12"' in refused.text
    held = {**form, "reason": "The crane is broken"}
    assert (await sales.post(path(ordered, "/hold"), held)).status_code == 303
    page = (await sales.get(path(ordered))).text
    assert "On hold at B-12" in page
    assert "The crane is broken" in page
    version = {"version": await version_of(make, ordered)}
    assert (await sales.post(path(ordered, "/release"), version)).status_code == 303
    assert "On hold at B-12" not in (await sales.get(path(ordered))).text


async def test_a_changed_place_is_pointed_out_to_the_warehouse(  # rule O13
    site: Any, make: Factory
) -> None:
    ordered = await confirmed_order(make)
    account = ordered.cast.account
    site_b = await make.insert(
        "ship_to", account_id=account.id, label="Site B", address="No. 9 Dock Road"
    )
    sales = await sales_of(ordered, site, make)
    assert "Site B" in (await sales.get(path(ordered, "?do=ship-to"))).text
    form = {
        "version": await version_of(make, ordered),
        "ship_to": str(site_b),
        "reason": "The crane stands there.",
    }
    assert (await sales.post(path(ordered, "/ship-to"), form)).status_code == 303
    page = (await sales.get(path(ordered))).text
    assert "The warehouse has not seen the changed delivery place yet: Site B." in page
    assert f'action="{path(ordered)}/ship-to/seen"' not in page
    packer = await signed_in(site, make, await warehouse_of(make, ordered.cast))
    assert f'action="{path(ordered)}/ship-to/seen"' in (await packer.get(path(ordered))).text
    seen = {"version": await version_of(make, ordered)}
    assert (await packer.post(path(ordered, "/ship-to/seen"), seen)).status_code == 303
    assert "has seen the changed delivery place" in (await packer.get(path(ordered))).text


async def test_orders_travel_together_and_alone_again(site: Any, make: Factory) -> None:  # O12
    ordered = await confirmed_order(make)
    other = await confirmed_order(make, await phone_order(make, ordered.cast))
    sales = await sales_of(ordered, site, make)
    wrong = {"version": await version_of(make, ordered), "other": "SO-2020-99999"}
    refused = await sales.post(path(ordered, "/combination"), wrong)
    assert refused.status_code == 422
    assert 'href="#field-other"' in refused.text
    form = {**wrong, "other": other.reference.lower()}
    done = await sales.post(path(ordered, "/combination"), form)
    if done.status_code == 409:  # rule O12: past the cut-off it is too late for today
        assert "cut-off" in done.text
        return
    assert done.status_code == 303, done.text
    assert "Let it travel alone" in (await sales.get(path(ordered))).text
    end = {"version": await version_of(make, ordered)}
    assert (await sales.post(path(ordered, "/combination/end"), end)).status_code == 303


async def test_an_order_is_cancelled_with_a_reason(  # rule O11
    site: Any, make: Factory, settings: Settings
) -> None:
    ordered = await placed_order(make, settings)
    sales = await sales_of(ordered, site, make)
    version = await version_of(make, ordered)
    without = await sales.post(path(ordered, "/cancellation"), {"version": version, "reason": " "})
    assert without.status_code == 422
    form = {"version": version, "reason": "They need another size."}
    assert (await sales.post(path(ordered, "/cancellation"), form)).status_code == 303
    page = (await sales.get(path(ordered))).text
    assert "Cancelled, because" in page
    assert 'id="release"' not in page
    buyer = await signed_in(site, make, ordered.cast.buyer)
    assert "They need another size." in (await buyer.get(f"/orders/{ordered.reference}")).text


async def test_a_production_date_is_set_and_moved_forward_by_the_supervisor_alone(  # rule O7
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await make.owner.execute("UPDATE item SET kind = 'made_to_order' WHERE id = $1", cast.item_id)
    ordered = await confirmed_order(make, await phone_order(make, cast), stock="0")
    sales = await sales_of(ordered, site, make)
    assert "Lines without an earliest production date: 1." in (await sales.get(path(ordered))).text
    line = await make.owner.fetchval(
        """SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
           WHERE o.reference = $1""",
        ordered.reference,
    )
    form = {
        "version": await version_of(make, ordered),
        "line": str(line),
        "on": await in_days(make, ordered, 20),
    }
    assert (await sales.post(path(ordered, "/production"), form)).status_code == 303
    sooner = {
        "version": await version_of(make, ordered),
        "line": str(line),
        "to": await in_days(make, ordered, 10),
        "reason": "Their line stands still.",
    }
    assert (await sales.post(path(ordered, "/production/move"), sooner)).status_code == 403
    supervisor = await signed_in(site, make, cast.supervisor)
    assert "Move production forward" in (await supervisor.get(path(ordered))).text
    done = await supervisor.post(path(ordered, "/production/move"), sooner)
    assert done.status_code == 303, done.text


async def test_when_a_colleague_was_faster_the_page_and_the_text_are_both_there(
    site: Any, make: Factory
) -> None:
    ordered = await confirmed_order(make)
    slow = await sales_of(ordered, site, make)
    fast = await signed_in(site, make, ordered.cast.colleague)
    version = await version_of(make, ordered)
    first = {"version": version, "reason": "Fire in their hall", "place": "C-1"}
    assert (await fast.post(path(ordered, "/hold"), first)).status_code == 303
    typed = "They asked for a later day."
    late = await slow.post(path(ordered, "/cancellation"), {"version": version, "reason": typed})
    assert late.status_code == 409
    assert typed in late.text
    assert "Fire in their hall" in late.text
    newer = await version_of(make, ordered)
    assert f'name="version" value="{newer}"' in late.text


async def test_a_reply_and_a_note_cannot_be_confused(site: Any, make: Factory) -> None:
    ordered = await confirmed_order(make)
    sales = await sales_of(ordered, site, make)
    page = (await sales.get(path(ordered))).text
    assert "The customer reads this." in page
    assert "Only colleagues read this." in page
    secret = "They pay late."
    note = {"note_body": secret, "_form_key": "note-of-an-order-1"}
    assert (await sales.post(path(ordered, "/notes"), note)).status_code == 303
    reply = {"reply_body": "It leaves tomorrow.", "_form_key": "reply-at-an-order-1"}
    files = {"reply_files": ("plan.csv", b"day,what\n1,lathe\n", "text/csv")}
    assert (await sales.post(path(ordered, "/messages"), reply, files=files)).status_code == 303
    page = (await sales.get(path(ordered))).text
    assert secret in page
    assert "plan.csv" in page
    empty = await sales.post(path(ordered, "/messages"), {"reply_body": " "})
    assert empty.status_code == 422
    assert 'href="#field-reply_body"' in empty.text
    buyer = await signed_in(site, make, ordered.cast.buyer)
    seen = (await buyer.get(f"/orders/{ordered.reference}")).text
    assert "It leaves tomorrow." in seen
    assert secret not in seen


async def test_a_hidden_order_is_the_same_404_as_none(site: Any, make: Factory) -> None:  # A6
    ordered = await confirmed_order(make)
    stranger = await signed_in(site, make, await make.staff())
    hidden = await stranger.get(path(ordered))
    assert hidden.status_code == 404
    assert ordered.cast.account.name not in hidden.text
    assert (await stranger.get("/staff/orders/SO-2020-99999")).status_code == 404
    for action in ("hold", "cancellation", "messages", "notes", "confirmation", "parts"):
        assert (
            await stranger.post(path(ordered, f"/{action}"), {"version": "1"})
        ).status_code == 404


async def test_who_only_reads_is_offered_nothing(site: Any, make: Factory) -> None:
    ordered = await confirmed_order(make)
    reader = await signed_in(site, make, await make.staff(StaffRole.MANAGEMENT_REPRESENTATIVE))
    page = (await reader.get(path(ordered))).text
    assert ordered.cast.account.name in page
    for action in ("confirmation", "hold", "cancellation", "messages", "schedule", "parts"):
        assert f'action="{path(ordered)}/{action}"' not in page
        answer = await reader.post(path(ordered, f"/{action}"), {"version": "1", "reason": "x"})
        assert answer.status_code == 403, action


async def test_parts_that_refresh_open_as_pages_too(site: Any, make: Factory) -> None:
    ordered = await confirmed_order(make)
    sales = await sales_of(ordered, site, make)
    for part in ("head", "release", "story", "presence"):
        address = path(ordered, f"/fragments/{part}")
        assert (await sales.get(address)).text.startswith("<!doctype html>")
        sales.htmx = True
        assert not (await sales.get(address)).text.startswith("<!doctype")
        sales.htmx = False


async def test_a_page_and_the_queue_cost_few_statements(
    site: Any, make: Factory, count_statements: Any
) -> None:
    cast = await cast_of(make)
    ordered = await confirmed_order(make, await phone_order(make, cast))
    await phone_order(make, cast)
    sales = await sales_of(ordered, site, make)
    with count_statements() as queue:
        assert (await sales.get("/staff/orders")).status_code == 200
    with count_statements() as page:
        assert (await sales.get(path(ordered))).status_code == 200
    assert len(queue) <= 6, queue
    assert len(page) <= 15, page
