"""The ways to the visits that somebody may see (rules A6, V9), each with an index of its own."""

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints.complaint_scope import ComplaintScope, everything
from portal.domain.quotes.queue_scope import QueueScope, all_visible, my_own


def visible(actor: Actor, *, place: int) -> ComplaintScope:
    """What `visible_visits_condition` lets staff see; the parameter, if it has one, is at `place`.

    The account's, those that they or whom they stand in for own, and those they take part in.
    """
    accounts = all_visible(actor, place=place)
    if actor.may(Permission.READ_ALL_VISITS) or not accounts.keys:
        return everything()
    own = my_own(actor, place=place)
    with_me = f"SELECT vp.visit_id FROM visit_person vp WHERE vp.staff_member_id IN ({own.keys})"  # noqa: S608
    return ComplaintScope([accounts, own, QueueScope("id", with_me, [])], accounts.values)
