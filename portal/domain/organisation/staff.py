"""Staff: invited, moved to another post, disabled. Only administrators do this."""

from dataclasses import asdict, dataclass
from typing import Any

from portal.database import fetch_value
from portal.domain.common import activity
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor, Audience, Side
from portal.domain.common.errors import DomainError, FieldError, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_
from portal.domain.identity import disabling, invitations
from portal.domain.identity.people import find_or_create, person_by_id
from portal.domain.organisation.editing import check_may_edit, wait_for_other_changes
from portal.domain.organisation.line import check_supervisor
from portal.domain.organisation.tables import Branch, Department, StaffMember

MAX_JOB_TITLE = 100


class LastAdministrator(DomainError):
    """Somebody must remain who can invite and disable the others."""

    message = N_(
        "%(name)s is the last administrator who can sign in. Make somebody else one first."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody does with us. `job_title` is what the company calls it, e.g. 客户经理."""

    role: StaffRole
    branch_id: int | None = None
    department_id: int | None = None
    supervisor_id: int | None = None
    job_title: str = ""


async def invite_staff(
    *, name: str, email: str, post: Post, phone: str = "", locale: str = "", by: Actor
) -> StaffMember:
    """Take somebody on and have an invitation mailed.

    Raises `NotAllowed` or `FieldError` at `name`, `email`, `phone` or a field of the post.
    """
    check_may_edit(by)
    await wait_for_other_changes()
    person, _ = await find_or_create(
        Side.STAFF, name=name, email=email, phone=phone, locale=locale, by=by
    )
    if await StaffMember.exists().where(StaffMember.person_id == person.id):
        raise FieldError("email", N_("Somebody with this e-mail address works here already."))
    member = StaffMember(person_id=person.id, **await _columns(post))
    await member.save()
    await activity.record(
        _subject(member, person.name),
        "organisation.staff_added",
        by=by,
        visible_to=Audience.INTERNAL,
        after=asdict(post),
    )
    await invitations.invite(person, by=by)
    return member


async def change_post(
    member: StaffMember, post: Post, *, expected_version: int, by: Actor
) -> dict[str, tuple[object, object]]:
    """Give a staff member another role, place, supervisor or title; returns what changed.

    The change is recorded (rule A5). Raises `NotAllowed`, `Conflict`, `FieldError` at a field of
    the post, `LastAdministrator`.
    """
    check_may_edit(by)
    await wait_for_other_changes()
    await member.lock(expected_version=expected_version)
    person = await person_by_id(member.person_id)
    if member.is_administrator and post.role is not StaffRole.ADMINISTRATOR:
        await _check_other_administrator(member, person.name)
    changed = await member.change(**await _columns(post, of=member))
    await activity.record_change(
        _subject(member, person.name), "organisation.post_changed", changed, by=by
    )
    return changed


async def invite_again(member: StaffMember, *, by: Actor) -> None:
    """Mail another invitation. Raises `NotAllowed`, `PersonDisabled`."""
    await invitations.invite(await person_by_id(member.person_id), by=by)


async def disable_staff(member: StaffMember, *, by: Actor) -> None:
    """End a staff member's sessions at once and let them in no more.

    Their accounts and open work stay with them until handed over; alarms go to a deputy or up the
    line meanwhile. Raises `NotAllowed`, `NotOneself`, `LastAdministrator`.
    """
    check_may_edit(by)
    await wait_for_other_changes()
    person = await person_by_id(member.person_id)
    if person.id != by.person_id and member.is_administrator:
        await _check_other_administrator(member, person.name)
    await disabling.disable(person, by=by)


async def enable_staff(member: StaffMember, *, by: Actor) -> None:
    """Let a staff member in again. Raises `NotAllowed`."""
    check_may_edit(by)
    await disabling.enable(await person_by_id(member.person_id), by=by)


async def staff_member_by_id(staff_member_id: int) -> StaffMember:
    """Raises `NotFound`."""
    member = await StaffMember.objects().get(StaffMember.id == staff_member_id)
    if member is None:
        raise NotFound
    return member


async def _columns(post: Post, *, of: StaffMember | None = None) -> dict[str, Any]:
    if post.branch_id is not None and not await Branch.exists().where(Branch.id == post.branch_id):
        raise FieldError("branch_id", N_("Choose one of the branches."))
    if post.department_id is not None and not await Department.exists().where(
        Department.id == post.department_id
    ):
        raise FieldError("department_id", N_("Choose one of the departments."))
    await check_supervisor(of.id if of else None, post.supervisor_id)
    title = " ".join(post.job_title.split())
    if len(title) > MAX_JOB_TITLE or not title.isprintable():
        raise FieldError(
            "job_title", N_("Use at most %(count)s ordinary characters."), count=MAX_JOB_TITLE
        )
    return {**asdict(post), "role": post.role.value, "job_title": title}


async def _check_other_administrator(member: StaffMember, name: str) -> None:
    # Somebody invited who has not signed up yet may never do so.
    others = await fetch_value(
        """SELECT count(*) FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.role = $1 AND s.id <> $2 AND p.disabled_at IS NULL AND has_password(p.id)""",
        StaffRole.ADMINISTRATOR.value,
        member.id,
    )
    if not others:
        raise LastAdministrator(name=name)


def _subject(member: StaffMember, name: str) -> Subject:
    return Subject("staff_member", member.id, name, None)
