"""How complaints end: unfounded, objected to, settled by a dealer who fails, taken by phone."""

from playwright.sync_api import expect

from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.dealers import DealerFacts, add_dealer
from tests.complaint_cures import carried_out_complaint, investigated_complaint
from tests.complaint_scenarios import filed_complaint, judged_complaint
from tests.e2e.complaint_actors import OnComplaints, is_next
from tests.e2e.complaint_scene import ComplaintScene
from tests.factories import Factory, acting


def test_what_is_unfounded_is_explained_and_confirmed(complaints: ComplaintScene) -> None:
    buyer, after_sales = complaints.buyer, complaints.after_sales
    complaint = buyer.complains("The colour is another one.", about="Something else")
    after_sales.does(  # rule C3
        complaint,
        "Unfounded",
        "Judge as unfounded",
        Why_it_does_not_hold="It is the colour of the catalogue.",
        Explanation_for_the_customer="Blue is the colour that this item is delivered in.",
    )
    after_sales.is_told("Judged as unfounded.")
    buyer.opens_complaint(complaint)
    buyer.sees("Blue is the colour that this item is delivered in.")
    buyer.sees_nothing_of("the colour of the catalogue")
    buyer.confirms()
    buyer.sees("Settled and closed")


def test_an_objection_leads_to_a_second_proposal(complaints: ComplaintScene) -> None:
    filed = complaints.brought(filed_complaint, complaints.care)
    found = complaints.brought(investigated_complaint, complaints.brought(judged_complaint, filed))
    carried_out = complaints.brought(carried_out_complaint, found)
    complaint, buyer, service = carried_out.reference, complaints.buyer, complaints.service
    buyer.opens_complaint(complaint)
    buyer.objects("One of the new bearings runs hot, too.")  # rule C8
    buyer.sees_nothing_of("Is it settled for you?")

    after_sales = complaints.after_sales
    after_sales.opens_complaint(complaint)
    is_next(after_sales, "Proposals", "Set at least one proposal")
    after_sales.sees("One of the new bearings runs hot, too.")
    day = complaints.day(2).isoformat()
    after_sales.proposes(complaint, "Repair", "Our fitter comes.", by=day, cost="300")
    service.chooses(complaint, "Our fitter comes.", "It has to be right now.")
    after_sales.tells_outcome(complaint, "Our fitter was there; it runs cool.")
    buyer.opens_complaint(complaint)
    buyer.sees("it runs cool")
    buyer.confirms()
    buyer.sees("Settled and closed")


def test_where_a_dealer_fails_it_is_ours_again_at_their_cost(complaints: ComplaintScene) -> None:
    name = f"Hua Installations {complaints.cast.account.code}"
    complaints.portal.make_by_verbs(lambda make: _dealer(make, complaints, name))
    filed = complaints.brought(filed_complaint, complaints.care, category="workmanship")
    complaint = complaints.brought(judged_complaint, filed).reference
    after_sales = complaints.after_sales
    after_sales.does(  # rule C4
        complaint,
        "Give it to a dealer",
        "Give it to the dealer",
        Dealer=name,
        Done_by=complaints.day(2).isoformat(),
        What_they_do="Hang the door anew.",
    )
    after_sales.is_told("Given to the dealer.")
    is_next(after_sales, "Investigation", f"{name} works on it until")
    complaints.buyer.opens_complaint(complaint)
    complaints.buyer.sees_nothing_of(name)
    after_sales.does(
        complaint,
        "The dealer has failed",
        "Take it back",
        What_went_wrong="Nobody came.",
        Charged_to_the_dealer="350",
    )
    after_sales.is_told("It is ours again, at the dealer's cost.")
    after_sales.sees("CN¥350.00")
    after_sales.finds(complaint, "Hung askew", whose="Ours")
    is_next(after_sales, "Proposals", "Set at least one proposal")


def test_whoever_answers_the_phone_takes_it_until_a_colleague_accepts(
    complaints: ComplaintScene,
) -> None:
    packer = complaints.enters(
        OnComplaints, complaints.portal.make(lambda make: make.staff(StaffRole.WAREHOUSE))
    )
    account = complaints.cast.account
    name = complaints.portal.make(
        lambda make: make.owner.fetchval("SELECT name FROM account WHERE id = $1", account.id)
    )
    complaint = packer.takes_by_phone(  # rules C1, C14
        name, caller="Li Wei", about="Late or wrong delivery", what="Half of it is missing."
    )
    after_sales = complaints.after_sales
    packer.does(
        complaint,
        "Offer it to a colleague",
        "Offer it",
        To_whom=f"{after_sales.name} · After-sales",
    )
    packer.is_told("Offered.")
    after_sales.opens_complaint(complaint)
    after_sales.sees(f"{packer.name} asks you to take it on.")
    after_sales.presses("Accept it")
    after_sales.is_told("It is yours now.")
    owner = after_sales.page.get_by_role("complementary", name="Facts")
    expect(owner).to_contain_text(after_sales.name)
    buyer = complaints.buyer
    buyer.opens_complaint(complaint)
    buyer.sees("Half of it is missing.")


def test_a_suggestion_is_answered_and_settled(complaints: ComplaintScene) -> None:  # rule C15
    buyer = complaints.buyer
    suggestion = buyer.suggests("Print the batch on the box.")
    sales = complaints.enters(OnComplaints, complaints.cast.representative)
    sales.does(suggestion, "Answer", "Send answer", Answer="From May on we do.")
    sales.is_told("Answered.")
    buyer.opens_complaint(suggestion)
    buyer.sees("From May on we do.")
    buyer.presses("It is settled")
    buyer.sees("Settled and closed")


async def _dealer(make: Factory, complaints: ComplaintScene, name: str) -> None:
    by = complaints.care.service
    async with acting(by):
        await add_dealer(DealerFacts(name=name), by=by)
