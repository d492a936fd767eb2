"""Corrective actions on staff's pages: queue, opening, the eight disciplines, verification (C9)."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from portal.domain.common.permissions import StaffRole
from tests.complaint_scenarios import judged_complaint
from tests.corrective_action_scenarios import Acting, opened_action, today
from tests.domain.corrective_actions.demanded import demanded_complaint
from tests.factories import Factory, acting
from tests.visitor import Visitor, signed_in

HOME = "/staff/corrective-actions"


async def version(make: Factory, reference: str) -> str:
    sql = "SELECT version FROM corrective_action WHERE reference = $1"
    return str(await make.owner.fetchval(sql, reference))


async def send(visitor: Visitor, make: Factory, reference: str, form: str, **fields: Any) -> Any:
    return await visitor.post(
        f"{HOME}/{reference}/{form}", {"version": await version(make, reference), **fields}
    )


async def test_a_complaint_that_demands_one_leads_to_one(site: Any, make: Factory) -> None:
    complained = await demanded_complaint(make)
    care = complained.care
    quality = await signed_in(site, make, care.quality)
    queue = (await quality.get(HOME)).text
    assert f'href="{HOME}/new?complaint={complained.reference}"' in queue
    form = (await quality.get(f"{HOME}/new?complaint={complained.reference}")).text
    assert "Two of them ran hot after an hour." in form
    refused = await quality.post(
        f"{HOME}/new", {"complaints": complained.reference, "title": "Hot", "problem": ""}
    )
    assert refused.status_code == 422
    assert 'href="#field-problem"' in refused.text
    assert 'value="Hot"' in refused.text
    opened = await quality.post(
        f"{HOME}/new",
        {
            "complaints": complained.reference,
            "title": "Bearings run hot",
            "problem": "They run hot.",
            "team": "Chen Bo",
            "department": care.department_id,
            "leader": care.quality.staff_member_id,
        },
    )
    assert opened.status_code == 303
    page = (await quality.get(opened.headers["location"])).text
    assert complained.reference in page
    assert "They run hot." in page
    reference = opened.headers["location"].rsplit("/", 1)[-1]
    assert reference in (await quality.get(f"{HOME}?mine=yes&q={reference}")).text
    complaint = (await quality.get(f"/staff/complaints/{complained.reference}")).text
    assert f'href="{HOME}/{reference}"' in complaint
    outsider = await signed_in(site, make, await make.staff(StaffRole.SALES_ASSISTANT))
    assert (await outsider.get(HOME)).status_code == 403
    assert (await outsider.get(f"{HOME}/{reference}")).status_code == 404
    assert (await outsider.get(f"{HOME}/{reference}/report")).status_code == 404


async def test_the_disciplines_are_filled_in_one_after_the_other(site: Any, make: Factory) -> None:
    at = await opened_action(make)
    quality = await signed_in(site, make, at.leader)
    page = f"{HOME}/{at.reference}"
    assert "?do=containment#panel" in (await quality.get(page)).text
    done = await send(quality, make, at.reference, "containment", containment="Measured, all.")
    assert done.status_code == 303
    refused = await send(quality, make, at.reference, "analysis", why_1="", root_cause="Gauge")
    assert refused.status_code == 422
    for field in ("why_1", "cause"):
        assert f'href="#field-{field}"' in refused.text
    why = {"why_1": "Too wide", "why_2": "Worn gauge", "cause": "measurement"}
    await send(quality, make, at.reference, "analysis", **why, root_cause="Nobody looked.")
    async with acting(at.leader):
        day = await today()
    step = {
        "kind": "corrective",
        "what": "New gauge",
        "department": at.care.department_id,
        "owner": at.care.after_sales.staff_member_id,
        "due_on": str(day + timedelta(days=3)),
    }
    old = await version(make, at.reference)
    assert (await send(quality, make, at.reference, "step", **step)).status_code == 303
    late = await quality.post(f"{page}/plan", {"version": old, "check_on": str(day)})
    assert late.status_code == 409
    assert f'value="{day}"' in late.text
    await send(quality, make, at.reference, "plan", check_on=str(day))
    text = (await quality.get(page)).text
    step_id = re.search(r'id="step-(\d+)"', text)
    assert step_id is not None
    owner = await signed_in(site, make, at.care.after_sales)
    assert "New gauge" in (await owner.get("/staff")).text
    assert f"do=step-result&amp;about={step_id[1]}" in (await owner.get(page)).text
    told = await send(owner, make, at.reference, "step-result", about=step_id[1], result="In use.")
    assert told.status_code == 303
    assert "?do=check#panel" in (await quality.get(page)).text
    checked = await send(
        quality,
        make,
        at.reference,
        "check",
        effective="yes",
        result="No fault since.",
        prevention="On the list.",
    )
    assert checked.status_code == 303
    head = await signed_in(site, make, at.care.representative)
    assert "?do=verification#panel" in (await head.get(page)).text
    assert at.reference in (await head.get(f"{HOME}?status=to_verify&q={at.reference}")).text
    assert "?do=verification#panel" not in (await quality.get(page)).text
    assert (await send(quality, make, at.reference, "verification", note="x")).status_code == 403
    verified = await send(head, make, at.reference, "verification", note="It holds.")
    assert verified.status_code == 303
    assert "It holds." in (await quality.get(page)).text


async def test_a_step_is_its_owners_to_report_whatever_their_role(site: Any, make: Factory) -> None:
    at = await opened_action(make)
    await at.analysed()
    clerk = await make.staff(StaffRole.FINANCE)
    step = await at.add_step(owner_id=clerk.staff_member_id, what="Book the gauge")
    finance = await signed_in(site, make, clerk)
    page = f"{HOME}/{at.reference}"
    shown = (await finance.get(f"{page}?do=step-result&about={step}")).text
    assert "Book the gauge" in shown
    assert "?do=plan" not in shown
    assert (await send(finance, make, at.reference, "plan")).status_code == 403
    assert (
        await send(finance, make, at.reference, "step-result", about=step, result="Booked.")
    ).status_code == 303


async def test_the_report_is_whole_for_us(site: Any, make: Factory) -> None:
    complained = await judged_complaint(make)
    at = await (await opened_action(make, complained)).verified()
    quality = await signed_in(site, make, at.leader)
    answer = await quality.get(f"{HOME}/{at.reference}/report")
    assert answer.headers["content-type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    said = "".join(said.split())
    for fact in (
        at.reference,
        complained.reference,
        complained.cast.account.name,
        at.care.after_sales.name,
        "纠正和预防措施处理单",
        "根本原因",
        "Nobody checked the gauge.",
    ):
        assert "".join(fact.split()) in said, fact


async def test_complaints_are_linked_and_taken_off(site: Any, make: Factory) -> None:
    at: Acting = await opened_action(make)
    complained = await judged_complaint(make)
    quality = await signed_in(site, make, at.leader)
    unknown = await send(quality, make, at.reference, "complaint", complaint="CP-1999-00001")
    assert unknown.status_code == 422
    linked = await send(
        quality, make, at.reference, "complaint", complaint=complained.reference.lower()
    )
    assert linked.status_code == 303
    assert complained.reference in (await quality.get(f"{HOME}/{at.reference}")).text
    off = {"complaint": complained.reference, "reason": "Another fault"}
    assert (await send(quality, make, at.reference, "complaint-removal", **off)).status_code == 303
    await send(quality, make, at.reference, "cancellation", reason="Not needed")
    assert "Not needed" in (await quality.get(f"{HOME}/{at.reference}")).text
