"""The clock of the first contact: from assignment until it is recorded (rule A7).

It is owed inside the house: it names no account as the customer's, so no customer sees it.
"""

from portal.domain import policy
from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position, team_of
from portal.domain.common.activity import Subject
from portal.domain.onboarding.tables import FirstContact
from portal.domain.policy import Scope
from portal.domain.policy.figures import FIRST_CONTACT
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, TargetKind

SUBJECT_KIND = "account"


async def manager_is_set(account: Account) -> None:
    """The account's manager owes the first contact, unless it was made (rule A7).

    The clock starts with the first assignment. A later manager takes it over as it runs; while
    nobody is the manager it runs on as nobody's. The caller holds the lock of the account.
    """
    if await FirstContact.exists().where(FirstContact.account_id == account.id):
        return
    manager = await manager_of(account.id)
    if await _runs(account):
        await clock.reassign(subject_of(account), manager, kind=TargetKind.FIRST_CONTACT)
    elif manager is not None:
        await _start(account, manager)


async def was_made(account: Account) -> None:
    await clock.meet(subject_of(account), kind=TargetKind.FIRST_CONTACT)


async def promises_of(account: Account) -> list[Promise]:
    """The clock of the first contact, explained; empty for who never had one."""
    promises = await clock.targets_of(SUBJECT_KIND, account.id)
    return [each for each in promises if each.kind is TargetKind.FIRST_CONTACT]


async def manager_of(account_id: int) -> int | None:
    """The account manager's staff member id, also of one who has left; None while vacant."""
    for member in await team_of(account_id, active_only=False):
        if member.position is Position.ACCOUNT_MANAGER:
            return member.staff_member_id
    return None


def subject_of(account: Account) -> Subject:
    """What the clock hangs on: the account as we see it, not as it sees itself."""
    return Subject(SUBJECT_KIND, account.id, account.code, None)


async def _start(account: Account, manager: int) -> None:
    in_force = await policy.figure(FIRST_CONTACT, scope=Scope(account.id, account.tier))
    owed = clock.Owed(
        account_id=None,
        account_name="",
        branch_id=account.branch_id,
        title=account.name,
        owner_id=manager,
        figures=in_force.value,
        policy_version=in_force.version,
        figure_key=FIRST_CONTACT.key,
    )
    await clock.open_target(TargetKind.FIRST_CONTACT, subject_of(account), owed)


async def _runs(account: Account) -> bool:
    return any(promise.is_open for promise in await promises_of(account))
