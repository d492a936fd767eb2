"""The customer's goods are called back: a decision with quantities (rule C5)."""

from collections.abc import Sequence
from decimal import Decimal

from portal.database import database_now
from portal.domain.catalogue.items import item_of
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable
from portal.domain.common.words import N_
from portal.domain.complaints.batches import (
    LONGEST_BATCH,
    BatchBranch,
    branch_of,
    checks_of,
    lock_looked_into,
)
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.tables import CallBack, Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.quotes.request_check import check_quantity


class NoSameFault(Conflict):
    """Goods are called back once a sample of the same batch showed the fault (rule C5)."""

    message = N_("No sample of this batch has shown the same fault.")


async def call_back(
    complaint: Complaint,
    item_id: int,
    batch: str,
    quantity: Decimal | None,
    reason: str,
    *,
    by: Actor,
) -> CallBack:
    """Decide that so much of an item is called back; the customer reads quantity and reason.

    Raises `NotAllowed`, `NotAboutGoods`, `WrongState`, `NoSameFault`, `FieldErrors` for `batch`,
    `quantity` and `reason`.
    """
    require(by, Permission.INVESTIGATE_COMPLAINTS, Permission.SUPERVISE_COMPLAINTS)
    await lock_looked_into(complaint)
    checks = FieldChecks()
    batch = checks.text("batch", batch, LONGEST_BATCH).upper()
    check_quantity(checks, "quantity", quantity)
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    if not await _shows_the_fault(complaint.id, item_id, batch):
        raise NoSameFault
    decided = CallBack(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        item_id=item_id,
        batch=batch,
        quantity=quantity,
        reason=reason,
        decided_by=by.person_id,
        decided_at=await database_now(),
    )
    await decided.save()
    item = await item_of(item_id)
    said = {"item": item.sku, "quantity": quantity, "reason": reason}
    await note_that(complaint, CureHappening.CALLED_BACK, by=by, after=said)
    await tell(complaint, ComplaintEvent.CALL_BACK, by=by, call_back_id=decided.id)
    return decided


async def call_backs_of(complaint_id: int) -> Sequence[CallBack]:
    """What was called back, oldest first. For both sides."""
    rows = (
        await CallBack.select(*readable(CallBack))
        .where(CallBack.complaint_id == complaint_id)
        .order_by(CallBack.id)
    )
    return [CallBack(**row) for row in rows]


async def _shows_the_fault(complaint_id: int, item_id: int, batch: str) -> bool:
    """Whether a sample of that batch, or of the item where no batch is named, had the fault."""
    return any(
        branch_of(check) is BatchBranch.CALL_BACK
        and check.item_id == item_id
        and (not batch or not check.batch or check.batch == batch)
        for check in await checks_of(complaint_id)
    )
