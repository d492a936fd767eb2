"""What happens to complaints and to corrective actions, by the verbs of the domain.

Each is called inside a unit of work of the person it is given, unless it says that it opens its
own.
"""

from datetime import timedelta
from decimal import Decimal

from portal.database import database_now, fetch_value
from portal.demo.cast import acting
from portal.demo.order_moves import day_of
from portal.demo.story import Story
from portal.domain.common.actor import Actor, Audience
from portal.domain.complaints import (
    answering,
    approvals,
    batches,
    carrying_out,
    closing,
    conversation,
    dealer_tasks,
    explaining,
    findings,
    follow_ups,
    judging,
    outcome,
    proposals,
    questions,
    severity,
    withdrawing,
)
from portal.domain.complaints.call_back import call_back
from portal.domain.complaints.complaint_facts import ComplaintFacts, LineFacts
from portal.domain.complaints.dealers import DealerFacts, add_dealer
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.intake import file_complaint, take_complaint
from portal.domain.complaints.proposals import ProposalFacts
from portal.domain.complaints.states import (
    CaseKind,
    Cause,
    ChargedTo,
    ComplaintChannel,
    FindingStage,
    Measure,
    Responsibility,
    SampleResult,
    Satisfaction,
    Severity,
)
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions import checking, disciplines, opening, steps, verifying
from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.corrective_actions.opening import OpeningFacts
from portal.domain.corrective_actions.steps import StepFacts
from portal.domain.corrective_actions.tables import CorrectiveAction

FROM_STOCK = "stock"
_UNTIL = timedelta(days=5)
_CHECKED_AFTER = timedelta(days=28)


async def complaint_of(story: Story, by: Actor) -> Complaint:
    """The story's complaint as `by` sees it."""
    return await complaint_by_reference(story.reference, by=by)


async def complain(story: Story, by: Actor) -> None:
    """The customer files it (rule C1). Opens units of work of its own."""
    facts = await _facts(story)
    async with acting(by):
        story.reference = (await file_complaint(facts, by=by)).reference


async def take(story: Story, by: Actor) -> None:
    """Somebody of ours takes it on the phone (rules C1, C14). Opens units of work of its own."""
    facts = await _facts(story, ComplaintChannel.PHONE)
    async with acting(by):
        taken = await take_complaint(facts, account_id=story.customer.id, by=by)
        story.reference = taken.reference


async def reply(story: Story, by: Actor) -> None:
    """The first word of a person: the clock of the first response ends (rule C2)."""
    complaint = await complaint_of(story, by)
    await conversation.write(complaint, story.said("reply"), by=by, audience=Audience.CUSTOMER)


async def note(story: Story, by: Actor) -> None:
    complaint = await complaint_of(story, by)
    await conversation.write(complaint, story.said("note"), by=by, audience=Audience.INTERNAL)


async def ask(story: Story, by: Actor) -> None:
    """We need something; the clock of the solution waits (rule C5)."""
    await questions.ask(await complaint_of(story, by), story.said("question"), by=by)


async def make_major(story: Story, by: Actor) -> None:
    """A major incident has days, from the original moment on (rule C2)."""
    complaint = await complaint_of(story, by)
    await severity.set_severity(complaint, Severity.MAJOR, story.said("major"), by=by)


async def judge(story: Story, by: Actor) -> None:
    """Founded: the responsible department is named, time is asked for (rule C3)."""
    until = day_of(story, await database_now()) + _UNTIL
    await judging.judge_founded(
        await complaint_of(story, by),
        story.said("founded"),
        department_id=await _department(story.said("department") or "AS"),
        investigate_until=until,
        by=by,
    )


async def explain_unfounded(story: Story, by: Actor) -> None:
    """Unfounded: explained with tact (rule C3)."""
    complaint = await complaint_of(story, by)
    await judging.judge_unfounded(complaint, story.said("unfounded"), story.said("told"), by=by)


async def look(story: Story, by: Actor) -> None:
    """Is the same batch in stock (rule C5)."""
    sku, _, batch = _goods(story)[0]
    goods = story.cast.goods[sku]
    await batches.look_for_batch(
        await complaint_of(story, by), goods.id, await _batch(story, sku, batch), by=by
    )


async def sample(story: Story, by: Actor) -> None:
    """A sample of the batch is tested (rule C5)."""
    complaint = await complaint_of(story, by)
    (check, *_) = await batches.checks_of(complaint.id)
    result = SampleResult(story.script["sample"])
    await batches.record_sample(
        complaint, check.id, Decimal(5), result, story.said("tested"), by=by
    )


async def call_goods_back(story: Story, by: Actor) -> None:
    """The same fault: the customer's goods are called back (rule C5)."""
    sku, quantity, batch = _goods(story)[0]
    await call_back(
        await complaint_of(story, by),
        story.cast.goods[sku].id,
        await _batch(story, sku, batch),
        Decimal(quantity),
        story.said("called_back"),
        by=by,
    )


