"""What colleagues do with a revision in work, each step as their login."""

from typing import Any

import pytest

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldErrors
from portal.domain.common.files.attachments import attach_file
from portal.domain.quotes import drafting, handling, review
from portal.domain.quotes.access import find
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.revision_facts import RevisionFacts
from tests.domain.quotes.journey import (
    POSSIBLE,
    House,
    filed,
    staged_document,
)
from tests.factories import acting


async def prepared(house: House, reference: str, by: Actor | None = None) -> int:
    """The revision in work is there; its version."""
    by = by or house.sales
    async with acting(by):
        quote = await drafting.prepare(await find(reference, by=by), by=by)
        return quote.version


async def save(
    house: House, reference: str, facts: RevisionFacts, version: int, by: Actor | None = None
) -> None:
    by = by or house.sales
    async with acting(by):
        request = await find(reference, by=by)
        quote = await drafting.in_preparation(request)
        await drafting.save(request, quote, facts, by=by, expected_version=version)


async def judge_revision(
    house: House, reference: str, by: Actor, verb: Any = review.approve, **words: str
) -> None:
    async with acting(by):
        request = await find(reference, by=by)
        await verb(request, await drafting.in_preparation(request), by=by, **words)


async def refused(house: House, reference: str, facts: RevisionFacts) -> list[str]:
    """What keeps a saved revision from its review."""
    version = await prepared(house, reference)
    await save(house, reference, facts, version)
    with pytest.raises(FieldErrors) as errors:
        async with acting(house.sales):
            request = await find(reference, by=house.sales)
            quote = await drafting.in_preparation(request)
            await review.submit_for_review(
                request, quote, by=house.sales, expected_version=quote.version
            )
    return [error.field for error in errors.value.errors]


async def judged(house: House, judgement: Judgement = POSSIBLE) -> str:
    reference = await filed(house)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await handling.judge(request, judgement, by=house.sales)
    return reference


async def approved_as_is(house: House, reference: str, facts: RevisionFacts) -> None:
    await save(house, reference, facts, await prepared(house, reference))
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(
            request, quote, by=house.sales, expected_version=quote.version
        )
    await judge_revision(house, reference, house.supervisor)


async def attached_document(house: House, reference: str) -> int:
    document = await staged_document(house.sales, b"%PDF-1.7 we confirm the free sample kit")
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await attach_file(
            document.file_id, to=request.subject, audience=Audience.CUSTOMER, by=house.sales
        )
    return document.file_id
