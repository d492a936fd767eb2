"""What is found out: the same batch in stock, samples, goods called back, dealers, findings."""

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import (
    batches,
    call_back,
    dealer_tasks,
    explaining,
    findings,
    goods,
)
from portal.domain.complaints.complaint_facts import LineFacts
from portal.domain.complaints.states import Cause, FindingStage, Responsibility, SampleResult
from portal.domain.complaints.tables import Complaint
from portal.staff.complaints.desk import FORMS, READS, About, Text
from portal.staff.complaints.panels import Panel
from portal.web.forms import Day, Number, RecordId
from portal.web.record_forms import Sent, Versioned
from portal.web.request_fields import unit_code

_OF_GOODS = ("sku", "description", "quantity", "unit", "batch")
_CASE, _FOUND = "#case", "#investigation"
_INVESTIGATES = Permission.INVESTIGATE_COMPLAINTS


class Goods(Versioned):
    sku: Text = ""
    description: Text = ""
    quantity: Number | None = None
    unit: Text = ""
    batch: Text = ""


class Corrected(About):
    sku: Text = ""
    quantity: Number | None = None
    batch: Text = ""


class Batch(Versioned):
    item: RecordId
    batch: Text = ""


class Sample(About):
    size: Number | None = None
    result: SampleResult | None = None
    note: Text = ""


class CallBack(Versioned):
    item: RecordId
    batch: Text = ""
    quantity: Number | None = None
    reason: Text = ""


class Finding(Versioned):
    stage: FindingStage
    finding: Text = ""
    for_customer: Text = ""
    responsibility: Responsibility | None = None
    cause: Cause | None = None


class Explanation(Versioned):
    told: Text = ""


class ForDealer(Versioned):
    dealer: RecordId
    what: Text = ""
    due_on: Day | None = None


class Done(Versioned):
    result: Text = ""


class Failed(Versioned):
    result: Text = ""
    cost: Number | None = None


@FORMS.form(
    Panel.GOODS,
    Goods,
    N_("Added."),
    asks=READS,
    fields={
        f"lines-0-{name}": name for name in ("sku", "description", "quantity", "unit", "batch")
    },
    anchor=_CASE,
)
async def add_goods(complaint: Complaint, given: Goods, sent: Sent) -> None:
    """Name goods that it is about, too."""
    line = LineFacts(
        row=0,
        sku=given.sku,
        description=given.description,
        quantity=given.quantity,
        unit=unit_code(given.unit),
        batch=given.batch,
    )
    await goods.add_goods(complaint, line, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.GOODS_CORRECTED, Corrected, N_("Put right."), asks=READS, anchor=_CASE)
async def correct_goods(complaint: Complaint, given: Corrected, sent: Sent) -> None:
    """Put a line right: its batch, what is affected, the item (C5)."""
    await goods.correct_goods(
        complaint,
        given.about,
        batch=given.batch,
        quantity=given.quantity,
        sku=given.sku,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.BATCH,
    Batch,
    N_("Looked for. What follows stands below."),
    asks=_INVESTIGATES,
    fields={"item_id": "item"},
    anchor=_FOUND,
)
async def look_for_batch(complaint: Complaint, given: Batch, sent: Sent) -> None:
    """See at once whether the same batch is in stock (rule C5)."""
    await batches.look_for_batch(complaint, given.item, given.batch, by=sent.by)


@FORMS.form(Panel.SAMPLE, Sample, N_("Sample recorded."), asks=_INVESTIGATES, anchor=_FOUND)
async def record_sample(complaint: Complaint, given: Sample, sent: Sent) -> None:
    """Note what a sample of the same batch said (rule C5)."""
    await batches.record_sample(
        complaint, given.about, given.size, given.result, given.note, by=sent.by
    )


@FORMS.form(
    Panel.CALL_BACK,
    CallBack,
    N_("Called back. The customer reads how many and why."),
    asks=READS,
    fields={"item_id": "item"},
    anchor=_FOUND,
)
async def call_goods_back(complaint: Complaint, given: CallBack, sent: Sent) -> None:
    """The customer's goods of a faulty batch are called back (rule C5)."""
    await call_back.call_back(
        complaint, given.item, given.batch, given.quantity, given.reason, by=sent.by
    )


@FORMS.form(Panel.FINDING, Finding, N_("Finding recorded."), asks=_INVESTIGATES)
async def record_finding(complaint: Complaint, given: Finding, sent: Sent) -> None:
    """Note what was found, first preliminary, then final (rules C5, C6)."""
    await findings.record_finding(
        complaint,
        given.stage,
        given.finding,
        for_customer=given.for_customer,
        responsibility=given.responsibility,
        cause=given.cause,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.EXPLANATION, Explanation, N_("Explained. The customer is asked to confirm."), asks=READS
)
async def explain(complaint: Complaint, given: Explanation, sent: Sent) -> None:
    """It was not our doing: say so and why (rule C6)."""
    await explaining.explain(complaint, given.told, by=sent.by, expected_version=given.version)


# Dealers (rule C4)


@FORMS.form(
    Panel.DEALER,
    ForDealer,
    N_("Given to the dealer. The day is watched."),
    asks=READS,
    fields={"dealer_id": "dealer"},
    anchor=_FOUND,
)
async def give_to_dealer(complaint: Complaint, given: ForDealer, sent: Sent) -> None:
    """Let a dealer put it right until a day, under our eyes (rule C4)."""
    await complaint.lock(expected_version=given.version)
    await dealer_tasks.give_to_dealer(complaint, given.dealer, given.what, given.due_on, by=sent.by)


@FORMS.form(
    Panel.DEALER_DONE,
    Done,
    N_("Noted what the dealer has done."),
    asks=READS,
    anchor=_FOUND,
)
async def dealer_done(complaint: Complaint, given: Done, sent: Sent) -> None:
    """The dealer has done it."""
    await complaint.lock(expected_version=given.version)
    await dealer_tasks.dealer_done(complaint, given.result, by=sent.by)


@FORMS.form(
    Panel.DEALER_FAILED,
    Failed,
    N_("It is ours again, at the dealer's cost."),
    asks=READS,
    anchor=_FOUND,
)
async def dealer_failed(complaint: Complaint, given: Failed, sent: Sent) -> None:
    """The dealer has failed: we do it, at the dealer's cost (rule C4)."""
    await complaint.lock(expected_version=given.version)
    await dealer_tasks.dealer_failed(complaint, given.result, given.cost, by=sent.by)
