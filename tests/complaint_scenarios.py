"""Complaints in the state that a test needs, made by the verbs as those who would make them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.intake import (
    ComplaintFacts,
    LineFacts,
    file_complaint,
    take_complaint,
)
from portal.domain.complaints.judging import judge_founded
from portal.domain.complaints.states import Category, ComplaintChannel
from portal.domain.complaints.tables import Complaint
from tests.factories import Factory, acting, unique
from tests.scenarios import Cast, cast_of


@dataclass
class Care:
    """Those of us who look into complaints, at the branch that serves the cast's account."""

    cast: Cast
    after_sales: Actor
    quality: Actor
    service: Actor
    duty_manager: Actor
    general_manager: Actor
    representative: Actor
    department_id: int

    @property
    def buyer(self) -> Actor:
        return self.cast.buyer


@dataclass
class Complained:
    """A complaint with those who have to do with it."""

    care: Care
    reference: str

    @property
    def cast(self) -> Cast:
        return self.care.cast

    async def record(self, by: Actor | None = None) -> Complaint:
        """The complaint as it is now. Within a unit of work of yours, use `loaded`."""
        actor = by or self.care.service
        async with acting(actor):
            return await loaded(self.reference, actor)


async def loaded(reference: str, by: Actor) -> Complaint:
    """The complaint in the unit of work that is open."""
    return await complaint_by_reference(reference, by=by)


async def care_of(make: Factory, cast: Cast | None = None) -> Care:
    """A cast with everybody whom complaints need; `representative` is the management's."""
    cast = cast or await cast_of(make)
    line: dict[str, Any] = {"branch_id": cast.account.branch_id}
    service = await make.staff(StaffRole.SERVICE_SUPERVISOR, **line)
    under = {**line, "supervisor": service}
    code = unique("D")
    return Care(
        cast=cast,
        after_sales=await make.staff(StaffRole.AFTER_SALES, **under),
        quality=await make.staff(StaffRole.QUALITY_INSPECTION, **under),
        service=service,
        duty_manager=await make.staff(StaffRole.DUTY_MANAGER, **line),
        general_manager=await make.staff(StaffRole.GENERAL_MANAGER, **line),
        representative=await make.staff(StaffRole.MANAGEMENT_REPRESENTATIVE, **line),
        department_id=await make.insert("department", code=code, name=f"Assembly {code}"),
    )


def complaint_facts(cast: Cast, **facts: Any) -> ComplaintFacts:
    """A complaint about the quality of two pieces of the cast's item, batch B7."""
    line = LineFacts(row=0, sku=cast.sku, quantity=Decimal(2), batch="B7")
    return ComplaintFacts(
        **{
            "category": Category.QUALITY,
            "title": "Bearings run hot",
            "description": "Two of them ran hot after an hour.",
            "wish": "replacement",
            "lines": (line,),
            **facts,
        }
    )


async def filed_complaint(make: Factory, care: Care | None = None, **facts: Any) -> Complained:
    """A complaint that the buyer filed a moment ago; give fields of `ComplaintFacts`."""
    care = care or await care_of(make)
    buyer = care.buyer
    async with acting(buyer):
        filed = await file_complaint(complaint_facts(care.cast, **facts), by=buyer)
    return Complained(care, filed.reference)


async def taken_complaint(
    make: Factory, care: Care | None = None, *, by: Actor | None = None, **facts: Any
) -> Complained:
    """A complaint that after-sales, or `by`, took on the phone."""
    care = care or await care_of(make)
    taker = by or care.after_sales
    told = {"channel": ComplaintChannel.PHONE, "reported_name": "Li Wei", **facts}
    async with acting(taker):
        taken = await take_complaint(
            complaint_facts(care.cast, **told), account_id=care.cast.account.id, by=taker
        )
    return Complained(care, taken.reference)


async def judged_complaint(
    make: Factory, complained: Complained | None = None, *, by: Actor | None = None, **facts: Any
) -> Complained:
    """A founded complaint: after-sales, or `by`, has named the department and asked for time."""
    complained = complained or await filed_complaint(make, **facts)
    judge = by or complained.care.after_sales
    async with acting(judge):
        await judge_founded(
            await loaded(complained.reference, judge),
            "The photos show it.",
            department_id=complained.care.department_id,
            investigate_until=(await database_now()).date() + timedelta(days=7),
            by=judge,
        )
    return complained
