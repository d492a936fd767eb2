"""What people do with a complaint, each deed with those whose rule it is (rules C1-C15)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.complaints import (
    answering,
    approvals,
    batches,
    closing,
    conversation,
    dealer_tasks,
    goods,
    judging,
    outcome,
    ownership,
    proposals,
    questions,
)
from portal.domain.complaints.call_back import call_back
from portal.domain.complaints.carrying_out import carry_out
from portal.domain.complaints.explaining import explain
from portal.domain.complaints.findings import record_finding
from portal.domain.complaints.follow_ups import record_follow_up
from portal.domain.complaints.intake import LineFacts
from portal.domain.complaints.reminding import remind_unconfirmed
from portal.domain.complaints.reopening import reopen
from portal.domain.complaints.reviews import conclude
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import (
    CapaState,
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
from portal.domain.complaints.withdrawing import withdraw
from portal.domain.corrective_actions.verifying import waive
from tests.complaint_scenarios import Complained, filed_complaint, loaded
from tests.factories import Factory, acting, unique


@dataclass
class House:
    """A complaint and everybody who may want to do something with it, by name."""

    make: Factory
    complained: Complained
    people: Mapping[str, Actor]
    today: date
    dealer_id: int

    def id_of(self, name: str) -> int:
        """The staff member of this name."""
        return self.people[name].staff_member_id or 0

    @property
    def goods(self) -> LineFacts:
        """One more piece of the item, of another batch."""
        return LineFacts(row=0, sku=self.complained.cast.sku, quantity=Decimal(1), batch="B8")

    @property
    def item_id(self) -> int:
        return self.complained.cast.item_id


OURS = {"responsibility": Responsibility.OURS, "cause": Cause.MATERIAL}
THEIRS = {"responsibility": Responsibility.NOT_OURS, "cause": Cause.USE}
Deed = Callable[[House, Complaint, Actor], Awaitable[object]]


async def house_of(make: Factory, **facts: Any) -> House:
    """A filed complaint; a supervisor is away whose deputy is who proposes most."""
    complained = await filed_complaint(make, **facts)
    care, cast = complained.care, complained.cast
    branch: dict[str, Any] = {"branch_id": cast.account.branch_id}
    absent = await make.staff(StaffRole.SALES_SUPERVISOR, **branch)
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    around = (today - timedelta(days=2), today + timedelta(days=400))
    await make.deputy(absent, care.after_sales, *around)
    people = {
        "buyer": care.buyer,
        "reader": await make.buyer(cast.account, CustomerRole.READER),
        "stranger": await make.buyer(await make.account()),
        "after-sales": care.after_sales,
        "colleague": await make.staff(StaffRole.AFTER_SALES, **branch),
        "quality": care.quality,
        "service": care.service,
        "sales": cast.representative,
        "sales supervisor": cast.supervisor,
        "duty manager": care.duty_manager,
        "general manager": care.general_manager,
        "management representative": care.representative,
        "warehouse": await make.staff(StaffRole.WAREHOUSE, **branch),
        "finance": await make.staff(StaffRole.FINANCE, **branch),
        "administrator": await make.staff(StaffRole.ADMINISTRATOR, **branch),
    }
    dealer_id = await make.insert("dealer", name=unique("Dealer "))
    await make.stock(cast.item_id, 5, batch="B7")
    return House(make, complained, people, today, dealer_id)


async def do(house: House, what: str, who: str) -> None:
    """Let somebody do it in a unit of work of their own. Raises what a rule refuses."""
    if what == "remind":
        await _remind(house)
        return
    by = house.people[who]
    async with acting(by):
        await DEEDS[what](house, await loaded(house.complained.reference, by), by)


async def _remind(house: House) -> None:
    """Days later the worker looks."""
    ahead = await house.make.owner.fetchval("SELECT business_now() - now()")
    await house.make.move_clock(ahead + timedelta(days=3, minutes=1))
    async with unit_of_work(Login.WORKER):
        await remind_unconfirmed()


def _given(verb: Callable[..., Awaitable[object]], *given: Any, **named: Any) -> Deed:
    async def do_it(house: House, complaint: Complaint, by: Actor) -> None:
        await verb(complaint, *given, by=by, **named)

    return do_it


def _judged(house: House, complaint: Complaint, by: Actor) -> Awaitable[object]:
    return judging.judge_founded(
        complaint,
        "It shows.",
        department_id=house.complained.care.department_id,
        investigate_until=house.today + timedelta(days=85),
        by=by,
    )


def _proposed(units: str = "0", advance: str = "0") -> Deed:
    pieces, share = Decimal(units), Decimal(advance)

    def propose(house: House, complaint: Complaint, by: Actor) -> Awaitable[object]:
        facts = proposals.ProposalFacts(
            measure=Measure.CREDIT if pieces else Measure.REPAIR,
            description="As good as new.",
            ready_on=house.today + timedelta(days=300),
            cost=Decimal(500),
            compensated_units=pieces,
            compensation=pieces * 100,
            charged_to=ChargedTo.FACTORY if share else None,
            charged_amount=Decimal(50) if share else Decimal(0),
            advance_percent=share,
        )
        return proposals.propose(complaint, facts, by=by)

    return propose


def _tested(result: SampleResult) -> Deed:
    async def test(house: House, complaint: Complaint, by: Actor) -> None:
        newest = await house.make.owner.fetchval(
            "SELECT max(id) FROM complaint_batch_check WHERE complaint_id = $1", complaint.id
        )
        await batches.record_sample(complaint, newest or 0, Decimal(1), result, "", by=by)

    return test


def _newest(verb: Callable[..., Awaitable[object]], *given: object) -> Deed:
    async def do_with_newest(house: House, complaint: Complaint, by: Actor) -> None:
        newest = await house.make.owner.fetchval(
            """SELECT max(id) FROM complaint_proposal WHERE complaint_id = $1
               AND chosen_at IS NULL AND withdrawn_at IS NULL""",
            complaint.id,
        )
        await verb(complaint, newest or 0, *given, by=by)

    return do_with_newest


def _decided(verb: Callable[..., Awaitable[object]]) -> Deed:
    async def decide(house: House, complaint: Complaint, by: Actor) -> None:
        """What is asked of one's own role before what is asked of others."""
        approval_id = await house.make.owner.fetchval(
            """SELECT p.id FROM complaint_approval p
               JOIN complaint_proposal q ON q.id = p.proposal_id AND q.complaint_id = $1
               ORDER BY p.decided_at IS NOT NULL, p.role <> $2, q.id DESC, p.id LIMIT 1""",
            complaint.id,
            str(by.role),
        )
        await verb(complaint, approval_id or 0, "So be it.", by=by)

    return decide


