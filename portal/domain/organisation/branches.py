"""Branches: where the house is, and by whose clock and holidays its people work."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from portal.database import fetch
from portal.domain.common import activity
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.public_holidays import public_holidays
from portal.domain.common.words import N_
from portal.domain.identity.settings import check_name, check_phone, check_timezone
from portal.domain.organisation.editing import check_may_edit
from portal.domain.organisation.tables import Branch

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchFacts:
    """What a branch is. `timezone` is an IANA name, `country` ISO 3166-1 alpha-2."""

    code: str
    name: str
    city: str = ""
    address: str = ""
    phone: str = ""
    timezone: str = "Asia/Shanghai"
    country: str = "CN"


@dataclass(frozen=True, slots=True)
class ListedBranch:
    """A branch as lists and choices name it; `country` is ISO 3166-1 alpha-2."""

    id: int
    name: str
    country: str


async def branches() -> list[ListedBranch]:
    """All branches, by name."""
    rows = await fetch("SELECT id, name, country FROM branch ORDER BY name, id")
    return [ListedBranch(**row) for row in rows]


async def branch_by_id(branch_id: int) -> Branch:
    """Raises `NotFound`."""
    branch = await Branch.objects().get(Branch.id == branch_id)
    if branch is None:
        raise NotFound
    return branch


async def open_branch(facts: BranchFacts, *, by: Actor) -> Branch:
    """Add a branch. Raises `NotAllowed`, `FieldError` at a field of the facts."""
    check_may_edit(by)
    columns = await _columns(facts)
    branch = Branch(**columns)
    await branch.save()
    await activity.record(
        branch.subject,
        "organisation.branch_opened",
        by=by,
        visible_to=Audience.INTERNAL,
        after=columns,
    )
    return branch


async def change_branch(
    branch: Branch, facts: BranchFacts, *, expected_version: int, by: Actor
) -> None:
    """Change a branch; promises made from now on follow its new zone and holidays.

    Recorded (rule A5). Raises `NotAllowed`, `Conflict`, `FieldError` at a field of the facts.
    """
    check_may_edit(by)
    await branch.lock(expected_version=expected_version)
    changed = await branch.change(**await _columns(facts, of=branch))
    await activity.record_change(branch.subject, "organisation.branch_changed", changed, by=by)


def check_code(code: str) -> str:
    """`code` as we store the short names of branches and departments. Raises `FieldError`."""
    plain = code.strip().upper()
    if not _CODE.fullmatch(plain):
        raise FieldError("code", N_("Use letters, digits and hyphens, for example HZ-1."))
    return plain


async def _columns(facts: BranchFacts, *, of: Branch | None = None) -> dict[str, Any]:
    code = check_code(facts.code)
    taken = Branch.exists().where(Branch.code == code)
    if await (taken.where(Branch.id != of.id) if of else taken):
        raise FieldError("code", N_("This code is taken."))
    return {
        **{name: value.strip() for name, value in asdict(facts).items()},
        "code": code,
        "name": check_name(facts.name),
        "phone": check_phone(facts.phone),
        "timezone": check_timezone(facts.timezone),
        "country": _check_country(facts.country),
    }


def _check_country(country: str) -> str:
    # A country without known holidays could not be counted by any clock.
    try:
        public_holidays(country)
    except ValueError as error:
        raise FieldError("country", N_("Choose one of the countries.")) from error
    return country
