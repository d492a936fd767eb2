"""A request as staff see it, and everything that is done with it short of pricing."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.factories import Factory
from tests.scenarios import Filed, cast_of, filed_request
from tests.visitor import Visitor, signed_in


def path(filed: Filed, rest: str = "") -> str:
    return f"/staff/quotes/{filed.reference}{rest}"


async def version_of(make: Factory, filed: Filed) -> str:
    sql = "SELECT version FROM quote_request WHERE reference = $1"
    return str(await make.owner.fetchval(sql, filed.reference))


async def clerk_of(filed: Filed, site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, filed.cast.representative)


async def test_taking_over_puts_a_request_on_my_list(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await signed_in(site, make, filed.cast.colleague)
    page = await clerk.get(path(filed))
    assert f'action="{path(filed)}/owner"' in page.text
    done = await clerk.post(path(filed, "/owner"), {"version": await version_of(make, filed)})
    assert done.status_code == 303
    assert f'action="{path(filed)}/owner"' not in (await clerk.get(path(filed))).text
    assert filed.reference in (await clerk.get("/staff/quotes?owner=me")).text


async def test_of_two_who_take_over_at_once_the_second_is_told(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    version = await version_of(make, filed)
    first = await signed_in(site, make, filed.cast.colleague)
    second = await signed_in(site, make, filed.cast.assistant)
    assert (await first.post(path(filed, "/owner"), {"version": version})).status_code == 303
    late = await second.post(path(filed, "/owner"), {"version": version})
    assert late.status_code == 409
    assert filed.cast.colleague.name in late.text


async def test_a_question_stops_the_clock_and_the_customer_sees_it(  # rule Q2
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    assert "What do you need to know" in (await clerk.get(path(filed, "?do=ask"))).text
    sent = await clerk.post(path(filed, "/questions"), {"body": "Which shaft, h6 or k6?"})
    assert sent.status_code == 303
    page = (await clerk.get(path(filed))).text
    assert "We wait for the customer" in page
    assert "Paused" in page
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "Which shaft, h6 or k6?" in (await buyer.get(f"/quotes/{filed.reference}")).text


async def test_an_answer_by_phone_is_written_down_and_the_clock_runs_on(
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    await clerk.post(path(filed, "/questions"), {"body": "Which shaft?"})
    assert "Record the answer" in (await clerk.get(path(filed))).text
    done = await clerk.post(path(filed, "/answers"), {"body": "k6, they say."})
    assert done.status_code == 303
    page = (await clerk.get(path(filed))).text
    assert "k6, they say." in page
    assert "We wait for the customer" not in page


async def test_an_empty_question_comes_back_with_its_form_open(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    answer = await clerk.post(path(filed, "/questions"), {"body": "  "})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert 'href="#field-body"' in answer.text
    assert 'id="field-body"' in answer.text


async def test_an_internal_note_never_reaches_the_customer(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    secret = "They paid late twice this year"
    assert (await clerk.post(path(filed, "/notes"), {"note_body": secret})).status_code == 303
    page = (await clerk.get(path(filed))).text
    assert secret in page
    assert "Internal note" in page
    buyer = await signed_in(site, make, filed.cast.buyer)
    for address in (f"/quotes/{filed.reference}", "/", "/quotes"):
        assert secret not in (await buyer.get(address)).text


async def test_a_reply_reaches_the_customer_with_its_file(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    await clerk.get(path(filed))
    sent = await clerk.post(
        path(filed, "/messages"),
        {"reply_body": "Here is the list.", "_form_key": "reply-with-file-key-1"},
        files={"reply_files": ("list.csv", b"item,price\nHD-1,12.5\n", "text/csv")},
    )
    assert sent.status_code == 303, sent.text
    buyer = await signed_in(site, make, filed.cast.buyer)
    page = (await buyer.get(f"/quotes/{filed.reference}")).text
    assert "Here is the list." in page
    assert "list.csv" in page


async def test_a_file_outlives_a_refused_reply(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    await clerk.get(path(filed))
    refused = await clerk.post(
        path(filed, "/messages"),
        {"reply_body": " ", "_form_key": "reply-with-file-key-2"},
        files={"reply_files": ("prices.csv", b"item,price\nHD-1,12.5\n", "text/csv")},
    )
    assert refused.status_code == 422
    assert 'name="reply_files_kept"' in refused.text
    assert "prices.csv" in refused.text
    assert 'value="reply-with-file-key-2"' in refused.text


async def test_a_request_is_judged_and_colleagues_read_it(  # rule Q4
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    version = await version_of(make, filed)
    form = {"feasible": "yes", "resources_available": "no", "time_sufficient": "yes"}
    refused = await clerk.post(path(filed, "/judgement"), {**form, "version": version})
    assert refused.status_code == 422  # what is missing has to be said
    done = await clerk.post(
        path(filed, "/judgement"), {**form, "version": version, "note": "No grinding capacity."}
    )
    assert done.status_code == 303
    page = (await clerk.get(path(filed))).text
    assert "cannot be met as asked" in page
    assert "No grinding capacity." in page
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "No grinding capacity." not in (await buyer.get(f"/quotes/{filed.reference}")).text


async def test_a_call_is_recorded(site: Any, make: Factory) -> None:  # rule Q2
    filed = await filed_request(make, urgent=True, urgent_reason="Line stopped")
    clerk = await clerk_of(filed, site, make)
    form = {"caller": "Ms Zhou", "called_at": "2020-01-02T10:30", "note": "Will send photos."}
    assert (await clerk.post(path(filed, "/calls"), form)).status_code == 303
    page = (await clerk.get(path(filed))).text
    assert "Ms Zhou" in page
    assert "Will send photos." in page
    sql = "SELECT called_at FROM recorded_call WHERE caller = 'Ms Zhou' ORDER BY id DESC LIMIT 1"
    called_at = await make.owner.fetchval(sql)
    assert (called_at.hour, called_at.minute) == (2, 30)  # typed in Shanghai


async def test_a_request_is_declined_with_a_reason(site: Any, make: Factory) -> None:  # rule Q4
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    version = await version_of(make, filed)
    without = await clerk.post(path(filed, "/decline"), {"reason": "", "version": version})
    assert without.status_code == 422
    done = await clerk.post(
        path(filed, "/decline"), {"reason": "Not made any more.", "version": version}
    )
    assert done.status_code == 303
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "Not made any more." in (await buyer.get(f"/quotes/{filed.reference}")).text


async def test_a_colleague_gets_a_request_with_a_note(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    assert filed.cast.colleague.name in (await clerk.get(path(filed, "?do=hand-over"))).text
    form = {
        "to": str(filed.cast.colleague.staff_member_id),
        "reason": "You know their machines.",
        "version": await version_of(make, filed),
    }
    assert (await clerk.post(path(filed, "/hand-over"), form)).status_code == 303
    colleague = await signed_in(site, make, filed.cast.colleague)
    assert filed.reference in (await colleague.get("/staff/quotes?owner=me")).text
    assert "You know their machines." in (await colleague.get(path(filed))).text


async def test_when_a_colleague_was_faster_both_versions_are_there_and_the_text_is_kept(
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    slow, fast = (
        await clerk_of(filed, site, make),
        await signed_in(site, make, filed.cast.colleague),
    )
    version = await version_of(make, filed)
    await fast.post(path(filed, "/owner"), {"version": version})
    typed = "We stopped making these in 2019."
    late = await slow.post(path(filed, "/decline"), {"reason": typed, "version": version})
    assert late.status_code == 409
    assert typed in late.text
    assert filed.cast.colleague.name in late.text
    newer = await version_of(make, filed)
    assert f'name="version" value="{newer}"' in late.text
    again = await slow.post(path(filed, "/decline"), {"reason": typed, "version": newer})
    assert again.status_code == 303


async def test_who_does_not_work_on_quotes_reads_and_does_nothing(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    manager = await signed_in(site, make, await make.staff(StaffRole.DUTY_MANAGER))
    page = (await manager.get(path(filed))).text
    assert filed.cast.account.name in page
    for action in ("owner", "questions", "judgement", "calls", "decline", "messages", "hand-over"):
        assert f'action="{path(filed)}/{action}"' not in page
        answer = await manager.post(path(filed, f"/{action}"), {"version": "1", "body": "x"})
        assert answer.status_code == 403, action
    assert (await manager.post(path(filed, "/revision/start"))).status_code == 403


async def test_what_the_file_hides_is_the_same_404_as_what_is_not_there(  # rule A6
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    stranger = await signed_in(site, make, await make.staff())
    unknown = "RFQ-2026-99999"
    hidden = await stranger.get(path(filed))
    missing = await stranger.get(f"/staff/quotes/{unknown}")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert filed.cast.account.name not in hidden.text
    for action in ("owner", "questions", "judgement", "decline", "messages", "notes", "revision"):
        assert (await stranger.post(path(filed, f"/{action}"), {"version": "1"})).status_code == 404


async def test_a_reader_outside_the_team_is_logged(site: Any, make: Factory) -> None:  # rule A6
    filed = await filed_request(make)
    manager = await make.staff(StaffRole.GENERAL_MANAGER)
    await (await signed_in(site, make, manager)).get(path(filed))
    await (await clerk_of(filed, site, make)).get(path(filed))
    readers = await make.owner.fetch(
        "SELECT person_id FROM file_read WHERE account_id = $1", filed.cast.account.id
    )
    assert [row["person_id"] for row in readers] == [manager.person_id]


async def test_colleagues_see_who_else_is_there_and_who_writes(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    one, other = (
        await clerk_of(filed, site, make),
        await signed_in(site, make, filed.cast.colleague),
    )
    one.htmx = other.htmx = True
    await one.get(path(filed, "/fragments/presence"))
    seen = (await other.get(path(filed, "/fragments/presence?writing=yes"))).text
    assert f"{filed.cast.representative.name} is looking at this." in seen
    back = (await one.get(path(filed, "/fragments/presence"))).text
    assert f"{filed.cast.colleague.name} is writing here right now." in back


async def test_parts_that_refresh_open_as_pages_too(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    for part in ("head", "story", "presence"):
        address = path(filed, f"/fragments/{part}")
        assert (await clerk.get(address)).text.startswith("<!doctype html>")
        clerk.htmx = True
        assert not (await clerk.get(address)).text.startswith("<!doctype")
        clerk.htmx = False


async def test_a_page_and_the_queue_cost_few_statements(
    site: Any, make: Factory, count_statements: Any
) -> None:
    cast = await cast_of(make)
    filed = await filed_request(make, cast)
    await filed_request(make, cast)
    clerk = await clerk_of(filed, site, make)
    with count_statements() as queue:
        assert (await clerk.get("/staff/quotes")).status_code == 200
    with count_statements() as page:
        assert (await clerk.get(path(filed))).status_code == 200
    assert len(queue) <= 6, queue
    assert len(page) <= 8, page