async def _verified(house: House, complaint: Complaint, by: Actor) -> None:
    """As a corrective action does it that the management representative verifies."""
    await complaint.lock()
    if by.role is not StaffRole.MANAGEMENT_REPRESENTATIVE or complaint.capa is None:
        raise closing.CapaFirst
    await complaint.change(capa_state=CapaState.VERIFIED.value, capa_waived_because="")
    await closing.close_when_nothing_is_left(complaint, by=by)


DEEDS: Mapping[str, Deed] = {
    "judge founded": _judged,
    "judge unfounded": _given(judging.judge_unfounded, "No.", "It is fine."),
    "major": _given(set_severity, Severity.MAJOR, "A press stands."),
    "ordinary": _given(set_severity, Severity.ORDINARY, "It runs."),
    "ask": _given(questions.ask, "Photos?"),
    "note answer": _given(questions.record_answer, "They will."),
    "write": _given(conversation.write, "Hello", audience=Audience.CUSTOMER),
    "offer": lambda h, c, by: ownership.offer(c, h.id_of("colleague"), by=by),
    "accept": _given(ownership.accept_offer),
    "take over": _given(ownership.take_over),
    "name goods": lambda h, c, by: goods.add_goods(c, h.goods, by=by),
    "look": lambda h, c, by: batches.look_for_batch(c, h.item_id, "B7", by=by),
    "sample bad": _tested(SampleResult.SAME_FAULT),
    "sample good": _tested(SampleResult.NO_FAULT),
    "call back": lambda h, c, by: call_back(c, h.item_id, "B7", Decimal(2), "Bad.", by=by),
    "preliminary": _given(record_finding, FindingStage.PRELIMINARY, "Grease?"),
    "find ours": _given(record_finding, FindingStage.FINAL, "Grease.", **OURS),
    "find theirs": _given(record_finding, FindingStage.FINAL, "Misuse.", **THEIRS),
    "explain": _given(explain, "Not our doing."),
    "give to dealer": lambda h, c, by: dealer_tasks.give_to_dealer(
        c, h.dealer_id, "Align it.", h.today + timedelta(days=300), by=by
    ),
    "dealer done": _given(dealer_tasks.dealer_done, "Aligned."),
    "dealer failed": _given(dealer_tasks.dealer_failed, "Nobody came.", Decimal(9)),
    "propose": _proposed(),
    "propose 2": _proposed("2"),
    "propose 4": _proposed("4"),
    "propose advance": _proposed("2", "60"),
    "take back": _newest(proposals.withdraw_proposal),
    "choose": _newest(proposals.choose, "Soon."),
    "approve": _decided(approvals.approve),
    "refuse": _decided(approvals.refuse),
    "carry out": _given(carry_out, "Done."),
    "confirm": _given(outcome.confirm, "Li Wei"),
    "object": _given(outcome.object_to, "No.", "Li Wei"),
    "answer": _given(answering.answer, "Thank you."),
    "settle": _given(answering.settle, name="Li Wei"),
    "ask again": _given(answering.ask_again, "And?", name="Li Wei"),
    "turn": _given(answering.turn_into_complaint, "workmanship"),
    "demand capa": _given(closing.demand_capa, "Again."),
    "waive capa": _given(waive, "Done elsewhere."),
    "verify capa": _verified,
    "close": _given(closing.close_unanswered, "No word."),
    "sum up": _given(closing.sum_up, "Grease.", "", True),
    "withdraw": _given(withdraw, "It runs."),
    "reopen": _given(reopen, "It stands."),
    "follow up": _given(
        record_follow_up, "Li Wei", ComplaintChannel.PHONE, Satisfaction.SATISFIED, ""
    ),
    "review": _given(conclude, "Learned."),
}
