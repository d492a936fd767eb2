"""Workers remove what nobody sent, what no row names, and what a scanner finds later."""

import os
from datetime import timedelta

import pytest

from portal.database import Login, execute, unit_of_work
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.files.attachments import (
    FileBeingChecked,
    FileWithdrawn,
    StagedFilesGone,
    attach,
    attached_file,
    attached_files,
)
from portal.domain.common.files.refusals import Refusal
from portal.domain.common.files.scanning import ClamAV, NoScanner
from portal.domain.common.files.staging import staged_for
from portal.domain.common.files.storage import new_key
from portal.domain.common.files.sweeping import remove_orphans, scan_quarantined, sweep_expired
from portal.domain.common.files.tables import FileState, StoredFile
from tests.domain.common.files.clamd import VIRUS, running_clamd
from tests.domain.common.files.uploads import Chosen, Shelf, text
from tests.factories import Factory, acting, unique

NOWHERE = ClamAV(path="/nonexistent/clamd.sock", seconds=0.5)


@pytest.fixture
async def buyer(make: Factory) -> Actor:
    return await make.buyer(await make.account())


async def the_row(make: Factory, file: StoredFile) -> dict[str, object]:
    row = await make.owner.fetchrow("SELECT * FROM stored_file WHERE id = $1", file.id)
    return dict(row) if row else {}


async def test_files_of_forms_never_sent_expire(shelf: Shelf, make: Factory, buyer: Actor) -> None:
    old, young = unique("form"), unique("form")
    (expired,) = (
        await shelf.stage(old, text("old.txt"), by=buyer, staged_for=timedelta(seconds=-1))
    ).kept
    (waiting,) = (await shelf.stage(young, text("young.txt"), by=buyer)).kept
    assert await sweep_expired(shelf.storage) >= 1
    assert await the_row(make, expired) == {}
    assert await the_row(make, waiting)
    assert not await shelf.storage.exists(expired.storage_key)
    assert await shelf.storage.exists(waiting.storage_key)
    assert await sweep_expired(shelf.storage) == 0


async def test_attached_files_never_expire(shelf: Shelf, make: Factory, buyer: Actor) -> None:
    form = unique("form")
    (kept,) = (await shelf.stage(form, text(), by=buyer, staged_for=timedelta(seconds=-1))).kept
    async with acting(buyer):
        await attach(form, to=await make.record_of(buyer), audience=Audience.CUSTOMER, by=buyer)
    await sweep_expired(shelf.storage)
    assert (await the_row(make, kept))["expires_at"] is None
    assert await shelf.storage.exists(kept.storage_key)


