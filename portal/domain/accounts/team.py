"""The account's team: who of us serves it, and whom the customer calls (rules A6, A21)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.database import fetch
from portal.domain.accounts.tables import Account, TeamMember
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import Permission, StaffRole
from portal.domain.common.words import N_, Worded


class Position(Worded):
    """What somebody does on a team. One holder each, backups as many as wanted."""

    ACCOUNT_MANAGER = "account_manager", N_("Account manager")
    SALES_REPRESENTATIVE = "sales_representative", N_("Sales representative")
    SALES_ASSISTANT = "sales_assistant", N_("Sales assistant")
    BACKUP = "backup", N_("Backup")


HELD = (Position.ACCOUNT_MANAGER, Position.SALES_REPRESENTATIVE, Position.SALES_ASSISTANT)
# Who answers when the one before is missing (rule Q1: the account's own representative first).
_FOR_REQUESTS = (Position.SALES_REPRESENTATIVE, Position.BACKUP, Position.ACCOUNT_MANAGER)
# One contact for everything (rule A21).
_FOR_EVERYTHING = (Position.ACCOUNT_MANAGER, Position.SALES_REPRESENTATIVE, Position.BACKUP)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, as both sides may see them."""

    position: Position
    staff_member_id: int
    person_id: int
    name: str
    phone: str
    role: StaffRole
    is_active: bool

    @property
    def label(self) -> str:
        return self.position.label


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of staff who can be put on a team."""

    staff_member_id: int
    name: str
    role: StaffRole
    branch_name: str


# What `members_of` reads; for queries of other rooms that show the team beside something else.
TEAM_MEMBERS = """SELECT t.position, s.id AS staff_member_id, p.id AS person_id, p.name, p.phone,
        s.role, p.disabled_at IS NULL AS is_active
    FROM team_member t
    JOIN staff_member s ON s.id = t.staff_member_id
    JOIN person p ON p.id = s.person_id"""


async def team_of(account_id: int, *, active_only: bool = True) -> list[Member]:
    """The team in the order of `Position`, backups by name.

    Who was disabled is left out unless `active_only` is False: nobody can be sent to them.
    """
    rows = await fetch(
        f"{TEAM_MEMBERS} WHERE t.account_id = $1 AND (p.disabled_at IS NULL OR NOT $2)",
        account_id,
        active_only,
    )
    return members_of(rows)


def members_of(rows: Iterable[Mapping[str, Any]]) -> list[Member]:
    """The team from rows of `TEAM_MEMBERS`, in the order of `Position`, then by name."""
    order = list(Position)
    members = [
        Member(**{**row, "position": Position(row["position"]), "role": StaffRole(row["role"])})
        for row in rows
    ]
    return sorted(
        members,
        key=lambda each: (order.index(each.position), each.name, each.staff_member_id),
    )


async def representative_of(account_id: int) -> Member | None:
    """Whom a request reaches: the sales representative, else a backup, else the manager (Q1)."""
    return first_of(await team_of(account_id), _FOR_REQUESTS)


async def contact_for_everything(account_id: int) -> Member | None:
    """The one whom a customer calls about anything (rule A21)."""
    return one_contact_in(await team_of(account_id))


def one_contact_in(team: Collection[Member]) -> Member | None:
    """Who of a team is called about anything (rule A21)."""
    return first_of(team, _FOR_EVERYTHING)


def first_of(team: Collection[Member], positions: Collection[Position]) -> Member | None:
    """The holder of the first of `positions` that is held by somebody who is still here."""
    for position in positions:
        for member in team:
            if member.position is position and member.is_active:
                return member
    return None


async def candidates() -> list[Candidate]:
    """Active staff by name, for the choice of a team."""
    rows = await fetch(
        """SELECT s.id AS staff_member_id, p.name, s.role, coalesce(b.name, '') AS branch_name
           FROM staff_member s JOIN person p ON p.id = s.person_id
           LEFT JOIN branch b ON b.id = s.branch_id
           WHERE p.disabled_at IS NULL ORDER BY p.name, s.id"""
    )
    return [Candidate(**{**row, "role": StaffRole(row["role"])}) for row in map(dict, rows)]


async def set_team(
    account: Account,
    *,
    holders: Mapping[Position, int | None],
    backups: Collection[int],
    by: Actor,
    expected_version: int,
) -> None:
    """Say who holds each position and who are the backups; both are staff member ids (rule A21).

    The team is part of the file: it has the file's version. Raises `Conflict`, `NotAllowed`,
    `FieldError` for somebody who is not active staff or is the backup of themselves.
    """
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise NotAllowed
    await account.lock(expected_version=expected_version)
    wanted = {(position, holders.get(position)) for position in HELD if holders.get(position)}
    _check_backups(backups, {staff_id for _, staff_id in wanted})
    wanted |= {(Position.BACKUP, staff_id) for staff_id in backups}
    before = await team_of(account.id, active_only=False)
    await _check_joiners(wanted, {(member.position, member.staff_member_id) for member in before})
    await _write(account, wanted)
    await _record(account, before, by=by)


async def put_on_team(
    account: Account, position: Position, staff_member_id: int, *, by: Actor
) -> None:
    """Give a vacant position to somebody. Used where a file is opened."""
    await TeamMember(
        account_id=account.id, staff_member_id=staff_member_id, position=position.value
    ).save()
    await _record(account, [], by=by)


def _check_backups(backups: Collection[int], holders: Collection[int | None]) -> None:
    if set(backups) & set(holders):
        raise FieldError("backups", N_("Somebody with a position cannot be the backup as well."))


async def _check_joiners(
    wanted: Collection[tuple[Position, int | None]], known: Collection[tuple[Position, int | None]]
) -> None:
    joiners = {pair for pair in wanted if pair not in known}
    active = {candidate.staff_member_id for candidate in await candidates()} if joiners else set()
    for position, staff_id in sorted(joiners):
        if staff_id not in active:
            field = "backups" if position is Position.BACKUP else position.value
            raise FieldError(field, N_("Choose somebody who works here now."))


async def _write(account: Account, wanted: Collection[tuple[Position, int | None]]) -> None:
    await TeamMember.delete().where(TeamMember.account_id == account.id)
    if wanted:
        await TeamMember.insert(
            *(
                TeamMember(account_id=account.id, staff_member_id=staff_id, position=position.value)
                for position, staff_id in sorted(wanted)
            )
        )


async def _record(account: Account, before: list[Member], *, by: Actor) -> None:
    was, now = _in_words(before), _in_words(await team_of(account.id, active_only=False))
    if was == now:
        return
    account.version += 1
    await Account.update({Account.version: account.version}).where(Account.id == account.id)
    changed = [name for name in Position if was.get(name) != now.get(name)]
    await record(
        account.subject,
        "accounts.team_changed",
        by=by,
        visible_to=Audience.INTERNAL,
        before={name.value: was.get(name, "") for name in changed},
        after={name.value: now.get(name, "") for name in changed},
    )


def _in_words(team: list[Member]) -> dict[Position, str]:
    words: dict[Position, list[str]] = {}
    for member in team:
        words.setdefault(member.position, []).append(member.name)
    return {position: ", ".join(names) for position, names in words.items()}
