"""The corrective action that answers a complaint, as its customer sees it (rule C9)."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from portal.domain.common.permissions import CustomerRole
from tests.complaint_scenarios import care_of, filed_complaint, judged_complaint
from tests.corrective_action_scenarios import opened_action
from tests.factories import Factory
from tests.scenarios import cast_of
from tests.visitor import signed_in


def words(pdf: bytes) -> str:
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(said.split())


async def test_stages_and_report_name_nobody_of_ours_and_no_other_customer(
    site: Any, make: Factory
) -> None:
    ours = await judged_complaint(make)
    theirs = await judged_complaint(
        make, await filed_complaint(make, await care_of(make, await cast_of(make)))
    )
    at = await (await opened_action(make, ours, theirs)).verified()
    buyer = await signed_in(site, make, ours.care.buyer)
    address = f"/complaints/{ours.reference}/corrective-action"
    page = (await buyer.get(address)).text
    report = await buyer.get(f"{address}/report")
    assert report.headers["content-type"] == "application/pdf"
    assert f"{ours.reference}-8D.pdf" in report.headers["content-disposition"]
    said = words(report.content)
    for fact in ("Nobody checked the gauge.", "New gauge in use.", "The list holds."):
        assert fact in page
        assert "".join(fact.split()) in said
    assert "纠正和预防措施处理单" in said  # in two languages
    assert ours.reference in said
    kept = (
        theirs.reference,
        theirs.cast.account.name,
        at.care.quality.name,
        at.care.after_sales.name,
        at.care.representative.name,
        "Li Na, Chen Bo",  # the team
        "Assembly",  # the department
    )
    for fact in kept:
        assert fact not in page, fact
        assert "".join(fact.split()) not in said, fact
    for foreign in (theirs.reference, "CP-1999-00001"):
        for path in ("", "/report"):
            answer = await buyer.get(f"/complaints/{foreign}/corrective-action{path}")
            assert answer.status_code == 404


async def test_readers_of_the_account_see_it_complaints_without_one_have_none(
    site: Any, make: Factory
) -> None:
    complained = await judged_complaint(make)
    reader = await make.buyer(complained.cast.account, CustomerRole.READER)
    visitor = await signed_in(site, make, reader)
    address = f"/complaints/{complained.reference}/corrective-action"
    assert (await visitor.get(address)).status_code == 404
    at = await opened_action(make, complained)
    await at.add_step(kind="containment", what="Block batch B7")
    page = (await visitor.get(address)).text
    assert "Block batch B7" in page
    assert "Opened" in page
    assert 'id="d4"' not in page  # nothing is said of what is not known yet
    assert "Interim" in words((await visitor.get(f"{address}/report")).content)
