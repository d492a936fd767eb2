"""The forms of an opinion's page: what each is called and who may open it now.

The value is its address: `?do=answer`.
"""

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.opinions.access import may_follow_up
from portal.domain.opinions.answering import may_drop_only_above
from portal.domain.opinions.states import OpinionStatus
from portal.domain.opinions.tables import Opinion


class Panel(Worded):
    """A form that can stand open on the page."""

    ANSWER = "answer", N_("Say what was done")
    OWNER = "owner", N_("Give it to a colleague")
    DROP = "drop", N_("Do not pursue it")
    REOPENING = "reopening", N_("Open it again")


async def offered_panels(opinion: Opinion, *, by: Actor) -> list[Panel]:
    """The forms that `by` can open now, what takes it further first (rules V5, S4)."""
    if not await may_follow_up(opinion, by=by):
        return []
    if opinion.state is not OpinionStatus.OPEN:
        return [Panel.REOPENING]
    offers = [Panel.ANSWER, Panel.OWNER]
    if by.may(Permission.SUPERVISE_VISITS) or not may_drop_only_above(opinion):
        offers.append(Panel.DROP)
    return offers
