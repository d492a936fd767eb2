"""A channel: a way by which a notice reaches its reader outside the portal, which has them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.domain.common.words import Worded
from portal.domain.notices.about import About
from portal.domain.notices.choices import NoticeTopic
from portal.domain.notices.owing import Event
from portal.domain.notices.recipients import Recipient
from portal.domain.notices.tellings import Telling


@dataclass(frozen=True, slots=True)
class News:
    """A notice that has just been written, and for whom. `domain` is that of our addresses."""

    notice_id: int
    event: Event
    about: About
    telling: Telling
    recipient: Recipient
    domain: str


class Channel(Protocol):
    """One way out of the house. It keeps what it owes in rows of its own, for a worker to deliver.

    `name` is what choices are kept under, `label` a message id that heads them.
    """

    name: str
    label: str

    def ways_of(self, topic: NoticeTopic) -> Sequence[Worded]:
        """How a person can be reached about a topic, what holds unchosen first; maybe no way."""

    async def pass_on(self, news: News) -> None:
        """Owe the delivery of a notice, as its reader has chosen, in the caller's unit of work."""
