"""A complaint about quality: the same batch is in stock or not, has the fault or not (rule C5)."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint
from tests.corrective_action_scenarios import opened_action
from tests.e2e.complaint_actors import is_next
from tests.e2e.complaint_scene import ComplaintScene


def test_a_faulty_batch_is_called_back_cured_at_its_cause_confirmed_and_closed(
    complaints: ComplaintScene,
) -> None:
    complaints.has_in_stock("5", "B7")
    buyer, quality, service = complaints.buyer, complaints.quality, complaints.service
    complaint = buyer.complains(
        "Two of them ran hot after an hour.",
        about="Product quality",
        wish="Replacement",
        sku=complaints.cast.sku,
        quantity="2",
        batch="B7",
    )
    buyer.opens_complaint(complaint)

    quality.judges_founded(
        complaint, department=complaints.department, until=complaints.day(5).isoformat()
    )
    quality.looks_for_batch(complaint, "B7")
    is_next(quality, "Investigation", "Test a sample of the same batch")
    quality.tests_sample(complaint, "2", "Same fault")
    is_next(quality, "Investigation", "Call back the customer's goods")
    quality.does(
        complaint,
        "Call goods back",
        "Call them back",
        How_many="40",
        Why_they_are_called_back="A sample of the same batch had the fault.",
    )
    buyer.sees("We call goods back: 40 ×")
    quality.finds(complaint, "Thin grease", whose="Ours", told="The grease was too thin.")
    quality.does(
        complaint,
        "Demand corrective action",
        "Demand corrective action",
        Why_the_cause_has_to_be_cured="The whole batch is affected.",
    )
    day = complaints.day(3).isoformat()
    quality.proposes(complaint, "Replacement", "New bearings by courier.", by=day, cost="120")
    quality.proposes(complaint, "Repair", "We grease them again.", by=day, cost="40")
    buyer.sees_nothing_of("New bearings by courier.")  # what is proposed is ours to know
    service.chooses(complaint, "New bearings by courier.", "They need them at once.")
    buyer.sees("How it is put right")
    quality.tells_outcome(complaint, "Two new bearings are with you.")
    buyer.confirms()
    buyer.sees("It closes when the corrective action is verified.")  # rule C9

    action = complaints.portal.make_by_verbs(
        lambda make: _checked(make, Complained(complaints.care, complaint))
    )
    representative = complaints.representative
    representative.opens(f"/corrective-actions/{action}?do=verification")
    representative.page.get_by_label("What was learned").fill("Check the grease of every batch.")
    representative.presses("Verify the result")
    buyer.opens_complaint(complaint)
    buyer.sees("Settled and closed")
    service.opens_complaint(complaint)
    is_next(service, "Corrective action", "Verified.")
    service.does(
        complaint,
        "Record the follow-up",
        "Record the follow-up",
        choose="Satisfied",
        Whom_you_reached=buyer.name,
    )
    service.is_told("Follow-up recorded.")


async def _checked(make: object, complained: Complained) -> str:
    action = await opened_action(make, complained)  # type: ignore[arg-type]
    await action.checked()
    return action.reference


def test_where_a_sample_has_no_such_fault_it_is_settled_with_the_customer(
    complaints: ComplaintScene,
) -> None:
    complaints.has_in_stock("5", "B7")
    filed = complaints.brought(filed_complaint, complaints.care)
    complaint = complaints.brought(judged_complaint, filed).reference
    quality = complaints.quality
    quality.looks_for_batch(complaint, "B7")
    quality.tests_sample(complaint, "2", "No such fault")
    is_next(quality, "Investigation", "Settle with the customer and sales")
    expect(quality.page.get_by_role("link", name="Call goods back")).to_have_count(0)
    quality.finds(complaint, "Only these two", whose="Not determinable")
    is_next(quality, "Proposals", "Set at least one proposal")


def test_where_none_is_in_stock_photos_are_asked_for(
    complaints: ComplaintScene, tmp_path: Path
) -> None:
    filed = complaints.brought(filed_complaint, complaints.care)
    complaint = complaints.brought(judged_complaint, filed).reference
    quality = complaints.quality
    quality.looks_for_batch(complaint, "B7")
    is_next(quality, "Investigation", "Ask for photos and the faulty piece")
    quality.does(
        complaint,
        "Ask the customer",
        "Send question",
        What_do_you_need_to_know="Send us a photo and the faulty piece.",
    )
    quality.is_told("Question sent.")

    buyer = complaints.enters(
        type(complaints.buyer), complaints.cast.buyer, viewport={"width": 375, "height": 740}
    )
    buyer.opens_complaint(complaint)
    buyer.sees("The clock waits until you answer.")
    photo = tmp_path / "race.png"
    Image.new("RGB", (60, 40), "darkred").save(photo)
    buyer.answers("The piece is on its way, here is the photo.", photo)
    quality.opens_complaint(complaint)
    quality.sees("The piece is on its way")
    quality.sees("race")
    quality.sees_nothing_of("We wait for the customer")
