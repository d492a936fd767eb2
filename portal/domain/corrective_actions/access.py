"""Who reads a corrective action, who works on it, who verifies it (rule C9)."""

from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.common.permissions import Permission, StaffRole
from portal.domain.corrective_actions.tables import CorrectiveAction, CorrectiveStep
from portal.domain.organisation.deputies import stood_in_for, whose_work_falls_to


async def action_by_reference(reference: str, *, by: Actor) -> CorrectiveAction:
    """The record, for those whose role reads them and for whoever has a part in this one.

    A part has who leads it, owns a step of it, or may verify it, in person or standing in. Raises
    `NotFound` for unknown ones and for everybody else.
    """
    if not by.is_staff:
        raise NotFound
    action = await CorrectiveAction.objects().get(CorrectiveAction.reference == reference)
    if action is None or not await may_read(action, by=by):
        raise NotFound
    return action


async def may_read(action: CorrectiveAction, *, by: Actor) -> bool:
    """Whether `by`, one of us, may read it."""
    if by.may(Permission.READ_CORRECTIVE_ACTIONS):
        return True
    return await has_a_part(action, by=by) or await may_verify(by)


async def has_a_part(action: CorrectiveAction, *, by: Actor) -> bool:
    """Whether `by` leads it or owns a step that was not dropped, or stands in for who does."""
    if by.staff_member_id is None:
        return False
    steps = await CorrectiveStep.select(CorrectiveStep.owner_id).where(
        (CorrectiveStep.corrective_action_id == action.id) & CorrectiveStep.dropped_at.is_null()
    )
    theirs = {action.leader_id, *(step["owner_id"] for step in steps)}
    return bool(theirs & await whose_work_falls_to(by.staff_member_id))


async def step_of(action: CorrectiveAction, step_id: int) -> CorrectiveStep:
    """A step of this action. Raises `NotFound`."""
    step = await CorrectiveStep.objects().get(
        (CorrectiveStep.id == step_id) & (CorrectiveStep.corrective_action_id == action.id)
    )
    if step is None:
        raise NotFound
    return step


async def may_verify(by: Actor) -> bool:
    """Whether `by` is the management representative, or stands in for them today (rule C9)."""
    try:
        await verifies_for(by)
    except NotAllowed:
        return False
    return True


async def verifies_for(by: Actor) -> int | None:
    """For whom `by` verifies: None in their own name, else the staff member they stand in for.

    Raises `NotAllowed` for who is neither the management representative nor their deputy today.
    """
    if by.may(Permission.VERIFY_CORRECTIVE_ACTIONS):
        return None
    if by.staff_member_id is not None:
        for absent in await stood_in_for(by.staff_member_id):
            if absent.role is StaffRole.MANAGEMENT_REPRESENTATIVE:
                return absent.id
    raise NotAllowed
