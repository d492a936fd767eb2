"""Administrators change a figure: a version more, from a day on, for whom, with a reason."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.policy import Scope, ScopeKind
from portal.domain.policy.editing import Wish, history_of, set_figure
from portal.domain.policy.figures import PASSWORD_LENGTH, QUOTE_DISCOUNT_LIMIT, QUOTE_VALIDITY
from tests.factories import Factory, acting

DAY = timedelta(days=1)


async def wish(value: Any, account_id: int, **changed: Any) -> Wish:
    """A wish of one account's own figure, so that tests do not meet."""
    wished = {
        "value": value,
        "scope_kind": ScopeKind.ACCOUNT,
        "scope_value": str(account_id),
        "valid_from": await database_now(),
        "reason": "Agreed in the contract",
    }
    return Wish(**{**wished, **changed})


async def administrator(make: Factory) -> Actor:
    return await make.staff(StaffRole.ADMINISTRATOR)


async def test_a_figure_holds_from_its_moment_on_for_whom_it_was_set(make: Factory) -> None:
    by, account = await administrator(make), await make.account()
    async with acting(by):
        now = await database_now()
        version = await set_figure(QUOTE_VALIDITY, await wish(60, account.id), by=by)
        later = await wish(90, account.id, valid_from=now + 7 * DAY, reason="From next week")
        assert await set_figure(QUOTE_VALIDITY, later, by=by) == version + 1
    async with acting(by):
        scope = Scope(account_id=account.id, tier="key")
        assert (await policy.figure(QUOTE_VALIDITY, scope=scope)).value == 60
        in_a_week = await policy.figure(QUOTE_VALIDITY, at=now + 8 * DAY, scope=scope)
        assert in_a_week.value == 90
        assert (await policy.figure(QUOTE_VALIDITY)).value == QUOTE_VALIDITY.default
        of_account = [
            each for each in await history_of(QUOTE_VALIDITY) if each.scope_value == str(account.id)
        ]
    assert [(each.value, each.reason, each.set_by) for each in of_account] == [
        (90, "From next week", by.name),
        (60, "Agreed in the contract", by.name),
    ]


async def test_an_override_ends(make: Factory) -> None:
    by, account = await administrator(make), await make.account()
    async with acting(by):
        await set_figure(QUOTE_VALIDITY, await wish(60, account.id), by=by)
    async with acting(by):
        await set_figure(QUOTE_VALIDITY, await wish(None, account.id, reason="Over"), by=by)
    async with acting(by):
        scope = Scope(account_id=account.id, tier="key")
        assert (await policy.figure(QUOTE_VALIDITY, scope=scope)).value == QUOTE_VALIDITY.default
        with pytest.raises(FieldError) as refused:
            await set_figure(QUOTE_VALIDITY, await wish(None, account.id), by=by)
        assert refused.value.field == "value"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"value": Decimal(101)}, "value"),
        ({"scope_value": "999999999"}, "account"),
        ({"scope_kind": ScopeKind.COMPANY, "scope_value": None, "value": None}, "value"),
    ],
)
async def test_what_makes_no_sense_is_refused_at_its_field(
    make: Factory, changed: dict[str, Any], field: str
) -> None:
    by, account = await administrator(make), await make.account()
    async with acting(by):
        wished = await wish(**{"value": Decimal(12), "account_id": account.id, **changed})
        with pytest.raises(FieldError) as refused:
            await set_figure(QUOTE_DISCOUNT_LIMIT, wished, by=by)
        assert refused.value.field == field


async def test_the_past_and_what_lies_below_the_least_are_refused(make: Factory) -> None:
    by, account = await administrator(make), await make.account()
    async with acting(by):
        past = await wish(14, account.id, valid_from=await database_now() - DAY)
        with pytest.raises(FieldError) as refused:
            await set_figure(PASSWORD_LENGTH, past, by=by)
        assert refused.value.field == "valid_from"
        with pytest.raises(FieldError) as refused:
            await set_figure(PASSWORD_LENGTH, await wish(8, account.id), by=by)
        assert (refused.value.field, refused.value.words) == ("value", {"least": 12})


@pytest.mark.parametrize(
    "role", sorted(set(StaffRole) - {StaffRole.ADMINISTRATOR, StaffRole.GENERAL_MANAGER})
)
async def test_others_read_the_policy_and_do_not_change_it(make: Factory, role: StaffRole) -> None:
    by, account = await make.staff(role), await make.account()
    async with acting(by):
        with pytest.raises(NotAllowed):
            await set_figure(QUOTE_VALIDITY, await wish(60, account.id), by=by)