async def find(story: Story, by: Actor) -> None:
    """The final finding: whose doing, and why (rules C5, C6)."""
    await findings.record_finding(
        await complaint_of(story, by),
        FindingStage.FINAL,
        story.said("finding"),
        for_customer=story.said("found"),
        responsibility=Responsibility(story.said("responsibility") or Responsibility.OURS),
        cause=Cause(story.said("cause") or Cause.UNKNOWN),
        by=by,
    )


async def explain(story: Story, by: Actor) -> None:
    """Not our fault: explained (rule C6)."""
    await explaining.explain(await complaint_of(story, by), story.said("told"), by=by)


async def propose(story: Story, by: Actor) -> None:
    """Two proposals side by side, the first one is going to be chosen (rule C8)."""
    complaint = await complaint_of(story, by)
    today = day_of(story, await database_now())
    for text in story.script["proposals"]:
        measure, cost, units, amount, days, description = text.split("|")
        charged = story.said("charged") if Decimal(amount) else ""
        facts = ProposalFacts(
            measure=Measure(measure),
            description=description,
            reasoning=story.said("reasoning"),
            ready_on=today + timedelta(days=int(days)),
            cost=Decimal(cost),
            compensated_units=Decimal(units),
            compensation=Decimal(amount),
            charged_to=ChargedTo(charged) if charged else None,
            charged_amount=Decimal(amount) if charged else Decimal(0),
        )
        await proposals.propose(complaint, facts, by=by)


async def choose(story: Story, by: Actor) -> None:
    """The supervisor chooses (rule C8)."""
    complaint = await complaint_of(story, by)
    offered = [each for each in await proposals.proposals_of(complaint.id) if not each.chosen_at]
    first = min(
        (each for each in offered if each.round == complaint.round and not each.refused_at),
        key=lambda each: int(each.id),
    )
    await proposals.choose(complaint, first.id, story.said("because"), by=by)


async def approve(story: Story, by: Actor) -> None:
    """Who the rule names allows the compensation (rule C7)."""
    complaint = await complaint_of(story, by)
    chosen = next(each for each in await proposals.proposals_of(complaint.id) if each.chosen_at)
    asked = await approvals.approvals_of(chosen.id)
    waiting = next(each for each in asked if each.role == by.role and each.decided_at is None)
    await approvals.approve(complaint, waiting.id, "", by=by)


async def carry_out(story: Story, by: Actor) -> None:
    """Done, and told (rule C8)."""
    await carrying_out.carry_out(await complaint_of(story, by), story.said("told"), by=by)


async def confirm(story: Story, by: Actor) -> None:
    """The customer confirms the outcome (rule C8)."""
    await outcome.confirm(await complaint_of(story, by), by.name, by=by)


async def object_to(story: Story, by: Actor) -> None:
    """The customer objects, which leads back to proposals (rule C8)."""
    complaint = await complaint_of(story, by)
    await outcome.object_to(complaint, story.said("objection"), by.name, by=by)


async def sum_up(story: Story, by: Actor) -> None:
    """Summed up and assessed (rule C8)."""
    complaint = await complaint_of(story, by)
    await closing.sum_up(complaint, story.said("summary"), "", True, by=by)


async def follow_up(story: Story, by: Actor) -> None:
    """Asked how it went (rule C11)."""
    await follow_ups.record_follow_up(
        await complaint_of(story, by),
        story.buyer.name,
        ComplaintChannel.PHONE,
        Satisfaction(story.said("satisfaction")),
        story.said("after"),
        by=by,
    )


async def give_to_dealer(story: Story, by: Actor) -> None:
    """Workmanship is the dealer's (rule C4)."""
    due = day_of(story, await database_now()) + timedelta(days=3)
    dealer_id = await fetch_value("SELECT id FROM dealer WHERE name = $1", story.said("dealer"))
    await dealer_tasks.give_to_dealer(
        await complaint_of(story, by), dealer_id, story.said("task"), due, by=by
    )


async def dealer_fails(story: Story, by: Actor) -> None:
    """The dealer fails: ours again, at the dealer's cost (rule C4)."""
    await dealer_tasks.dealer_failed(
        await complaint_of(story, by), story.said("failed"), Decimal(story.script["cost"]), by=by
    )


async def demand(story: Story, by: Actor) -> None:
    """Serious or repeated: corrective action is demanded (rule C9)."""
    complaint = await complaint_of(story, by)
    if not complaint.capa_state:
        await closing.demand_capa(complaint, story.said("demanded"), by=by)


