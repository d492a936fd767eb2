"""The next response: a customer has written, and somebody owes an answer.

The first response to a record is what it was opened for (a quote, say) and has a kind of its own.
"""

from collections.abc import Awaitable, Callable, Collection

from portal.database import fetch_value
from portal.domain import policy
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor
from portal.domain.policy import Scope
from portal.domain.policy.promise_figures import NEXT_RESPONSE
from portal.domain.service_levels.clock import cancel, meet
from portal.domain.service_levels.opening import Owed, OwedUntil, open_target
from portal.domain.service_levels.promise import TargetKind


async def customer_wrote(
    subject: Subject,
    whose: Callable[[], Awaitable[OwedUntil]],
    *,
    unless: Collection[TargetKind] = (),
) -> None:
    """Start the clock of the next response where none runs; a further message does not move it.

    Neither does it start where a clock of the kinds `unless` runs. The caller holds the lock of its
    subject. `whose` is asked only where a clock starts.
    """
    if await _is_owed(subject, {TargetKind.NEXT_RESPONSE, *unless}):
        return
    owed = await whose()
    tier = await fetch_value("SELECT tier FROM account WHERE id = $1", owed.account_id)
    in_force = await policy.figure(NEXT_RESPONSE, scope=Scope(owed.account_id, tier))
    await open_target(
        TargetKind.NEXT_RESPONSE,
        subject,
        Owed(
            owed.account_id,
            owed.account_name,
            owed.branch_id,
            owed.title,
            owed.owner_id,
            figures=in_force.value,
            policy_version=in_force.version,
            figure_key=NEXT_RESPONSE.key,
        ),
    )


async def staff_replied(subject: Subject) -> None:
    """The customer has been answered; an internal note answers nobody."""
    await meet(subject, kind=TargetKind.NEXT_RESPONSE)


async def record_ended(subject: Subject, *, by: Actor) -> None:
    """The record has come to its end: accepted, declined, withdrawn, cancelled, expired.

    Who of us ends it, or notes what the customer said, has spoken with the customer: that is an
    answer. The customer's own word, or time that ran out, leaves nothing owed. What was late before
    was late.
    """
    if by.is_staff:
        await staff_replied(subject)
    else:
        await cancel(subject, kind=TargetKind.NEXT_RESPONSE)


async def _is_owed(subject: Subject, kinds: Collection[TargetKind]) -> bool:
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM target WHERE subject_kind = $1 AND subject_id = $2
                   AND kind = ANY ($3::text[]) AND met_at IS NULL AND cancelled_at IS NULL)""",
            subject.kind,
            subject.id,
            [kind.value for kind in kinds],
        )
    )
