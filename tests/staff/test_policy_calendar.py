"""Days of our own: by hand and from a file, looked at before they hold, taken out again."""

import re
from datetime import date
from typing import Any

import pytest

from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, unique
from tests.visitor import Visitor, signed_in

PATH = "/staff/policy/calendar"


async def administrator(site: Any, make: Factory) -> Visitor:
    visitor = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    await visitor.get(PATH)
    return visitor


def next_year(month: int, day: int) -> str:
    return date(date.today().year + 1, month, day).isoformat()  # noqa: DTZ011


def hidden_rows(page: str) -> dict[str, str]:
    """What the form of the check page would send."""
    fields = dict(re.findall(r'name="(days-\d+-\w+)" value="([^"]*)"', page))
    for name, body in re.findall(
        r'<select id="[^"]*" name="(days-\d+-kind)".*?>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'value="(\w+)" selected', body)
        assert chosen
        fields[name] = chosen[1]
    branch = re.search(r'name="branch" value="(\d*)"', page)
    assert branch
    return {**fields, "branch": branch[1], "_form_key": unique("enter-days-key-")}


async def test_a_week_off_is_checked_then_entered(site: Any, make: Factory) -> None:
    admin, branch = await administrator(site, make), await make.branch()
    form = {
        "first": next_year(8, 3),
        "last": next_year(8, 5),
        "kind": "closed",
        "reason": "Stocktaking of summer",
        "branch": str(branch),
    }
    check = await admin.post(PATH, form)
    assert check.status_code == 200, check.text
    assert "What follows for open promises" in check.text
    assert "Stocktaking of summer" not in (await admin.get(PATH)).text
    rows = hidden_rows(check.text)
    assert rows["days-2-day"] == next_year(8, 5)
    assert (await admin.post(f"{PATH}/days", rows)).status_code == 303
    assert (await admin.post(f"{PATH}/days", rows)).status_code == 303  # pressed twice
    page = (await admin.get(PATH)).text
    assert page.count("Stocktaking of summer") == 3
    day_id = await make.owner.fetchval(
        "SELECT id FROM branch_day WHERE branch_id = $1 AND day = $2",
        branch,
        date.fromisoformat(next_year(8, 4)),
    )
    removal = f"{PATH}/days/{day_id}/removal"
    assert removal in page
    assert "public calendar decides again" in (await admin.get(removal)).text
    gone = {"_form_key": unique("take-out-key-")}
    assert (await admin.post(removal, gone)).status_code == 303
    assert (await admin.post(removal, gone)).status_code == 303  # pressed twice
    assert (await admin.get(PATH)).text.count("Stocktaking of summer") == 2
    assert (await admin.get(removal)).status_code == 404


async def test_make_up_days_come_from_a_file_and_are_decided_one_by_one(
    site: Any, make: Factory
) -> None:
    admin, branch = await administrator(site, make), await make.branch()
    day = next_year(10, 10).replace("-", "")
    off = next_year(10, 4).replace("-", "")
    file = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{off}\r\nSUMMARY:国庆节 休\r\nEND:VEVENT\r\n"
        f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:国庆节 补班\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    check = await admin.post(
        f"{PATH}/import", {"branch": str(branch)}, files={"file": ("days.ics", file.encode())}
    )
    assert check.status_code == 200, check.text
    rows = hidden_rows(check.text)
    assert (rows["days-0-kind"], rows["days-1-kind"]) == ("closed", "worked")
    assert rows["days-1-hours"] == "09:00-18:00"
    rows |= {"days-0-kind": "leave", "days-1-hours": "09:00-12:00"}
    assert (await admin.post(f"{PATH}/days", rows)).status_code == 303
    page = (await admin.get(PATH)).text
    assert "09:00–12:00" in page
    entered = await make.owner.fetch("SELECT day FROM branch_day WHERE branch_id = $1", branch)
    assert [str(row["day"]) for row in entered] == [next_year(10, 10)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": ""}, "first"),
        ({"last": "2020-01-01"}, "last"),
        ({"last": "2999-01-01"}, "last"),
        ({"kind": "worked"}, "hours"),
        ({"kind": "worked", "hours": "18-9"}, "hours"),
        ({"reason": ""}, "reason"),
        ({"branch": "999999999"}, "branch"),
        ({"branch": "9" * 30}, "branch"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    site: Any, make: Factory, changed: dict[str, str], field: str
) -> None:
    admin = await administrator(site, make)
    form = {"first": next_year(8, 3), "kind": "closed", "reason": "Stocktaking", **changed}
    refused = await admin.post(PATH, form)
    assert refused.status_code == 422, refused.text
    assert f'href="#field-{field}"' in refused.text


async def test_a_row_that_makes_no_sense_keeps_the_others(site: Any, make: Factory) -> None:
    admin, branch = await administrator(site, make), await make.branch()
    rows = {
        "branch": str(branch),
        "days-0-day": next_year(8, 3),
        "days-0-kind": "worked",
        "days-0-hours": "9 to 5",
        "days-0-reason": "Fair",
        "days-1-day": next_year(8, 4),
        "days-1-kind": "closed",
        "days-1-reason": "Stocktaking",
    }
    refused = await admin.post(f"{PATH}/days", rows)
    assert refused.status_code == 422
    assert "days-0-hours-error" in refused.text
    assert 'value="Stocktaking"' in refused.text
    again = await admin.post(f"{PATH}/days", {**rows, "days-0-hours": "09:00-17:00", "_check": "1"})
    assert again.status_code == 200
    assert not await make.owner.fetch("SELECT day FROM branch_day WHERE branch_id = $1", branch)


@pytest.mark.parametrize("content", [b"", b"nothing of that kind", b"\x00\xff" * 100])
async def test_what_is_no_calendar_is_refused(site: Any, make: Factory, content: bytes) -> None:
    admin = await administrator(site, make)
    refused = await admin.post(f"{PATH}/import", {}, files={"file": ("days.ics", content)})
    assert refused.status_code == 422
    assert 'href="#field-file"' in refused.text


async def test_years_say_whether_their_holidays_are_published(site: Any, make: Factory) -> None:
    admin = await administrator(site, make)
    await make.branch()
    page = (await admin.get(PATH)).text
    assert str(date.today().year + 2) in page  # noqa: DTZ011
    assert "Provisional" in page
    assert "not published yet" in page


async def test_only_who_may_edit_enters_days(site: Any, make: Factory) -> None:
    reader = await signed_in(site, make, await make.staff(StaffRole.SALES_SUPERVISOR))
    page = (await reader.get(PATH)).text
    assert "Enter days" not in page
    day_id = await make.insert("branch_day", branch_id=await make.branch(), day=date(2027, 1, 4))
    removal = f"{PATH}/days/{day_id}/removal"
    for path in (PATH, f"{PATH}/days", removal, f"{PATH}/import"):
        assert (await reader.post(path, {})).status_code == 403
    for path in (f"{PATH}/import", removal):
        assert (await reader.get(path)).status_code == 403


async def test_a_line_is_added_without_script(site: Any, make: Factory) -> None:
    admin = await administrator(site, make)
    rows = {"days-0-day": next_year(8, 3), "days-0-kind": "closed", "days-0-reason": "Fair"}
    page = await admin.post(f"{PATH}/days", {**rows, "_add_days": "1"})
    assert page.status_code == 200
    assert 'name="days-1-day"' in page.text
    assert 'value="Fair"' in page.text
