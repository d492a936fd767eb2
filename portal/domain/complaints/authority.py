"""Who has to allow a compensation: by number of pieces, by severity, by the advance (rule C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.domain import policy
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.states import ApprovalReason, Severity
from portal.domain.policy.complaint_figures import ADVANCE_SHARE, UNITS_AFTER_SALES

Demanded = tuple[StaffRole, ApprovalReason]

# Every role that a compensation can need.
APPROVING_ROLES = (
    StaffRole.AFTER_SALES,
    StaffRole.SALES_SUPERVISOR,
    StaffRole.DUTY_MANAGER,
    StaffRole.GENERAL_MANAGER,
)


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """By the policy: pieces that after-sales approves, per cent that is normally advanced."""

    units_after_sales: int
    advance_share: Decimal


def approvers_of(
    severity: Severity, units: Decimal, advance_percent: Decimal, figures: AuthorityFigures
) -> tuple[Demanded, ...]:
    """The roles that have to approve, each once, and why the rule names them (rule C7).

    Nobody where nothing is compensated. `units` counts compensated pieces; `advance_percent` is the
    share of the compensation that the company advances where the factory does not cooperate.
    """
    if units <= 0:
        return ()
    if severity is Severity.MAJOR:
        return ((StaffRole.GENERAL_MANAGER, ApprovalReason.MAJOR),)
    demanded = _by_units(units, figures)
    if advance_percent > figures.advance_share:
        return (*demanded, (StaffRole.GENERAL_MANAGER, ApprovalReason.ADVANCE))
    return demanded


def still_to_ask(demanded: Sequence[Demanded], asked: Sequence[Demanded]) -> tuple[Demanded, ...]:
    """What is demanded beyond those who were asked already.

    Who was asked because it was major stands above the rest: taking the mark back asks nobody else.
    """
    if any(reason is ApprovalReason.MAJOR for _, reason in asked):
        return ()
    roles = {role for role, _ in asked}
    return tuple(each for each in demanded if each[0] not in roles)


async def authority_figures(account_id: int, tier: str) -> AuthorityFigures:
    """The figures in force for an account."""
    scope = policy.Scope(account_id=account_id, tier=tier)
    return AuthorityFigures(
        (await policy.figure(UNITS_AFTER_SALES, scope=scope)).value,
        (await policy.figure(ADVANCE_SHARE, scope=scope)).value,
    )


def _by_units(units: Decimal, figures: AuthorityFigures) -> tuple[Demanded, ...]:
    if units <= figures.units_after_sales:
        return ((StaffRole.AFTER_SALES, ApprovalReason.UNITS),)
    return (
        (StaffRole.SALES_SUPERVISOR, ApprovalReason.UNITS),
        (StaffRole.DUTY_MANAGER, ApprovalReason.UNITS),
    )
