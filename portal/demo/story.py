"""One request's or order's story: what happened, when, by whom; and the player that lets it happen.

A story is planned first, as beats with their moments, without touching the database. All stories'
beats are then played in the order of time by the verbs of the domain, as the people concerned.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portal.demo.cast import Cast, Customer
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission

Act = Callable[["Story", Actor], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Beat:
    """Something somebody does at a moment. `alone`: it opens units of work of its own."""

    at: datetime
    by: Actor
    act: Act
    alone: bool = False


@dataclass(slots=True)
class Story:
    """A request or an order in the making. `script` is its entry in the data files.

    `at` is where the plan has come to, `ship_on` the day that the quote promises, `ready_on` the
    one on which the goods will be there. While it is played, `reference` is the request's,
    `revision` the number of the revision at hand and `order` the reference of what it became.
    """

    cast: Cast
    customer: Customer
    script: Mapping[str, Any]
    at: datetime
    rng: random.Random
    beats: list[Beat] = field(default_factory=list)
    reference: str = ""
    revision: int = 0
    ship_on: date | None = None
    ready_on: date | None = None
    order: str = ""

    @property
    def buyer(self) -> Actor:
        """The customer's person who asks."""
        return self.customer.people[self.script["by"]]

    @property
    def reviewer(self) -> Actor:
        """Who reviews what the representative prepared; beyond the policy only a supervisor."""
        discount = max(self.script.get("discount", 0), self.script.get("discount2", 0))
        return self.customer.supervisor if discount > 10 else self.customer.assistant

    @property
    def keeper(self) -> Actor:
        """Who of the warehouse takes the goods from the shelf."""
        return self._of_branch(Permission.WORK_IN_WAREHOUSE)

    @property
    def cashier(self) -> Actor:
        """Who of finance records what came in and what is invoiced."""
        return self._of_branch(Permission.RECORD_PAYMENTS)

    @property
    def duty_manager(self) -> Actor:
        """Who signs registrations of projects."""
        return self._of_branch(Permission.SIGN_REGISTRATIONS)

    def said(self, name: str) -> str:
        """A text of the script, empty where it has none."""
        return str(self.script.get(name, ""))

    def _of_branch(self, permission: Permission) -> Actor:
        return self.cast.who_may(permission, self.customer.branch.id)

    def then(self, by: Actor, act: Act, *, hours: float = 0.0, alone: bool = False) -> None:
        """Somebody does something about `hours` of office time after the beat before."""
        if hours:
            wait = timedelta(hours=hours * self.rng.uniform(0.7, 1.3))
            self.at = self.customer.branch.office_hours.add(self.at, wait)
        self.beats.append(Beat(self.at, by, act, alone))

    def soon(self, by: Actor, act: Act, *, minutes: float = 0.0, alone: bool = False) -> None:
        """Somebody does something so many minutes later, whatever the hour."""
        self.at += timedelta(minutes=minutes)
        self.beats.append(Beat(self.at, by, act, alone))

    def at_moment(self, moment: datetime, by: Actor, act: Act) -> None:
        """Something happens at a moment of its own."""
        self.at = moment
        self.beats.append(Beat(moment, by, act))
