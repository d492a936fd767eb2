"""A complaint on its page: where it stands, what is asked and told, what the customer answers."""

import re
from typing import Any

import pytest

from portal.domain.common.actor import Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import CustomerRole
from portal.domain.complaints import answering, conversation, questions
from portal.domain.complaints.outcome import confirm
from portal.domain.complaints.paper_facts import case_form_facts
from tests.complaint_cures import (
    act,
    approve_all,
    carried_out_complaint,
    chosen_complaint,
    compensating,
    investigated_complaint,
    proposed_complaint,
)
from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint
from tests.customer.complaint_pages import as_buyer, shown
from tests.customer.conftest import CountStatements
from tests.factories import Factory, acting
from tests.visitor import Visitor, signed_in

SECRET = "the weld was skipped"


def path_of(at: Complained) -> str:
    return f"/complaints/{at.reference}"


def steps_of(page: str) -> list[tuple[str, str]]:
    track = page.split('<ol class="track"')[1].split("</ol>", maxsplit=1)[0]
    return re.findall(r'<li class="(\w+)[^"]*"[^>]*>\s*<span class="track-name">([^<]+)', track)


async def send(visitor: Visitor, at: Complained, form: str, **fields: str) -> Any:
    """Send a form of the page as it is now."""
    page = (await visitor.get(path_of(at))).text
    version = re.findall(r'name="version" value="(\d+)"', page)
    return await visitor.post(
        f"{path_of(at)}/{form}", {"version": version[0] if version else "1", **fields}
    )


async def test_five_steps_with_dates_and_the_promise(site: Any, make: Factory) -> None:  # C2, C3
    at = await judged_complaint(make)
    page = await shown(await as_buyer(site, make, at), path_of(at))
    assert steps_of(page) == [
        ("done", "Received"),
        ("now", "Looked into"),
        ("ahead", "Measure decided"),
        ("ahead", "Carried out"),
        ("ahead", "Confirmed"),
    ]
    assert "data-countdown" in page
    assert at.care.quality.name in page
    assert "The photos show it." not in page


async def test_the_status_says_what_the_steps_say(site: Any, make: Factory) -> None:
    """What we weigh among ourselves has no word of its own for the customer (rules C2, C8)."""
    at = await proposed_complaint(make, **compensating("4"))
    buyer = await as_buyer(site, make, at)

    async def words() -> set[str]:
        places = (path_of(at), "/complaints", "/", f"/search?q={at.reference}")
        pages = [await shown(buyer, place) for place in places]
        for word in ("Measure chosen", "Investigated"):
            assert all(word not in page for page in pages)
        async with acting(at.cast.buyer):
            facts = await case_form_facts(at.reference, by=at.cast.buyer)
        title = pages[0].split("<h1>")[1].split("</h1>", maxsplit=1)[0]
        listed = pages[1].split("data-row")[1].split("</tr>", maxsplit=1)[0]
        tags = re.findall(r">\s*(Measure [a-z ]+?)\s*<", title + listed)
        assert len(tags) == 2, tags
        return {facts.page.shown_status.label, *tags}

    assert await words() == {"Measure being decided"}
    await chosen_complaint(make, at, **compensating("4"))  # not allowed yet (rule C7)
    assert await words() == {"Measure being decided"}
    with pytest.raises(WrongState) as refused:
        await act(at, at.cast.buyer, confirm, "Li Wei")
    assert refused.value.words["state"] == "Measure being decided"
    await approve_all(make, at)
    assert await words() == {"Measure decided"}


async def test_a_page_is_read_in_few_statements(
    site: Any, make: Factory, count_statements: CountStatements
) -> None:
    at = await carried_out_complaint(make)
    buyer = await as_buyer(site, make, at)
    with count_statements() as asked:
        assert (await buyer.get(path_of(at))).status_code == 200
    # Session, complaint, clocks, whose name is shown, policy, files, thread, timeline.
    assert len(asked) <= 14, asked


async def test_a_question_is_answered_in_the_thread(site: Any, make: Factory) -> None:
    at = await filed_complaint(make)
    await act(at, at.care.quality, questions.ask, "Which batch is on the label?")
    buyer = await as_buyer(site, make, at)
    page = await shown(buyer, path_of(at))
    assert "Which batch is on the label?" in page.split('id="question"')[1]
    assert "Your answer" in page
    home = await shown(buyer, "/")
    assert f'href="{path_of(at)}#question"' in home
    sent = await buyer.post(f"{path_of(at)}/messages", {"_form_key": "m" * 20, "body": "B7."})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path_of(at)}#conversation")
    page = await shown(buyer, path_of(at))
    assert 'id="question"' not in page
    assert "B7." in page


async def test_the_outcome_is_confirmed_and_closes(site: Any, make: Factory) -> None:  # rule C8
    at = await carried_out_complaint(make, **compensating("2", "25"))
    buyer = await as_buyer(site, make, at)
    page = await shown(buyer, path_of(at))
    for told in ("Both bearings are replaced.", "CN¥25.00", "The grease was not the right one."):
        assert told in page
    for ours in ("Wrong grease.", "Cheaper than a repair.", "The store was told.", "260.00"):
        assert ours not in page
    assert f'href="{path_of(at)}#answer"' in await shown(buyer, "/")
    nobody = await send(buyer, at, "confirm", confirmed_by="")
    assert nobody.status_code == 422
    assert "#field-confirmed_by" in nobody.text
    done = await send(buyer, at, "confirm", confirmed_by="Chen Hong")
    assert (done.status_code, done.headers["location"]) == (303, path_of(at))
    page = await shown(buyer, path_of(at))
    assert "Confirmed by Chen Hong on" in page
    assert f'action="{path_of(at)}/confirm"' not in page
    late = await send(buyer, at, "confirm", confirmed_by="Chen Hong")
    assert late.status_code == 409
    assert "That came too late" in late.text


