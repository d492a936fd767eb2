"""Stories find their place in time whenever the demo is seeded."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from portal.demo.cast import Branch, Cast, Customer
from portal.demo.data_files import read_tables
from portal.demo.timetable import all_beats
from portal.domain.common.actor import Actor, Side
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.calendars import calendar_for

_HOME = ZoneInfo("Asia/Shanghai")
MOMENTS = [
    datetime(2026, 11, 22, 13, 30, tzinfo=_HOME),  # a Sunday
    datetime(2026, 11, 23, 3, 10, tzinfo=_HOME),  # Monday before dawn
    datetime(2026, 11, 23, 9, 2, tzinfo=_HOME),  # Monday, just opened
    datetime(2026, 11, 25, 11, 45, tzinfo=_HOME),  # the middle of a week
    datetime(2026, 11, 27, 23, 59, tzinfo=_HOME),  # Friday night
    datetime(2026, 10, 6, 12, 0, tzinfo=_HOME),  # within the National Day holidays
    datetime(2027, 1, 1, 0, 5, tzinfo=_HOME),  # a new year
    datetime(2028, 2, 29, 18, 0, tzinfo=_HOME),
]


def _staff(number: int, role: StaffRole = StaffRole.SALES_REPRESENTATIVE) -> Actor:
    return Actor(number, f"Staff {number}", Side.STAFF, role, None, number)


def _cast(now: datetime) -> Cast:
    """The customers of the data files without a database."""
    cast = Cast(now=now, supplier_name="Supplier")
    calendars = [
        calendar_for(kind, timezone="Asia/Shanghai", country="CN")
        for kind in (CalendarKind.OFFICE_HOURS, CalendarKind.WORKING_DAYS)
    ]
    branch = Branch(1, *calendars)
    for number, role in enumerate(StaffRole, start=10):
        cast.staff[role.value] = _staff(number, role)
    for number, facts in enumerate(read_tables("accounts")["account"], start=1):
        people = {
            contact["key"]: Actor(None, contact["name"], Side.CUSTOMER, CustomerRole.BUYER, number)
            for contact in facts["contacts"]
            if contact["access"] == "buyer"
        }
        cast.customers[facts["key"]] = Customer(
            number, facts["name"], branch, facts["locale"], facts["currency"],
            facts.get("timezone", "Asia/Shanghai"), people, {}, [1],
            _staff(1), _staff(2), _staff(3), _staff(4), PaymentTerms(facts["terms"]),
        )  # fmt: skip
    return cast


@pytest.mark.parametrize("now", MOMENTS, ids=lambda moment: f"{moment:%a-%F-%H%M}")
def test_everything_has_happened_before_the_seeding_and_in_order(now: datetime) -> None:
    beats = all_beats(_cast(now), now)
    moments = [beat.at for beat, _ in beats]
    assert len(beats) > 900
    apart = [later - earlier for earlier, later in pairwise(moments)]
    assert min(apart) >= timedelta(seconds=20)  # the clock runs on while a step is played
    assert max(moments) < now
    assert min(moments) > now - timedelta(days=366)


@pytest.mark.parametrize("now", MOMENTS, ids=lambda moment: f"{moment:%a-%F-%H%M}")
def test_one_quote_is_overdue_and_several_are_due_next(now: datetime) -> None:
    """Rule Q2's clock, whatever weekend or holiday came between."""
    filed = {}
    for beat, story in all_beats(_cast(now), now):
        filed.setdefault(story.script["title"], (beat.at, story))
    due = [
        (story.script["plot"], story.customer.branch.working_days.add(at, timedelta(hours=48)))
        for at, story in filed.values()
    ]
    assert all(at < now for plot, at in due if plot == "overdue")
    assert all(at > now for plot, at in due if plot in {"soon", "in_work", "in_review"})


def test_the_same_moment_gives_the_same_story() -> None:
    random.seed()  # what others do with their own generator does not matter
    now = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    first, second = (
        [(beat.at, beat.by.name, beat.act.__name__) for beat, _ in all_beats(_cast(now), now)]
        for _ in range(2)
    )
    assert first == second
