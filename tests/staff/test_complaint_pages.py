"""A complaint as staff see it, with what is next, and everything that is done with it."""

from datetime import timedelta
from typing import Any

from portal.database import database_now
from portal.domain.common.permissions import StaffRole
from tests.complaint_cures import proposed_complaint
from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint
from tests.factories import Factory, acting
from tests.staff.complaint_desk import Desk


async def in_days(complained: Complained, days: int) -> str:
    async with acting(complained.care.after_sales):
        return str((await database_now()).date() + timedelta(days=days))


async def test_a_quality_complaint_goes_its_whole_way_by_small_forms(  # rules C3, C5-C8, C11
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make)
    care = filed.care
    await make.stock(filed.cast.item_id, "5", batch="B7")
    desk = Desk(site, make, filed)
    page = await desk.page(care.after_sales)
    assert "Look at once for stock of the same batch and test a sample." in page
    await desk.does(
        care.after_sales,
        "founded",
        reason="The photos show it.",
        department=care.department_id,
        investigate_until=await in_days(filed, 5),
    )
    assert await desk.value("status") == "judged"
    await desk.does(care.quality, "batch", item=filed.cast.item_id, batch="b7")
    check = await desk.id_of("complaint_batch_check")
    page = await desk.page(care.quality)
    assert "Test a sample of the same batch" in page
    refused = await desk.send(care.quality, "finding", stage="final", finding="Too hot")
    assert refused.status_code == 422
    final = {"stage": "final", "finding": "Too hot", "responsibility": "ours", "cause": "material"}
    too_early = await desk.send(care.quality, "finding", **final)
    assert too_early.status_code == 409
    assert "Not yet" in too_early.text
    assert "Too hot" in too_early.text  # kept
    await desk.does(care.quality, "sample", about=check, size="2", result="same_fault")
    await desk.does(
        care.quality,
        "call-back",
        item=filed.cast.item_id,
        batch="B7",
        quantity="40",
        reason="A sample had the fault.",
    )
    await desk.does(care.quality, "finding", **final, for_customer="The grease was too thin.")
    proposal = {
        "measure": "credit",
        "description": "We credit two pieces.",
        "ready_on": await in_days(filed, 3),
        "cost": "80",
        "compensated_units": "2",
        "compensation": "80",
        "charged_amount": "0",
        "advance_percent": "0",
    }
    await desk.does(care.quality, "proposal", **proposal)
    await desk.does(care.quality, "proposal", **{**proposal, "measure": "replacement"})
    taken_back = await desk.id_of("complaint_proposal")
    gone = await desk.send(care.quality, "proposal-withdrawal", about=taken_back)
    assert gone.status_code == 303
    assert "?do=choice" not in await desk.page(care.quality)  # four eyes: nobody chooses their own
    chosen = taken_back - 1
    await desk.does(care.service, "choice", about=chosen, because="It is fair.")
    page = await desk.page(care.service)
    assert "Asked: After-sales" in page
    assert "?do=approval" not in page  # rule C7: the role that it names
    approval = await make.owner.fetchval(
        "SELECT id FROM complaint_approval WHERE proposal_id = $1", chosen
    )
    await desk.does(care.after_sales, "approval", about=approval)
    await desk.does(care.after_sales, "outcome", told="CN¥80.00 are credited.")
    await desk.does(care.after_sales, "confirmation", name="Li Wei")
    assert await desk.value("status") == "closed"
    await desk.does(
        care.after_sales, "summing-up", summary="Thin grease", measures="Training", effective="yes"
    )
    await desk.does(
        care.after_sales,
        "follow-up",
        reached="Li Wei",
        channel="phone",
        satisfaction="dissatisfied",
        note="It took long.",
    )
    queue = await (await desk.visitor(care.service)).get("/staff/complaints/review")
    assert filed.reference in queue.text
    await desk.does(care.service, "review", conclusion="Test sooner.")
    page = await desk.page(care.service)
    assert "Test sooner." in page
    assert "Confirmed by Li Wei." in page


