"""The bar that customers read, and who handles what: pure rules (C2-C6, C15)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.routing import route_of, route_of_case
from portal.domain.complaints.states import CaseKind, Category, ComplaintStatus, Responsibility
from portal.domain.complaints.steps import ComplaintStep, StepFacts, steps_of
from portal.domain.orders.steps import StepState

RECEIVED = datetime(2026, 8, 3, 9, tzinfo=UTC)
S = ComplaintStatus


def steps(status: ComplaintStatus, **facts: object) -> list[tuple[str, str]]:
    given = {"is_complaint": True, "status": status, "received_at": RECEIVED, **facts}
    return [(each.step.value, each.state.value) for each in steps_of(StepFacts(**given))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("category", "role", "dealer", "visit"),
    [
        (Category.QUANTITY, StaffRole.AFTER_SALES, True, False),
        (Category.DELIVERY, StaffRole.AFTER_SALES, True, False),
        (Category.TRANSPORT_DAMAGE, StaffRole.AFTER_SALES, True, False),
        (Category.WORKMANSHIP, StaffRole.AFTER_SALES, True, False),
        (Category.IN_USE, StaffRole.AFTER_SALES, False, True),
        (Category.QUALITY, StaffRole.QUALITY_INSPECTION, False, False),
        (Category.SERVICE, StaffRole.SERVICE_SUPERVISOR, False, False),
        (Category.OTHER, StaffRole.AFTER_SALES, False, False),
    ],
)
def test_the_route_follows_what_it_is_about(  # rule C4
    category: Category, role: StaffRole, dealer: bool, visit: bool
) -> None:
    for responsibility in (None, Responsibility.OURS, Responsibility.UNDETERMINABLE):
        route = route_of(category, responsibility)
        assert (route.role, route.dealer, route.site_visit) == (role, dealer, visit)
    explained = route_of(category, Responsibility.NOT_OURS)  # rule C6
    assert (explained.role, explained.dealer, explained.site_visit) == (role, False, False)


def test_lighter_kinds_have_routes_of_their_own() -> None:  # rule C15
    assert route_of_case(CaseKind.SUGGESTION, "").role is None
    assert route_of_case(CaseKind.ENQUIRY, "").role is None
    assert route_of_case(CaseKind.FAULT_REPORT, "").role is StaffRole.AFTER_SALES
    assert route_of_case(CaseKind.COMPLAINT, "service").role is StaffRole.SERVICE_SUPERVISOR


@pytest.mark.parametrize(
    ("status", "done"),
    [
        (S.RECEIVED, 1),
        (S.JUDGED, 1),
        (S.INVESTIGATED, 2),
        (S.PROPOSED, 2),
        (S.CHOSEN, 2),
        (S.CARRIED_OUT, 4),
    ],
)
def test_the_bar_stands_where_the_complaint_does(status: ComplaintStatus, done: int) -> None:
    told = {"decided_at": RECEIVED, "told_at": RECEIVED} if status is S.CARRIED_OUT else {}
    found = steps(status, **told)
    assert [state for _, state in found] == [
        *["done"] * done,
        "current",
        *["next"] * (4 - done),
    ]


def test_a_measure_is_decided_once_it_was_told() -> None:  # rule C7
    assert dict(steps(S.CHOSEN, decided_at=RECEIVED))["decided"] == "done"
    assert dict(steps(S.CHOSEN))["decided"] == "current"


def test_an_explanation_takes_the_place_of_a_measure() -> None:  # rules C3, C6
    names = ["received", "looked_into", "explained", "confirmed"]
    found = steps(S.EXPLAINED, told_at=RECEIVED)
    assert found == [*((name, "done") for name in names[:3]), ("confirmed", "current")]
    confirmed = steps(S.CLOSED, told_at=RECEIVED, confirmed_at=RECEIVED, closed_at=RECEIVED)
    assert confirmed == [(name, "done") for name in names]


def test_what_nobody_confirmed_is_closed_and_says_so() -> None:  # rule C8
    found = steps(S.CLOSED, decided_at=RECEIVED, told_at=RECEIVED, closed_at=RECEIVED)
    assert found[-1] == ("closed", "done")


def test_lighter_kinds_have_three_steps() -> None:  # rule C15
    names = ["received", "answered", "settled"]
    assert [name for name, _ in steps(S.RECEIVED, is_complaint=False)] == names
    answered = steps(S.ANSWERED, is_complaint=False, told_at=RECEIVED)
    assert [state for _, state in answered] == ["done", "done", "current"]


def test_withdrawn_ends_where_it_stood() -> None:
    facts = StepFacts(
        is_complaint=True, status=S.WITHDRAWN, received_at=RECEIVED, withdrawn_at=RECEIVED
    )
    received, ended = steps_of(facts)
    assert received.state is StepState.DONE
    assert (ended.step, ended.at) == (ComplaintStep.WITHDRAWN, RECEIVED)


def test_what_lies_ahead_says_by_when() -> None:  # rule C2
    until, ready = date(2026, 8, 10), date(2026, 8, 20)
    due = RECEIVED + timedelta(hours=9)
    facts = StepFacts(
        is_complaint=True,
        status=S.JUDGED,
        received_at=RECEIVED,
        investigate_until=until,
        ready_on=ready,
        due_at=due,
    )
    assert [step.planned for step in steps_of(facts)] == [None, until, due, ready, None]
