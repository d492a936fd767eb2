"""Administrators change the policy: they see what follows, save it, and find it in the history."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.database import database_now
from portal.domain.common.permissions import StaffRole
from portal.domain.policy import FIGURES
from portal.domain.policy.figures import QUOTE_URGENT
from portal.domain.service_levels import clock
from portal.domain.service_levels.clock import Owed
from portal.domain.service_levels.promise import TargetKind
from portal.staff.policy_form import shown_value, typed_value
from portal.web.forms import Form
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.domain.service_levels.test_recomputing import recomputed
from tests.factories import Account, Factory, unique
from tests.visitor import Visitor, signed_in

PATH = f"/staff/policy/figures/{QUOTE_URGENT.key}"


async def administrator(site: Any, make: Factory) -> Visitor:
    visitor = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    await visitor.get("/staff/policy")
    return visitor


def typed(account: Account, **changed: str) -> dict[str, str]:
    """A form that gives one account ten hours, twenty at most, from today on."""
    fields = {
        "value": "20",
        "value_unit": "hours",
        "warn": "10",
        "warn_unit": "hours",
        "calendar": "always",
        "scope": "account",
        "account": account.code,
        "reason": f"Agreed in the contract of {account.code}",
        "_form_key": unique("change-a-figure-key-"),
    }
    return {**fields, **changed}


async def today(visitor: Visitor) -> str:
    page = (await visitor.get(PATH)).text
    found = re.search(r'name="valid_from" value="([^"]+)"', page)
    assert found
    return found[1]


async def owed(account: Account) -> str:
    subject = something_of(account)
    async with as_staff():
        now = await database_now()
        terms = Owed(
            account.id,
            account.name,
            account.branch_id,
            "Seals",
            None,
            QUOTE_URGENT.default,
            0,
            QUOTE_URGENT.key,
        )
        await clock.open_target(
            TargetKind.QUOTE, subject, terms, opened_at=now - timedelta(hours=1)
        )
    return subject.reference


async def test_what_follows_is_seen_before_it_is_saved(site: Any, make: Factory) -> None:
    admin, account = await administrator(site, make), await make.account()
    reference = await owed(account)
    form = typed(account, valid_from=await today(admin))
    check = await admin.post(f"{PATH}/check", form)
    assert check.status_code == 200, check.text
    for words in ("One open promise would be due at another time", reference, account.name):
        assert words in check.text
    assert "due after 20 h, warned after 10 h" in check.text
    assert account.code not in (await admin.get(PATH)).text  # nothing is saved yet
    saved = await admin.post(PATH, form)
    assert (saved.status_code, saved.headers["location"]) == (303, PATH)
    again = await admin.post(PATH, form)  # pressed twice
    assert again.status_code == 303
    page = (await admin.get(PATH)).text
    assert page.count(form["reason"]) == 1
    assert account.name in page
    await recomputed()
    async with as_staff():
        (promise,) = await clock.open_targets(account_id=account.id)
    assert promise.due_at == promise.opened_at + timedelta(hours=20)


async def test_back_from_the_check_keeps_what_was_typed(site: Any, make: Factory) -> None:
    admin, account = await administrator(site, make), await make.account()
    form = typed(account, valid_from=await today(admin))
    page = await admin.post(PATH, {**form, "_back": "1"})
    assert page.status_code == 200
    assert 'value="20"' in page.text
    assert f'value="{account.code}"' in page.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": "0"}, "value"),
        ({"value": "many"}, "value"),
        ({"value": "9" * 40}, "value"),
        ({"warn": "30"}, "warn"),
        ({"calendar": "never"}, "calendar"),
        ({"account": "XX-202001-NOBODY-001"}, "account"),
        ({"scope": "tier"}, "tier"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"reason": ""}, "reason"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    site: Any, make: Factory, changed: dict[str, str], field: str
) -> None:
    admin, account = await administrator(site, make), await make.account()
    form = {**typed(account, valid_from=await today(admin)), **changed}
    for path in (f"{PATH}/check", PATH):
        refused = await admin.post(path, form)
        assert refused.status_code == 422, refused.text
        assert f'href="#field-{field}"' in refused.text
        if "reason" not in changed:
            assert f'value="{form["reason"]}"' in refused.text


async def test_an_override_is_ended_from_its_own_line(site: Any, make: Factory) -> None:
    admin, account = await administrator(site, make), await make.account()
    form = typed(account, valid_from=await today(admin))
    assert (await admin.post(PATH, form)).status_code == 303
    ends = f"{PATH}?ends=account:{account.id}"
    assert ends in (await admin.get(PATH)).text
    page = (await admin.get(ends)).text
    assert "No figure of its own any more" in page
    assert f'value="{account.code}"' in page
    ended = {**form, "ends": "yes", "reason": "Over", "_form_key": unique("end-of-a-figure-key-")}
    assert "as for everybody" in (await admin.post(f"{PATH}/check", ended)).text
    assert (await admin.post(PATH, ended)).status_code == 303
    assert ends not in (await admin.get(PATH)).text


async def test_others_read_the_figure_and_its_history_without_a_form(
    site: Any, make: Factory
) -> None:
    account = await make.account()
    reader = await signed_in(site, make, await make.staff(StaffRole.SALES_SUPERVISOR))
    page = (await reader.get(PATH)).text
    assert "History" in page
    assert 'name="reason"' not in page
    for path in (PATH, f"{PATH}/check"):
        assert (await reader.post(path, typed(account))).status_code == 403
    outsider = await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))
    assert (await outsider.get(PATH)).status_code == 403


@pytest.mark.parametrize("key", FIGURES)
async def test_every_figure_has_a_form_that_says_what_it_is(
    site: Any, make: Factory, key: str
) -> None:
    figure = FIGURES[key]
    form = Form.showing(**shown_value(figure, figure.default))
    assert typed_value(figure, form) == figure.default
    assert not form.is_refused


async def test_every_figure_has_a_page(site: Any, make: Factory) -> None:
    admin = await administrator(site, make)
    for key in FIGURES:
        page = await admin.get(f"/staff/policy/figures/{key}")
        assert page.status_code == 200, key
        assert 'name="value"' in page.text
    assert (await admin.get("/staff/policy/figures/no.such-figure")).status_code == 404
