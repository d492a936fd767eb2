"""The fault file 障碍档案: what failed, why, what was done, whether it came again (rule C15)."""

from typing import Any

from portal.domain.complaints.answering import answer
from portal.domain.complaints.fault_file import Fault, FaultFilter, faults
from portal.domain.complaints.judging import judge_unfounded
from portal.domain.complaints.states import CaseKind, Category, Cause
from portal.domain.complaints.withdrawing import withdraw
from tests.complaint_cures import act, carried_out_complaint, investigated_complaint
from tests.complaint_scenarios import Care, care_of, filed_complaint, judged_complaint
from tests.factories import Factory, acting
from tests.order_scenarios import phone_order
from tests.visitor import signed_in
from tests.workbooks import words_of

PATH = "/staff/complaints/faults"
REPORT = {"kind": CaseKind.FAULT_REPORT, "category": None, "wish": ""}


async def listed(care: Care, **wanted: Any) -> dict[str, Fault]:
    """By reference, as the account's representative reads it: the team's accounts alone."""
    by = care.cast.representative
    async with acting(by):
        found = (await faults(FaultFilter(**wanted), by=by)).rows
    assert len({each.reference for each in found}) == len(found)
    return {each.reference: each for each in found}


async def test_faults_are_read_from_the_cases(make: Factory) -> None:
    care = await care_of(make)
    judged = await judged_complaint(make, await filed_complaint(make, care))
    first = await carried_out_complaint(make, await investigated_complaint(make, judged))
    report = await filed_complaint(make, care, **REPORT, title="It squeaks")
    await act(report, care.after_sales, answer, "Grease it once a week.", cause=Cause.USE)
    nameless = await filed_complaint(make, care, **REPORT, title="The gate is stuck", lines=())
    late = await filed_complaint(make, care, category=Category.DELIVERY)
    unfounded = await filed_complaint(make, care)
    await act(unfounded, care.after_sales, judge_unfounded, "No.", "It is as ordered.")
    withdrawn = await filed_complaint(make, care, **REPORT)
    await act(withdrawn, care.buyer, withdraw, "It runs.")
    suggestion = await filed_complaint(make, care, kind="suggestion", category="", wish="")

    found = await listed(care)
    assert list(found) == [nameless.reference, report.reference, first.reference]  # newest first
    none_of_these = {late.reference, unfounded.reference, withdrawn.reference, suggestion.reference}
    assert not none_of_these & set(found)
    one = found[first.reference]
    assert (one.sku, one.batch, one.quantity) == (care.cast.sku, "B7", 2)
    assert (one.cause, one.finding) == (Cause.MATERIAL, "Wrong grease.")
    assert one.done == "Both bearings are replaced."
    assert (one.times_before, one.last_at) == (0, None)
    again = found[report.reference]
    assert again.cause is Cause.USE
    assert (again.filed_as, again.done) == (CaseKind.FAULT_REPORT, "Grease it once a week.")
    assert (again.times_before, again.last_at) == (1, one.received_at)  # the same item
    assert (found[nameless.reference].item, found[nameless.reference].times_before) == ("", 0)

    assert list(await listed(care, again=True)) == [report.reference]
    assert list(await listed(care, filed_as="quality")) == [first.reference]
    assert list(await listed(care, text="squeaks")) == [report.reference]
    assert list(await listed(care, account_id=0)) == []
    by = care.cast.representative
    async with acting(by):
        page = await faults(FaultFilter(size=2), by=by)
        rest = await faults(FaultFilter(size=2, after=page.after or ""), by=by)
        back = await faults(FaultFilter(size=2, before=rest.before or ""), by=by)
    assert [each.reference for each in rest.rows] == [first.reference]
    assert back.rows == page.rows


async def test_another_place_is_another_machine(make: Factory) -> None:
    care = await care_of(make)
    reported = [await filed_complaint(make, care, **REPORT) for _ in range(2)]
    second = reported[1].reference
    assert (await listed(care))[second].times_before == 1
    for each, label in zip(reported, ("North plant", "South plant"), strict=True):
        order = await phone_order(make, care.cast)
        place = await make.insert(
            "ship_to", account_id=care.cast.account.id, label=label, address="1 Road"
        )
        await make.owner.execute(
            "UPDATE sales_order SET ship_to_id = $2 WHERE reference = $1", order.reference, place
        )
        await make.owner.execute(
            """UPDATE complaint SET order_id = (SELECT id FROM sales_order WHERE reference = $2)
               WHERE reference = $1""",
            each.reference,
            order.reference,
        )
    found = (await listed(care))[second]
    assert (found.place, found.times_before) == ("South plant", 0)


async def test_the_list_its_tab_and_its_workbook(site: Any, make: Factory) -> None:
    care = await care_of(make)
    first = await filed_complaint(make, care, **REPORT, title="=HYPERLINK(1)")
    again = await filed_complaint(make, care, **REPORT)
    sales = await signed_in(site, make, care.cast.representative)
    assert f'href="{PATH}"' in (await sales.get("/staff/complaints")).text
    page = (await sales.get(PATH)).text
    assert page.index(again.reference) < page.index(first.reference)
    assert "1×" in page
    narrowed = (await sales.get(f"{PATH}?again=yes")).text
    assert again.reference in narrowed
    assert first.reference not in narrowed
    book = await sales.get(f"{PATH}/export/faults.xlsx?again=yes")
    strings = words_of(book.content)
    assert again.reference in strings
    assert "What was done" in strings
    assert "HYPERLINK" not in strings
    for nonsense in ("after=x", "before=9-9", "account=x", "filed_as=<b>"):
        assert (await sales.get(f"{PATH}?{nonsense}")).status_code == 200, nonsense
    # Rule A6: who may not read the account's file reads nothing of its faults.
    stranger = await signed_in(site, make, (await care_of(make)).cast.colleague)
    assert again.reference not in (await stranger.get(PATH)).text
