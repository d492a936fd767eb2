"""The queue and the worklist as clerks see them."""

import re
from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.settings import Settings
from tests.factories import Factory
from tests.scenarios import cast_of, filed_request, quote_in_draft, sent_quote
from tests.staff.pricing_form import pricing_form
from tests.visitor import signed_in


async def test_what_is_due_first_stands_first_and_the_filters_are_in_the_address(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    normal = await filed_request(make, cast, title="Grease for the winter")
    urgent = await filed_request(
        make, cast, title="Spindle bearing", urgent=True, urgent_reason="Line stopped"
    )
    clerk = await signed_in(site, make, cast.representative)
    page = (await clerk.get("/staff/quotes")).text
    assert page.index(urgent.reference) < page.index(normal.reference)
    only_urgent = (await clerk.get("/staff/quotes?urgent=yes&owner=me")).text
    assert urgent.reference in only_urgent
    assert normal.reference not in only_urgent
    assert re.search(r'name="urgent" value="yes" checked', only_urgent)


async def test_chinese_words_find_a_request(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    wanted = await filed_request(make, cast, title="风机轴承年度备件")
    other = await filed_request(make, cast, title="Conveyor chain")
    clerk = await signed_in(site, make, cast.representative)
    page = (await clerk.get("/staff/quotes?q=风机&account=" + str(cast.account.id))).text
    assert wanted.reference in page
    assert other.reference not in page
    found = (await clerk.get("/staff/search?q=风机")).text
    assert wanted.reference in found


async def test_a_whole_reference_in_the_search_leads_to_its_record(
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    clerk = await signed_in(site, make, filed.cast.representative)
    answer = await clerk.get(f"/staff/search?q={filed.reference.lower()}")
    assert answer.headers["location"] == f"/staff/quotes/{filed.reference}"
    stranger = await signed_in(site, make, await make.staff())
    hidden = await stranger.get(f"/staff/search?q={filed.reference}")  # rule A6
    assert hidden.status_code == 200
    assert f"/staff/quotes/{filed.reference}" not in hidden.text


async def test_the_queue_hides_the_requests_of_other_teams(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    stranger = await signed_in(site, make, await make.staff())
    page = (await stranger.get("/staff/quotes")).text  # rule A6
    assert filed.reference not in page
    assert filed.cast.account.name not in page


async def test_a_view_is_kept_shown_and_deleted_by_its_owner_only(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    clerk = await signed_in(site, make, cast.representative)
    await clerk.get("/staff/quotes?urgent=yes")
    kept = await clerk.post("/staff/quotes/views", {"name": "Fire", "urgent": "yes"})
    assert kept.headers["location"] == "/staff/quotes?urgent=yes"
    page = (await clerk.get("/staff/quotes")).text
    delete = re.search(r"/staff/quotes/views/(\d+)/delete", page)
    assert delete
    colleague = await signed_in(site, make, cast.colleague)
    assert (await colleague.post(delete[0])).status_code == 404
    assert (await clerk.post(delete[0])).status_code == 303
    assert "Fire" not in (await clerk.get("/staff/quotes")).text.replace("Firefox", "")


async def test_a_view_without_a_name_is_refused_and_the_filters_stay(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    clerk = await signed_in(site, make, cast.representative)
    answer = await clerk.post("/staff/quotes/views", {"name": " ", "urgent": "yes"})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert re.search(r'name="urgent" value="yes" checked', answer.text)


async def test_several_requests_are_taken_over_at_once(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    first, second = await filed_request(make, cast), await filed_request(make, cast)
    clerk = await signed_in(site, make, cast.colleague)
    answer = await clerk.post(
        "/staff/quotes/take-over",
        {"reference": [first.reference, second.reference], "owner": "team"},
    )
    assert answer.headers["location"] == "/staff/quotes?owner=team"
    mine = (await clerk.get("/staff/quotes?owner=me")).text
    assert first.reference in mine
    assert second.reference in mine


async def test_the_rows_come_alone_under_htmx_and_as_a_page_otherwise(
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    clerk = await signed_in(site, make, filed.cast.representative)
    whole = await clerk.get("/staff/quotes/fragments/queue")
    assert whole.text.startswith("<!doctype html>")
    clerk.htmx = True
    rows = await clerk.get("/staff/quotes/fragments/queue?owner=me")
    assert not rows.text.startswith("<!doctype")
    assert filed.reference in rows.text


async def test_the_first_page_shows_my_work_and_what_waits_for_my_review(
    site: Any, make: Factory
) -> None:
    filed = await quote_in_draft(make)
    clerk = await signed_in(site, make, filed.cast.representative)
    assert filed.reference in (await clerk.get("/staff")).text
    form = await pricing_form(clerk, filed.reference)
    sent = await clerk.post(f"/staff/quotes/{filed.reference}/revision", {**form, "_review": "yes"})
    assert sent.status_code == 303, sent.text
    supervisor = await signed_in(site, make, filed.cast.supervisor)
    page = (await supervisor.get("/staff")).text
    assert page.index("Waits for your review") < page.index(filed.reference)


async def test_a_warehouse_clerk_has_no_requests_but_what_is_to_be_packed(
    site: Any, make: Factory
) -> None:
    clerk = await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))
    home = await clerk.get("/staff")
    assert home.status_code == 200
    assert "To prepare, due first" in home.text
    assert (await clerk.get("/staff/quotes")).status_code == 403


async def test_what_was_answered_is_found_under_any_status(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await signed_in(site, make, filed.cast.representative)
    assert filed.reference not in (await clerk.get("/staff/quotes?owner=me")).text
    page = await clerk.get(f"/staff/quotes?status=quoted&account={filed.cast.account.id}")
    assert filed.reference in page.text