async def test_a_deputy_is_led_to_what_waits_for_the_absent(site: Any, make: Factory) -> None:
    """Rule C8: whoever stands in chooses, and both names are read beside the choice."""
    complained = await proposed_complaint(make)
    branch_id = complained.cast.account.branch_id
    absent = await make.staff(StaffRole.DUTY_MANAGER, branch_id=branch_id)
    keeper = await make.staff(StaffRole.WAREHOUSE, branch_id=branch_id)
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    await make.deputy(absent, keeper, today - timedelta(days=1), today + timedelta(days=2))
    desk = Desk(site, make, complained)
    work = (await (await desk.visitor(keeper)).get("/staff")).text
    assert f'href="{desk.path}?do=choice#panel"' in work
    chosen = await desk.id_of("complaint_proposal")
    await desk.does(keeper, "choice", about=chosen, because="It is fair.")
    page = await desk.page(complained.care.service)
    assert f"Chosen by {keeper.name} for {absent.name}: It is fair." in page


async def test_a_colleague_was_faster_and_what_was_typed_is_kept(site: Any, make: Factory) -> None:
    filed = await filed_complaint(make)
    desk = Desk(site, make, filed)
    visitor = await desk.visitor(filed.care.after_sales)
    await visitor.get(desk.path)
    sent = {"version": "77", "reason": "They never paid.", "told": "We are sorry."}
    conflict = await visitor.post(f"{desk.path}/unfounded", sent)
    assert conflict.status_code == 409
    assert "Somebody was faster" in conflict.text
    assert "They never paid." in conflict.text
    assert await desk.value("status") == "received"


async def test_unfounded_is_explained_and_an_objection_by_phone_brings_it_back(  # rules C3, C8
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make)
    desk, after_sales = Desk(site, make, filed), filed.care.after_sales
    await desk.does(after_sales, "unfounded", reason="As agreed", told="It is what you ordered.")
    assert await desk.value("status") == "explained"
    await desk.does(after_sales, "objection", name="Li Wei", reason="It is not.")
    assert await desk.value("status") == "received"
    page = await desk.page(after_sales)
    assert "The customer does not agree. Judge it again." in page
    assert "It is not." in page


async def test_a_dealer_fails_and_it_is_ours_again(site: Any, make: Factory) -> None:  # rule C4
    filed = await filed_complaint(make, category="workmanship")
    complained = await judged_complaint(make, filed)
    desk, after_sales = Desk(site, make, complained), complained.care.after_sales
    service = await desk.visitor(complained.care.service)
    await service.get("/staff/dealers")
    for name in ("Hua Installations", "Hua Installations"):
        entered = await service.post("/staff/dealers", {"name": name, "region": "Suzhou"})
    assert entered.status_code == 422  # there is one of this name
    dealer = await make.owner.fetchval("SELECT id FROM dealer WHERE name = 'Hua Installations'")
    day = await in_days(complained, 2)
    await desk.does(after_sales, "dealer", dealer=dealer, what="Fit it again", due_on=day)
    page = await desk.page(after_sales)
    assert "Hua Installations works on it until" in page
    await desk.does(after_sales, "dealer-failed", result="Nobody came.", cost="350")
    page = await desk.page(after_sales)
    assert "Nobody came." in page
    assert "CN¥350.00" in page
    retired = await service.post(f"/staff/dealers/{dealer}/retirement", {"version": "1"})
    assert retired.status_code == 303
    assert ">Hua Installations · Suzhou<" not in await desk.page(after_sales, "?do=dealer")


async def test_whoever_takes_it_has_it_until_somebody_accepts(  # rules C1, C14
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make)
    desk, care = Desk(site, make, filed), filed.care
    owner = care.quality if await desk.value("owner_id") == care.quality.staff_member_id else None
    assert owner is not None  # quality goes to quality inspection, rule C4
    await desk.does(owner, "offer", to=care.after_sales.staff_member_id)
    assert await desk.value("owner_id") == owner.staff_member_id
    assert "Accept it" in await desk.page(care.after_sales)
    accepted = await desk.send(care.after_sales, "offer-accepted")
    assert accepted.status_code == 303
    assert await desk.value("owner_id") == care.after_sales.staff_member_id
    taken = await desk.send(care.service, "owner")
    assert taken.status_code == 303
    assert await desk.value("owner_id") == care.service.staff_member_id


