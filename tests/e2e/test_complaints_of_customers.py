"""What customers do with complaints: without JavaScript on a phone, and with photos and script."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from portal.domain.complaints.questions import ask
from portal.domain.orders.shipping import HandOver
from tests.complaint_cures import carried_out_complaint, investigated_complaint
from tests.complaint_scenarios import Care, Complained, care_of, judged_complaint, loaded
from tests.e2e.complainer import Complainer
from tests.e2e.order_scene import OrderScene
from tests.e2e.test_without_javascript import PHONE
from tests.factories import Factory, acting

SCRIPTED_PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}


@dataclass
class House:
    """The supplier's side, which acts by the verbs behind the pages."""

    orders: OrderScene
    care: Care

    def asks(self, reference: str, question: str) -> None:
        async def asked(_: Factory) -> None:
            by = self.care.quality
            async with acting(by):
                await ask(await loaded(reference, by), question, by=by)

        self.orders.portal.make_by_verbs(asked)

    def carries_out(self, reference: str) -> None:
        self._on(reference, carried_out_complaint)

    def puts_right(self, reference: str) -> None:
        """From the judgement to the measure that is carried out."""

        async def cured(make: Factory, at: Complained) -> Complained:
            return await carried_out_complaint(
                make, await investigated_complaint(make, await judged_complaint(make, at))
            )

        self._on(reference, cured)

    def _on(self, reference: str, bring: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        at = Complained(self.care, reference)
        self.orders.portal.make_by_verbs(lambda make: bring(make, at))


@pytest.fixture
def house(orders: OrderScene) -> House:
    return House(orders, orders.portal.make(lambda make: care_of(make, orders.cast)))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo larger than anybody needs."""
    path = tmp_path / "hot.jpg"
    Image.effect_noise((3000, 2200), 90).convert("RGB").save(path, quality=90)
    return path


def test_from_the_delivery_note_to_the_second_outcome(
    orders: OrderScene, house: House, photo: Path
) -> None:  # rules C1, C2, C8
    buyer = orders.enters(Complainer, orders.cast.buyer, **PHONE)
    _, note = orders.on_the_way(HandOver("Deppon", "DPK-7", 2, orders.day(2)))
    reference = buyer.complains(note, "Two run hot after an hour.", affected="2", photo=photo)
    buyer.sees(f"is with {house.care.quality.name}")
    buyer.fits_the_screen()
    house.asks(reference, "Which batch is on the label?")
    buyer.opens("/")
    buyer.follows("Two run hot after an hour.")
    buyer.sees("hot.jpg")
    buyer.answers("B7.")
    house.puts_right(reference)
    buyer.opens_complaint(reference)
    buyer.objects("It still runs hot.")
    buyer.sees("Measure decided")
    house.carries_out(reference)
    buyer.opens_complaint(reference)
    buyer.fits_the_screen()
    buyer.confirms_outcome()
    buyer.sees("Settled and closed")
    buyer.opens(f"/complaints?q={reference}")
    buyer.sees("Closed")
    buyer.fits_the_screen()


def test_photos_are_made_smaller_and_sent_while_people_write(
    orders: OrderScene, photo: Path
) -> None:
    buyer = orders.enters(Complainer, orders.cast.buyer, **SCRIPTED_PHONE)
    buyer.opens("/complaints/new?kind=fault_report")
    page = buyer.page
    expect(page.get_by_label("What it is about")).to_be_hidden()
    page.get_by_label("What happened").fill("The display stays dark.")
    page.get_by_label("Take a photo").set_input_files(photo)
    kept = page.get_by_role("list", name="Files already chosen").get_by_role("listitem")
    expect(kept).to_contain_text("hot.jpg")
    name, size = kept.locator(".file-name"), kept.locator(".muted")
    assert name.inner_text() == "hot.jpg"
    before = photo.stat().st_size
    number, unit = size.inner_text().split()
    assert float(number) * {"kB": 1e3, "MB": 1e6}[unit] < before / 1.5
    expect(page.get_by_label("What happened")).to_have_value("The display stays dark.")
    buyer.presses("Send it")
    page.wait_for_url("**/received")
    buyer.follows("Open the complaint")
    buyer.sees("hot.jpg")
