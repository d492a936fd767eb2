"""A customer's login announces what customers' verbs announce, and nothing else."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum

import asyncpg
import pytest

import portal.domain
from portal.domain.orders.events import OrderEvent
from portal.settings import Settings
from tests.architecture.calls import Place, led_to_from

# Within reach of customers' pages, but `promises.reconsider` ends before them for customers, who
# have no right to write what follows: the worker catches up on it.
ONLY_OURS = {OrderEvent.PROMISE_MOVED, OrderEvent.RELEASED}


def kinds_by_name() -> Iterator[tuple[str, str]]:
    """Every member of every room's events, by its full name, with the kind that it stands for."""
    for module in pkgutil.walk_packages(portal.domain.__path__, "portal.domain."):
        if module.name.endswith(".events"):
            for events in vars(importlib.import_module(module.name)).values():
                if isinstance(events, type) and issubclass(events, StrEnum):
                    for kind in events:
                        yield f"{module.name}.{events.__name__}.{kind.name}", kind.value


KINDS = dict(kinds_by_name())


def events_in(place: Place) -> set[str]:
    return {KINDS[name] for name in place.refers_to if name in KINDS}


@pytest.fixture(scope="module")
def within_reach() -> list[Place]:
    """The functions that a customer's pages can lead to."""
    return [place for place in led_to_from("portal.customer") if place.is_function]


async def test_the_policy_has_the_kinds_that_customers_verbs_announce(
    settings: Settings, within_reach: list[Place]
) -> None:
    owner = await asyncpg.connect(settings.owner_url)
    policy = await owner.fetchval(
        """SELECT with_check FROM pg_policies
           WHERE tablename = 'outbox' AND policyname = 'own_account_adds'"""
    )
    await owner.close()
    announced = {kind for place in within_reach for kind in events_in(place)}
    assert announced >= ONLY_OURS
    # A new kind: put it into the policy (0001_common.sql), or say above why it is only ours.
    assert set(re.findall(r"'([a-z]+\.[a-z_]+)'", policy)) == announced - ONLY_OURS


async def test_nothing_else_within_customers_reach_writes_to_the_outbox(
    within_reach: list[Place],
) -> None:
    announcing = {
        place.name
        for place in within_reach
        if "portal.domain.common.outbox.announce" in place.refers_to
    }
    # Each room's own, which announces what its caller names.
    assert {name.rpartition(".")[2] for name in announcing} == {"tell"}
