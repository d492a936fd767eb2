"""The policy says how long sessions and links live, and how long a password is."""

from datetime import timedelta

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Side
from portal.domain.identity.client import LOGIN_OF, Client
from portal.domain.identity.passwords import MIN_LENGTH
from portal.domain.identity.sign_in import LIMITS, sign_in
from portal.domain.identity.tokens import TOKEN_LIFETIME, Purpose
from portal.domain.organisation.sign_in_rules import (
    link_lifetime,
    password_length,
    session_limits,
)
from tests.factories import CHEAP_HASHER, Factory


async def test_figures_that_nobody_changed_are_the_usual_ones(make: Factory) -> None:
    for side, login in LOGIN_OF.items():
        async with unit_of_work(login):
            assert await session_limits(side) == LIMITS[side]
            assert await password_length() == MIN_LENGTH
    async with unit_of_work(Login.WORKER):
        for purpose in Purpose:
            assert await link_lifetime(purpose) == TOKEN_LIFETIME[purpose]


async def test_a_session_lives_as_long_as_the_policy_says(make: Factory) -> None:
    clerk = await make.staff()
    session = await sign_in(
        await make.email(clerk),
        await make.password(clerk),
        Client(Side.STAFF),
        hasher=CHEAP_HASHER,
        limits_of=session_limits,
    )
    assert session is not None
    assert session.lasts == timedelta(hours=12)
