"""A complaint that demands a corrective action closes once that is verified or waived (C9)."""

import pytest

from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.complaints.closing import close_when_nothing_is_left
from portal.domain.complaints.outcome import confirm
from portal.domain.complaints.reopening import reopen
from portal.domain.corrective_actions.complaint_side import NotForThisComplaint
from portal.domain.corrective_actions.discretion import NamesACustomer
from portal.domain.corrective_actions.opening import link, unlink
from portal.domain.corrective_actions.verifying import cancel, waive
from tests.complaint_cures import (
    act,
    carried_out_complaint,
    closed_complaint,
    investigated_complaint,
)
from tests.complaint_scenarios import Complained, care_of, filed_complaint, judged_complaint, loaded
from tests.corrective_action_scenarios import found, opened_action
from tests.domain.corrective_actions.demanded import demanded_complaint
from tests.factories import Factory, acting
from tests.scenarios import cast_of


async def confirmed(make: Factory, complained: Complained | None = None) -> Complained:
    """A founded complaint whose customer has confirmed the outcome, waiting for its action."""
    complained = await demanded_complaint(make, complained)
    await make.owner.execute(
        """UPDATE complaint SET status = 'confirmed', told = 'Replaced', told_at = now(),
               confirmed_at = now(), confirmed_name = 'Li Wei' WHERE reference = $1""",
        complained.reference,
    )
    return complained


async def state(complained: Complained) -> tuple[str, str]:
    record = await complained.record()
    return str(record.status), str(record.capa_state)


async def test_it_closes_with_the_verification(make: Factory) -> None:
    complained = await confirmed(make)
    at = await opened_action(make, complained)
    assert await state(complained) == ("confirmed", "open")
    by = complained.care.service
    async with acting(by):
        complaint = await (await loaded(complained.reference, by)).lock()
        assert not await close_when_nothing_is_left(complaint, by=by)
    await at.verified()
    assert await state(complained) == ("closed", "verified")


async def test_it_waits_for_every_action_that_answers_it(make: Factory) -> None:
    complained = await confirmed(make)
    first = await opened_action(make, complained)
    second = await opened_action(make, complained)
    await first.verified()
    assert await state(complained) == ("confirmed", "open")
    await second.verified()
    assert await state(complained) == ("closed", "verified")


async def test_the_management_representative_waives_with_a_reason(make: Factory) -> None:
    complained = await confirmed(make)
    at = await opened_action(make, complained)
    for other in (at.leader, at.care.general_manager):
        async with acting(other):
            with pytest.raises(NotAllowed):
                await waive(await loaded(complained.reference, other), "Because", by=other)
    head = at.care.representative
    async with acting(head):
        complaint = await loaded(complained.reference, head)
        with pytest.raises(FieldErrors):
            await waive(complaint, " ", by=head)
        await waive(complaint, "The item is no longer made.", by=head)
    assert await state(complained) == ("closed", "waived")
    async with acting(head):
        with pytest.raises(WrongState):
            await waive(await loaded(complained.reference, head), "Again", by=head)
    await at.verified()  # goes on all the same
    assert await state(complained) == ("closed", "waived")


async def test_what_was_closed_before_it_was_linked_waits_once_it_is_reopened(
    make: Factory,
) -> None:
    complained = await closed_complaint(make)
    at = await opened_action(make, complained)
    assert await state(complained) == ("closed", "")  # rule C9: it is over until it is not
    buyer = complained.care.buyer
    await act(complained, buyer, reopen, "The new ones run hot, too.")
    assert await state(complained) == ("judged", "open")
    await carried_out_complaint(make, await investigated_complaint(make, complained))
    await act(complained, buyer, confirm, buyer.name)
    assert await state(complained) == ("confirmed", "open")
    await at.verified()
    assert await state(complained) == ("closed", "verified")
    later = await opened_action(make, complained)
    await act(complained, complained.care.service, reopen, "A third one failed.")
    assert await state(complained) == ("judged", "open")
    assert await later.status() == "opened"


async def test_a_waiver_outlives_closing_unless_it_is_linked_since(make: Factory) -> None:
    complained = await confirmed(make)
    await opened_action(make, complained)
    head, service = complained.care.representative, complained.care.service
    await act(complained, head, waive, "The item is no longer made.")
    await act(complained, service, reopen, "One is still in use.")
    assert await state(complained) == ("judged", "waived")
    await make.owner.execute(
        """UPDATE complaint SET status = 'closed', closed_at = business_now(),
               closing_reason = 'No answer.' WHERE reference = $1""",
        complained.reference,
    )
    await opened_action(make, complained)
    await act(complained, service, reopen, "It failed, too.")
    assert await state(complained) == ("judged", "open")


async def test_a_cancelled_or_unlinked_action_leaves_the_demand(make: Factory) -> None:
    complained = await judged_complaint(make)
    at = await opened_action(make, complained)
    leader = at.leader
    async with acting(leader):
        await cancel(await found(at.reference, leader), "Opened twice.", by=leader)
    assert (await state(complained))[1] == "demanded"
    at = await opened_action(make, complained)
    async with acting(leader):
        action, complaint = (
            await found(at.reference, leader),
            await loaded(complained.reference, leader),
        )
        with pytest.raises(FieldErrors):
            await unlink(action, complaint, "", by=leader)
        await unlink(action, complaint, "Another fault.", by=leader)
    assert (await state(complained))[1] == "demanded"


async def test_only_complaints_that_stand_ask_for_one(make: Factory) -> None:
    suggestion = await filed_complaint(make, kind="suggestion", category="")
    with pytest.raises(NotForThisComplaint):
        await opened_action(make, suggestion)


async def test_customers_who_read_together_are_not_named_to_each_other(make: Factory) -> None:
    first = await judged_complaint(make)
    at = await opened_action(
        make, first, problem=f"{first.cast.account.name} reports hot bearings."
    )
    other = await care_of(make, await cast_of(make))
    second = await judged_complaint(make, await filed_complaint(make, other))
    leader = at.leader
    async with acting(leader):  # another customer would read the first one's name
        with pytest.raises(NamesACustomer):
            await link(
                await found(at.reference, leader),
                await loaded(second.reference, leader),
                by=leader,
            )
    with pytest.raises(FieldErrors) as refused:
        await opened_action(make, first, second, problem=f"As {first.reference} says.")
    assert [error.field for error in refused.value.errors] == ["problem"]
    both = await opened_action(make, first, second)
    with pytest.raises(FieldErrors):
        await both.add_step(kind="containment", what=f"Block what {second.cast.account.code} has")
