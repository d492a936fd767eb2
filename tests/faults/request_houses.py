"""Two accounts with two requests each, the people around them, and their time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from portal.domain.common.actor import Actor
from portal.settings import Settings
from tests.factories import Factory, unique
from tests.scenarios import Cast, cast_of


@dataclass
class Case:
    """One form of a buyer, filed by the first who has to do with it, and who is around it.

    `hesitates` is for how many seconds a step has begun before it takes what it is about: on a busy
    machine those who began first are not those who are first.
    """

    make: Factory
    settings: Settings
    cast: Cast
    stranger: Cast
    second_buyer: Actor
    hesitates: float = 0.0
    form_key: str = field(default_factory=lambda: unique("a request of its own "))


@dataclass
class Houses:
    """Two accounts that know nothing of each other, with two requests each."""

    make: Factory
    casts: Sequence[Cast]
    cases: Sequence[Case]
    ahead: timedelta

    async def let_pass(self, time: timedelta) -> None:
        self.ahead += time
        await self.make.move_clock(self.ahead)

    def cast(self, account_id: int) -> Cast:
        return next(each for each in self.casts if each.account.id == account_id)

    def staff_of(self, account_id: int) -> list[Actor]:
        cast = self.cast(account_id)
        return [cast.representative, cast.assistant, cast.colleague, cast.manager, cast.supervisor]

    def people_of(self, account_id: int) -> set[int | None]:
        """Everybody who may write of this account; None is the portal itself."""
        second = {case.second_buyer for case in self.cases}
        buyers = {self.cast(account_id).buyer, *second}
        people = [*self.staff_of(account_id), *(b for b in buyers if b.account_id == account_id)]
        return {None, *(person.person_id for person in people)}


async def two_houses(make: Factory, settings: Settings) -> Houses:
    """From a Monday morning on, so that a weekend is as far away whenever this runs."""
    casts = [await cast_of(make), await cast_of(make)]
    second = [await make.buyer(cast.account) for cast in casts]
    cases = [Case(make, settings, casts[of], casts[1 - of], second[of]) for of in (0, 0, 1, 1)]
    now = datetime.now(UTC)
    monday = now.replace(hour=2, minute=0) + timedelta(days=7 - now.weekday())
    houses = Houses(make, casts, cases, monday - now)
    await houses.let_pass(timedelta(0))
    return houses