async def test_an_objection_says_why_and_opens_another_round(
    site: Any, make: Factory
) -> None:  # rule C8
    at = await carried_out_complaint(make)
    buyer = await as_buyer(site, make, at)
    silent = await send(buyer, at, "object", objection="", objected_by="Chen Hong")
    assert silent.status_code == 422
    assert re.search(r"<details class=\"not-settled\" open", silent.text)
    done = await send(buyer, at, "object", objection="It still leaks.", objected_by="Chen Hong")
    assert done.status_code == 303
    page = await shown(buyer, path_of(at))
    assert "Chen Hong objected: It still leaks." in page
    assert steps_of(page)[2] == ("now", "Measure decided")


async def test_it_is_withdrawn_or_reopened_with_a_reason(site: Any, make: Factory) -> None:
    at = await filed_complaint(make)
    buyer = await as_buyer(site, make, at)
    assert (await send(buyer, at, "withdraw", withdrawn_because=" ")).status_code == 422
    done = await send(buyer, at, "withdraw", withdrawn_because="It was our own mistake.")
    assert done.status_code == 303
    assert "It was our own mistake." in await shown(buyer, path_of(at))
    closed = await carried_out_complaint(make)
    buyer = await as_buyer(site, make, closed)
    await send(buyer, closed, "confirm", confirmed_by="Chen Hong")
    assert (await send(buyer, closed, "reopen", wrong_again="")).status_code == 422
    again = await send(buyer, closed, "reopen", wrong_again="It runs hot again.")
    assert again.status_code == 303
    page = await shown(buyer, path_of(closed))
    assert "It runs hot again." in page
    assert steps_of(page)[1] == ("now", "Looked into")


async def test_the_answer_to_a_lighter_kind_settles_it_or_not(
    site: Any, make: Factory
) -> None:  # rule C15
    at = await filed_complaint(make, kind="suggestion", category="", lines=())
    await act(at, at.cast.representative, answering.answer, "We print it larger.")
    buyer = await as_buyer(site, make, at)
    page = await shown(buyer, path_of(at))
    assert "We print it larger." in page
    assert [name for _, name in steps_of(page)][:2] == ["Received", "Answered"]
    assert (await send(buyer, at, "ask-again", still_open="From when on?")).status_code == 303
    assert "From when on?" in await shown(buyer, path_of(at))
    await act(at, at.cast.representative, answering.answer, "From June on.")
    assert (await send(buyer, at, "settle")).status_code == 303
    assert "Settled and closed" in await shown(buyer, path_of(at))


async def test_nothing_that_is_ours_reaches_the_customer(site: Any, make: Factory) -> None:
    at = await proposed_complaint(make, reasoning=SECRET)
    await act(at, at.care.quality, conversation.write, SECRET, audience=Audience.INTERNAL)
    buyer = await as_buyer(site, make, at)
    for path in (path_of(at), f"{path_of(at)}/fragments/state", f"{path_of(at)}/fragments/thread"):
        page = await shown(buyer, path)
        assert SECRET not in page
        assert "Two new bearings" not in page  # proposals are ours until one is released
    assert SECRET not in await shown(buyer, "/")


async def test_complaints_of_others_are_not_there(site: Any, make: Factory) -> None:  # rule A6
    at = await carried_out_complaint(make)
    other = await filed_complaint(make)
    stranger = await as_buyer(site, make, other)
    for rest in ("", "/received", "/fragments/state", "/fragments/thread"):
        assert (await stranger.get(path_of(at) + rest)).status_code == 404, rest
    for form in ("messages", "confirm", "object", "withdraw", "reopen", "settle", "ask-again"):
        sent = await stranger.post(f"{path_of(at)}/{form}", {"version": "1", "body": "x"})
        assert sent.status_code == 404, form
    assert at.reference not in await shown(stranger, "/complaints")
    assert path_of(at) not in await shown(stranger, f"/search?q={at.reference}")


async def test_who_only_reads_sees_it_and_says_nothing(site: Any, make: Factory) -> None:
    at = await carried_out_complaint(make)
    reader = await signed_in(site, make, await make.buyer(at.cast.account, CustomerRole.READER))
    page = await shown(reader, path_of(at))
    assert "Both bearings are replaced." in page
    for form in ("messages", "confirm", "object", "withdraw", "reopen"):
        assert f'action="{path_of(at)}/{form}"' not in page
        assert (await reader.post(f"{path_of(at)}/{form}", {"version": "1"})).status_code == 403


async def test_list_search_and_home_name_it(site: Any, make: Factory) -> None:
    at = await filed_complaint(make)
    told = await carried_out_complaint(
        make, await investigated_complaint(make, care=at.care, title="Noise")
    )
    buyer = await as_buyer(site, make, at)
    waiting = await shown(buyer, "/complaints?status=with_customer")
    assert told.reference in waiting
    assert at.reference not in waiting
    assert at.reference in await shown(buyer, "/complaints?status=for_us&kind=complaint")
    assert at.reference in await shown(buyer, "/complaints?q=bearings")
    assert at.reference in await shown(buyer, f"/search?q={at.reference}")
    home = await shown(buyer, "/")
    assert f'href="{path_of(at)}"' in home.split('id="home-owed"')[1]
    assert f'href="{path_of(told)}"' in home.split('id="home-news"')[1]
    assert (
        'aria-current="page"'
        in re.findall(r'<a href="/complaints"[^>]*>', await shown(buyer, "/complaints"))[0]
    )
