"""Another colleague serves an account: open opinions of it are theirs to follow up (rule A21)."""

from collections.abc import Collection

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.opinions import clocks
from portal.domain.opinions.events import OpinionEvent
from portal.domain.opinions.opening import name_of
from portal.domain.opinions.progress import note_that, tell
from portal.domain.opinions.states import OpinionStatus
from portal.domain.opinions.story import OpinionHappening
from portal.domain.opinions.tables import Opinion


async def pass_opinions_on(account_id: int, *, former: Collection[int], to: int, by: Actor) -> None:
    """Let `to` follow up what `former` (staff member ids) had open of this account."""
    theirs = Opinion.objects().where(
        (Opinion.account_id == account_id)
        & Opinion.owner_id.is_in(list(former))
        & (Opinion.status == OpinionStatus.OPEN.value)
    )
    for opinion in await theirs.order_by(Opinion.id):
        await opinion.lock()
        if opinion.owner_id != to and opinion.state is OpinionStatus.OPEN:
            await pass_on(opinion, to, by=by)


async def pass_on(opinion: Opinion, to: int, *, by: Actor) -> None:
    """Give a locked, open opinion to another colleague; its clock runs on."""
    before = opinion.owner_id
    await opinion.change(owner_id=to, updated_at=await database_now())
    await clocks.owner_changed(opinion)
    await note_that(opinion, OpinionHappening.GIVEN, by=by, name=await name_of(to))
    await tell(opinion, OpinionEvent.GIVEN, by=by, owner_id=to, from_owner_id=before)
