"""Papers of a case: the form that both sides keep, the investigation that is ours (C1, C3-C8)."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.answering import answer
from portal.domain.complaints.states import CaseKind
from tests.complaint_cures import closed_complaint, compensating
from tests.complaint_scenarios import care_of, filed_complaint, loaded, taken_complaint
from tests.factories import Factory, acting
from tests.rendering.pdf_samples import text, unbroken
from tests.visitor import signed_in

INTERNAL = ("Cheaper than a repair", "The photos show it", "260.00")


async def paper(site: Any, make: Factory, who: Any, path: str) -> str:
    answered = await (await signed_in(site, make, who)).get(path)
    assert answered.status_code == 200, answered.text[:200]
    assert answered.headers["content-type"] == "application/pdf"
    return unbroken(text(answered.content))


async def test_the_form_says_what_the_customer_reads_and_nothing_of_ours(
    site: Any, make: Factory
) -> None:
    closed = await closed_complaint(make)
    path = f"/complaints/{closed.reference}/papers/form"
    await make.owner.execute(
        "UPDATE person SET locale = 'en' WHERE id = $1", closed.care.buyer.person_id
    )
    theirs = await paper(site, make, closed.care.buyer, path)
    ours = await paper(site, make, closed.care.service, f"/staff{path}")
    for said in (closed.reference, "Bearings run hot", "B7", "Two new bearings, fitted by us."):
        assert unbroken(said) in theirs, said
        assert unbroken(said) in ours, said
    assert "客户投诉处理单" in theirs  # the other language under each label
    for internal in INTERNAL:
        assert unbroken(internal) not in theirs, internal
        assert unbroken(internal) not in ours, internal


async def test_the_investigation_says_all_of_it_to_staff_alone(site: Any, make: Factory) -> None:
    closed = await closed_complaint(make, **compensating("2"))
    path = f"/complaints/{closed.reference}/papers/investigation"
    ours = await paper(site, make, closed.care.service, f"/staff{path}")
    for said in ("B7", "Two new bearings, fitted by us.", *INTERNAL[:2]):
        assert unbroken(said) in ours, said
    buyer = await signed_in(site, make, closed.care.buyer)
    assert (await buyer.get(path)).status_code == 404


async def test_who_only_has_a_complaint_reads_nothing_of_the_file(site: Any, make: Factory) -> None:
    """Rule A6: anybody takes a complaint (rule C1), of an account whose file is not theirs."""
    care = await care_of(make)
    account_id = care.cast.account.id
    await make.owner.execute(
        """UPDATE account SET address = '8 Harbour Road', tax_number = '91310000MA1K4XYZ0A',
               phone = '021-5555-0199' WHERE id = $1""",
        account_id,
    )
    keeper = await make.staff(StaffRole.FINANCE)
    taken = await taken_complaint(make, care, by=keeper)
    path = f"/staff/complaints/{taken.reference}/papers/form"
    of_file = [unbroken(each) for each in ("8 Harbour Road", "91310000MA1K4XYZ0A", "021-5555-0199")]
    theirs = await paper(site, make, keeper, path)
    assert unbroken("Two of them ran hot after an hour.") in theirs
    assert not [each for each in of_file if each in theirs]
    for reader in (care.service, care.cast.representative):
        read = await paper(site, make, reader, path)
        assert not [each for each in of_file if each not in read]


async def test_a_suggestion_has_the_feedback_form(site: Any, make: Factory) -> None:
    filed = await filed_complaint(
        make, kind=CaseKind.SUGGESTION, category=None, title="Smaller boxes", wish="", lines=()
    )
    async with acting(filed.care.service):
        case = await loaded(filed.reference, filed.care.service)
        await answer(case, "We pack them smaller from May on.", by=filed.care.service)
    told = await paper(
        site, make, filed.care.service, f"/staff/complaints/{filed.reference}/papers/form"
    )
    assert "Customer feedback form" in told or "客户反馈信息表" in told
    assert unbroken("We pack them smaller from May on.") in told


async def test_a_new_complaint_leaves_room_to_write(site: Any, make: Factory) -> None:
    filed = await filed_complaint(make)
    told = await paper(
        site, make, filed.care.service, f"/staff/complaints/{filed.reference}/papers/form"
    )
    assert unbroken("Two of them ran hot after an hour.") in told
