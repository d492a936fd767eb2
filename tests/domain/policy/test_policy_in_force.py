"""Which version of a figure holds for whom and when."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.policy.figures import PAGE_SIZE, QUOTE_DISCOUNT_LIMIT, QUOTE_VALIDITY
from portal.domain.policy.in_force import InForce, Rulebook, Scope, ScopeKind, Version
from portal.domain.policy.order_figures import GUARANTEE_ALLOWED


def day(month: int) -> datetime:
    return datetime(2026, month, 1, tzinfo=UTC)


def version(
    number: int,
    value: Any,
    valid_from: datetime,
    kind: ScopeKind = ScopeKind.COMPANY,
    whom: str | None = None,
) -> Version:
    return Version("quote.validity", kind, whom, value, number, valid_from)


KEY = (ScopeKind.TIER, "key")
ACME = (ScopeKind.ACCOUNT, "7")


def test_the_default_holds_where_nothing_is_stored() -> None:
    assert Rulebook([]).figure(QUOTE_VALIDITY, at=day(6)) == InForce(30, version=0)


def test_versions_hold_from_their_date() -> None:
    book = Rulebook([version(2, 60, day(6)), version(1, 45, day(3))])
    holds = [book.figure(QUOTE_VALIDITY, at=day(month)) for month in (2, 3, 5, 6, 12)]
    assert [(one.value, one.version) for one in holds] == [
        (30, 0),
        (45, 1),
        (45, 1),
        (60, 2),
        (60, 2),
    ]


def test_of_two_from_the_same_date_the_later_version_holds() -> None:
    book = Rulebook([version(3, 20, day(3)), version(2, 10, day(3))])
    assert book.figure(QUOTE_VALIDITY, at=day(4)).version == 3


def test_the_newest_date_holds_even_if_it_was_written_first() -> None:
    book = Rulebook([version(1, 10, day(6)), version(2, 20, day(3))])
    assert book.figure(QUOTE_VALIDITY, at=day(7)).version == 1


def test_account_before_tier_before_company() -> None:
    book = Rulebook(
        [version(4, 40, day(9)), version(1, 50, day(2), *KEY), version(1, 60, day(1), *ACME)]
    )
    scopes = {
        60: Scope(account_id=7, tier="key"),
        50: Scope(account_id=8, tier="key"),
        40: Scope(account_id=8, tier="general"),
    }
    for value, scope in scopes.items():
        assert book.figure(QUOTE_VALIDITY, at=day(10), scope=scope).value == value
    assert book.figure(QUOTE_VALIDITY, at=day(10)).value == 40


def test_what_holds_says_where_it_comes_from() -> None:
    book = Rulebook([version(5, 60, day(1), *ACME)])
    holds = book.figure(QUOTE_VALIDITY, at=day(2), scope=Scope(account_id=7))
    assert (holds.version, holds.scope_kind, holds.scope_value) == (5, ScopeKind.ACCOUNT, "7")
    assert holds.valid_from == day(1)


def test_an_override_not_yet_valid_leaves_the_wider_scope() -> None:
    book = Rulebook([version(1, 40, day(1)), version(1, 50, day(6), *KEY)])
    assert book.figure(QUOTE_VALIDITY, at=day(5), scope=Scope(tier="key")).value == 40


def test_an_override_ends_with_a_version_without_value() -> None:
    book = Rulebook(
        [version(1, 40, day(1)), version(1, 50, day(2), *KEY), version(2, None, day(6), *KEY)]
    )
    assert book.figure(QUOTE_VALIDITY, at=day(5), scope=Scope(tier="key")).value == 50
    assert book.figure(QUOTE_VALIDITY, at=day(7), scope=Scope(tier="key")).value == 40
    assert [one.value for one in book.overrides(QUOTE_VALIDITY, at=day(5))] == [50]
    assert book.overrides(QUOTE_VALIDITY, at=day(7)) == []


def test_overrides_and_what_is_to_come_are_listed() -> None:
    book = Rulebook(
        [
            version(1, 40, day(1)),
            version(2, 45, day(9)),
            version(1, 60, day(1), *ACME),
            version(1, 50, day(1), *KEY),
            version(2, 55, day(8), *KEY),
        ]
    )
    overrides = book.overrides(QUOTE_VALIDITY, at=day(2))
    assert [(one.scope_value, one.value) for one in overrides] == [("key", 50), ("7", 60)]
    assert [one.value for one in book.upcoming(QUOTE_VALIDITY, at=day(2))] == [55, 45]
    assert book.overrides(PAGE_SIZE, at=day(2)) == []


def test_a_stored_value_that_makes_no_sense_is_an_error() -> None:
    book = Rulebook([version(1, "thirty", day(1))])
    with pytest.raises(ValueError, match="no whole number"):
        book.figure(QUOTE_VALIDITY, at=day(2))


def test_figures_do_not_meet() -> None:
    book = Rulebook([version(1, 40, day(1))])
    assert book.figure(QUOTE_DISCOUNT_LIMIT, at=day(2)).value == Decimal(10)


class TestTiersWithADefaultOfTheirOwn:
    """Small accounts are vouched for by nobody, unless the company says so (rule O9)."""

    GENERAL = Scope(account_id=7, tier="general")

    def test_it_holds_where_nothing_is_stored(self) -> None:
        book = Rulebook([])
        assert book.figure(GUARANTEE_ALLOWED, at=day(6)).value is True
        holds = book.figure(GUARANTEE_ALLOWED, at=day(6), scope=self.GENERAL)
        assert holds == InForce(False, 0, ScopeKind.TIER, "general")
        assert book.figure(GUARANTEE_ALLOWED, at=day(6), scope=Scope(tier="key")).value is True

    def test_the_company_s_figure_does_not_reach_it(self) -> None:
        book = Rulebook([self.version(True, ScopeKind.COMPANY, None)])
        assert book.figure(GUARANTEE_ALLOWED, at=day(6), scope=self.GENERAL).value is False

    def test_a_version_of_the_tier_or_of_the_account_replaces_it(self) -> None:
        for kind, whom in ((ScopeKind.TIER, "general"), (ScopeKind.ACCOUNT, "7")):
            book = Rulebook([self.version(True, kind, whom)])
            assert book.figure(GUARANTEE_ALLOWED, at=day(6), scope=self.GENERAL).value is True

    def test_an_override_that_ended_leaves_the_company_s_figure(self) -> None:
        book = Rulebook([self.version(None, ScopeKind.TIER, "general")])
        assert book.figure(GUARANTEE_ALLOWED, at=day(6), scope=self.GENERAL).value is True
        assert [one.scope_value for one in book.overrides(GUARANTEE_ALLOWED, at=day(6))] == [
            "potential"
        ]

    def version(self, value: Any, kind: ScopeKind, whom: str | None) -> Version:
        return Version("order.guarantee-allowed", kind, whom, value, 1, day(1))
