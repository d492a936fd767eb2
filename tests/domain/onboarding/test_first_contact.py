"""The first contact with a new account is owed within a week of assignment (rule A7)."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.database import Login, database_now, fetch, fetch_value, unit_of_work
from portal.domain import policy
from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldErrors, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.notices.about_targets import about_target
from portal.domain.onboarding import clock
from portal.domain.onboarding.first_contact import (
    AlreadyRecorded,
    ContactFacts,
    first_contact_of,
    record_first_contact,
)
from portal.domain.onboarding.opening import open_account
from portal.domain.orders.succession import change_team
from portal.domain.policy.figures import FIRST_CONTACT
from portal.domain.service_levels import recounting
from portal.domain.service_levels.owed import owed_by
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from portal.domain.service_levels.sweep import stamp_due
from tests.domain.accounts.test_account_files import details
from tests.domain.notices.happenings import tell, told
from tests.factories import Account as MadeAccount
from tests.factories import Factory, acting, unique

CALLED = ContactFacts("Ms Chen, purchasing", "phone", date(2026, 1, 6), "Wants a catalogue.")


async def promise(account: MadeAccount, by: Actor) -> Promise | None:
    async with acting(by):
        found = await clock.promises_of(await _file(account.id))
    return found[0] if found else None


async def assigned(account: MadeAccount, manager: Actor | None, by: Actor) -> None:
    """Somebody becomes the account's manager, or nobody is."""
    async with acting(by):
        file = await _file(account.id)
        await change_team(
            file,
            holders={Position.ACCOUNT_MANAGER: manager and manager.staff_member_id},
            backups=[],
            by=by,
            expected_version=file.version,
        )


async def recorded(account: MadeAccount, by: Actor, facts: ContactFacts = CALLED) -> None:
    async with acting(by):
        await record_first_contact(await _file(account.id), facts, by=by)


async def _file(account_id: int) -> Account:
    found = await Account.objects().where(Account.id == account_id).first()
    assert found
    return found


@pytest.fixture
async def supervisor(make: Factory) -> Actor:
    return await make.staff(StaffRole.SALES_SUPERVISOR)


async def test_whoever_opens_a_file_and_keeps_it_owes_the_first_contact(make: Factory) -> None:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    async with acting(manager):
        file = await open_account(
            details(manager.branch_id, name=unique("New works ")),
            city_code="hz",
            name_code="works",
            by=manager,
        )
        (owed,) = await clock.promises_of(file)
        (mine,) = await owed_by(manager, [TargetKind.FIRST_CONTACT])
    assert (owed.kind, owed.state) == (TargetKind.FIRST_CONTACT, PromiseState.RUNNING)
    assert owed.owner_id == manager.staff_member_id
    assert owed.due_at - owed.opened_at == FIRST_CONTACT.default.due == timedelta(weeks=1)
    assert owed.warn_at - owed.opened_at == FIRST_CONTACT.default.warn
    assert (mine.id, mine.reference, mine.title) == (owed.id, file.code, file.name)


async def test_the_clock_starts_with_the_first_manager_and_passes_to_the_next(
    make: Factory, supervisor: Actor
) -> None:
    account = await make.account(branch_id=supervisor.branch_id)
    assert await promise(account, supervisor) is None
    first, second = [await make.staff(branch_id=supervisor.branch_id) for _ in range(2)]
    owners, opened = [], set[Any]()
    for manager in (first, second, None, first):
        await assigned(account, manager, supervisor)
        owed = await promise(account, supervisor)
        assert owed
        owners.append(owed.owner_id)
        opened.add((owed.id, owed.due_at))
    assert owners == [first.staff_member_id, second.staff_member_id, None, first.staff_member_id]
    assert len(opened) == 1  # it runs on: another manager has no other week


async def test_recording_it_meets_the_clock_once_and_for_all(
    make: Factory, supervisor: Actor
) -> None:
    account = await make.account(branch_id=supervisor.branch_id)
    manager = await make.staff(branch_id=supervisor.branch_id)  # no editor of files
    await assigned(account, manager, supervisor)
    await recorded(account, manager)
    met = await promise(account, supervisor)
    assert met
    assert met.state is PromiseState.MET
    async with acting(manager):
        noted = await first_contact_of(account.id)
        entry = (await timeline("account", account.id, visible_to=Audience.INTERNAL))[-1]
        assert not await owed_by(manager, [TargetKind.FIRST_CONTACT])
    assert noted
    assert (noted.reached, noted.channel, noted.recorded_by) == (
        CALLED.reached,
        CALLED.channel,
        manager.name,
    )
    assert (entry.verb, entry.after["note"]) == ("onboarding.first_contact", CALLED.note)
    with pytest.raises(AlreadyRecorded):
        await recorded(account, supervisor)
    await assigned(account, None, supervisor)
    await assigned(account, manager, supervisor)
    again = await promise(account, supervisor)
    assert again
    assert again.id == met.id


