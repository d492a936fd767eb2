"""A record that has been talked about for years costs no more than a new one, and loses nothing."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from tests.complaint_scenarios import filed_complaint
from tests.customer.conftest import CountStatements
from tests.factories import Factory
from tests.order_scenarios import confirmed_order
from tests.scenarios import filed_request
from tests.visitor import Visitor, signed_in

SAID, PART = 120, 50
# The frame of a unit of work, with what the pool resets.
FRAME = ("BEGIN", "COMMIT", "SELECT pg_advisory_unlock")


@dataclass(frozen=True, slots=True)
class Told:
    """A record with a story: its row, its two pages, who reads them."""

    table: str
    reference: str
    page: str
    buyer: Actor
    clerk: Actor
    thread: str = "thread"


async def a_request(make: Factory) -> Told:
    filed = await filed_request(make)
    cast = filed.cast
    page = f"/quotes/{filed.reference}"
    return Told("quote_request", filed.reference, page, cast.buyer, cast.representative)


async def an_order(make: Factory) -> Told:
    placed = await confirmed_order(make)
    cast, page = placed.cast, f"/orders/{placed.reference}"
    return Told("sales_order", placed.reference, page, cast.buyer, cast.representative)


async def a_complaint(make: Factory) -> Told:
    filed = await filed_complaint(make)
    page = f"/complaints/{filed.reference}"
    return Told("complaint", filed.reference, page, filed.care.buyer, filed.care.service)


RECORDS = [a_request, an_order, a_complaint]


async def talk(make: Factory, told: Told, count: int = SAID, *, audience: str = "customer") -> None:
    """Both sides have written by turns."""
    await make.owner.execute(
        f"""INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
                author_name, author_side, body, written_at)
            SELECT account_id, '{told.table}', id, $2, $3, $4, 'staff', 'word ' || n || '.',
                now() + n * interval '1 minute'
            FROM {told.table}, generate_series(1, $5) AS n WHERE reference = $1 ORDER BY n""",
        told.reference,
        audience,
        told.clerk.person_id,
        told.clerk.name,
        count,
    )


async def busy(make: Factory, told: Told, count: int) -> None:
    """Much has happened."""
    await make.owner.execute(
        f"""INSERT INTO activity (at, account_id, subject_kind, subject_id, reference, verb,
                audience, actor_name, actor_side)
            SELECT now() + n * interval '1 minute', account_id, '{told.table}', id, reference,
                'quotes.opened', 'customer', 'Colleague ' || n || '.', 'staff'
            FROM {told.table}, generate_series(1, $2) AS n WHERE reference = $1""",
        told.reference,
        count,
    )


def words_of(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"word (\d+)\.", page)]


def earlier_of(page: str) -> tuple[str, str] | None:
    """Where the way to what was said before leads, and how many it says there are."""
    found = re.search(r'id="show-earlier" href="([^"]+)"[^>]*>Show earlier: ([\d+]+)<', page)
    return (found[1].partition("#")[0], found[2]) if found else None


def asked_of(asked: Sequence[str]) -> list[str]:
    return [sql for sql in asked if not sql.startswith(FRAME)]


async def both(site: Any, make: Factory, told: Told) -> list[tuple[Visitor, str]]:
    buyer = await signed_in(site, make, told.buyer)
    clerk = await signed_in(site, make, told.clerk)
    return [(buyer, told.page), (clerk, f"/staff{told.page}")]


@pytest.mark.parametrize("record", RECORDS)
async def test_the_newest_is_shown_and_links_lead_back_to_the_first_word(
    site: Any, make: Factory, record: Any
) -> None:
    told = await record(make)
    await talk(make, told)
    for reader, path in await both(site, make, told):
        page = (await reader.get(path)).text
        said = words_of(page)
        assert said == list(range(SAID - PART + 1, SAID + 1))
        way = earlier_of(page)
        assert way is not None
        assert way[1] == str(SAID - PART)
        while way is not None:
            page = (await reader.get(way[0])).text
            said = [*words_of(page), *said]
            assert "Show the newest messages" in page
            way = earlier_of(page)
        assert said == list(range(1, SAID + 1))


@pytest.mark.parametrize("record", RECORDS)
async def test_with_htmx_earlier_messages_go_above_those_shown_and_stay(
    site: Any, make: Factory, record: Any
) -> None:
    told = await record(make)
    await talk(make, told)
    for reader, path in await both(site, make, told):
        page = (await reader.get(path)).text
        above, anew = re.findall(r'hx-get="([^"]+/fragments/[^"]+\?(?:before|since)=\d+)"', page)
        reader.htmx = True
        part = (await reader.get(above)).text
        assert "<form" not in part
        assert words_of(part) == list(range(SAID - 2 * PART + 1, SAID - PART + 1))
        assert earlier_of(part) is not None
        # What was put above is no part of what refreshes itself.
        await talk(make, told, 1)
        thread = (await reader.get(anew)).text
        assert words_of(thread)[0] == SAID - PART + 1
        assert words_of(thread)[-1] == 1
        assert earlier_of(thread) is None
        assert anew in thread
        reader.htmx = False
        await forget_last(make, told)


async def forget_last(make: Factory, told: Told) -> None:
    await make.owner.execute(
        f"""DELETE FROM message WHERE id = (SELECT max(m.id) FROM message m
            JOIN {told.table} r ON m.subject_id = r.id AND m.subject_kind = '{told.table}'
            WHERE r.reference = $1)""",
        told.reference,
    )


async def test_a_link_to_a_message_opens_the_part_that_has_it(site: Any, make: Factory) -> None:
    told = await a_request(make)
    await talk(make, told)
    ids = [
        row["id"]
        for row in await make.owner.fetch(
            """SELECT m.id FROM message m JOIN quote_request r ON r.id = m.subject_id
               WHERE m.subject_kind = 'quote_request' AND r.reference = $1 ORDER BY m.id""",
            told.reference,
        )
    ]
    for reader, path in await both(site, make, told):
        for place in (0, 5, SAID - PART - 1, SAID - PART, SAID - 1):
            page = (await reader.get(f"{path}?m={ids[place]}")).text
            assert f'id="message-{ids[place]}"' in page
            assert len(words_of(page)) == PART
        newest = (await reader.get(path)).text
        for nonsense in ("before=x", "m=99999999999999999999", "since=1", "events=-1", "m="):
            assert words_of((await reader.get(f"{path}?{nonsense}")).text) == words_of(newest)


@pytest.mark.parametrize("record", RECORDS)
async def test_a_long_story_takes_no_more_statements_than_a_short_one(
    site: Any, make: Factory, record: Any, count_statements: CountStatements
) -> None:
    told = await record(make)
    await talk(make, told, 1)
    readers = await both(site, make, told)
    short = [await counted(*each, count_statements) for each in readers]
    await talk(make, told)
    await busy(make, told, 70)
    assert [await counted(*each, count_statements) for each in readers] == short
    if told.table == "quote_request":
        assert max(short) <= 5


async def counted(reader: Visitor, path: str, count_statements: CountStatements) -> int:
    await reader.get(path)
    with count_statements() as asked:
        assert (await reader.get(path)).status_code == 200
    return len(asked_of(asked))


async def test_what_happened_long_ago_has_a_link_of_its_own(site: Any, make: Factory) -> None:
    told = await a_request(make)
    await busy(make, told, 70)
    for reader, path in await both(site, make, told):
        page = (await reader.get(path)).text
        assert "Colleague 70." in page
        assert "Colleague 1." not in page
        way = re.search(r'href="([^"#]+events=\d+)#history">Show earlier: (\d+)<', page)
        assert way is not None
        assert int(way[2]) >= 20
        earlier = (await reader.get(way[1])).text
        assert "Colleague 1." in earlier
        assert '<details class="history" id="history" open>' in earlier


async def test_customers_do_not_learn_how_many_notes_we_write(site: Any, make: Factory) -> None:
    told = await a_request(make)
    await talk(make, told, 60, audience="internal")
    await talk(make, told, PART)
    page = (await (await signed_in(site, make, told.buyer)).get(told.page)).text
    assert len(words_of(page)) == PART
    assert earlier_of(page) is None
    ours = (await (await signed_in(site, make, told.clerk)).get(f"/staff{told.page}")).text
    assert earlier_of(ours) is not None


@pytest.mark.parametrize("record", RECORDS)
async def test_a_message_is_sent_in_few_statements_and_once(
    site: Any, make: Factory, record: Any, count_statements: CountStatements
) -> None:
    told = await record(make)
    for reader, path in await both(site, make, told):
        await reader.get(path)
        field = "body" if reader.prefix == "" else "reply_body"
        # The first one may start the clock of our answer, or end it.
        assert (await reader.post(f"{path}/messages", sent(field, "First."))).status_code == 303
        words = sent(field, f"Once {reader.prefix}.")
        with count_statements() as asked:
            assert (await reader.post(f"{path}/messages", words)).status_code == 303
        assert len(asked_of(asked)) <= 7, asked
        assert (await reader.post(f"{path}/messages", words)).status_code == 303
        assert (await reader.get(path)).text.count(f"Once {reader.prefix}.") == 1


def sent(field: str, body: str) -> dict[str, str]:
    return {field: body, "_form_key": secrets.token_urlsafe(24)}