async def test_a_file_that_a_record_names_stops_no_sweep(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    limits = {"staged_for": timedelta(seconds=-1)}
    (named,) = (await shelf.stage(unique("form"), text(), by=buyer, **limits)).kept
    (free,) = (await shelf.stage(unique("form"), text(), by=buyer, **limits)).kept
    await make.owner.execute(
        f"""CREATE TABLE naming_{named.id} (file_id bigint REFERENCES stored_file);
            INSERT INTO naming_{named.id} VALUES ({named.id})"""
    )
    try:
        await sweep_expired(shelf.storage)
    finally:
        await make.owner.execute(f"DROP TABLE naming_{named.id}")
    assert await the_row(make, named)
    assert await shelf.storage.exists(named.storage_key)
    assert await the_row(make, free) == {}


async def test_bytes_without_a_row_are_removed_in_time(shelf: Shelf, buyer: Actor) -> None:
    (kept,) = (await shelf.stage(unique("form"), text(), by=buyer)).kept
    orphan, young = new_key(), new_key()
    await shelf.storage.put(orphan, b"broken off between bytes and row")
    eight_days_ago = shelf.root.stat().st_mtime - 8 * 86_400
    for key in (orphan, kept.storage_key):
        os.utime(shelf.root / key[:2] / key, (eight_days_ago, eight_days_ago))
    await shelf.storage.put(young, b"its row is about to be written")
    assert await remove_orphans(shelf.storage) == 1
    assert not await shelf.storage.exists(orphan)
    assert await shelf.storage.exists(young)
    assert await shelf.storage.exists(kept.storage_key)


async def test_what_the_scanner_finds_is_refused_at_once(shelf: Shelf, buyer: Actor) -> None:
    async with running_clamd() as clamd:
        shelf.scanner = ClamAV(host="127.0.0.1", port=clamd.port)
        staged = await shelf.stage(unique("form"), Chosen("a.txt", VIRUS), text(), by=buyer)
    assert [refused.reason for refused in staged.refused] == [Refusal.INFECTED]
    assert staged.kept[0].scanned_at is not None
    assert shelf.bytes_kept() == [b"hello"]


async def test_nobody_gets_a_file_before_the_scanner_is_back(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    shelf.scanner, form, request = NOWHERE, unique("form"), await make.record_of(buyer)
    staged = await shelf.stage(form, text(), Chosen("b.txt", VIRUS), by=buyer)
    assert {file.state for file in staged.kept} == {FileState.QUARANTINED}
    async with acting(buyer):
        await attach(form, to=request, audience=Audience.CUSTOMER, by=buyer)
        for file in await attached_files(request.kind, request.id, visible_to=Audience.CUSTOMER):
            assert file.is_quarantined
            with pytest.raises(FileBeingChecked):
                await attached_file(
                    request.kind, request.id, file.public_id, visible_to=Audience.CUSTOMER
                )
    assert await scan_quarantined(shelf.storage, NOWHERE) == 0
    async with running_clamd() as clamd:
        await scan_quarantined(shelf.storage, ClamAV(host="127.0.0.1", port=clamd.port))
    clean, infected = staged.kept
    async with acting(await make.staff()):
        seen = await attached_file(
            request.kind, request.id, clean.public_id, visible_to=Audience.INTERNAL
        )
        assert seen.state == FileState.ATTACHED
        with pytest.raises(FileWithdrawn) as withdrawn:
            await attached_file(
                request.kind, request.id, infected.public_id, visible_to=Audience.INTERNAL
            )
        assert "b.txt" in withdrawn.value.message % withdrawn.value.words
    assert (await the_row(make, infected))["finding"] == "Eicar-Test-Signature"
    assert shelf.bytes_kept() == [b"hello"]


async def test_a_chosen_file_that_turns_out_infected_is_not_attached(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    shelf.scanner, form = NOWHERE, unique("form")
    staged = await shelf.stage(form, text(), Chosen("b.txt", VIRUS), by=buyer)
    async with running_clamd() as clamd:
        await scan_quarantined(shelf.storage, ClamAV(host="127.0.0.1", port=clamd.port))
    shown = [file.public_id for file in staged.kept]
    async with acting(buyer):
        states = [(file.state, file.is_infected) for file in await staged_for(form, by=buyer)]
        assert states == [("staged", False), ("quarantined", True)]
        request = await make.record_of(buyer)
        with pytest.raises(StagedFilesGone):
            await attach(form, to=request, audience=Audience.CUSTOMER, by=buyer, expected=shown)
        seen = await attached_files(request.kind, request.id, visible_to=Audience.CUSTOMER)
        assert [file.name for file in seen] == ["note.txt"]


async def test_quarantine_ends_where_the_scanner_was_given_up(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    shelf.scanner = NOWHERE
    (kept,) = (await shelf.stage(unique("form"), text(), by=buyer)).kept
    await scan_quarantined(shelf.storage, NoScanner())
    assert (await the_row(make, kept))["state"] == "staged"


async def test_lost_bytes_stop_no_scan(shelf: Shelf, make: Factory, buyer: Actor) -> None:
    shelf.scanner = NOWHERE
    staged = await shelf.stage(unique("form"), text("a.txt"), text("b.txt"), by=buyer)
    await shelf.storage.delete(staged.kept[0].storage_key)
    async with running_clamd() as clamd:
        await scan_quarantined(shelf.storage, ClamAV(host="127.0.0.1", port=clamd.port))
    states = [(await the_row(make, file))["state"] for file in staged.kept]
    assert states == ["quarantined", "staged"]


FORBIDDEN = [
    "UPDATE stored_file SET name = 'x.exe'",
    "UPDATE stored_file SET storage_key = repeat('a', 64)",
    "UPDATE stored_file SET sha256 = repeat('a', 64)",
    "UPDATE stored_file SET uploaded_by = 1",
    "UPDATE stored_file SET finding = ''",
    "UPDATE stored_file SET scanned_at = now()",
]


@pytest.mark.parametrize("change", FORBIDDEN)
async def test_what_a_file_is_cannot_be_altered(
    shelf: Shelf, make: Factory, buyer: Actor, change: str
) -> None:
    clerk = await make.staff()
    await shelf.stage(unique("form"), text(), by=buyer)
    for actor in (buyer, clerk):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(actor):
                await execute(change)


async def test_only_a_scan_ends_a_quarantine(shelf: Shelf, make: Factory, buyer: Actor) -> None:
    shelf.scanner = NOWHERE
    for actor in (buyer, await make.staff()):
        await shelf.stage(unique("form"), text(), by=actor)
        with pytest.raises(Exception, match="only a scan"):
            async with acting(actor):
                await execute("UPDATE stored_file SET state = 'staged'")


async def test_attached_files_stay_what_and_where_they_are(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    form, request = unique("form"), await make.record_of(buyer)
    (kept,) = (await shelf.stage(form, text(), by=buyer)).kept
    async with acting(buyer):
        await attach(form, to=request, audience=Audience.CUSTOMER, by=buyer)
    before = await the_row(make, kept)
    statements = (
        "DELETE FROM stored_file WHERE subject_id IS NOT NULL",
        "UPDATE stored_file SET subject_id = subject_id + 1 WHERE subject_id IS NOT NULL",
    )
    for statement in statements:
        for actor in (buyer, await make.staff()):
            async with acting(actor):
                await execute(statement)
    async with unit_of_work(Login.WORKER):
        await execute(statements[0])
    assert await the_row(make, kept) == before


async def test_customers_cannot_hand_a_file_to_another_account(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    other = await make.account()
    await shelf.stage(unique("form"), text(), by=buyer)
    for change in (f"account_id = {other.id}", "audience = 'internal'"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(buyer):
                await execute(f"UPDATE stored_file SET {change}")
