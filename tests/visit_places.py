"""What the addresses of visits, opinions, meetings and reports name, for tests that visit all."""

from tests.factories import Factory
from tests.meeting_scenarios import Room
from tests.scenarios import Cast
from tests.visit_scenarios import confirmed_visit, criticism, made_visit, proposed_visit


async def visit_names(make: Factory, cast: Cast) -> dict[str, str]:
    """An agreed visit, an opinion from one that was made, its round, a meeting, a sent report."""
    agreed = await confirmed_visit(make, await proposed_visit(make, cast=cast))
    await made_of(make, cast)
    room = Room(make, cast, await _contact_of_buyer(make, cast), await _another_contact(make, cast))
    found = await make.owner.fetchrow(
        """SELECT o.reference, r.rule || '-' || r.period AS round_key
           FROM opinion o JOIN visit v ON v.id = o.visit_id JOIN visit_round r ON r.id = v.round_id
           WHERE v.account_id = $1""",
        cast.account.id,
    )
    assert found is not None
    return {
        "visit_reference": agreed.reference,
        "opinion_reference": found["reference"],
        "round_key": found["round_key"],
        "meeting_reference": await room.noticed(),
        "report_reference": await room.sent(),
    }


async def made_of(make: Factory, cast: Cast) -> str:
    """A visit that was made, with something that the customer is not content with."""
    agreed = await confirmed_visit(make, await proposed_visit(make, cast=cast))
    return (await made_visit(make, agreed, opinions=(criticism(is_shown=True),))).reference


async def _contact_of_buyer(make: Factory, cast: Cast) -> int:
    contact_id: int = await make.owner.fetchval(
        "SELECT min(id) FROM contact WHERE person_id = $1", cast.buyer.person_id
    )
    return contact_id


async def _another_contact(make: Factory, cast: Cast) -> int:
    return await make.insert(
        "contact",
        account_id=cast.account.id,
        name="Wang Fang",
        function="Purchasing",
        email="wang.fang@customer.example",
    )
