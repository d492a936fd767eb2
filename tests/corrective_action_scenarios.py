"""Corrective actions in the state that a test needs, made by the verbs as those who make them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.corrective_actions import checking, disciplines, steps
from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.corrective_actions.opening import OpeningFacts, open_by_hand, open_from
from portal.domain.corrective_actions.steps import StepFacts
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.corrective_actions.verifying import verify
from tests.complaint_scenarios import Care, Complained, care_of, loaded
from tests.factories import Factory, acting


@dataclass
class Acting:
    """A corrective action; the quality inspector leads it, after-sales owns its steps."""

    make: Factory
    care: Care
    reference: str
    complaints: list[Complained] = field(default_factory=list)

    @property
    def leader(self) -> Actor:
        return self.care.quality

    async def record(self) -> CorrectiveAction:
        async with acting(self.leader):
            return await found(self.reference, self.leader)

    async def status(self) -> str:
        return str((await self.record()).status)

    def facts(self, due_on: date, **facts: Any) -> StepFacts:
        values: dict[str, Any] = {
            "kind": "corrective",
            "what": "Replace the worn gauge",
            "department_id": self.care.department_id,
            "owner_id": self.care.after_sales.staff_member_id,
            "due_on": due_on,
            **facts,
        }
        return StepFacts(**values)

    async def add_step(self, *, days: int = 5, **facts: Any) -> int:
        """A step that is due in so many days; its id."""
        async with acting(self.leader):
            due_on = await today() + timedelta(days=days)
            action = await found(self.reference, self.leader)
            step = await steps.add_step(action, self.facts(due_on, **facts), by=self.leader)
            return int(step.id)

    async def analysed(self) -> "Acting":
        async with acting(self.leader):
            await disciplines.analyse(
                await found(self.reference, self.leader),
                ["The bore was too wide", "The gauge was worn"],
                "measurement",
                "Nobody checked the gauge.",
                by=self.leader,
            )
        return self

    async def planned(self, check_on: date | None = None) -> int:
        """The cause is found, one step is planned; its id."""
        await self.analysed()
        step = await self.add_step()
        async with acting(self.leader):
            action = await found(self.reference, self.leader)
            await disciplines.plan(action, check_on, by=self.leader)
        return step

    async def done(self, step_id: int, *, by: Actor | None = None) -> None:
        owner = by or self.care.after_sales
        async with acting(owner):
            action = await found(self.reference, owner)
            step = await steps_step(action, step_id)
            await steps.step_done(action, step, "New gauge in use.", by=owner)

    async def carried_out(self) -> "Acting":
        """All is done, and the day of the check is today."""
        async with acting(self.leader):
            check_on = await today()
        await self.done(await self.planned(check_on))
        return self

    async def checked(self, *, effective: bool = True) -> "Acting":
        await self.carried_out()
        async with acting(self.leader):
            await checking.check_effectiveness(
                await found(self.reference, self.leader),
                effective,
                "Two hundred pieces without a fault.",
                "Gauges are on the calibration list." if effective else "",
                by=self.leader,
            )
        return self

    async def verified(self) -> "Acting":
        await self.checked()
        head = self.care.representative
        async with acting(head):
            await verify(await found(self.reference, head), "The list holds.", by=head)
        return self


async def opened_action(
    make: Factory, *complaints: Complained, care: Care | None = None, **facts: Any
) -> Acting:
    """One from these complaints, or by hand where there are none."""
    care = care or (complaints[0].care if complaints else await care_of(make))
    said: dict[str, Any] = {
        "title": "Bearings run hot",
        "problem": "Bearings of batch B7 run hot after an hour.",
        "team": "Li Na, Chen Bo",
        "department_id": care.department_id,
        "leader_id": care.quality.staff_member_id,
        "origin": "audit",
        **facts,
    }
    opening = OpeningFacts(**said)
    opener = care.quality
    async with acting(opener):
        if complaints:
            records = [await loaded(each.reference, opener) for each in complaints]
            action = await open_from(records, opening, by=opener)
        else:
            action = await open_by_hand(opening, by=opener)
    return Acting(make, care, str(action.reference), list(complaints))


async def found(reference: str, by: Actor) -> CorrectiveAction:
    """The action in the unit of work that is open."""
    return await action_by_reference(reference, by=by)


async def steps_step(action: CorrectiveAction, step_id: int) -> steps.CorrectiveStep:
    return next(step for step in await steps.steps_of(action) if step.id == step_id)


async def today() -> date:
    """The business day in Shanghai, where the branches of the tests are."""
    return (await database_now() + timedelta(hours=8)).date()
