"""Who may give the word of an account's sales representative (rules O1, O9)."""

from portal.domain.accounts.team import representative_of
from portal.domain.common.actor import Actor
from portal.domain.organisation.deputies import who_acts_for
from portal.domain.organisation.line import line_up


async def speaks_for_sales(by: Actor, account_id: int) -> bool:
    """Whether `by` is the account's sales representative, above them, or stands in for one of them.

    Where the position is vacant, whoever answers requests of the account counts (rule Q1).
    """
    representative = await representative_of(account_id)
    if representative is None or by.staff_member_id is None:
        return False
    line = [representative.staff_member_id, *await line_up(representative.staff_member_id)]
    stand_ins = await who_acts_for(line)
    return by.staff_member_id in {*line, *stand_ins.values()}
