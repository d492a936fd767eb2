"""A visit in its states and every form about it, as staff meet them: no barrier in any."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from portal.domain.visits import appointments
from tests.e2e.barriers import met_on
from tests.e2e.conftest import RunningPortal
from tests.e2e.test_barriers import NARROWEST, sign_in
from tests.factories import Factory, acting
from tests.scenarios import cast_of
from tests.visit_places import made_of
from tests.visit_scenarios import (
    confirmed_visit,
    loaded,
    planned_visit,
    proposed_visit,
    time_on_working_day,
)

_VISITS = "/staff/visits"
_FORMS = {
    "planned": ("proposal", "phone-agreement", "goal", "owner", "cancellation"),
    "countered": ("agreement", "move", "item", "person"),
}
_OF_ACCOUNT = ("installation", "first-visit")


@dataclass(frozen=True)
class States:
    """References of visits by the state they are in, whose they are, and who looks."""

    visits: dict[str, str]
    account: str
    manager: str


@pytest.fixture(scope="module")
def states(portal: RunningPortal) -> States:
    return portal.make_by_verbs(_states)


async def _states(make: Factory) -> States:
    cast = await cast_of(make)
    planned = await planned_visit(make, cast)
    countered = await confirmed_visit(make, await proposed_visit(make, cast=cast))
    async with acting(cast.buyer):
        other = await time_on_working_day(cast, 4, 15)
        visit = await loaded(countered.reference, cast.buyer)
        await appointments.propose_other(visit, other, "We are away.", by=cast.buyer)
    return States(
        {
            "planned": planned.reference,
            "countered": countered.reference,
            "made": await made_of(make, cast),
        },
        cast.account.code,
        await make.password_for(cast.manager),
    )


@pytest.mark.parametrize("width", [NARROWEST, 1280])
def test_who_visits_customers_meets_none(
    width: int, states: States, new_page: Callable[..., Page]
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, "/staff", states.manager)
    if width == NARROWEST:
        paths = [f"{_VISITS}/{reference}" for reference in states.visits.values()]
        paths += [f"{_VISITS}/{states.visits['planned']}/record", f"{_VISITS}/calendar?view=week"]
        paths += [_VISITS, f"{_VISITS}/calendar", f"{_VISITS}/new?account={states.account}"]
    else:
        of_account = f"/staff/accounts/{states.account}/visits"
        paths = [f"{of_account}?do={panel}" for panel in _OF_ACCOUNT]
        paths += [f"{_VISITS}/calendar?view=week", f"{_VISITS}/{states.visits['made']}"]
        for name, panels in _FORMS.items():
            paths += [f"{_VISITS}/{states.visits[name]}?do={panel}" for panel in panels]
    found = [barrier for path in paths for barrier in met_on(page, path)]
    assert "\n".join(found) == ""
