"""Pages and files of visits that were made, and of opinions (rules V1, V5, V6, V9, S4, A6)."""

from datetime import date
from typing import Any

import pytest

from portal.domain.common.permissions import StaffRole
from portal.domain.surveys.definition import (
    Definition,
    Option,
    Question,
    Section,
    Text,
    read,
    written,
)
from portal.domain.surveys.states import QuestionKind
from portal.staff.visit_history.periods import days_of
from tests.factories import Factory, unique
from tests.past_visits import (
    day_before,
    noon,
    open_visit,
    past_visit,
    reference_of,
    round_of,
    said_in,
)
from tests.rendering.pdf_samples import text, unbroken
from tests.scenarios import Cast, cast_of
from tests.visitor import signed_in
from tests.workbooks import words_of

HISTORY = "/staff/visits/history"
TODAY = day_before(0)
_IN_FORCE = """SELECT v.definition FROM survey s JOIN survey_version v ON v.survey_id = s.id
    WHERE s.occasion = 'inquiry' AND s.retired_at IS NULL AND v.published_at IS NOT NULL
    ORDER BY v.number DESC LIMIT 1"""


async def seen_customer(make: Factory) -> tuple[Cast, str, str]:
    """An account with two visits; the references of the bad one and of what was said in it."""
    cast = await cast_of(make)
    await past_visit(make, cast.account, cast.manager, days_ago=200, report="Line one runs well")
    bad = await past_visit(
        make,
        cast.account,
        cast.manager,
        days_ago=20,
        satisfaction="dissatisfied",
        report="=Conveyor noise",
        usage_note="Eighteen hours a day",
    )
    said = await said_in(make, cast.account, cast.manager, bad, "Deliveries come late")
    return cast, await reference_of(make, bad), said


async def test_the_history_across_accounts_and_of_one(site: Any, make: Factory) -> None:
    cast, bad, said = await seen_customer(make)
    manager = await signed_in(site, make, cast.manager)
    page = (await manager.get(HISTORY)).text
    assert bad in page
    assert "Deliveries come late" not in page  # the table counts what was said
    of_one = (await manager.get(f"{HISTORY}?account={cast.account.code}")).text
    for words in ("Line one runs well", "Eighteen hours a day", "Deliveries come late", said):
        assert words in of_one, words
    narrowed = (await manager.get(f"{HISTORY}?satisfaction=satisfied&period=all")).text
    assert bad not in narrowed
    assert cast.account.name in narrowed
    nothing = await manager.get(f"{HISTORY}?account=NOBODY&period=2001-Q9&owner=x&after=1-2-3")
    assert nothing.status_code == 200
    assert bad not in nothing.text
    kept = await manager.post(f"{HISTORY}/views", {"name": "Unhappy", "satisfaction": "neutral"})
    assert kept.status_code == 303
    assert "Unhappy" in (await manager.get(HISTORY)).text

    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    other = (await (await signed_in(site, make, stranger)).get(HISTORY)).text
    assert bad not in other
    reads = "SELECT count(*) FROM file_read WHERE account_id = $1"
    assert await make.owner.fetchval(reads, cast.account.id) == 0  # its own team
    await make.deputy(cast.manager, stranger, day_before(1), day_before(-1))
    await (await signed_in(site, make, stranger)).get(f"{HISTORY}?account={cast.account.code}")
    assert await make.owner.fetchval(reads, cast.account.id) == 1  # rule A6


async def test_the_history_and_the_coverage_are_workbooks(site: Any, make: Factory) -> None:
    """What the filters leave; what people typed is never a formula."""
    cast, bad, said = await seen_customer(make)
    manager = await signed_in(site, make, cast.manager)
    answered = await manager.get(f"{HISTORY}/visits.xlsx?account={cast.account.code}")
    assert "attachment" in answered.headers["content-disposition"]
    words = words_of(answered.content)
    for expected in (bad, said, "=Conveyor noise", "Deliveries come late", cast.account.code):
        assert expected in words, expected
    narrowed = await manager.get(f"{HISTORY}/visits.xlsx?satisfaction=satisfied")
    assert bad not in words_of(narrowed.content)
    coverage = await manager.get("/staff/visits/coverage/coverage.xlsx")
    assert cast.account.code in words_of(coverage.content)


