"""Complaint statistics: figures with the cases behind them, files, countermeasures (rule C12)."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

from portal.database import database_now
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import Category, Severity
from portal.domain.complaints.statistics import (
    Dimension,
    StatisticsFilter,
    by_month,
    cases_of,
    counted,
)
from tests.complaint_scenarios import care_of, filed_complaint, judged_complaint, loaded
from tests.factories import Factory, acting, unique
from tests.visitor import signed_in

PATH = "/staff/complaints/statistics"


async def this_month(make: Factory, dimension: Dimension = Dimension.CATEGORY) -> StatisticsFilter:
    first = await make.owner.fetchval(
        "SELECT date_trunc('month', business_now() AT TIME ZONE 'Asia/Shanghai')::date"
    )
    return StatisticsFilter(first, first, dimension)


async def test_cases_are_counted_by_what_they_are_about_and_drilled_down_to(make: Factory) -> None:
    care = await care_of(make)
    judged = await judged_complaint(make, care=care)
    late = await filed_complaint(make, care, category=Category.DELIVERY, lines=())
    await make.owner.execute(
        """UPDATE target SET breached_at = due_at WHERE reference = $1 AND kind = 'solution'""",
        late.reference,
    )
    # The account's representative sees its team's accounts alone: these two cases.
    by = care.cast.representative
    wanted = await this_month(make)
    async with acting(by):
        rows = {row.value: row for row in await counted(wanted, by=by)}
        assert (rows["quality"].cases, rows["quality"].founded, rows["quality"].late) == (1, 1, 0)
        assert (rows["delivery"].cases, rows["delivery"].founded) == (1, 0)
        assert (rows["delivery"].late, rows["delivery"].open) == (1, 1)
        assert [(row.cases, row.founded) for row in await by_month(wanted, by=by)] == [(2, 1)]
        found = await cases_of(wanted, "quality", by=by)
        assert [case.reference for case in found] == [judged.reference]
        assert {case.reference for case in await cases_of(wanted, by=by)} == {
            judged.reference,
            late.reference,
        }
        for dimension, value in (
            (Dimension.ITEM, care.cast.sku),
            (Dimension.ACCOUNT, care.cast.account.code),
            (Dimension.KIND, "complaint"),
            (Dimension.CAUSE, ""),
        ):
            asked = StatisticsFilter(wanted.first, wanted.last, dimension)
            (row,) = [row for row in await counted(asked, by=by) if row.value == value]
            behind = await cases_of(asked, value, by=by)
            assert row.cases == len(behind) > 0, dimension


async def test_a_case_belongs_to_the_month_of_its_branch(make: Factory) -> None:
    filed = await filed_complaint(make)
    by = filed.cast.representative
    # 16:30 in Greenwich on the last day of a month is the first of the next in Shanghai.
    await make.owner.execute(
        "UPDATE complaint SET received_at = '2026-04-30 16:30+00' WHERE reference = $1",
        filed.reference,
    )
    may = (await this_month(make)).first.replace(year=2026, month=5)
    async with acting(by):
        assert len(await cases_of(StatisticsFilter(may, may), by=by)) == 1
        april = may.replace(month=4)
        assert await cases_of(StatisticsFilter(april, april), by=by) == []
        months = await by_month(StatisticsFilter(april.replace(month=2), may), by=by)
        assert [(row.month.month, row.cases) for row in months] == [(2, 0), (3, 0), (4, 0), (5, 1)]


async def test_who_sees_no_account_counts_nothing(make: Factory) -> None:  # rule A6
    await filed_complaint(make)
    stranger = (await care_of(make)).cast.colleague
    async with acting(stranger):
        assert await cases_of(await this_month(make), by=stranger) == []


async def test_the_page_draws_lists_and_exports_the_same(site: Any, make: Factory) -> None:
    filed = await filed_complaint(make, title="=HYPERLINK(1)")
    by = filed.cast.representative
    async with acting(filed.care.service):
        complaint = await loaded(filed.reference, filed.care.service)
        await set_severity(complaint, Severity.MAJOR, "It burns.", by=filed.care.service)
    visitor = await signed_in(site, make, by)
    page = await visitor.get(PATH)
    assert page.status_code == 200
    assert page.text.count("<svg") >= 2
    assert f"{PATH}/cases?" in page.text
    assert "1 case" in page.text
    behind = await visitor.get(f"{PATH}/cases?by=category&value=quality")
    assert filed.reference in behind.text
    assert "<b>" not in (await visitor.get(f"{PATH}/cases?by=category&value=<b>")).text

    told = await visitor.get(f"{PATH}/export/complaints.csv?by=cause")
    assert told.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Reference"
    assert rows[1][0] == filed.reference
    assert "'=HYPERLINK(1)" in rows[1]
    book = await visitor.get(f"{PATH}/export/complaints.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 2
        assert all(b"<f>" not in archive.read(name) for name in sheets)  # no formula
        assert b"=HYPERLINK(1)" in archive.read("xl/sharedStrings.xml")
    assert (await visitor.get(f"{PATH}/export/complaints.pdf")).status_code == 404


async def test_nonsense_in_the_address_counts_as_not_given(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, (await care_of(make)).service)
    for query in ("first=x&last=9999-99", "by=nothing&kind=other", "first=2030-01&last=0001-01"):
        assert (await visitor.get(f"{PATH}?{query}")).status_code == 200, query


async def test_a_countermeasure_is_recorded_beside_its_figure_and_carried_out(
    site: Any, make: Factory
) -> None:
    filed = await filed_complaint(make)
    visitor = await signed_in(site, make, filed.care.service)
    await visitor.get(PATH)
    measure = f"Check bearings before they leave {unique('m')}"
    refused = await visitor.post(f"{PATH}/countermeasures", {"value": "quality", "measure": ""})
    assert refused.status_code == 422
    assert 'href="#field-measure"' in refused.text
    async with acting(filed.care.service):
        due = (await database_now()).date() + timedelta(days=20)
    sent = await visitor.post(
        f"{PATH}/countermeasures",
        {"value": "quality", "measure": measure, "due_on": due.isoformat()},
    )
    assert sent.status_code == 303, sent.text
    page = (await visitor.get(PATH)).text
    assert measure in page
    made = await make.owner.fetchval(
        "SELECT id FROM complaint_countermeasure WHERE measure = $1", measure
    )
    for _ in range(2):
        assert (await visitor.post(f"{PATH}/countermeasures/{made}/done")).status_code == 303
    assert await make.owner.fetchval(
        "SELECT done_at IS NOT NULL FROM complaint_countermeasure WHERE id = $1", made
    )
    # Who sees no such case does not read what is done about it.
    stranger = await signed_in(site, make, (await care_of(make)).cast.colleague)
    assert measure not in (await stranger.get(PATH)).text
    assert (await stranger.post(f"{PATH}/countermeasures/{made}/done")).status_code == 403
