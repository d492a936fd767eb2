"""Error pages are ours: the supplier's name on top, and what to do below."""

from typing import Any

from portal.settings import Settings
from tests.factories import Factory
from tests.visitor import Visitor, signed_in


async def test_error_pages_name_the_supplier(site: Any, make: Factory, settings: Settings) -> None:
    buyer = await signed_in(site, make, await make.buyer(await make.account()))
    clerk = await signed_in(site, make, await make.staff())
    brand = f"<span>{settings.supplier_name}</span>"
    for visitor, path in ((buyer, "/quotes/RFQ-2026-99999"), (clerk, "/staff/quotes/x")):
        assert brand in (await visitor.get(path)).text
    for path in ("/no/such/page", "/staff/no/such/page"):
        assert brand in (await Visitor(site).get(path)).text
    assert brand in (await buyer.post("/settings/profile", token="forged")).text


async def test_a_form_of_another_session_is_not_called_a_matter_of_roles(
    site: Any, make: Factory
) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    refused = await visitor.post("/settings/profile", {"name": "x"}, token="forged")
    assert refused.status_code == 403
    title = refused.text.split("<title>")[1].split("</title>")[0]
    said = refused.text.split('class="error-page"')[1].split("</main>")[0]
    assert "This form can no longer be sent" in title
    assert "reload the page" in said
    for wrong in ("Your role", "manages your access"):
        assert wrong not in title + said
