"""Chosen files outlive a failed form, belong to one person and form, and are attached once."""

import asyncio
import hashlib
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.common.files.attachments import (
    StagedFilesGone,
    attach,
    attach_file,
    attached_file,
    attached_files,
    by_message,
)
from portal.domain.common.files.limits import UploadLimits
from portal.domain.common.files.refusals import Refusal
from portal.domain.common.files.staging import (
    hold_staged,
    remove_staged,
    stage_document,
    staged_file,
    staged_for,
)
from portal.domain.common.files.tables import FileState
from portal.domain.common.thread import write
from tests.domain.common.files import samples
from tests.domain.common.files.uploads import Chosen, Shelf, text
from tests.factories import Factory, acting, unique


@pytest.fixture
async def buyer(make: Factory) -> Actor:
    return await make.buyer(await make.account())


async def names_of(form: str, by: Actor) -> list[str]:
    async with acting(by):
        return [file.name for file in await staged_for(form, by=by)]


async def test_chosen_files_outlive_a_failed_form(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    form = unique("form")
    staged = await shelf.stage(form, text("图纸.txt"), by=buyer)
    with pytest.raises(ZeroDivisionError):
        async with acting(buyer):
            await attach(form, to=await make.record_of(buyer), audience=Audience.CUSTOMER, by=buyer)
            raise ZeroDivisionError
    assert await names_of(form, buyer) == ["图纸.txt"]
    (kept,) = staged.kept
    assert kept.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert kept.size_bytes == 5
    assert kept.media_type == "text/plain"
    assert kept.state == FileState.STAGED
    assert len(kept.public_id) >= 22
    assert await shelf.storage.read(kept.storage_key) == b"hello"


async def test_good_files_are_kept_beside_refused_ones(shelf: Shelf, buyer: Actor) -> None:
    form = unique("form")
    program, drawing = Chosen("a.pdf", samples.program()), Chosen("b.png", b"<svg/>")
    staged = await shelf.stage(form, text("c.txt"), program, drawing, by=buyer)
    assert [file.name for file in staged.kept] == ["c.txt"]
    reasons = [(refused.words["name"], refused.reason) for refused in staged.refused]
    assert reasons == [("a.pdf", Refusal.EXECUTABLE), ("b.png", Refusal.SVG)]
    assert shelf.bytes_kept() == [b"hello"]


async def test_an_empty_file_field_is_no_file(shelf: Shelf, buyer: Actor) -> None:
    staged = await shelf.stage(unique("form"), Chosen("", b""), by=buyer)
    assert not staged.kept
    assert not staged.refused


async def test_pictures_are_kept_without_their_place(shelf: Shelf, buyer: Actor) -> None:
    photo = Chosen("IMG_1.heic.png", samples.photo_with_place())
    (kept,) = (await shelf.stage(unique("form"), photo, by=buyer)).kept
    assert kept.name == "IMG_1.jpg"
    assert b"Secret" not in await shelf.storage.read(kept.storage_key)
    assert kept.is_picture


async def test_no_more_is_read_than_may_be_kept(shelf: Shelf, buyer: Actor) -> None:
    big = Chosen("big.txt", b"x" * 5000)
    staged = await shelf.stage(unique("form"), big, by=buyer, max_file_bytes=1000)
    assert staged.refused[0].reason is Refusal.TOO_LARGE
    assert big.asked == [1001]


async def test_limits_count_what_the_form_has_already(shelf: Shelf, buyer: Actor) -> None:
    form = unique("form")
    three = [text(f"{number}.txt", f"words {number}") for number in range(3)]
    staged = await shelf.stage(form, *three, by=buyer, max_files=2)
    assert [len(staged.kept), len(staged.refused)] == [2, 1]
    assert three[2].asked == []
    again = await shelf.stage(form, three[2], by=buyer, max_files=2)
    assert [refused.reason for refused in again.refused] == [Refusal.TOO_MANY]
    fat = await shelf.stage(form, text("fat.txt", "x" * 100), by=buyer, max_form_bytes=100)
    assert [refused.reason for refused in fat.refused] == [Refusal.TOO_MUCH]
    other = await shelf.stage(
        unique("form"), text("fat.txt", "x" * 100), by=buyer, max_staged_bytes=100
    )
    assert [refused.reason for refused in other.refused] == [Refusal.TOO_MUCH_WAITING]
    assert len(shelf.bytes_kept()) == 2


async def test_limits_hold_for_posts_at_once(shelf: Shelf, buyer: Actor) -> None:
    form = unique("form")
    posts = [
        shelf.stage(form, text(f"{number}.txt", f"words {number}"), by=buyer, max_files=3)
        for number in range(8)
    ]
    outcomes = await asyncio.gather(*posts)
    assert sum(len(outcome.kept) for outcome in outcomes) == 3
    assert len(await names_of(form, buyer)) == len(shelf.bytes_kept()) == 3


async def test_the_same_file_chosen_again_is_kept_once(shelf: Shelf, buyer: Actor) -> None:
    form = unique("form")
    first = await shelf.stage(form, text(), by=buyer)
    second = await shelf.stage(form, text(), by=buyer)
    assert first.kept[0].public_id == second.kept[0].public_id
    await shelf.stage(form, text("other name.txt"), by=buyer)
    assert await names_of(form, buyer) == ["note.txt", "other name.txt"]
    assert shelf.bytes_kept() == [b"hello", b"hello"]


async def test_a_full_storage_is_a_reason_and_leaves_nothing(
    shelf: Shelf, buyer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    form = unique("form")
    monkeypatch.setattr(os, "fsync", full)
    staged = await shelf.stage(form, text(), by=buyer)
    assert [refused.reason for refused in staged.refused] == [Refusal.NOT_STORED]
    assert shelf.bytes_kept() == []
    assert await names_of(form, buyer) == []


async def test_nobody_else_sees_chosen_files(shelf: Shelf, make: Factory) -> None:
    ours, theirs = await make.account(), await make.account()
    buyer, colleague = await make.buyer(ours), await make.buyer(ours)
    stranger = await make.buyer(theirs)
    form = unique("form")
    (kept,) = (await shelf.stage(form, text(), by=buyer)).kept
    for other in (colleague, stranger):
        # Even when asked in the owner's name: the database holds it back.
        for name in (other, replace(other, person_id=buyer.person_id)):
            async with acting(other):
                assert await staged_for(form, by=name) == []
                with pytest.raises(NotFound):
                    await staged_file(kept.public_id, by=name)
        await remove_staged(kept.public_id, by=other, storage=shelf.storage)
        async with acting(other):
            request = await make.record_of(other)
            assert await attach(form, to=request, audience=Audience.CUSTOMER, by=other) == []
    assert await names_of(form, buyer) == ["note.txt"]
    async with acting(buyer):
        assert (await staged_file(kept.public_id, by=buyer)).name == "note.txt"


async def test_a_chosen_file_can_be_taken_out_again(shelf: Shelf, buyer: Actor) -> None:
    form = unique("form")
    (kept,) = (await shelf.stage(form, text(), by=buyer)).kept
    await remove_staged(kept.public_id, by=buyer, storage=shelf.storage)
    await remove_staged(kept.public_id, by=buyer, storage=shelf.storage)
    assert await names_of(form, buyer) == []
    assert shelf.bytes_kept() == []


async def test_attached_files_belong_to_the_record(shelf: Shelf, make: Factory) -> None:
    account = await make.account()
    buyer, colleague = await make.buyer(account), await make.buyer(account)
    stranger = await make.buyer(await make.account())
    request, form = await make.record_of(buyer), unique("form")
    staged = await shelf.stage(form, text("a.txt", "a"), text("b.txt", "b"), by=buyer)
    shown = [file.public_id for file in staged.kept]
    async with acting(buyer) as unit:
        files = await attach(form, to=request, audience=Audience.CUSTOMER, by=buyer, expected=shown)
        assert f"staff:quote_request:{request.id}" in unit.touched
    assert [file.name for file in files] == ["a.txt", "b.txt"]
    assert {file.state for file in files} == {FileState.ATTACHED}
    assert await names_of(form, buyer) == []
    for reader in (buyer, colleague, await make.staff()):
        async with acting(reader):
            seen = await attached_files("quote_request", request.id, visible_to=reader.reads)
            assert [file.public_id for file in seen] == shown
            file = await attached_file(
                "quote_request", request.id, shown[0], visible_to=reader.reads
            )
            assert file.name == "a.txt"
    async with acting(stranger):
        assert not await attached_files("quote_request", request.id, visible_to=Audience.INTERNAL)
        with pytest.raises(NotFound):
            await attached_file("quote_request", request.id, shown[0], visible_to=Audience.INTERNAL)
    async with acting(buyer):
        with pytest.raises(NotFound):
            await attached_file(
                "quote_request", request.id + 1, shown[0], visible_to=Audience.CUSTOMER
            )


async def test_files_of_internal_notes_stay_internal(shelf: Shelf, make: Factory) -> None:
    account = await make.account()
    clerk, buyer = await make.staff(), await make.buyer(account)
    request = await make.record_of(buyer)
    for audience in Audience:
        form = unique("form")
        await shelf.stage(form, text(f"{audience}.txt"), by=clerk)
        async with acting(clerk):
            message = await write(request, "see the file", by=clerk, audience=audience)
            await attach(form, to=request, audience=audience, by=clerk, message_id=message)
    async with acting(clerk):
        files = await attached_files("quote_request", request.id, visible_to=Audience.INTERNAL)
        assert [len(group) for group in by_message(files).values()] == [1, 1]
        asked = await attached_files("quote_request", request.id, visible_to=Audience.CUSTOMER)
        assert [file.name for file in asked] == ["customer.txt"]
    internal = next(file for file in files if file.name == "internal.txt")
    async with acting(buyer):
        seen = await attached_files("quote_request", request.id, visible_to=Audience.INTERNAL)
        assert [file.name for file in seen] == ["customer.txt"]
        with pytest.raises(NotFound):
            await attached_file(
                "quote_request", request.id, internal.public_id, visible_to=Audience.INTERNAL
            )


async def test_what_staff_choose_is_internal_until_it_is_attached(
    shelf: Shelf, make: Factory
) -> None:
    clerk = await make.staff()
    (kept,) = (await shelf.stage(unique("form"), text(), by=clerk)).kept
    assert (kept.audience, kept.account_id) == ("internal", None)


async def test_customers_attach_to_their_own_records_for_both_sides(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    form = unique("form")
    await shelf.stage(form, text(), by=buyer)
    stranger = await make.buyer(await make.account())
    async with acting(buyer):
        with pytest.raises(NotFound):
            await attach(
                form, to=await make.record_of(stranger), audience=Audience.CUSTOMER, by=buyer
            )
        with pytest.raises(NotAllowed):
            await attach(form, to=await make.record_of(buyer), audience=Audience.INTERNAL, by=buyer)


async def test_a_form_whose_files_expired_says_so(
    shelf: Shelf, make: Factory, buyer: Actor
) -> None:
    form = unique("form")
    (kept,) = (await shelf.stage(form, text(), by=buyer)).kept
    async with acting(buyer):
        with pytest.raises(StagedFilesGone):
            await attach(
                form,
                to=await make.record_of(buyer),
                audience=Audience.CUSTOMER,
                by=buyer,
                expected=[kept.public_id, "another"],
            )


async def test_a_sent_document_is_attached_by_the_verb(shelf: Shelf, make: Factory) -> None:
    account = await make.account()
    clerk, buyer = await make.staff(), await make.buyer(account)
    request = await make.record_of(buyer)
    document = await stage_document(
        "RFQ-1.pdf",
        samples.pdf(),
        "application/pdf",
        by=clerk,
        limits=UploadLimits(),
        storage=shelf.storage,
    )
    assert document.audience == "internal"
    async with acting(clerk):
        attached = await attach_file(document.id, to=request, audience=Audience.CUSTOMER, by=clerk)
    assert attached.sha256 == hashlib.sha256(samples.pdf()).hexdigest()
    async with acting(buyer):
        (seen,) = await attached_files("quote_request", request.id, visible_to=Audience.CUSTOMER)
        assert seen.id == document.id
    async with acting(clerk):
        with pytest.raises(StagedFilesGone):
            await attach_file(document.id, to=request, audience=Audience.CUSTOMER, by=clerk)


async def test_a_draft_holds_its_files(shelf: Shelf, buyer: Actor) -> None:
    form = unique("form")
    (kept,) = (await shelf.stage(form, text(), by=buyer)).kept
    async with acting(buyer):
        until = await database_now() + timedelta(days=90)
        await hold_staged(form, until, by=buyer)
        await hold_staged(form, until - timedelta(days=50), by=buyer)
    async with acting(buyer):
        assert (await staged_file(kept.public_id, by=buyer)).expires_at == until
