"""Complaints as customers look at them."""

from typing import Any

from tests.complaint_scenarios import Complained
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

NEW = "/complaints/new"


async def as_buyer(site: Any, make: Factory, at: Complained) -> Visitor:
    return await signed_in(site, make, at.cast.buyer)


async def shown(visitor: Visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status_code == 200, (path, answer.text[:300])
    return str(answer.text)


def said(**fields: Any) -> dict[str, Any]:
    """What somebody types who complains about quality."""
    return {
        "_form_key": "k" * 20,
        "kind": "complaint",
        "category": "quality",
        "description": "Two bearings run hot after an hour.",
        "about": "",
        "goods_of": "",
        **fields,
    }
