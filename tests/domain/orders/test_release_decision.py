"""The release decision, rule by rule, up to the very edge of each figure."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.orders.release import (
    CheckKind,
    CheckState,
    Guarantee,
    Resolver,
    Step,
    decide,
)
from portal.domain.orders.states import OrderStatus
from tests.domain.orders.release_samples import (
    TODAY,
    TOMORROW,
    YESTERDAY,
    check,
    cny,
    facts,
    line,
    state,
)

MET, OPEN, NOT_NEEDED = CheckState.MET, CheckState.OPEN, CheckState.NOT_NEEDED
DEPOSIT: dict[str, Any] = {"terms": PaymentTerms.DEPOSIT}
IN_ADVANCE: dict[str, Any] = {"terms": PaymentTerms.IN_ADVANCE}
LATEST = TODAY + timedelta(days=3)


def blocked(**changes: Any) -> dict[Step, set[CheckKind]]:
    """What stands in the way of each step."""
    verdict = decide(facts(**changes))
    return {step: {each.kind for each in verdict.blocking(step)} for step in Step}


def test_an_order_with_everything_in_place_may_be_scheduled_and_ship() -> None:
    verdict = decide(facts())
    assert verdict.may_schedule
    assert verdict.may_ship
    assert verdict.open_checks == ()
    assert verdict.for_customer == ()


def test_every_check_names_its_rule_and_comes_once() -> None:
    checks = decide(facts()).checks
    assert [each.rule for each in checks] == [
        *("O1", "Q5", "O1", "O1"),
        *("O8", "O8", "O9", "O10", "O7", "O15", "O12", "O13"),
    ]
    assert len({each.kind for each in checks}) == len(checks)


@pytest.mark.parametrize(
    "status",
    [OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.SETTLED, OrderStatus.CANCELLED],
)
def test_what_is_gone_or_cancelled_neither_ships_nor_is_scheduled(status: OrderStatus) -> None:
    verdict = decide(facts(status=status))
    assert not verdict.may_ship
    assert not verdict.may_schedule


class TestOrderItself:
    def test_an_incomplete_order_is_not_processed_and_says_what_is_missing(self) -> None:  # O1
        missing = check(CheckKind.COMPLETE, missing=("price", "place of delivery"))
        assert missing.state is OPEN
        assert missing.blocks == {Step.SCHEDULE, Step.SHIP}
        assert missing.words.params["missing"] == ("price", "place of delivery")
        assert missing.for_customer

    def test_somebody_of_the_customer_has_ordered(self) -> None:  # rules O1, Q5
        assert state(CheckKind.CUSTOMER_CONFIRMED) is MET
        nobody = check(CheckKind.CUSTOMER_CONFIRMED, ordered_by="")
        assert (nobody.state, nobody.resolver) == (OPEN, Resolver.SALES_REPRESENTATIVE)

    def test_the_sales_representative_confirms(self) -> None:  # rule O1
        unconfirmed = {"status": OrderStatus.PLACED, "confirmed_on": None, "confirmed_by": ""}
        assert state(CheckKind.STAFF_CONFIRMED, **unconfirmed) is OPEN
        assert blocked(**unconfirmed) == {
            Step.SCHEDULE: {CheckKind.STAFF_CONFIRMED},
            Step.SHIP: {CheckKind.STAFF_CONFIRMED},
        }

    def test_outside_a_contract_the_supervisor_consents_on_stock(self) -> None:  # rule O1
        assert state(CheckKind.STOCK_CONSENT) is NOT_NEEDED
        waiting = check(CheckKind.STOCK_CONSENT, off_contract=True)
        assert (waiting.state, waiting.resolver) == (OPEN, Resolver.SUPERVISOR)
        assert blocked(off_contract=True)[Step.SCHEDULE] == {CheckKind.STOCK_CONSENT}
        assert state(CheckKind.STOCK_CONSENT, off_contract=True, consented_on=TODAY) is MET


class TestDepositAndBalance:
    @pytest.mark.parametrize(
        ("paid", "deposit"),
        [
            ("0", OPEN),
            ("4999.99", OPEN),
            ("5000", OPEN),  # exactly half is not more than half
            ("5000.01", MET),
            ("10000", MET),
            ("12000", MET),
        ],
    )
    def test_more_than_half_is_paid_before_scheduling(  # rule O8
        self, paid: str, deposit: CheckState
    ) -> None:
        assert state(CheckKind.DEPOSIT, **DEPOSIT, paid=cny(paid)) is deposit
        assert decide(facts(**DEPOSIT, paid=cny(paid))).may_schedule is (deposit is MET)

    @pytest.mark.parametrize(("paid", "balance"), [("9999.99", OPEN), ("10000", MET)])
    def test_the_balance_is_paid_before_shipping(  # rule O8
        self, paid: str, balance: CheckState
    ) -> None:
        verdict = decide(facts(**DEPOSIT, paid=cny(paid)))
        assert state(CheckKind.BALANCE, **DEPOSIT, paid=cny(paid)) is balance
        assert verdict.may_schedule
        assert verdict.may_ship is (balance is MET)

    def test_the_share_is_a_figure_of_the_policy(self) -> None:  # rule O8
        third = {**DEPOSIT, "deposit_share": Decimal(30), "paid": cny("3000.01")}
        assert state(CheckKind.DEPOSIT, **third) is MET
        all_of_it = {**DEPOSIT, "deposit_share": Decimal(100)}
        assert state(CheckKind.DEPOSIT, **all_of_it, paid=cny("9999.99")) is OPEN
        assert state(CheckKind.DEPOSIT, **all_of_it, paid=cny(10_000)) is MET

    def test_a_project_order_has_a_deposit_whatever_its_terms(self) -> None:  # rule O8
        for terms in PaymentTerms:
            assert state(CheckKind.DEPOSIT, terms=terms, project=True) is OPEN
            assert state(CheckKind.CREDIT, terms=terms, project=True) is NOT_NEEDED
            assert state(CheckKind.PAYMENT, terms=terms, project=True) is NOT_NEEDED

    def test_other_orders_have_none(self) -> None:
        assert state(CheckKind.DEPOSIT) is NOT_NEEDED
        assert state(CheckKind.BALANCE) is NOT_NEEDED

    def test_what_costs_nothing_waits_for_no_money(self) -> None:
        for terms in PaymentTerms:
            assert decide(facts(terms=terms, gross=cny(0), credit_limit=None)).may_ship


class TestPaymentInAdvance:
    @pytest.mark.parametrize(("paid", "ships"), [("9999.99", False), ("10000", True)])
    def test_it_is_paid_in_full_before_it_ships(self, paid: str, ships: bool) -> None:  # rule O9
        verdict = decide(facts(**IN_ADVANCE, paid=cny(paid)))
        assert verdict.may_ship is ships
        assert verdict.may_schedule

    @pytest.mark.parametrize(
        ("pay_by", "ships"), [(YESTERDAY, False), (TODAY, True), (LATEST, True)]
    )
    def test_a_guarantee_holds_through_its_day(self, pay_by: Any, ships: bool) -> None:  # rule O9
        given = {"guarantee": Guarantee(pay_by, "Chen Jie"), "latest_guarantee": LATEST}
        verdict = decide(facts(**IN_ADVANCE, **given))
        assert verdict.may_ship is ships
        kind = CheckKind.GUARANTEE if ships else CheckKind.PAYMENT
        assert state(kind, **IN_ADVANCE, **given) is (MET if ships else OPEN)

    def test_no_guarantee_holds_for_a_small_or_unstable_account(self) -> None:  # rule O9
        given = {"guarantee": Guarantee(TOMORROW, "Chen Jie"), "latest_guarantee": None}
        refused = check(CheckKind.PAYMENT, **IN_ADVANCE, **given)
        assert (refused.state, refused.resolver) == (OPEN, Resolver.FINANCE)

    def test_the_sales_representative_can_resolve_it_where_a_guarantee_is_possible(self) -> None:
        waiting = check(CheckKind.PAYMENT, **IN_ADVANCE, latest_guarantee=LATEST)
        assert waiting.resolver is Resolver.SALES_REPRESENTATIVE
        assert waiting.words.params["latest"] == LATEST

    def test_a_guarantee_does_not_stand_for_the_balance_of_a_project(self) -> None:  # rule O8
        given = {"guarantee": Guarantee(TOMORROW), "latest_guarantee": LATEST}
        assert not decide(facts(**DEPOSIT, **given)).may_ship


class TestCredit:
    @pytest.mark.parametrize(
        ("ahead", "ships"), [("89999.99", True), ("90000", True), ("90000.01", False)]
    )
    def test_as_much_as_the_limit_may_ship_and_not_a_fen_more(  # rules O10, A16
        self, ahead: str, ships: bool
    ) -> None:
        assert decide(facts(credit_ahead=cny(ahead))).may_ship is ships

    def test_what_is_paid_of_this_order_uses_no_credit(self) -> None:  # rule A16
        beyond = {"credit_ahead": cny(99_000)}
        assert not decide(facts(**beyond)).may_ship
        assert decide(facts(**beyond, paid=cny(9_000))).may_ship
        assert decide(facts(credit_ahead=cny(500_000), paid=cny(10_000))).may_ship

    def test_no_limit_on_file_is_a_limit_of_zero(self) -> None:  # rule A16
        no_limit = check(CheckKind.CREDIT, credit_limit=None)
        assert (no_limit.state, no_limit.resolver) == (OPEN, Resolver.DUTY_MANAGER)
        assert no_limit.words.params["amount"] == cny(10_000)

    def test_it_says_by_how_much_the_limit_is_exceeded(self) -> None:  # rule O10
        beyond = check(CheckKind.CREDIT, credit_ahead=cny(95_000))
        assert beyond.words.params["excess"] == cny(5_000)
        assert beyond.blocks == {Step.SHIP}

    def test_orders_that_are_paid_first_use_no_credit(self) -> None:
        assert state(CheckKind.CREDIT, **IN_ADVANCE) is NOT_NEEDED
        assert state(CheckKind.CREDIT, **DEPOSIT) is NOT_NEEDED


class TestGoods:
    def test_nothing_ships_incomplete(self) -> None:  # rule O15
        short = {"lines": (line(), line(10, reserved=9))}
        waiting = check(CheckKind.STOCK, **short)
        assert (waiting.state, waiting.resolver) == (OPEN, Resolver.WAREHOUSE)
        assert blocked(**short) == {Step.SCHEDULE: set(), Step.SHIP: {CheckKind.STOCK}}

    def test_the_customer_may_agree_to_parts(self) -> None:  # rule O15
        short = {"lines": (line(), line(10, reserved=0)), "partial_agreed_by": "Li Wei"}
        assert decide(facts(**short)).may_ship

    def test_there_has_to_be_something_of_it(self) -> None:  # rule O15
        nothing = {"lines": (line(reserved=0),), "partial_agreed_by": "Li Wei"}
        assert not decide(facts(**nothing)).may_ship

    def test_what_has_left_need_not_be_in_stock(self) -> None:
        rest = {"lines": (line(shipped=40, reserved=0), line(10, shipped=4, reserved=6))}
        assert decide(facts(status=OrderStatus.PARTLY_SHIPPED, **rest)).may_ship

    def test_the_day_is_named_once_it_is_known_for_all_that_is_short(self) -> None:  # rule O15
        known, unknown = line(reserved=0, available_on=TOMORROW), line(reserved=0)
        later = line(reserved=0, available_on=LATEST)
        assert check(CheckKind.STOCK, lines=(known, later)).words.params["date"] == LATEST
        assert "date" not in check(CheckKind.STOCK, lines=(known, unknown)).words.params


class TestProduction:
    MADE = {"made_to_order": True, "reserved": 0}

    def test_the_earliest_date_is_given_before_it_is_scheduled(self) -> None:  # rule O7
        undated = {"lines": (line(**self.MADE),)}
        assert CheckKind.PRODUCTION in blocked(**undated)[Step.SCHEDULE]
        dated = {"lines": (line(**self.MADE, production_on=TOMORROW),)}
        assert blocked(**dated)[Step.SCHEDULE] == set()

    @pytest.mark.parametrize(("on", "reached"), [(YESTERDAY, MET), (TODAY, MET), (TOMORROW, OPEN)])
    def test_it_waits_until_its_date(self, on: Any, reached: CheckState) -> None:  # rule O7
        lines = (line(**self.MADE, production_on=on), line())
        assert state(CheckKind.PRODUCTION, lines=lines) is reached

    def test_only_the_supervisor_moves_it_forward(self) -> None:  # rule O7
        ahead = check(CheckKind.PRODUCTION, lines=(line(**self.MADE, production_on=TOMORROW),))
        assert ahead.resolver is Resolver.SUPERVISOR

    def test_what_is_made_already_waits_for_no_date(self) -> None:
        made = (line(made_to_order=True, production_on=TOMORROW),)
        assert decide(facts(lines=made)).may_ship

    def test_the_rest_may_leave_before_it_where_parts_are_agreed(self) -> None:  # rule O15
        lines = (line(), line(**self.MADE, production_on=TOMORROW))
        assert not decide(facts(lines=lines)).may_ship
        assert decide(facts(lines=lines, partial_agreed_by="Li Wei")).may_ship

    def test_nothing_made_to_order_needs_no_date(self) -> None:
        assert state(CheckKind.PRODUCTION) is NOT_NEEDED


class TestHoldAndPlace:
    def test_held_goods_wait(self) -> None:  # rule O12
        held = {"held": True, "hold_reason": "Site not ready", "hold_place": "Bay 7"}
        assert blocked(**held) == {Step.SCHEDULE: set(), Step.SHIP: {CheckKind.HOLD}}
        assert check(CheckKind.HOLD, **held).words.params["place"] == "Bay 7"

    def test_the_customer_never_reads_our_reason(self) -> None:  # rule O12
        for as_asked in (True, False):
            held = check(CheckKind.HOLD, held=True, hold_reason="No", held_as_asked=as_asked)
            assert held.for_customer
            assert "reason" not in held.for_customer.msgid

    def test_the_warehouse_sees_a_changed_place_before_anything_ships(self) -> None:  # rule O13
        assert state(CheckKind.SHIP_TO_SEEN) is NOT_NEEDED
        changed = {"ship_to_changed": True, "unseen_ship_to": "Site 4"}
        unseen = check(CheckKind.SHIP_TO_SEEN, **changed)
        assert (unseen.state, unseen.resolver) == (OPEN, Resolver.WAREHOUSE)
        assert blocked(**changed)[Step.SHIP] == {CheckKind.SHIP_TO_SEEN}
        assert state(CheckKind.SHIP_TO_SEEN, ship_to_changed=True) is MET
