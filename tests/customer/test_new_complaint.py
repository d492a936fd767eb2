"""A complaint is filed in a minute: from the QR code of a delivery note to the receipt (C1, C2)."""

import re
from typing import Any

from portal.domain.common.permissions import CustomerRole
from tests.customer.complaint_pages import NEW, said, shown
from tests.customer.order_pages import shipped_order
from tests.factories import PASSWORD, Factory
from tests.order_scenarios import phone_order
from tests.scenarios import cast_of
from tests.visitor import Visitor, signed_in

REFERENCE = re.compile(r"/complaints/(CP-\d{4}-\d{5})/received")


async def rows_of(make: Factory, reference: str) -> list[tuple[str, str, str]]:
    rows = await make.owner.fetch(
        """SELECT l.description, trim_scale(l.quantity)::text AS quantity, l.batch
           FROM complaint_line l JOIN complaint c ON c.id = l.complaint_id
           WHERE c.reference = $1 ORDER BY l.position""",
        reference,
    )
    return [tuple(row) for row in rows]


async def test_the_delivery_note_leads_to_a_form_with_its_goods_and_batch(
    site: Any, make: Factory
) -> None:
    case, note = await shipped_order(make)
    buyer = await signed_in(site, make, case.cast.buyer)
    page = await shown(buyer, f"{NEW}?shipment={note}")
    about = f"{case.reference}/{note}"
    assert re.search(rf'value="{about}" checked', page)
    assert 'name="lines-0-order_line" value="1"' in page
    assert 'name="lines-0-batch" value="B-77"' in page
    form = said(about=about, goods_of=about)
    form |= {"lines-0-order_line": "1", "lines-0-batch": "B-77", "lines-0-quantity": "2"}
    sent = await buyer.post(NEW, form)
    found = REFERENCE.search(sent.headers["location"])
    assert sent.status_code == 303
    assert found
    assert [row[1:] for row in await rows_of(make, found[1])] == [("2", "B-77")]
    again = await buyer.post(NEW, form)  # the same press, twice
    assert again.headers["location"] == sent.headers["location"]
    confirmation = await shown(buyer, sent.headers["location"])
    assert found[1] in confirmation
    assert confirmation.count("promise-what") == 2  # an answer and a solution (rule C2)
    order = await shown(buyer, f"/orders/{case.reference}")
    assert f'href="/complaints/{found[1]}"' in order


async def test_what_was_delivered_is_offered_before_what_has_not_left(
    site: Any, make: Factory
) -> None:
    case, note = await shipped_order(make)
    later = [await phone_order(make, case.cast) for _ in range(7)]
    page = await shown(await signed_in(site, make, case.cast.buyer), NEW)
    assert 0 < page.find(f"{case.reference}/{note}") < page.find(later[-1].reference)


async def test_what_nothing_was_said_of_is_left_out(site: Any, make: Factory) -> None:
    case, note = await shipped_order(make)
    buyer = await signed_in(site, make, case.cast.buyer)
    await buyer.get(NEW)
    about = f"{case.reference}/{note}"
    form = said(about=about, goods_of=about)
    form |= {"lines-0-order_line": "1", "lines-0-batch": "B-77", "lines-0-quantity": ""}
    sent = await buyer.post(NEW, form)
    assert sent.status_code == 303
    found = REFERENCE.search(sent.headers["location"])
    assert found
    assert await rows_of(make, found[1]) == []


async def test_without_script_deliveries_are_found_and_goods_shown_by_buttons(
    site: Any, make: Factory
) -> None:
    case, note = await shipped_order(make)
    buyer = await signed_in(site, make, case.cast.buyer)
    await buyer.get(NEW)
    found = await buyer.post(NEW, said(_find="yes", find=note, description="Torn"))
    assert found.status_code == 200
    assert f'value="{case.reference}/{note}"' in found.text
    assert "Torn" in found.text
    about = f"{case.reference}/{note}"
    goods = await buyer.post(NEW, said(about=about, _goods="yes"))
    assert goods.status_code == 200
    assert 'name="lines-0-quantity"' in goods.text
    # Quantities of one delivery's goods mean nothing for another's.
    moved = said(about=about) | {"goods_of": "SO-1/DN-1", "lines-0-quantity": "4"}
    assert (await buyer.post(NEW, moved)).status_code == 200