async def test_coverage_leads_to_whom_nobody_has_seen(site: Any, make: Factory) -> None:
    cast, _, _ = await seen_customer(make)
    lonely = await make.account(branch_id=cast.account.branch_id, manager=cast.manager)
    await past_visit(make, lonely, cast.manager, days_ago=130)
    planned = await reference_of(make, await open_visit(make, lonely, cast.manager))
    manager = await signed_in(site, make, cast.manager)
    page = (await manager.get("/staff/visits/coverage")).text
    assert page.index(lonely.name) < page.index(cast.account.name)
    assert "130 of 92" in page
    assert planned in page
    late = (
        await manager.get("/staff/visits/coverage?late=yes&branch=x&tier=unknown&start=-1")
    ).text
    assert lonely.name in late
    assert cast.account.name not in late


async def test_a_round_is_read_printed_and_closed(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    supervisor = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    number, key = await round_of(make)
    of: dict[str, Any] = {"round_id": number, "rule": "group"}
    visit = await past_visit(make, cast.account, cast.manager, days_ago=4, **of)
    await said_in(make, cast.account, cast.manager, visit, "Good packing", sentiment="praise")
    path = f"/staff/visits/rounds/{key}"
    manager = await signed_in(site, make, cast.manager)
    page = (await manager.get(path)).text
    assert "Good packing" in page
    assert "Close the round" not in page
    assert (
        await manager.post(f"{path}/summary", {"version": "1", "summary": "x"})
    ).status_code == 403
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    assert (await (await signed_in(site, make, warehouse)).get(path)).status_code == 403
    interim = await manager.get(f"{path}/paper")
    assert interim.headers["content-type"] == "application/pdf"

    boss = await signed_in(site, make, supervisor)
    assert key in (await boss.get("/staff/visits/rounds")).text
    empty = await boss.post(f"{path}/summary", {"version": "1", "summary": " "})
    assert empty.status_code == 422
    done = {"version": "1", "summary": "Everybody was seen.", "lessons": "Book earlier."}
    assert (await boss.post(f"{path}/summary", done)).status_code == 303
    page = (await boss.get(path)).text
    assert "Everybody was seen." in page
    assert "Book earlier." in page
    told = unbroken(text((await manager.get(f"{path}/paper")).content))
    for words in ("Everybody was seen.", "Good packing", supervisor.name, "回访总结报告"):
        assert unbroken(words) in told, words
    assert (await boss.get("/staff/visits/rounds/quarterly-1066-Q4")).status_code == 404


async def test_the_record_of_a_visit_on_paper(site: Any, make: Factory) -> None:
    """Complete after it, with room to write before; who only has the visit reads no file (A6)."""
    cast, bad, said = await seen_customer(make)
    await make.owner.execute(
        "UPDATE account SET tax_number = '9131TAXNUMBER' WHERE id = $1", cast.account.id
    )
    manager = await signed_in(site, make, cast.manager)
    answered = await manager.get(f"/staff/visits/{bad}/papers/record")
    told = unbroken(text(answered.content))
    for words in ("=Conveyor noise", "Wang Jianguo", "Late twice.", said, "回访记录表", "9131TAX"):
        assert unbroken(words) in told, words
    planned = await open_visit(make, cast.account, cast.manager, goal="Frame contract")
    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    await make.owner.execute(
        "UPDATE visit SET owner_id = $1 WHERE id = $2", stranger.staff_member_id, planned
    )
    outsider = await signed_in(site, make, stranger)
    path = f"/staff/visits/{await reference_of(make, planned)}/papers/record"
    blank = unbroken(text((await outsider.get(path)).content))
    assert unbroken("Frame contract") in blank
    assert "9131TAX" not in blank
    assert (await outsider.get(f"/staff/visits/{bad}/papers/record")).status_code == 404


async def test_a_dealer_makes_the_visit_on_an_order(site: Any, make: Factory) -> None:
    """Whom to see, what to ask, room for what they find; no goal of ours on it (rule V2)."""
    cast = await cast_of(make)
    await make.owner.execute("UPDATE account SET locale = 'en' WHERE id = $1", cast.account.id)
    dealer = await make.insert("dealer", name=unique("Dealer "), contact_name="Zhao Min")
    of_dealer = {"dealer_id": dealer, "goal": "Win them over", "told": "A look at line three"}
    visit = await open_visit(make, cast.account, cast.manager, **of_dealer)
    await make.insert(
        "visit_item",
        account_id=cast.account.id,
        visit_id=visit,
        kind="question",
        text="Do they run hot?",
        position=1,
    )
    path = f"/staff/visits/{await reference_of(make, visit)}"
    manager = await signed_in(site, make, cast.manager)
    assert f"{path}/papers/order" in (await manager.get(path)).text
    told = unbroken(text((await manager.get(f"{path}/papers/order")).content))
    for words in ("回访单", "Zhao Min", "Do they run hot?", "A look at line three"):
        assert unbroken(words) in told, words
    for ours in ("Win them over", "Quarterly"):
        assert unbroken(ours) not in told, ours
    other = await reference_of(make, await open_visit(make, cast.account, cast.manager))
    assert (await manager.get(f"/staff/visits/{other}/papers/order")).status_code == 404


async def test_the_feedback_form_asks_what_the_survey_in_force_asks(
    site: Any, make: Factory
) -> None:
    """In the account's language, to fill in by hand; nothing of ours stands on it (rule V4)."""
    await _feedback_form(make)
    cast = await cast_of(make)
    await make.owner.execute("UPDATE account SET locale = 'en' WHERE id = $1", cast.account.id)
    visit = await open_visit(make, cast.account, cast.manager, rule="group", goal="Win them over")
    reference = await reference_of(make, visit)
    manager = await signed_in(site, make, cast.manager)
    answered = await manager.get(f"/staff/visits/{reference}/papers/inquiry")
    told = unbroken(text(answered.content))
    for words in ("客户拜访征询函", reference, cast.account.name, "/surveys", cast.manager.name):
        assert unbroken(words) in told, words
    for question in await _questions(make):
        assert unbroken(question) in told, question
    for ours in ("Win them over", "Group account"):
        assert unbroken(ours) not in told, ours


async def _feedback_form(make: Factory) -> None:
    """The survey of this occasion, where none is in force yet."""
    if await make.owner.fetchval(_IN_FORCE) is not None:
        return
    survey = await make.insert(
        "survey", key="visit-feedback", occasion="inquiry", name="Feedback", created_at=noon(TODAY)
    )
    kinds = (QuestionKind.RATING, QuestionKind.NPS, QuestionKind.CHOICES, QuestionKind.TEXT)
    questions = tuple(
        Question(
            kind.value,
            kind,
            Text(f"Asked as {kind.value}?", f"问题 {kind.value}？", f"問題 {kind.value}？"),
            options=(Option("a", Text("This", "这", "這")),)
            if kind is QuestionKind.CHOICES
            else (),
        )
        for kind in kinds
    )
    asked = Definition(
        Text("Feedback", "征询函", "徵詢函"),
        sections=(Section("s", Text("All"), Text(), questions),),
    )
    await make.insert(
        "survey_version",
        survey_id=survey,
        number=1,
        definition=written(asked),
        published_at=noon(TODAY),
        published_by=(await make.staff()).person_id,
        created_at=noon(TODAY),
        updated_at=noon(TODAY),
    )


async def _questions(make: Factory) -> list[str]:
    """What the survey in force asks, in English."""
    return [question.text.en for question in read(await make.owner.fetchval(_IN_FORCE)).questions]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("", date(2025, 11, 23), None),
        ("nonsense", date(2025, 11, 23), None),
        ("2026-Q9", date(2025, 11, 23), None),
        ("9999", date(2025, 11, 23), None),
        ("3m", date(2026, 8, 23), None),
        ("all", None, None),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_a_period_has_its_first_and_last_day(
    period: str, first: date | None, last: date | None
) -> None:
    assert days_of(period, date(2026, 11, 22)) == (first, last)


def test_a_year_back_from_the_end_of_february_is_a_year() -> None:
    assert days_of("", date(2028, 2, 29))[0] == date(2027, 3, 1)
