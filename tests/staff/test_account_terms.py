"""On what terms a customer pays and how surely: kept by code in the file (rules O8, O9)."""

import re
from typing import Any

import asyncpg
import pytest

from portal.database import fetch
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import StaffRole
from tests.factories import Account, Factory, acting
from tests.staff.test_account_pages import a_file
from tests.visitor import Visitor, signed_in


@pytest.fixture
async def file(site: Any, make: Factory) -> tuple[Visitor, Account]:
    """The account manager's browser and the file."""
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    account = await make.account(manager=manager)
    return await signed_in(site, make, manager), account


async def test_terms_and_standing_are_chosen_shown_and_in_the_history(
    file: tuple[Visitor, Account],
) -> None:
    desk, account = file
    path = f"/staff/accounts/{account.code}"
    form = (await desk.get(f"{path}/edit")).text
    assert '<option value="in_advance" selected>' in form
    given = a_file(account, payment_terms="days_60", payment_standing="unstable", version="1")
    assert (await desk.post(f"{path}/edit", given)).status_code == 303
    page = (await desk.get(path)).text
    assert PaymentTerms.DAYS_60.label in page
    assert "Unstable" in page
    history = (await desk.get(f"{path}/history")).text
    for words in (
        "Payment standing",
        "Stable",
        "Unstable",
        PaymentTerms.IN_ADVANCE.label,
        PaymentTerms.DAYS_60.label,
    ):
        assert words in history


async def test_other_terms_than_ours_are_refused(file: tuple[Visitor, Account]) -> None:
    desk, account = file
    for field in ("payment_terms", "payment_standing"):
        given = a_file(account, version="1", **{field: "whenever"})
        refused = await desk.post(f"/staff/accounts/{account.code}/edit", given)
        assert refused.status_code == 422
        assert f'href="#field-{field}"' in refused.text


async def test_customers_never_learn_how_we_judge_their_payments(  # rule O9
    site: Any, make: Factory
) -> None:
    account = await make.account()
    await make.owner.execute(
        "UPDATE account SET payment_standing = 'unstable' WHERE id = $1", account.id
    )
    buyer = await make.buyer(account)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(buyer):
            await fetch("SELECT payment_standing FROM account")
    visitor = await signed_in(site, make, buyer)
    for path in ("/", "/quotes", "/orders", "/settings"):
        page = await visitor.get(path)
        assert not re.search(r"unstable|payment.standing", page.text, re.IGNORECASE), path