async def test_a_form_says_all_that_is_wrong_and_only_they_who_serve_the_account_record(
    make: Factory, supervisor: Actor
) -> None:
    account = await make.account(branch_id=supervisor.branch_id)
    manager = await make.staff(branch_id=supervisor.branch_id)
    await assigned(account, manager, supervisor)
    tomorrow = date.fromisoformat(
        await make.owner.fetchval("SELECT (business_now() + interval '2 days')::date::text")
    )
    for wrong, fields in (
        (ContactFacts(note="x" * 2001), {"reached", "channel", "reached_on", "note"}),
        (ContactFacts("Li", "pigeon", tomorrow), {"channel", "reached_on"}),
    ):
        with pytest.raises(FieldErrors) as refused:
            await recorded(account, manager, wrong)
        assert {error.field for error in refused.value.errors} == fields
    colleague = await make.staff(branch_id=supervisor.branch_id)
    with pytest.raises(NotAllowed):
        await recorded(account, colleague)
    day = await make.owner.fetchval("SELECT business_now()::date")
    week = timedelta(days=7)
    await make.deputy(manager, colleague, day - week, day + week)
    async with acting(colleague):
        (theirs,) = await owed_by(colleague, [TargetKind.FIRST_CONTACT])
        assert theirs.title == account.name
    await recorded(account, colleague)


async def test_no_customer_sees_any_of_it(make: Factory, supervisor: Actor) -> None:
    account = await make.account(branch_id=supervisor.branch_id)
    await assigned(account, supervisor, supervisor)
    buyer = await make.buyer(account)
    async with acting(buyer):
        assert not await fetch("SELECT id FROM target")
        assert not await fetch_value("SELECT has_table_privilege('first_contact', 'SELECT')")
        assert not await owed_by(buyer, [TargetKind.FIRST_CONTACT])


async def test_alarms_lead_to_the_file_and_the_policy_of_the_account_counts(
    make: Factory, supervisor: Actor
) -> None:
    account = await make.account(branch_id=supervisor.branch_id)
    manager = await make.staff(branch_id=supervisor.branch_id, supervisor=supervisor)
    await assigned(account, manager, supervisor)
    owed = await promise(account, supervisor)
    assert owed
    async with acting(supervisor):
        about = await about_target("target.warned", {"target_id": owed.id, "step": "warned"})
        (row,) = await recounting.open_targets_after(
            "t.id = $3", [owed.id], after_id=owed.id - 1, limit=1
        )
        assumed = recounting.Assumed(
            await policy.rulebook(), await database_now(), FIRST_CONTACT.key
        )
        again = recounting.recount(row, assumed)
    assert about.account_id is None
    assert set(about.paths.values()) == {f"/staff/accounts/{account.code}"}
    assert about.staff["owner"] == manager.staff_member_id
    assert about.staff["supervisor"] == supervisor.staff_member_id
    assert (row["scoped_to"], row["tier"]) == (account.id, "key")
    assert again
    assert again.due_at == owed.due_at


async def test_a_missed_one_alarms_the_manager_and_their_supervisor(  # rule C10
    make: Factory, supervisor: Actor
) -> None:
    account = await make.account(branch_id=supervisor.branch_id)
    manager = await make.staff(branch_id=supervisor.branch_id, supervisor=supervisor)
    await assigned(account, manager, supervisor)
    await make.owner.execute(
        """UPDATE target SET opened_at = opened_at - interval '8 days',
               warn_at = warn_at - interval '8 days', due_at = due_at - interval '8 days'
           WHERE kind = 'first_contact' AND subject_id = $1""",
        account.id,
    )
    async with unit_of_work(Login.WORKER):
        await stamp_due()
    event = await make.owner.fetchval(
        """SELECT o.id FROM outbox o JOIN target t ON t.id = (o.payload ->> 'target_id')::bigint
           WHERE o.kind = 'target.breached' AND t.kind = 'first_contact' AND t.subject_id = $1""",
        account.id,
    )
    await tell(event)
    assert await told(make, event) == {
        manager.name: "deadline_missed",
        supervisor.name: "deadline_missed",
    }
    await recorded(account, manager)
    late = await promise(account, supervisor)
    assert late
    assert late.state is PromiseState.MET_LATE
