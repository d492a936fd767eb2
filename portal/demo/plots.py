"""How requests go: each plot plans the beats of a story from the moment it is filed."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.demo import moves, revisions
from portal.demo.story import Story
from portal.domain.common.actor import SYSTEM

Plot = Callable[[Story], None]


def filed(story: Story) -> None:
    """The request arrives; where it is urgent, the call that goes with it is recorded (Q2)."""
    taken_by_us = "channel" in story.script
    by = story.customer.assistant if taken_by_us else story.buyer
    story.soon(by, moves.enter if taken_by_us else moves.file, alone="drawing" in story.script)
    if story.said("caller"):
        story.soon(story.customer.assistant, moves.record_call, minutes=6)


def untouched(story: Story) -> None:
    """Nobody has looked at it yet."""
    filed(story)


def taken_up(story: Story) -> None:
    """The representative takes it over and judges it (rule Q4)."""
    filed(story)
    representative = story.customer.representative
    if "urgent" in story.script:
        story.soon(representative, moves.take_over, minutes=9)
        story.soon(representative, moves.judge, minutes=14)
    else:
        story.then(representative, moves.take_over, hours=0.8)
        story.then(representative, moves.judge, hours=0.6)
    if story.said("note"):
        story.soon(representative, moves.write_note, minutes=4)
    if story.said("gift"):
        story.then(story.buyer, moves.confirm_gift, hours=0.7, alone=True)


def asked(story: Story) -> None:
    """Something is missing: we wait for the customer."""
    taken_up(story)
    story.then(story.customer.representative, moves.ask, hours=0.5)


def answered(story: Story) -> None:
    """The question, if there was one, has its answer."""
    if not story.said("question"):
        taken_up(story)
        return
    asked(story)
    story.then(story.buyer, moves.answer, hours=3)


def refused(story: Story) -> None:
    """We cannot do it and say why (rule Q4)."""
    taken_up(story)
    story.then(story.customer.representative, moves.refuse, hours=4)


def withdrawn(story: Story) -> None:
    """The customer no longer wants it."""
    taken_up(story)
    story.then(story.buyer, moves.withdraw, hours=3)


def in_review(story: Story) -> None:
    """Priced; somebody else has to look at it (rule Q5)."""
    answered(story)
    story.then(story.customer.representative, revisions.price, hours=1.5)


def quoted(story: Story) -> None:
    """The first revision is with the customer."""
    answered(story)
    _send_revision(story)
    if story.said("reply"):
        story.then(story.customer.representative, moves.write_reply, hours=0.4)


def accepted(story: Story) -> None:
    quoted(story)
    story.then(story.buyer, moves.accept, hours=12)


def declined(story: Story) -> None:
    quoted(story)
    story.then(story.buyer, moves.decline, hours=18)


def wants_revision(story: Story) -> None:
    quoted(story)
    story.then(story.buyer, moves.wish, hours=2)


def revised(story: Story) -> None:
    """The customer wants it otherwise, gets a second revision and takes that (rule Q5)."""
    wants_revision(story)
    _send_revision(story)
    story.then(story.buyer, moves.accept, hours=10)


def expired(story: Story) -> None:
    """Nobody answered in time; the worker's sweep notes it after the last valid day (Q3)."""
    quoted(story)
    zone = ZoneInfo(story.customer.timezone)
    over = revisions.last_valid_day(story, story.at) + timedelta(days=1)
    story.at_moment(datetime.combine(over, time(0, 20), zone), SYSTEM, moves.expire)


def drafted(story: Story) -> None:
    """The customer has begun a request and will go on with it."""
    story.soon(story.buyer, moves.save_draft)


def _send_revision(story: Story) -> None:
    """Priced, reviewed by another, sent. A late one waited too long for somebody."""
    representative = story.customer.representative
    if "urgent" in story.script:
        story.soon(representative, revisions.price, minutes=35)
        story.ship_on = revisions.promised_day(story, story.at)
        story.soon(story.reviewer, revisions.approve, minutes=15)
        story.soon(representative, revisions.send, minutes=8, alone=True)
        return
    story.then(representative, revisions.price, hours=22 if "late" in story.script else 3)
    story.ship_on = revisions.promised_day(story, story.at)
    story.then(story.reviewer, revisions.approve, hours=1.5)
    story.then(representative, revisions.send, hours=0.5, alone=True)


PLOTS: Mapping[str, Plot] = {
    "accepted": accepted,
    "approval": in_review,
    "asked": asked,
    "declined": declined,
    "draft": drafted,
    "expired": expired,
    "expiring": quoted,
    "in_review": in_review,
    "in_work": taken_up,
    "overdue": taken_up,
    "quoted": quoted,
    "refused": refused,
    "revised": revised,
    "soon": taken_up,
    "urgent_now": taken_up,
    "urgent_open": untouched,
    "wants_revision": wants_revision,
    "withdrawn": withdrawn,
}