async def test_a_refused_form_keeps_everything_also_the_photos(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    await buyer.get(NEW)
    form = said(category="", description="", wish_note="A new one soon")
    form |= {"lines-0-description": "Bearing", "lines-0-quantity": "a few"}
    photo = {"files": ("hot.txt", b"as seen\n", "text/plain")}
    refused = await buyer.post(NEW, form, files=photo)
    assert refused.status_code == 422
    for kept in ("hot.txt", "A new one soon", 'value="a few"'):
        assert kept in refused.text
    for link in ("#field-category", "#field-description", "#field-lines-0-quantity"):
        assert f'href="{link}"' in refused.text
    token = re.findall(r'name="files_kept" value="([\w-]+)"', refused.text)[0]
    sent = await buyer.post(NEW, said(files_kept=token))
    page = await shown(buyer, sent.headers["location"].removesuffix("/received"))
    url = re.findall(r'href="(/complaints/files/[\w-]+)"', page)[0]
    assert (await buyer.get(url)).content == b"as seen\n"
    stranger = await signed_in(site, make, (await cast_of(make)).buyer)
    assert (await stranger.get(url)).status_code == 404


async def test_photos_arrive_ahead_of_the_form(site: Any, make: Factory) -> None:
    buyer = await signed_in(site, make, (await cast_of(make)).buyer)
    await buyer.get(NEW)
    key = {"_form_key": "p" * 20}
    kept = await buyer.post(
        "/complaints/photos", key, files={"files": ("a.txt", b"as seen\n", "text/plain")}
    )
    assert kept.status_code == 200
    assert "<html" not in kept.text
    assert 'name="files_kept"' in kept.text
    refused = await buyer.post(
        "/complaints/photos", key, files={"files": ("a.exe", b"MZ\x90\x00", "image/jpeg")}
    )
    assert refused.status_code == 422
    assert "a.txt" in refused.text


async def test_the_lighter_kinds_need_no_category(site: Any, make: Factory) -> None:  # rule C15
    buyer = await signed_in(site, make, (await cast_of(make)).buyer)
    page = await shown(buyer, f"{NEW}?kind=suggestion")
    assert re.search(r'value="suggestion" checked', page)
    sent = await buyer.post(
        NEW, said(kind="suggestion", category="", description="Print the batch larger.")
    )
    confirmation = await shown(buyer, sent.headers["location"])
    assert confirmation.count("promise-what") == 1
    assert "You say whether that settles it." in confirmation


async def test_deliveries_of_others_are_not_found(site: Any, make: Factory) -> None:  # rule A6
    case, note = await shipped_order(make)
    other = await phone_order(make)
    stranger = await signed_in(site, make, other.cast.buyer)
    for query in (f"shipment={note}", f"order={case.reference}", f"find={note}"):
        assert f'value="{case.reference}' not in await shown(stranger, f"{NEW}?{query}")
    for part in ("deliveries", "goods"):
        path = f"{NEW}/fragments/{part}?find={note}&about={case.reference}/{note}"
        assert f'value="{case.reference}' not in await shown(stranger, path)
    about = f"{case.reference}/{note}"
    refused = await stranger.post(NEW, said(about=about, goods_of=about))
    assert refused.status_code == 422
    assert "#field-about" in refused.text


async def test_fragments_are_parts_for_htmx_and_pages_for_people(site: Any, make: Factory) -> None:
    case, note = await shipped_order(make)
    person = await signed_in(site, make, case.cast.buyer)
    htmx = await signed_in(site, make, case.cast.buyer, htmx=True)
    for part in ("deliveries", "goods"):
        path = f"{NEW}/fragments/{part}?about={case.reference}/{note}"
        assert "<html" in await shown(person, path)
        fragment = await shown(htmx, path)
        assert "<html" not in fragment
        assert f'id="{part}"' in fragment


async def test_who_only_reads_files_nothing(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    reader = await signed_in(site, make, await make.buyer(cast.account, CustomerRole.READER))
    page = await shown(reader, "/complaints")
    assert f'href="{NEW}"' not in page
    assert (await reader.get(NEW)).status_code == 403
    assert (await reader.post(NEW, said())).status_code == 403


async def test_who_scans_signed_out_is_led_back_to_the_form(site: Any, make: Factory) -> None:
    case, note = await shipped_order(make)
    visitor = Visitor(site)
    sent = await visitor.get(f"{NEW}?shipment={note}")
    assert sent.status_code == 303
    page = await visitor.get(sent.headers["location"])
    assert f'value="{NEW}?shipment={note}"' in page.text
    inside = await visitor.post(
        "/sign-in",
        {
            "email": await make.password_for(case.cast.buyer),
            "password": PASSWORD,
            "next": f"{NEW}?shipment={note}",
        },
    )
    assert inside.headers["location"] == f"{NEW}?shipment={note}"
