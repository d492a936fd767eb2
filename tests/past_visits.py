"""Visits of the past as they stand in the file: written as rows, for what is read of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.search import search_terms
from tests.factories import Account, Factory, unique

NOON_AT_SHANGHAI = 4  # UTC


def day_before(days: int) -> date:
    """A date so many days before today in Shanghai."""
    return (datetime.now(UTC) + timedelta(hours=8)).date() - timedelta(days=days)


def noon(day: date) -> datetime:
    """Noon of that day in Shanghai."""
    return datetime(day.year, day.month, day.day, NOON_AT_SHANGHAI, tzinfo=UTC)


async def open_visit(make: Factory, account: Account, owner: Actor, **changes: Any) -> int:
    """A visit that is planned, due in two weeks unless `changes` say otherwise."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "account_id": account.id,
        "reference": unique("VS-T-"),
        "kind": "visit",
        "rule": "quarterly",
        "occasion": unique("by hand "),
        "status": "planned",
        "owner_id": owner.staff_member_id,
        "due_on": day_before(-14),
        "created_at": now,
        "updated_at": now,
        **changes,
    }
    values.setdefault(
        "search_terms",
        search_terms(values["reference"], account.name, account.code, values.get("report", "")),
    )
    return await make.insert("visit", **values)


async def past_visit(
    make: Factory,
    account: Account,
    owner: Actor,
    *,
    days_ago: int,
    satisfaction: str = "satisfied",
    **changes: Any,
) -> int:
    """A visit that was made and recorded at noon `days_ago`, with one person met."""
    day = day_before(days_ago)
    unhappy = {"cause": "Late twice.", "remedy": "A safety stock."}
    visit_id = await open_visit(
        make,
        account,
        owner,
        **{
            "status": "made",
            "due_on": day,
            "made_at": noon(day),
            "starts_at": noon(day),
            "ends_at": noon(day) + timedelta(hours=1),
            "shown_at": noon(day) - timedelta(days=7),
            "satisfaction": satisfaction,
            "report": "They showed us line three.",
            "gifts": "none_offered",
            "recorded_by": owner.person_id,
            "recorded_at": noon(day) + timedelta(hours=3),
            "updated_at": noon(day) + timedelta(hours=3),
            **(unhappy if satisfaction == "dissatisfied" else {}),
            **changes,
        },
    )
    await make.insert(
        "visit_person",
        account_id=account.id,
        visit_id=visit_id,
        name="Wang Jianguo",
        function="Purchasing",
        is_ours=False,
        attended=True,
    )
    return visit_id


async def said_in(
    make: Factory,
    account: Account,
    owner: Actor,
    visit_id: int,
    text: str,
    *,
    sentiment: str = "criticism",
    **changes: Any,
) -> str:
    """An opinion of that visit, open unless `changes` say otherwise; its reference."""
    now = datetime.now(UTC)
    reference = unique("OP-T-")
    await make.insert(
        "opinion",
        account_id=account.id,
        reference=reference,
        source="visit",
        visit_id=visit_id,
        sentiment=sentiment,
        text=text,
        owner_id=owner.staff_member_id,
        **{"status": "open", "created_at": now, "updated_at": now, **changes},
    )
    return reference


async def reference_of(make: Factory, visit_id: int) -> str:
    return str(await make.owner.fetchval("SELECT reference FROM visit WHERE id = $1", visit_id))


async def round_of(make: Factory, *, ends_in: int = -1, rule: str = "group") -> tuple[int, str]:
    """A round that ends in so many days, and its key. Each call makes one of another month."""
    number = await make.owner.fetchval(
        """INSERT INTO visit_round (rule, period, starts_on, ends_on)
           SELECT $1, period, $2, $3 FROM (
               SELECT to_char(date '1950-01-01' + make_interval(months => n), 'YYYY-MM') AS period
               FROM generate_series(0, 800) AS n) AS months
           WHERE NOT EXISTS (
               SELECT FROM visit_round r WHERE r.rule = $1 AND r.period = months.period)
           LIMIT 1 RETURNING id""",
        rule,
        day_before(30 - ends_in),
        day_before(-ends_in),
    )
    period = await make.owner.fetchval("SELECT period FROM visit_round WHERE id = $1", number)
    return number, f"{rule}-{period}"
