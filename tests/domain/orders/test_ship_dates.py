"""On which day an order is promised to ship, and when the clock of that waits."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.orders.cut_off import CutOff, cut_off_at
from portal.domain.orders.release import Guarantee, decide
from portal.domain.orders.ship_dates import (
    WAITS_FOR_PAYMENT,
    WAITS_ON_HOLD,
    ShipDate,
    ShipFacts,
    ship_date,
    waits_for_customer,
)
from portal.domain.orders.states import PromiseBasis
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.branch_calendar import PlacedCalendar
from portal.domain.service_levels.business_calendar import BusinessCalendar
from tests.domain.orders.release_samples import TODAY, TOMORROW, YESTERDAY, cny, facts, line

SHANGHAI = ZoneInfo("Asia/Shanghai")
CUT_OFF = time(15, 30)
FRIDAY, SATURDAY, MONDAY = date(2026, 8, 28), date(2026, 8, 29), date(2026, 8, 31)
LATER = TODAY + timedelta(days=10)


def branch(**days: tuple[str, str]) -> PlacedCalendar:
    """Open 09:00 to 18:00 on weekdays; `d26=("09:00", "12:00")` gives a day its own hours."""
    office = [("09:00", "18:00")]
    own = {date(2026, 8, int(name[1:])): [hours] for name, hours in days.items()}
    calendar = BusinessCalendar("Asia/Shanghai", dict.fromkeys(range(5), office), exceptions=own)
    return PlacedCalendar(CalendarKind.OFFICE_HOURS, "Asia/Shanghai", "CN", calendar)


def august(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, second, tzinfo=SHANGHAI)


def cut_off(now: datetime, place: PlacedCalendar | None = None) -> CutOff:
    return cut_off_at(now.astimezone(UTC), place or branch(), CUT_OFF)


class TestCutOff:
    @pytest.mark.parametrize(
        ("now", "ships_on"),
        [
            (august(24, 8), TODAY),  # before opening
            (august(24, 15, 29, 59), TODAY),
            (august(24, 15, 30), TOMORROW),  # exactly at the cut-off is too late
            (august(24, 17), TOMORROW),
            (august(28, 15, 30), MONDAY),
            (august(29, 10), MONDAY),
        ],
    )
    def test_what_is_released_before_it_ships_the_same_day(  # rules O2, O9
        self, now: datetime, ships_on: date
    ) -> None:
        assert cut_off(now).ships_on == ships_on

    def test_the_countdown_runs_to_the_moment_at_the_branch(self) -> None:  # rule O2
        assert cut_off(august(24, 14)) == CutOff(august(24, 15, 30), TODAY, TODAY)
        assert cut_off(august(24, 14)).is_today
        assert cut_off(august(28, 16)) == CutOff(august(31, 15, 30), MONDAY, FRIDAY)
        assert not cut_off(august(28, 16)).is_today

    def test_on_a_short_day_it_is_closing_time(self) -> None:
        short = branch(d24=("09:00", "12:00"))
        assert cut_off(august(24, 11), short).at == august(24, 12)
        assert cut_off(august(24, 12), short).ships_on == TOMORROW

    def test_a_make_up_day_is_worked(self) -> None:
        assert cut_off(august(28, 17), branch(d29=("09:00", "18:00"))).ships_on == SATURDAY


def ship(**changes: Any) -> ShipDate | None:
    """Placed today, in stock and released before the cut-off unless said otherwise."""
    return ship_date(
        ShipFacts(
            **{
                "today": TODAY,
                "leaves_on": TODAY,
                "placed_on": TODAY,
                "may_ship": True,
                "lines": (line(),),
                **changes,
            }
        )
    )


SHORT = {"may_ship": False, "lines": (line(reserved=0),)}


class TestShipDate:
    def test_in_stock_and_released_it_ships_today(self) -> None:  # rule O2
        assert ship() == ShipDate(TODAY, PromiseBasis.TODAY)

    def test_after_the_cut_off_on_the_next_working_day(self) -> None:  # rules O2, O9
        assert ship(leaves_on=TOMORROW) == ShipDate(TOMORROW, PromiseBasis.STOCK)

    def test_in_stock_but_not_released_nothing_is_promised(self) -> None:  # rule O2
        assert ship(may_ship=False) is None

    def test_a_part_of_it_makes_no_promise_of_the_whole(self) -> None:  # rule O15
        assert ship(lines=(line(), line(reserved=0))) is None

    def test_what_is_not_in_stock_ships_by_the_date_of_the_quote(self) -> None:  # rule O4
        assert ship(**SHORT, quote_on=LATER) == ShipDate(LATER, PromiseBasis.QUOTE)

    def test_a_quote_is_never_made_worse(self) -> None:  # rule O4
        assert ship(quote_on=LATER) == ShipDate(TODAY, PromiseBasis.TODAY)
        late = ship(leaves_on=TOMORROW, quote_on=TODAY)
        assert late == ShipDate(TODAY, PromiseBasis.QUOTE)

    def test_a_date_that_was_past_when_the_order_came_is_no_promise(self) -> None:  # rule O4
        assert ship(**SHORT, quote_on=YESTERDAY) is None

    def test_made_to_order_ships_on_the_earliest_production_date(self) -> None:  # rule O7
        made = line(reserved=0, made_to_order=True, production_on=LATER)
        lines = {"may_ship": False, "lines": (made, line())}
        assert ship(**lines) == ShipDate(LATER, PromiseBasis.PRODUCTION)

    def test_the_last_line_counts(self) -> None:  # rules O7, O15
        made = line(reserved=0, made_to_order=True, production_on=TOMORROW)
        bought = line(reserved=0, available_on=LATER)
        assert ship(may_ship=False, lines=(made, bought)) == ShipDate(
            LATER, PromiseBasis.PRODUCTION
        )
        assert ship(may_ship=False, lines=(made, line(reserved=0))) is None

    def test_goods_on_their_way_to_us_ship_on_the_day_that_was_told(self) -> None:  # rule O15
        lines = (line(reserved=0, available_on=LATER),)
        assert ship(may_ship=False, lines=lines) == ShipDate(LATER, PromiseBasis.STATED)

    def test_a_day_that_is_over_is_not_promised_anew(self) -> None:
        lines = (line(reserved=0, available_on=YESTERDAY),)
        assert ship(may_ship=False, lines=lines) is None

    def test_an_urgent_delivery_comes_before_the_cut_off(self) -> None:  # rule O6
        assert ship(urgent_on=TODAY) == ShipDate(TODAY, PromiseBasis.URGENT)
        assert ship(urgent_on=TOMORROW, leaves_on=FRIDAY) == ShipDate(TOMORROW, PromiseBasis.URGENT)

    @given(
        promised=st.integers(-5, 5),
        quote=st.none() | st.integers(-5, 5),
        leaves=st.integers(0, 3),
        may_ship=st.booleans(),
    )
    def test_a_promise_never_becomes_worse(  # rule O4
        self, promised: int, quote: int | None, leaves: int, may_ship: bool
    ) -> None:
        before = ShipDate(TODAY + timedelta(days=promised), PromiseBasis.QUOTE)
        after = ship(
            promised=before,
            quote_on=None if quote is None else TODAY + timedelta(days=quote),
            leaves_on=TODAY + timedelta(days=leaves),
            may_ship=may_ship,
        )
        assert after
        assert after.on <= before.on


def waits(**changes: Any) -> str:
    order = facts(**changes)
    return waits_for_customer(order, decide(order))


class TestWaiting:
    def test_it_runs_while_nothing_is_open_or_we_are_the_ones_who_are_late(self) -> None:
        assert waits() == ""
        assert waits(lines=(line(reserved=0),)) == ""
        assert waits(credit_ahead=cny(100_000)) == ""

    def test_it_waits_for_a_payment_that_alone_stands_in_the_way(self) -> None:  # rules O8, O9
        assert waits(terms=PaymentTerms.IN_ADVANCE) == WAITS_FOR_PAYMENT
        assert waits(terms=PaymentTerms.DEPOSIT, paid=cny(0)) == WAITS_FOR_PAYMENT
        assert waits(terms=PaymentTerms.DEPOSIT, paid=cny(6_000)) == WAITS_FOR_PAYMENT

    def test_it_runs_while_goods_are_short_whatever_is_unpaid(self) -> None:
        short = (line(reserved=0),)
        assert waits(terms=PaymentTerms.IN_ADVANCE, lines=short) == ""
        assert waits(terms=PaymentTerms.DEPOSIT, paid=cny(6_000), lines=short) == ""

    def test_without_its_deposit_a_project_cannot_even_begin(self) -> None:  # rule O8
        short = (line(reserved=0),)
        assert waits(terms=PaymentTerms.DEPOSIT, lines=short) == WAITS_FOR_PAYMENT

    def test_a_hold_stops_it_only_if_the_customer_asked_for_it(self) -> None:  # rule O12
        held = {"held": True, "hold_reason": "x"}
        assert waits(**held, held_as_asked=True) == WAITS_ON_HOLD
        assert waits(**held) == ""

    def test_a_guarantee_lets_it_run(self) -> None:  # rule O9
        given = {"guarantee": Guarantee(TOMORROW), "latest_guarantee": LATER}
        assert waits(terms=PaymentTerms.IN_ADVANCE, **given) == ""
