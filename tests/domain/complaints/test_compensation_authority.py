"""Rule C7: who has to allow a compensation."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.authority import (
    APPROVING_ROLES,
    AuthorityFigures,
    approvers_of,
    still_to_ask,
)
from portal.domain.complaints.states import ApprovalReason, Severity

FIGURES = AuthorityFigures(3, Decimal(50))
UNITS = (
    (StaffRole.SALES_SUPERVISOR, ApprovalReason.UNITS),
    (StaffRole.DUTY_MANAGER, ApprovalReason.UNITS),
)
AFTER_SALES = (StaffRole.AFTER_SALES, ApprovalReason.UNITS)
ADVANCE = (StaffRole.GENERAL_MANAGER, ApprovalReason.ADVANCE)
MAJOR = (StaffRole.GENERAL_MANAGER, ApprovalReason.MAJOR)

units = st.decimals(0, 500, places=3)
shares = st.decimals(0, 100, places=2)
severities = st.sampled_from(Severity)
figures = st.builds(AuthorityFigures, st.integers(1, 20), shares)


@pytest.mark.parametrize(
    ("severity", "pieces", "advance", "expected"),
    [
        (Severity.ORDINARY, "0", "0", ()),
        (Severity.MAJOR, "0", "0", ()),
        (Severity.ORDINARY, "1", "0", (AFTER_SALES,)),
        (Severity.ORDINARY, "3", "50", (AFTER_SALES,)),
        (Severity.ORDINARY, "3.5", "0", UNITS),
        (Severity.ORDINARY, "4", "0", UNITS),
        (Severity.MAJOR, "1", "0", (MAJOR,)),
        (Severity.MAJOR, "40", "80", (MAJOR,)),
        (Severity.ORDINARY, "2", "50.01", (AFTER_SALES, ADVANCE)),
        (Severity.ORDINARY, "4", "60", (*UNITS, ADVANCE)),
    ],
)
def test_the_rule_names_the_approvers(
    severity: Severity, pieces: str, advance: str, expected: object
) -> None:
    assert approvers_of(severity, Decimal(pieces), Decimal(advance), FIGURES) == expected


@given(severities, units, shares, figures)
def test_each_role_is_asked_once_and_nobody_for_nothing(
    severity: Severity, pieces: Decimal, advance: Decimal, held: AuthorityFigures
) -> None:
    demanded = approvers_of(severity, pieces, advance, held)
    roles = [role for role, _ in demanded]
    assert len(roles) == len(set(roles))
    assert set(roles) <= set(APPROVING_ROLES)
    assert bool(demanded) == (pieces > 0)
    if pieces > 0 and severity is Severity.MAJOR:
        assert roles == [StaffRole.GENERAL_MANAGER]
    if StaffRole.AFTER_SALES in roles:
        assert pieces <= held.units_after_sales
        assert severity is Severity.ORDINARY
    if pieces > 0 and advance > held.advance_share:
        assert StaffRole.GENERAL_MANAGER in roles


@given(units, units, shares, shares, figures)
def test_more_never_needs_less_authority(
    one: Decimal, other: Decimal, share: Decimal, another: Decimal, held: AuthorityFigures
) -> None:
    rank = {role: place for place, role in enumerate(APPROVING_ROLES)}

    def highest(pieces: Decimal, advance: Decimal, severity: Severity) -> int:
        roles = approvers_of(severity, pieces, advance, held)
        return max((rank[role] for role, _ in roles), default=-1)

    less = highest(min(one, other), min(share, another), Severity.ORDINARY)
    more = highest(max(one, other), max(share, another), Severity.ORDINARY)
    assert less <= more <= highest(max(one, other), max(share, another), Severity.MAJOR)


@given(severities, severities, units, shares, figures)
def test_a_change_of_severity_asks_those_who_were_not_asked(
    before: Severity, after: Severity, pieces: Decimal, advance: Decimal, held: AuthorityFigures
) -> None:
    asked = approvers_of(before, pieces, advance, held)
    demanded = approvers_of(after, pieces, advance, held)
    more = still_to_ask(demanded, asked)
    roles = [role for role, _ in (*asked, *more)]
    assert len(roles) == len(set(roles))
    if before is after or before is Severity.MAJOR:
        assert not more
    else:
        assert {role for role, _ in demanded} <= set(roles)