async def open_action(story: Story, by: Actor) -> None:
    """A corrective action from the complaint (rule C9)."""
    facts = OpeningFacts(
        title=story.said("action"),
        problem=story.said("problem"),
        team=story.said("team"),
        department_id=await _department("QA"),
        leader_id=story.cast.staff["luo.xin"].staff_member_id,
        origin="complaint",
    )
    made = await opening.open_from([await complaint_of(story, by)], facts, by=by)
    story.order = made.reference


async def analyse_action(story: Story, by: Actor) -> None:
    """Contained, and the cause found: five whys (rule C9)."""
    await disciplines.contain(await _action(story, by), story.said("containment"), by=by)
    await disciplines.analyse(
        await _action(story, by),
        story.script["whys"],
        story.said("root"),
        story.said("root_cause"),
        by=by,
    )


async def plan_action(story: Story, by: Actor) -> None:
    """Steps with owner and day (rule C9)."""
    today = day_of(story, await database_now())
    for text in story.script["steps"]:
        kind, code, key, days, what = text.split("|")
        step = StepFacts(
            kind=kind,
            what=what,
            department_id=await _department(code),
            owner_id=story.cast.staff[key].staff_member_id,
            due_on=today + timedelta(days=int(days)),
        )
        await steps.add_step(await _action(story, by), step, by=by)
    check_on = today + _CHECKED_AFTER
    await disciplines.plan(await _action(story, by), check_on, by=by)


async def do_steps(story: Story, by: Actor) -> None:
    """Every step is done; then it is carried out."""
    for step in await steps.steps_of(await _action(story, by)):
        if not step.done_at:
            await steps.step_done(await _action(story, by), step, story.said("done"), by=by)


async def check_action(story: Story, by: Actor) -> None:
    """Found effective (rule C9)."""
    await checking.check_effectiveness(
        await _action(story, by), True, story.said("effect"), story.said("prevention"), by=by
    )


async def verify_action(story: Story, by: Actor) -> None:
    """The management representative verifies it (rule C9)."""
    await verifying.verify(await _action(story, by), story.said("learned"), by=by)


async def answer(story: Story, by: Actor) -> None:
    """A lighter case is answered (rule C15)."""
    await answering.answer(await complaint_of(story, by), story.said("told"), by=by)


async def settle(story: Story, by: Actor) -> None:
    await answering.settle(await complaint_of(story, by), by=by)


async def withdraw(story: Story, by: Actor) -> None:
    await withdrawing.withdraw(await complaint_of(story, by), story.said("withdrawn"), by=by)


async def name_dealer(story: Story, by: Actor) -> None:
    """A dealer who does workmanship for us (rule C4)."""
    facts = DealerFacts(
        name=story.said("dealer"),
        region=story.said("region"),
        contact_name=story.said("contact"),
        phone=story.said("phone"),
    )
    await add_dealer(facts, by=by)


async def _facts(
    story: Story, channel: ComplaintChannel = ComplaintChannel.PORTAL
) -> ComplaintFacts:
    script = story.script
    # What stands on a label is read from the shelf: customers see no stock.
    async with acting(story.keeper):
        lines = [
            LineFacts(
                row=row,
                sku=sku,
                quantity=Decimal(quantity),
                batch=await _batch(story, sku, batch),
            )
            for row, (sku, quantity, batch) in enumerate(_goods(story))
        ]
        yesterday = day_of(story, await database_now()) - timedelta(days=1)
    by_phone = channel is not ComplaintChannel.PORTAL
    return ComplaintFacts(
        kind=script.get("kind", CaseKind.COMPLAINT.value),
        category=story.said("category"),
        title=script["title"],
        description=script["text"],
        wish=story.said("wish"),
        occurred_on=yesterday if story.said("category") else None,
        order=story.cast.orders.get(story.said("of"), ""),
        lines=tuple(lines),
        channel=channel,
        contact_id=story.customer.contact_ids[script["by"]] if by_phone else None,
    )


def _goods(story: Story) -> list[tuple[str, str, str]]:
    """What is complained about: item, quantity and batch, "" where none is known."""
    found = []
    for text in story.script.get("goods", []):
        sku, quantity, *batch = text.split()
        found.append((sku, quantity, batch[0] if batch else ""))
    return found


async def _batch(story: Story, sku: str, batch: str) -> str:
    """The batch of the script; `FROM_STOCK` is one of which there is some."""
    if batch != FROM_STOCK:
        return batch
    found: str = await fetch_value(
        """SELECT batch FROM stock_lot WHERE item_id = $1 AND condition = 'good'
           ORDER BY on_hand DESC, id LIMIT 1""",
        story.cast.goods[sku].id,
    )
    return found


async def _department(code: str) -> int:
    found: int = await fetch_value("SELECT id FROM department WHERE code = $1", code)
    return found


async def _action(story: Story, by: Actor) -> CorrectiveAction:
    return await action_by_reference(story.order, by=by)
