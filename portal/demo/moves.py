"""What people do in a story, by the verbs of the domain: asking, answering, taking, refusing.

Each is called inside a unit of work of the person it is given, unless it says that it opens its
own. What staff do with revisions is in `portal.demo.revisions`.
"""

import zlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from portal.database import database_now
from portal.demo.cast import acting
from portal.demo.enclosures import Enclosure, flange_drawing, letter
from portal.demo.story import Story
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.files.staging import stage
from portal.domain.orders.acceptance import accept_quote
from portal.domain.quotes import answers, calls, conversation, handling, requests
from portal.domain.quotes.access import find
from portal.domain.quotes.expiry import expire_due
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.request_facts import LineFacts, RequestFacts
from portal.domain.quotes.states import Channel, Transport
from portal.web.storage import scanner, storage
from portal.web.uploads import LIMITS


async def file(story: Story, by: Actor) -> None:
    """The customer files the request. With a drawing it opens units of work of its own."""
    if "drawing" in story.script:
        form_key, shown = await _chosen(story, flange_drawing("法兰 DN250 改图.dxf"), by=by)
        async with acting(by):
            await _submit(story, by, form_key=form_key, shown=shown)
    else:
        await _submit(story, by)


async def enter(story: Story, by: Actor) -> None:
    """Staff enter what came by phone or e-mail (rule Q1)."""
    await _submit(story, by, channel=Channel(story.said("channel")))


async def save_draft(story: Story, by: Actor) -> None:
    """The form as it was left, half filled."""
    typed = {"title": [story.script["title"]], "transport": [Transport.SUPPLIER_CHOICE.value]}
    for row, line in enumerate(_lines(story)):
        typed |= {
            f"lines-{row}-sku": [line.sku],
            f"lines-{row}-description": [line.description],
            f"lines-{row}-quantity": [str(line.quantity)],
            f"lines-{row}-unit": [line.unit],
            f"lines-{row}-wanted_on": [""],
        }
    draft = await requests.save_draft(typed, by=by, account_id=story.customer.id)
    story.reference = draft.reference


async def record_call(story: Story, by: Actor) -> None:
    call = calls.CallFacts(caller=story.said("caller"), note=story.said("call_note"))
    await calls.record_call(await find(story.reference, by=by), call, by=by)


async def take_over(story: Story, by: Actor) -> None:
    await handling.take_over(await find(story.reference, by=by), by=by)


async def judge(story: Story, by: Actor) -> None:
    """Feasible, unless the script refuses it or offers something else (rule Q4)."""
    refusal, alternative = story.script["plot"] == "refused", story.said("alternative")
    judgement = Judgement(
        feasible=not refusal,
        resources_available=not (refusal or alternative),
        time_sufficient=True,
        note=story.said("reason") if refusal else alternative,
    )
    await handling.judge(await find(story.reference, by=by), judgement, by=by)


async def write_note(story: Story, by: Actor) -> None:
    await conversation.write(
        await find(story.reference, by=by), story.said("note"), by=by, audience=Audience.INTERNAL
    )


async def write_reply(story: Story, by: Actor) -> None:
    await conversation.write(
        await find(story.reference, by=by), story.said("reply"), by=by, audience=Audience.CUSTOMER
    )


async def ask(story: Story, by: Actor) -> None:
    await conversation.ask(await find(story.reference, by=by), story.said("question"), by=by)


async def answer(story: Story, by: Actor) -> None:
    await conversation.answer_question(
        await find(story.reference, by=by), story.said("answer"), by=by
    )


async def confirm_gift(story: Story, by: Actor) -> None:
    """The customer confirms free goods in a letter (rule Q6). Opens units of work of its own."""
    paragraphs = ["赠品确认函", story.said("gift"), f"{story.customer.name}　{by.name}"]
    form_key, shown = await _chosen(story, letter("赠品确认函.docx", paragraphs), by=by)
    async with acting(by):
        await conversation.write(
            await find(story.reference, by=by),
            f"{story.said('gift')}，确认函见附件。",
            by=by,
            audience=Audience.CUSTOMER,
            form=conversation.FormFiles(form_key, shown),
        )


async def refuse(story: Story, by: Actor) -> None:
    await handling.decline(await find(story.reference, by=by), story.said("reason"), by=by)


async def withdraw(story: Story, by: Actor) -> None:
    await requests.withdraw(await find(story.reference, by=by), by=by, reason=story.said("reason"))


async def decline(story: Story, by: Actor) -> None:
    request = await find(story.reference, by=by)
    await answers.decline(request, story.revision, story.said("reason"), by=by)


async def wish(story: Story, by: Actor) -> None:
    request = await find(story.reference, by=by)
    await answers.ask_for_revision(request, story.revision, story.said("wish"), by=by)


async def accept(story: Story, by: Actor) -> None:
    accepted = await accept_quote(
        await find(story.reference, by=by),
        story.revision,
        by=by,
        name=by.name,
        purchase_order_number=story.said("po"),
    )
    story.order = story.cast.orders[story.script["title"]] = accepted.order_reference


async def expire(_: Story, __: Actor) -> None:
    """The worker's sweep of that night."""
    await expire_due()


async def _submit(
    story: Story,
    by: Actor,
    *,
    channel: Channel = Channel.PORTAL,
    form_key: str = "",
    shown: tuple[str, ...] = (),
) -> None:
    script = story.script
    facts = RequestFacts(
        title=script["title"],
        urgent="urgent" in script,
        urgent_reason=story.said("urgent"),
        wanted_on=_day(story, await database_now()) + timedelta(days=script["want"]),
        transport=script.get("transport", Transport.ROAD.value),
        ship_to_id=story.customer.ship_to_ids[0],
        remarks=story.said("remarks"),
        lines=_lines(story),
        channel=channel,
        contact_id=None if channel is Channel.PORTAL else story.customer.contact_ids[script["by"]],
    )
    done = await requests.submit(
        facts, by=by, account_id=story.customer.id, form_key=form_key, shown_files=shown
    )
    story.reference = done.reference


def _lines(story: Story) -> list[LineFacts]:
    return [_line(row, text) for row, text in enumerate(story.script["lines"])]


def _line(row: int, text: str) -> LineFacts:
    if text.startswith("~"):
        description, quantity, unit, _ = text[1:].split("|")
        return LineFacts(row, description=description, quantity=Decimal(quantity), unit=unit)
    sku, quantity = text.split()
    return LineFacts(row, sku=sku, quantity=Decimal(quantity))


async def _chosen(story: Story, enclosure: Enclosure, *, by: Actor) -> tuple[str, tuple[str, ...]]:
    """Choose a file in a form: the form's key and what it then shows."""
    form_key = f"demo-{story.customer.id:06d}-{zlib.crc32(story.said('title').encode()):010d}"
    staged = await stage(
        form_key, [enclosure], by=by, limits=LIMITS, storage=storage(), scanner=scanner()
    )
    if staged.refused:
        raise staged.refused[0]
    return form_key, tuple(file.public_id for file in staged.kept)


def _day(story: Story, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(story.customer.timezone)).date()
