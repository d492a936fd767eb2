"""The stage of the journeys of complaints: who looks into them, and complaints brought so far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.complaint_scenarios import Care, Complained, care_of
from tests.e2e.complaint_actors import Complainant, OnComplaints
from tests.e2e.scene import Scene

if TYPE_CHECKING:
    from tests.factories import Factory

Brought = Callable[..., Awaitable[Complained]]


@dataclass
class ComplaintScene(Scene):
    """An account whose complaints are looked into by people of its branch."""

    @cached_property
    def care(self) -> Care:
        return self.portal.make(lambda make: care_of(make, self.cast))

    @cached_property
    def buyer(self) -> Complainant:
        return self.enters(Complainant, self.cast.buyer)

    @cached_property
    def after_sales(self) -> OnComplaints:
        return self.enters(OnComplaints, self.care.after_sales)

    @cached_property
    def quality(self) -> OnComplaints:
        return self.enters(OnComplaints, self.care.quality)

    @cached_property
    def service(self) -> OnComplaints:
        """The service supervisor, who chooses among proposals (rule C8)."""
        return self.enters(OnComplaints, self.care.service)

    @cached_property
    def representative(self) -> OnComplaints:
        """The management representative, who verifies corrective actions (rule C9)."""
        return self.enters(OnComplaints, self.care.representative)

    @cached_property
    def department(self) -> str:
        sql = "SELECT name FROM department WHERE id = $1"
        return str(self.portal.make(lambda make: make.owner.fetchval(sql, self.care.department_id)))

    def has_in_stock(self, quantity: str, batch: str) -> None:
        self.portal.make(lambda make: make.stock(self.cast.item_id, quantity, batch=batch))

    def brought(
        self, bring: Brought, complained: Complained | None = None, **facts: Any
    ) -> Complained:
        """A complaint that the verbs have brought so far."""
        given = () if complained is None else (complained,)

        async def made(make: Factory) -> Complained:
            return await bring(make, *given, **facts)

        return self.portal.make_by_verbs(made)
