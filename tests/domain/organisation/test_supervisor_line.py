"""Lines up and down, against a plain model of a tree that grows at random."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.database import Login, unit_of_work
from portal.domain.organisation.line import everybody_below, line_up
from portal.domain.organisation.queries import possible_supervisors
from tests.alone import pools_alone, settings_alone  # noqa: F401 - fixtures
from tests.factories import Factory, acting


def above_in_model(supervisors: Sequence[int | None], member: int) -> list[int]:
    above: list[int] = []
    at = supervisors[member]
    while at is not None:
        above.append(at)
        at = supervisors[at]
    return above


@st.composite
def forests(draw: st.DrawFn) -> list[int | None]:
    """For each member the index of somebody before them, or nobody."""
    size = draw(st.integers(1, 12))
    return [
        draw(st.one_of(st.none(), st.integers(0, index - 1))) if index else None
        for index in range(size)
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(supervisors=forests())
async def test_lines_are_those_of_the_model(make: Factory, supervisors: list[int | None]) -> None:
    branch = await make.branch()
    staff = []
    for supervisor in supervisors:
        above = None if supervisor is None else staff[supervisor]
        staff.append(await make.staff(branch_id=branch, supervisor=above))
    ids = [actor.staff_member_id or 0 for actor in staff]
    async with acting(staff[0]):
        for member, staff_id in enumerate(ids):
            expected = [ids[index] for index in above_in_model(supervisors, member)]
            assert await line_up(staff_id) == expected
            below = {
                ids[other]
                for other in range(len(ids))
                if member in above_in_model(supervisors, other)
            }
            assert await everybody_below(staff_id) == below
            offered = {choice for choice, _ in await possible_supervisors(staff_id)}
            assert offered & {*ids} == {*ids} - below - {staff_id}


async def test_a_circle_made_by_hand_ends_anyway(make: Factory) -> None:
    first = await make.staff()
    second = await make.staff(supervisor=first)
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $1 WHERE id = $2",
        second.staff_member_id,
        first.staff_member_id,
    )
    assert first.staff_member_id is not None
    async with unit_of_work(Login.STAFF):
        assert await line_up(first.staff_member_id) == [second.staff_member_id]
        assert await everybody_below(first.staff_member_id) == {second.staff_member_id}
