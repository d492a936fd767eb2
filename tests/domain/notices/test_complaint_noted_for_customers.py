"""What staff note about a complaint in the customer's name, the customer hears of (rule C8)."""

from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.reopening import reopen
from portal.domain.complaints.withdrawing import withdraw
from tests.complaint_cures import act, closed_complaint
from tests.complaint_scenarios import filed_complaint
from tests.domain.notices.happenings import newest_event, notices, tell, told
from tests.factories import Factory


async def latest(make: Factory, event: ComplaintEvent) -> int:
    event_id = await newest_event(make, event)
    await tell(event_id)
    return event_id


async def test_who_has_it_withdrawn_by_phone_can_contradict(make: Factory) -> None:
    at = await filed_complaint(make)
    await act(at, at.care.after_sales, withdraw, "They called: it was their pump.")
    found = await notices(make, await latest(make, ComplaintEvent.WITHDRAWN))
    assert {name: each["kind"] for name, each in found.items()} == {
        at.care.quality.name: "complaint_withdrawn",
        at.cast.buyer.name: "complaint_closed",
    }
    assert found[at.cast.buyer.name]["words"]["said"] == "They called: it was their pump."
    asked = await filed_complaint(make, at.care, kind="enquiry")
    await act(asked, at.cast.representative, withdraw, "They called.")
    kinds = await told(make, await latest(make, ComplaintEvent.WITHDRAWN))
    assert kinds[at.cast.buyer.name] == "case_closed"
    own = await filed_complaint(make, at.care)
    await act(own, at.care.buyer, withdraw, "Our mistake.")
    assert at.cast.buyer.name not in await told(make, await latest(make, ComplaintEvent.WITHDRAWN))


async def test_what_we_reopen_the_customer_hears_with_the_reason(make: Factory) -> None:
    at = await closed_complaint(make)
    await act(at, at.care.after_sales, reopen, "The sample ran hot after all.")
    found = await notices(make, await latest(make, ComplaintEvent.REOPENED))
    assert found[at.cast.buyer.name]["kind"] == "complaint_message"
    assert found[at.cast.buyer.name]["words"]["said"] == "The sample ran hot after all."
    again = await closed_complaint(make)
    await act(again, again.care.buyer, reopen, "It leaks again.")
    kinds = await told(make, await latest(make, ComplaintEvent.REOPENED))
    assert kinds[again.care.quality.name] == "complaint_reopened"
    assert again.cast.buyer.name not in kinds
