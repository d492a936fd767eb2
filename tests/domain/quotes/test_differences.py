"""What has changed between two revisions (rule Q5): pure."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.quotes.differences import Aspect, differences
from portal.domain.quotes.states import QuoteStatus
from portal.domain.quotes.views import Colleague, PricedLine, Revision

NOTHING = Money(Decimal(0), "CNY")
BEARING = PricedLine(
    position=1,
    item_id=7,
    sku="HD-7",
    description="Bearing",
    quantity=Decimal(40),
    unit="pcs",
    unit_price=Decimal("12.5"),
    discount_percent=Decimal(0),
    tax_rate=Decimal("0.13"),
    net=Money(Decimal(500), "CNY"),
    tax=Money(Decimal(65), "CNY"),
    gift=False,
)
SEAL = replace(BEARING, position=2, item_id=None, sku="", description="Seal kit")


def revision(*lines: PricedLine, **changes: object) -> Revision:
    base = Revision(
        id=1,
        version=1,
        revision=1,
        status=QuoteStatus.SENT,
        currency="CNY",
        lines=[replace(line, position=place) for place, line in enumerate(lines, start=1)],
        net=Money.total((line.net for line in lines), "CNY"),
        tax=Money.total((line.tax for line in lines), "CNY"),
        gross=Money.total((line.gross for line in lines), "CNY"),
        discount_percent=Decimal(0),
        valid_until=date(2026, 9, 1),
        promised_ship_on=date(2026, 9, 5),
        promised_ship_note="",
        payment_terms=PaymentTerms.DAYS_30,
        note="",
        alternative=False,
        prepared_by=Colleague(1, 1, "Wang Min"),
        created_at=datetime(2026, 8, 24, tzinfo=UTC),
        sent_at=datetime(2026, 8, 24, tzinfo=UTC),
        sent_by=None,
        document_id=1,
        document_sha256="",
        answered_at=None,
        answered_by="",
        answered_name="",
        purchase_order_number="",
        answer_reason="",
        acceptable=True,
        last_moment=None,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_same_again_differs_in_nothing() -> None:
    found = differences(revision(BEARING, SEAL), revision(BEARING, SEAL))
    assert found.is_empty
    assert found.net[0] == found.net[1]


def test_lines_come_and_go() -> None:
    grease = replace(SEAL, description="Grease")
    found = differences(revision(BEARING, SEAL), revision(grease, BEARING))
    assert [line.description for line in found.added] == ["Grease"]
    assert [line.description for line in found.removed] == ["Seal kit"]
    assert found.changed == []


def test_a_line_is_known_by_its_item_though_its_words_change() -> None:
    renamed = replace(BEARING, description="Bearing, sealed", quantity=Decimal(60))
    (changed,) = differences(revision(BEARING, SEAL), revision(SEAL, renamed)).changed
    assert [(one.aspect, one.before, one.after) for one in changed.changes] == [
        (Aspect.DESCRIPTION, "Bearing", "Bearing, sealed"),
        (Aspect.QUANTITY, 40, 60),
    ]


def test_two_lines_of_one_item_stay_apart() -> None:
    later = replace(BEARING, description="Bearing, second delivery")
    found = differences(
        revision(BEARING, later), revision(replace(BEARING, quantity=Decimal(10)), later)
    )
    assert [(each.line.description, len(each.changes)) for each in found.changed] == [
        ("Bearing", 1)
    ]
    assert not found.added
    assert not found.removed


def test_terms_are_compared() -> None:
    found = differences(
        revision(BEARING),
        revision(BEARING, valid_until=date(2026, 10, 1), alternative=True, note="Equivalent type"),
    )
    assert [one.aspect for one in found.terms] == [
        Aspect.VALID_UNTIL,
        Aspect.ALTERNATIVE,
        Aspect.NOTE,
    ]


some_lines = st.lists(
    st.builds(
        replace,
        st.just(BEARING),
        item_id=st.sampled_from([None, 1, 2]),
        description=st.sampled_from(["a", "b", "c"]),
        quantity=st.sampled_from([Decimal(1), Decimal(2)]),
    ),
    max_size=6,
)


@given(some_lines, some_lines)
def test_every_line_is_accounted_for(older: list[PricedLine], newer: list[PricedLine]) -> None:
    before, after = revision(*older), revision(*newer)
    found = differences(before, after)
    assert len(older) - len(found.removed) == len(newer) - len(found.added)
    assert {line.position for line in found.added} <= {line.position for line in after.lines}
    assert differences(after, after).is_empty
