"""A complaint in its states, and every form about it, as staff meet them: no barrier in any."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page

from portal.domain.complaints.batches import look_for_batch, record_sample
from portal.domain.complaints.dealer_tasks import give_to_dealer
from portal.domain.complaints.dealers import DealerFacts, add_dealer
from portal.domain.complaints.questions import ask
from portal.domain.complaints.states import SampleResult
from tests.complaint_cures import (
    act,
    carried_out_complaint,
    chosen_complaint,
    closed_complaint,
    compensating,
    in_days,
    investigated_complaint,
    proposed_complaint,
)
from tests.complaint_scenarios import Complained, care_of, filed_complaint, judged_complaint
from tests.e2e.barriers import met_on
from tests.e2e.conftest import RunningPortal
from tests.e2e.test_barriers import NARROWEST, sign_in
from tests.factories import Factory, acting, unique

WIDE = 1280
# By whom each form is opened, and on which complaint.
_FORMS = {
    "service": (
        (
            "received",
            ("founded", "unfounded", "offer", "severity", "question", "goods", "corrective-action"),
        ),
        ("sampled", ("batch", "sample", "finding")),
        ("faulty", ("call-back", "question-answered")),
        ("workmanship", ("dealer-failed",)),
        ("proposed", ("proposal", "choice")),
        ("told", ("confirmation", "objection", "summing-up")),
        ("closed", ("follow-up", "reopening")),
        ("suggestion", ("answer", "into-complaint")),
    ),
    "duty_manager": (("chosen", ("approval", "refusal")),),
}


@dataclass(frozen=True)
class States:
    """References of complaints by the state they are in, and the addresses of who looks."""

    complaints: dict[str, str]
    account: str
    people: dict[str, str]


@pytest.fixture(scope="module")
def states(portal: RunningPortal) -> States:
    return portal.make_by_verbs(_states)


async def _states(make: Factory) -> States:
    care = await care_of(make)
    await make.stock(care.cast.item_id, "5", batch="B9")

    async def judged(**facts: Any) -> Complained:
        return await judged_complaint(make, await filed_complaint(make, care, **facts))

    async def found() -> Complained:
        return await investigated_complaint(make, await judged())

    cases = {
        # The first one: from the third about one item on they demand corrective action (rule C9).
        "closed": await closed_complaint(make, await found()),
        "received": await filed_complaint(make, care),
        "suggestion": await filed_complaint(make, care, kind="suggestion", category=""),
        "sampled": await _looked_up(await judged()),
        "faulty": await _asked(await _sampled(await judged())),
        "workmanship": await _with_dealer(await judged(category="workmanship")),
        "proposed": await proposed_complaint(make, await found()),
        "chosen": await chosen_complaint(make, await found(), **compensating("4")),
        "told": await carried_out_complaint(make, await found()),
    }
    people = {name: getattr(care, name) for name in _FORMS}
    return States(
        {name: case.reference for name, case in cases.items()},
        care.cast.account.code,
        {name: await make.password_for(who) for name, who in people.items()},
    )


async def _looked_up(complained: Complained) -> Complained:
    item_id, by = complained.cast.item_id, complained.care.quality
    await act(complained, by, look_for_batch, item_id, "B9")
    return complained


async def _sampled(complained: Complained) -> Complained:
    """A sample of the same batch had the fault."""
    item_id, by = complained.cast.item_id, complained.care.quality
    check = await act(complained, by, look_for_batch, item_id, "B9")
    size, fault = Decimal(1), SampleResult.SAME_FAULT
    await act(complained, by, record_sample, check.id, size, fault, "Ran for an hour.")
    return complained


async def _asked(complained: Complained) -> Complained:
    await act(complained, complained.care.after_sales, ask, "Which machine is it?")
    return complained


async def _with_dealer(complained: Complained) -> Complained:
    by, day = complained.care.service, await in_days(3)
    async with acting(by):
        dealer = await add_dealer(DealerFacts(name=unique("Dealer ")), by=by)
    await act(complained, by, give_to_dealer, dealer.id, "Hang it anew.", day)
    return complained


@pytest.fixture
def look(states: States, new_page: Callable[..., Page]) -> Callable[..., None]:
    """Visit the paths as somebody; those with `?do=` have the form open."""

    def looked(who: str, paths: list[str], width: int) -> None:
        found = []
        page = new_page(viewport={"width": width, "height": 900})
        sign_in(page, "/staff", states.people[who])
        for path in paths:
            found += met_on(page, path)
        assert "\n".join(found) == ""

    return looked


def test_who_looks_into_complaints_meets_none(states: States, look: Callable[..., None]) -> None:
    base = "/staff/complaints"
    records = [f"{base}/{reference}" for reference in states.complaints.values()]
    lists = [base, f"{base}/review", "/staff/dealers", "/staff/dealers/new", f"{base}/new"]
    look("service", [*lists, f"{base}/new?account={states.account}", *records], NARROWEST)
    for who, forms in _FORMS.items():
        paths = [
            f"{base}/{states.complaints[name]}?do={panel}"
            for name, panels in forms
            for panel in panels
        ]
        look(who, paths, WIDE)
