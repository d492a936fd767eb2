"""Two customers' complaints with everything that ours can write about one."""

import re
from dataclasses import dataclass

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Audience
from portal.domain.complaints import conversation, questions
from portal.domain.complaints.batches import look_for_batch, record_sample
from portal.domain.complaints.call_back import call_back
from portal.domain.complaints.closing import sum_up
from portal.domain.complaints.follow_ups import record_follow_up
from portal.domain.complaints.outcome import confirm
from portal.domain.complaints.reviews import conclude
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import (
    ComplaintChannel,
    SampleResult,
    Satisfaction,
    Severity,
)
from portal.domain.complaints.tables import Complaint
from portal.domain.notices.expansion import expand
from portal.domain.policy.complaint_figures import SHOW_OWNER
from tests.complaint_cures import (
    act,
    carried_out_complaint,
    compensating,
    investigated_complaint,
)
from tests.complaint_scenarios import (
    Care,
    Complained,
    care_of,
    filed_complaint,
    judged_complaint,
)
from tests.corrective_action_scenarios import opened_action
from tests.factories import Factory, unique

# Rooms whose tables have to have rows in this world, and are read by named columns alone.
OF_COMPLAINTS = re.compile(r"complaint.*|dealer.*|corrective_action.*")
# Of the house, not of a case: what a month came to, and what countermeasure was taken.
OF_NO_CASE = {"complaint_countermeasure"}


@dataclass
class ComplaintWorld:
    """`closed` went all the way, `asked` waits for an answer; both are of one customer.

    `stranger` is the only one of an account to which nothing happened.
    """

    care: Care
    closed: Complained
    asked: Complained
    stranger: Actor

    @property
    def buyer(self) -> Actor:
        return self.care.buyer

    @property
    def names_of_ours(self) -> set[str]:
        """Those who looked into the complaints; none of them is in the account's team."""
        care = self.care
        handlers = (
            care.after_sales,
            care.quality,
            care.service,
            care.duty_manager,
            care.general_manager,
            care.representative,
        )
        return {each.name for each in handlers}


async def build_complaint_world(make: Factory) -> ComplaintWorld:
    """Write the world by the verbs as those who would make it."""
    care = await care_of(make)
    closed, asked = await _closed(make, care), await filed_complaint(make, care)
    await act(asked, care.quality, questions.ask, "Which batch is on the label?")
    others = await filed_complaint(make, await care_of(make))
    await act(others, others.care.quality, _note)
    await _tell_everybody(make)
    stranger = await make.buyer(await make.account())
    return ComplaintWorld(care, closed, asked, stranger)


async def hide_names(make: Factory, care: Care) -> None:
    """From now on the policy hides who of ours handles complaints of this account (rule C2)."""
    await make.insert(
        "policy_figure",
        key=SHOW_OWNER.key,
        scope_kind="account",
        scope_value=str(care.cast.account.id),
        value="false",
        version=1,
        valid_from=await make.owner.fetchval("SELECT now() - interval '1 hour'"),
        reason="They call the office",
    )


async def _closed(make: Factory, care: Care) -> Complained:
    at = await filed_complaint(make, care)
    await hide_names(make, care)
    await act(at, care.quality, _note)
    await act(at, care.quality, conversation.write, "We look.", audience=Audience.CUSTOMER)
    await act(at, care.service, set_severity, Severity.MAJOR, "Their whole line stands still.")
    await investigated_complaint(make, await judged_complaint(make, at))
    await _sampled(make, at)
    await _given_to_dealer(make, at)
    await carried_out_complaint(make, at, **compensating("2", "25"))
    await (await opened_action(make, at)).verified()
    await act(at, care.buyer, confirm, "Li Wei")
    told = ("We paid too late for the grease.", "The buyer was told off.", False)
    await act(at, care.after_sales, sum_up, *told)
    asked_how = (
        "Their store keeper",
        ComplaintChannel.PHONE,
        Satisfaction.DISSATISFIED,
        "Grumbled at us.",
    )
    await act(at, care.after_sales, record_follow_up, *asked_how)
    await act(at, care.service, conclude, "Order the better grease next time.")
    return at


async def _note(complaint: Complaint, *, by: Actor) -> None:
    said = "They threaten to leave us."
    await conversation.write(complaint, said, by=by, audience=Audience.INTERNAL)


async def _sampled(make: Factory, at: Complained) -> None:
    by, item_id = at.care.quality, at.cast.item_id
    await make.stock(item_id, 40, batch="B7")
    check = await act(at, by, look_for_batch, item_id, "B7")
    sample = (check.id, check.in_stock, SampleResult.SAME_FAULT, "All forty ran hot with us.")
    await act(at, by, record_sample, *sample)
    await act(at, by, call_back, item_id, "B7", check.in_stock, "Please send them back.")


async def _given_to_dealer(make: Factory, at: Complained) -> None:
    """As it lies in the database: dealers do not handle quality."""
    now = await make.owner.fetchval("SELECT business_now()")
    await make.insert(
        "dealer_task",
        account_id=at.cast.account.id,
        complaint_id=(await at.record()).id,
        dealer_id=await make.insert("dealer", name=unique("Wang Fitters ")),
        what="Fit new bearings for little money.",
        due_on=now.date(),
        given_by=at.care.after_sales.person_id,
        given_at=now,
        done_at=now,
        result="They charged us twice.",
    )


async def _tell_everybody(make: Factory) -> None:
    rows = await make.owner.fetch(
        "SELECT id FROM outbox WHERE kind LIKE 'complaint.%' AND done_at IS NULL ORDER BY id"
    )
    for row in rows:
        async with unit_of_work(Login.WORKER):
            await expand(row["id"], mail_domain="hengda.example")
