"""Quality: is the same batch in stock, and what does a sample of it say (rule C5)."""

from collections.abc import Sequence
from decimal import Decimal

from portal.database import database_now, fetch_value
from portal.domain.catalogue.items import item_of
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import Category, ComplaintStatus, SampleResult
from portal.domain.complaints.tables import BatchCheck, Complaint, ComplaintLine
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.quotes.request_check import check_quantity

LONGEST_BATCH = 60
# Until something is decided; what was carried out is not looked into any more.
LOOKED_INTO = frozenset(
    {
        ComplaintStatus.RECEIVED,
        ComplaintStatus.JUDGED,
        ComplaintStatus.INVESTIGATED,
        ComplaintStatus.PROPOSED,
        ComplaintStatus.CHOSEN,
    }
)


class NotAboutGoods(DomainError):
    """A batch is looked for where a complaint is about the goods."""

    message = N_("A batch is looked for in complaints only, not in the lighter kinds.")


class AlreadyTested(Conflict):
    """One sample is recorded for a look-up; another one starts with another look-up."""

    message = N_("A sample of this was tested already. Look for the batch again.")


class NothingToTest(DomainError):
    """Nothing of the batch is in stock: photos and the faulty piece tell (rule C5)."""

    message = N_("Nothing of this batch is in stock. Ask for photos and the faulty piece.")


class LookForBatchFirst(Conflict):
    """Quality complaints are looked into by the batch before there is a final finding (rule C5)."""

    message = N_("Look for stock of the same batch first.")


class SampleFirst(Conflict):
    """What is in stock of the batch is tested before there is a final finding (rule C5)."""

    message = N_("The same batch is in stock. Test a sample first.")


class BatchBranch(Worded):
    """What follows from a look-up: the three branches of rule C5, and the test before them."""

    TEST = "test", N_("Test a sample of the same batch")
    CALL_BACK = "call_back", N_("Call back the customer's goods")
    SETTLE = "settle", N_("Settle with the customer and sales")
    ASK = "ask", N_("Ask for photos and the faulty piece")


def branch_of(check: BatchCheck) -> BatchBranch:
    """Where a look-up leads (rule C5)."""
    if check.result:
        same = check.result == SampleResult.SAME_FAULT
        return BatchBranch.CALL_BACK if same else BatchBranch.SETTLE
    return BatchBranch.TEST if check.in_stock else BatchBranch.ASK


async def look_for_batch(
    complaint: Complaint, item_id: int, batch: str, *, by: Actor
) -> BatchCheck:
    """Note how much of a batch is on hand now, in whatever condition (rule C5).

    Where the batch is not known (empty) all that is on hand of the item counts. Raises
    `NotAllowed`, `NotAboutGoods`, `WrongState` once something was carried out, `FieldErrors` for
    `item_id` and `batch`.
    """
    require(by, Permission.INVESTIGATE_COMPLAINTS)
    await lock_looked_into(complaint)
    checks = FieldChecks()
    # Lots are kept in capitals.
    batch = checks.text("batch", batch, LONGEST_BATCH).upper()
    try:
        item = await item_of(item_id)
    except NotFound:
        checks.refuse("item_id", N_("Choose an item."))
    checks.done()
    check = BatchCheck(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        item_id=item_id,
        batch=batch,
        in_stock=await _on_hand(item_id, batch),
        looked_by=by.person_id,
        looked_at=await database_now(),
    )
    await check.save()
    happening = CureHappening.BATCH_LOOKED_UP if batch else CureHappening.ITEM_LOOKED_UP
    said = {"sku": item.sku, "batch": batch, "quantity": check.in_stock}
    await note_that(complaint, happening, by=by, visible_to=Audience.INTERNAL, after=said)
    return check


async def record_sample(
    complaint: Complaint,
    check_id: int,
    size: Decimal | None,
    result: SampleResult | None,
    note: str,
    *,
    by: Actor,
) -> BatchCheck:
    """Note what a sample of what was found said (rule C5).

    Raises `NotAllowed`, `NotFound`, `WrongState`, `NothingToTest`, `AlreadyTested`, `FieldErrors`
    for `size`, `result` and `note`.
    """
    require(by, Permission.INVESTIGATE_COMPLAINTS)
    await lock_looked_into(complaint)
    check = await _check_of(complaint, check_id)
    if check.result:
        raise AlreadyTested
    if not check.in_stock:
        raise NothingToTest
    checks = FieldChecks()
    check_quantity(checks, "size", size)
    if size is not None and size > check.in_stock:
        checks.refuse("size", N_("Only %(there)s were in stock."), there=check.in_stock)
    if result is None:
        checks.refuse("result", N_("Choose one of the options."))
    note = checks.text("note", note, 2000)
    checks.done()
    assert result is not None  # noqa: S101 - checked above
    await check.change(
        sample_size=size,
        result=result.value,
        note=note,
        tested_by=by.person_id,
        tested_at=await database_now(),
    )
    happening = (
        CureHappening.SAMPLE_SAME_FAULT
        if result is SampleResult.SAME_FAULT
        else CureHappening.SAMPLE_NO_FAULT
    )
    await note_that(
        complaint, happening, by=by, visible_to=Audience.INTERNAL, after={"quantity": size}
    )
    return check


async def checks_of(complaint_id: int) -> Sequence[BatchCheck]:
    """The look-ups of a complaint, oldest first. For staff."""
    found = BatchCheck.objects().where(BatchCheck.complaint_id == complaint_id)
    return await found.order_by(BatchCheck.id)


async def check_looked_for(complaint: Complaint) -> None:
    """Raise why there can be no final finding yet on a complaint about quality (rule C5)."""
    named = await _named_items(complaint)
    if complaint.category != Category.QUALITY or not named:
        return
    # Of each item the newest look-up counts: another one puts a wrong one right.
    newest = {each.item_id: each for each in await checks_of(complaint.id) if each.item_id in named}
    if not newest:
        raise LookForBatchFirst
    if any(branch_of(each) is BatchBranch.TEST for each in newest.values()):
        raise SampleFirst


async def lock_looked_into(complaint: Complaint) -> None:
    """Lock a complaint whose goods are still looked into. Raises `NotAboutGoods`, `WrongState`."""
    await complaint.lock()
    if not complaint.case.is_complaint:
        raise NotAboutGoods
    if complaint.state not in LOOKED_INTO:
        raise WrongState(state=complaint.state.label)


async def _check_of(complaint: Complaint, check_id: int) -> BatchCheck:
    check = await BatchCheck.objects().get(
        (BatchCheck.id == check_id) & (BatchCheck.complaint_id == complaint.id)
    )
    if check is None:
        raise NotFound
    return await check.lock()


async def _named_items(complaint: Complaint) -> set[int]:
    """The items that the complaint is about."""
    rows = await ComplaintLine.select(ComplaintLine.item_id).where(
        (ComplaintLine.complaint_id == complaint.id) & ComplaintLine.item_id.is_not_null()
    )
    return {row["item_id"] for row in rows}


async def _on_hand(item_id: int, batch: str) -> Decimal:
    quantity: Decimal = await fetch_value(
        """SELECT coalesce(sum(on_hand), 0) FROM stock_lot
           WHERE item_id = $1 AND ($2 = '' OR batch = $2)""",
        item_id,
        batch,
    )
    return quantity
