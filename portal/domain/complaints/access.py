"""Who may see a complaint: its account; of us who looks into complaints, and whoever has it."""

from typing import Any

from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed
from portal.domain.common.permissions import Permission, StaffRole, allowed
from portal.domain.complaints.tables import Complaint
from portal.domain.quotes.queue_scope import my_own

# Where they have approved or chosen, or are asked to for who is away (rules C7, C8).
_DECIDES = """
    SELECT q.complaint_id FROM staff_member me
    JOIN complaint_approval p ON p.decided_by = me.person_id
    JOIN complaint_proposal q ON q.id = p.proposal_id WHERE me.id = ${place}
    UNION ALL
    SELECT q.complaint_id FROM staff_member me
    JOIN complaint_proposal q ON q.chosen_by = me.person_id WHERE me.id = ${place}
    UNION ALL
    SELECT waiting.complaint_id FROM deputy d
    JOIN staff_member absent ON absent.id = d.staff_member_id
    LEFT JOIN branch b ON b.id = absent.branch_id
    CROSS JOIN LATERAL (
        SELECT q.complaint_id FROM complaint_approval p
        JOIN complaint_proposal q ON q.id = p.proposal_id
        WHERE p.role = absent.role AND p.decided_at IS NULL
        UNION ALL
        SELECT p.id FROM complaint p
        WHERE p.status = 'proposed' AND absent.role IN ({choosing})) AS waiting
    WHERE d.deputy_id = ${place}
      AND (business_now() AT TIME ZONE coalesce(b.timezone, 'Asia/Shanghai'))::date
          BETWEEN d.starts_on AND d.ends_on"""
_CHOOSING = ", ".join(
    f"'{role.value}'" for role in StaffRole if allowed(role, Permission.CHOOSE_PROPOSALS)
)


def visible_complaints_condition(
    actor: Actor, of: str = "c", *, place: int = 1
) -> tuple[str, list[Any]]:
    """SQL that is true for complaints that `actor` may see, and its parameters (rule A6).

    `of` is what your query calls the table, `place` the number of the first parameter that is yours
    to give away. Those whose stated role it is to look into complaints see all and get `TRUE`. The
    account's team and line see its complaints; whoever took one (rule C1), owns it or is asked to
    take it on (rule C14) sees that one, whatever account it is of, and so does who stands in for
    them today, or approves or chooses for an absent colleague (rules C7, C8).
    """
    if actor.may(Permission.READ_ALL_COMPLAINTS):
        return "TRUE", []
    condition, values = visible_accounts_condition(actor, f"{of}.account_id", place=place)
    if not values or not actor.is_staff:
        return condition, values
    # The first parameter of staff is the staff member's id.
    mine = my_own(actor, place=place).keys
    own = f"""{of}.taken_by = ${place} OR {of}.owner_id IN ({mine})
        OR {of}.offered_to_id IN ({mine})"""
    decides = f"{of}.id IN ({_DECIDES.format(place=place, choosing=_CHOOSING)})"
    return f"({condition} OR {own} OR {decides})", values


def require_hand(complaint: Complaint, by: Actor) -> None:
    """Raise `NotAllowed` unless `by` works on complaints or has this one.

    Whoever took it owns it, whatever their role (rules C1, C14), and may speak with the customer
    and pass it on until somebody else accepts it.
    """
    owns = by.is_staff and complaint.owner_id == by.staff_member_id
    if not (owns or by.may(Permission.WORK_ON_COMPLAINTS)):
        raise NotAllowed
