"""An installed delivery: its visits, one moved by the customer, made, reported, acknowledged."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from PIL import Image

from portal.domain.orders.shipping import HandOver
from tests.e2e.order_scene import ZONE, OrderScene
from tests.e2e.visit_actors import PHONE, Visited, Visitor
from tests.visit_scenarios import run_the_rules


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.jpg"
    Image.new("RGB", (60, 80), "white").save(path)
    return path


def test_from_the_installed_delivery_to_the_acknowledged_report(
    orders: OrderScene, note: Path
) -> None:  # rules V2, V5, V6, V7, V8, M1
    order, shipment = orders.on_the_way(HandOver("Deppon", "DPK-7", 2, orders.day(2)))
    orders.warehouse.records_delivery(shipment, signed_by="Li Wei", photograph=note)
    manager = orders.enters(Visitor, orders.cast.manager)
    buyer = orders.enters(Visited, orders.cast.buyer)

    manager.marks_installed(order, "Press 4 with new seals")
    orders.portal.make_by_verbs(lambda _: run_the_rules())
    code = orders.cast.account.code
    visit = manager.finds_visit(code, "First visit after an installation")
    manager.sees("Press 4 with new seals")
    manager.adds(visit, "Question", "How do the seals hold?")
    manager.brings_along(visit, orders.cast.buyer.name)

    first = orders.next_working_day(orders.day(2))
    ten, three = (datetime.combine(first, time(hour), ZONE) for hour in (10, 15))
    manager.proposes(visit, ten.replace(hour=13), place="Plant 1", goal="Seals hold")
    manager.sees_error("the customer rests")  # rule V7
    manager.page.get_by_label("Starts at").fill(ten.strftime("%Y-%m-%dT%H:%M"))
    manager.presses("Propose it")
    manager.is_told("Proposed.")

    buyer.asks_for_another_time(visit, three, "Our engineer is away in the morning.")
    manager.agrees_to_their_time(visit)
    manager.sees("Appointment agreed")
    buyer.opens_visit(visit)
    buyer.sees("Agreed")
    buyer.sees_nothing_of("Seals hold")

    on_the_way_back = orders.enters(Visitor, orders.cast.manager, **PHONE)
    on_the_way_back.begins_the_record(visit)
    on_the_way_back.fits_the_screen()
    on_the_way_back.records_dissatisfied(
        answer="They leak after ten hours.",
        cause="Two seals leaked in a week",
        remedy="New seals by Friday",
        told="We bring new seals by Friday.",
    )
    on_the_way_back.is_told("The contact report is owed from now on.")
    on_the_way_back.fits_the_screen()
    on_the_way_back.sees("Two seals leaked in a week")
    owed_for = on_the_way_back.is_promised() - datetime.now(ZONE)
    assert timedelta(hours=47) < owed_for <= timedelta(hours=48)
    report = on_the_way_back.writes_report(
        conclusions="New seals by Friday.", reasons="The old ones leak at night."
    )

    buyer.opens_visit(visit)
    buyer.sees("We bring new seals by Friday.")
    buyer.sees_nothing_of("Two seals leaked in a week")
    buyer.acknowledges(report)
    manager.opens(f"/contact-reports/{report}")
    manager.sees("Acknowledged")