async def test_severity_question_and_goods_are_put_right_on_the_page(  # rules C2, C5
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make)
    desk, after_sales = Desk(site, make, filed), filed.care.after_sales
    await desk.does(after_sales, "severity", severity="major", reason="A line stands still.")
    assert ">Major<" in await desk.page(after_sales)
    await desk.does(after_sales, "question", body="Which machine is it?")
    assert "We wait for the customer" in await desk.page(after_sales)
    await desk.does(after_sales, "question-answered", body="Press 4, says Li Wei.")
    assert "We wait for the customer" not in await desk.page(after_sales)
    line = await desk.id_of("complaint_line")
    corrected = await desk.send(
        after_sales, "goods-corrected", about=line, sku=filed.cast.sku, quantity="3", batch="B8"
    )
    assert corrected.status_code == 303, corrected.text
    await desk.does(after_sales, "goods", description="Housing", quantity="1", unit="pcs")
    page = await desk.page(after_sales)
    assert "B8" in page
    assert "Housing" in page
    nothing = await desk.send(after_sales, "goods", quantity="x")
    assert nothing.status_code == 422
    assert 'href="#field-quantity"' in nothing.text


async def test_replies_and_notes_go_to_whom_they_are_for(site: Any, make: Factory) -> None:
    filed = await filed_complaint(make)
    desk, after_sales = Desk(site, make, filed), filed.care.after_sales
    replied = await desk.send(after_sales, "messages", reply_body="We look into it.")
    noted = await desk.send(after_sales, "notes", note_body="Third time this year.")
    assert (replied.status_code, noted.status_code) == (303, 303)
    empty = await desk.send(after_sales, "messages", reply_body=" ")
    assert empty.status_code == 422
    assert 'href="#field-reply_body"' in empty.text
    page = await desk.page(after_sales)
    assert "We look into it." in page
    assert "Third time this year." in page


async def test_a_suggestion_is_answered_and_settled_by_phone(  # rule C15
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make, kind="suggestion", category="")
    desk = Desk(site, make, filed)
    representative = filed.cast.representative
    await desk.does(representative, "answer", told="We print the batch from May on.")
    await desk.does(representative, "not-settled", name="Li Wei", reason="From when?")
    await desk.does(representative, "answer", told="From 4 May on.")
    await desk.does(representative, "settled", name="Li Wei")
    assert await desk.value("status") == "closed"
    await desk.does(representative, "reopening", reason="They print it too small.")
    await desk.does(representative, "into-complaint", category="service")
    assert await desk.value("kind") == "complaint"
    await desk.does(representative, "withdrawal", reason="Settled on the phone.")
    assert await desk.value("status") == "withdrawn"


async def test_the_answer_to_a_fault_report_says_why_it_failed(  # rule C15
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make, kind="fault_report", category="")
    desk = Desk(site, make, filed)
    clerk = filed.cast.representative
    form = (await (await desk.visitor(clerk)).get(f"{desk.path}?do=answer")).text
    assert 'name="cause"' in form
    await desk.does(clerk, "answer", told="Grease it once a week.", cause="use")
    assert await desk.value("cause") == "use"
    await desk.does(clerk, "not-settled", name="Li Wei", reason="It still squeaks.")
    await desk.does(clerk, "answer", told="We send a seal.", cause="")
    assert await desk.value("cause") == "use"
    suggestion = Desk(site, make, await filed_complaint(make, kind="suggestion", category=""))
    await suggestion.does(
        suggestion.complained.cast.representative, "answer", told="Thank you.", cause="use"
    )
    assert await suggestion.value("cause") == ""


async def test_corrective_action_is_demanded_and_waived_by_its_representative_alone(  # rule C9
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make)
    desk, care = Desk(site, make, filed), filed.care
    await desk.does(care.after_sales, "corrective-action", reason="The third one this month.")
    page = await desk.page(care.after_sales)
    assert "Corrective action demanded" in page
    assert "?do=waiver" not in page
    refused = await desk.send(care.after_sales, "waiver", reason="No time")
    assert refused.status_code == 403
    await desk.does(care.representative, "waiver", reason="The supplier has stopped making it.")
    assert await desk.value("capa_state") == "waived"
